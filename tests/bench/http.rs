//! As little HTTP as a load needs: keep-alive connections, bodies sent whole, answers read whole.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub struct Connection(BufReader<TcpStream>);

/// Bodies shared out among connections.
pub struct Load<'a> {
    pub address: &'a str,
    pub head: &'a str,
    pub connections: usize,
}

impl Load<'_> {
    pub fn send(&self, bodies: &[String]) {
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..self.connections {
                scope.spawn(|| {
                    let mut connection = Connection::open(self.address);
                    while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let (status, answer) = connection.post("/api/v1/events", self.head, body);
                        assert_eq!(status, 200, "{answer}");
                    }
                });
            }
        });
    }
}

impl Connection {
    pub fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::with_capacity(64 * 1024, stream))
    }

    pub fn get(&mut self, path: &str, head: &str) -> (u16, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n");
        self.ask(request.as_bytes(), b"")
    }

    pub fn post(&mut self, path: &str, head: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{head}\r\n"
        );
        self.ask(request.as_bytes(), body.as_bytes())
    }

    /// The value of a header of the last answer is not kept: only cookies are asked for.
    pub fn sign_in(&mut self, email: &str, password: &str) -> String {
        let body = format!("email={email}&password={password}&next=");
        let length = body.len();
        let request = format!(
            "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
        );
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (_, head, _) = self.read();
        let cookie = head
            .lines()
            .find_map(|it| it.strip_prefix("set-cookie: "))
            .unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    fn ask(&mut self, head: &[u8], body: &[u8]) -> (u16, String) {
        let whole = [head, body].concat();
        self.0.get_mut().write_all(&whole).unwrap();
        let (status, _, body) = self.read();
        (status, body)
    }

    fn read(&mut self) -> (u16, String, String) {
        let mut head = String::new();
        while self.0.read_line(&mut head).unwrap() > 2 {}
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .lines()
            .find_map(|it| it.strip_prefix("content-length: "))
            .map_or(0, |it| it.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status, head, String::from_utf8(body).unwrap())
    }
}
