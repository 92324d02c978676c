//! HTTP/1.1 as the tests speak it: one connection, kept alive, nothing hidden.
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::Value;

/// No answer in this time is a failed test, not a hanging one.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

pub struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Connection {
    #[track_caller]
    pub fn open(address: &str) -> Self {
        Self::try_open(address).unwrap()
    }

    pub fn try_open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: address.to_owned(),
        })
    }

    #[track_caller]
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        self.try_send(method, path, headers, body).unwrap()
    }

    /// A `Host` header among `headers` replaces our own; so does `Content-Length`.
    pub fn try_send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Reply> {
        let has = |name: &str| headers.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        if !has("host") {
            write!(head, "Host: {}\r\n", self.host).unwrap();
        }
        if !has("content-length") && !has("transfer-encoding") {
            write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
        }
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        head.push_str("\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        // A server may answer 413 and close before it has read everything.
        let sent = stream.write_all(body);
        let reply = self.read(method == "HEAD");
        if reply.is_err() {
            sent?;
        }
        reply
    }

    /// Sends bytes as they are and reads whatever one answer comes.
    pub fn send_raw(&mut self, bytes: &[u8]) -> std::io::Result<Reply> {
        self.stream.get_mut().write_all(bytes)?;
        self.read(false)
    }

    /// Asks, and reads the head of the answer alone.
    pub fn begin(&mut self, path: &str, headers: &[(&str, &str)]) -> std::io::Result<Reply> {
        let mut head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        head.push_str("\r\n");
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.head()
    }

    /// Reads one answer.
    pub fn read(&mut self, without_body: bool) -> std::io::Result<Reply> {
        let reply = self.head()?;
        if without_body || matches!(reply.status, 204 | 304) {
            return Ok(reply);
        }
        self.finish(reply)
    }

    fn head(&mut self) -> std::io::Result<Reply> {
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|it| it.parse().ok());
        let status = status.ok_or_else(|| broken("no status line"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| broken("a bad header"))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Reply {
            status,
            headers,
            body: Vec::new(),
        })
    }

    /// Reads the body that belongs to a head.
    pub fn finish(&mut self, mut reply: Reply) -> std::io::Result<Reply> {
        if reply.header("transfer-encoding") == Some("chunked") {
            reply.body = self.chunks()?;
        } else if let Some(length) = reply.header("content-length") {
            let length = length.parse().map_err(std::io::Error::other)?;
            reply.body = vec![0; length];
            self.stream.read_exact(&mut reply.body)?;
        } else {
            self.stream.read_to_end(&mut reply.body)?;
        }
        Ok(reply)
    }

    fn chunks(&mut self) -> std::io::Result<Vec<u8>> {
        let mut body = Vec::new();
        self.pieces(|it| body.extend_from_slice(it))?;
        Ok(body)
    }

    /// Reads the body of a chunked answer, piece by piece, to its end.
    pub fn pieces(&mut self, mut each: impl FnMut(&[u8])) -> std::io::Result<()> {
        let mut piece = Vec::new();
        loop {
            let line = self.line()?;
            let size = usize::from_str_radix(line.trim(), 16).map_err(std::io::Error::other)?;
            piece.resize(size, 0);
            self.stream.read_exact(&mut piece)?;
            self.line()?;
            if size == 0 {
                return Ok(());
            }
            each(&piece);
        }
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(it, _)| it == name);
        found.next().map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as it was before it was compressed, if it was.
    pub fn unpacked(&self) -> String {
        if self.header("content-encoding") != Some("gzip") {
            return self.text();
        }
        let mut text = String::new();
        GzDecoder::new(&self.body[..])
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} is no JSON: {}", self.status, self.text()))
    }

    /// The slug of a problem, after checking that the answer is a whole one.
    #[track_caller]
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.text()
        );
        let problem = self.json();
        for name in ["type", "title", "detail", "request_id"] {
            assert!(problem[name].is_string(), "no {name}: {problem}");
        }
        assert_eq!(problem["status"], self.status, "{problem}");
        let request = problem["request_id"].as_str().unwrap();
        assert_eq!(self.header("x-request-id"), Some(request));
        let slug = problem["type"].as_str().unwrap();
        let slug = slug.strip_prefix("urn:annals:problem:");
        slug.unwrap_or_else(|| panic!("{problem}")).to_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:?}\n{}", self.headers, self.text());
        self
    }
}

fn broken(why: &str) -> std::io::Error {
    std::io::Error::other(why)
}
