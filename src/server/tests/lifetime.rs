//! Connections that are slow, silent, too many, or there when it is time to stop.
use std::io::{ErrorKind, Read, Write};
use std::thread::sleep;

use super::{BIG, Running, SHORT, code, head_of, header, patient, rest};
use crate::http::Pace;
use crate::server::limits::Limits;

#[test]
fn a_slow_body_is_refused_and_its_connection_ends() {
    let pace = Pace {
        whole: SHORT,
        grace: SHORT,
    };
    let limits = Limits {
        linger: SHORT,
        ..patient()
    };
    let running = Running::with(limits, pace, &[]);
    let head = "POST /body HTTP/1.1\r\nHost: localhost\r\n";
    let answer = running.talk(&format!("{head}Content-Length: 9\r\n\r\nhalf"));
    assert_eq!(code(&answer), "408");
    let answer = running.talk(&format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\nhal"));
    assert_eq!(code(&answer), "408");
}

#[test]
fn a_slow_head_ends_its_connection_without_an_answer() {
    let limits = Limits {
        head: SHORT,
        ..patient()
    };
    let running = Running::start(limits);
    assert_eq!(running.talk("GET /page HTTP/1.1\r\nHo"), "");
}

#[test]
fn a_silent_connection_ends_and_an_idle_one_later() {
    let first_byte = SHORT;
    let running = Running::start(Limits {
        first_byte,
        ..patient()
    });
    assert_eq!(running.talk(""), "");
    let idle = SHORT;
    let running = Running::start(Limits { idle, ..patient() });
    let answer = running.talk("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(code(&answer), "200");
}

/// An answer that was ready at once must not leave its head running out of time.
#[test]
fn a_connection_outlives_the_time_of_its_heads() {
    let limits = Limits {
        head: SHORT,
        ..patient()
    };
    let running = Running::start(limits);
    let mut stream = running.connect();
    for path in ["/missing", "/page", "/missing", "/missing"] {
        let request = format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let expected = if path == "/page" { "200" } else { "404" };
        assert_eq!(code(&head_of(&mut stream)), expected);
        sleep(SHORT * 2);
    }
}

/// Taking an answer slowly is not being idle.
#[test]
fn a_slow_reader_gets_the_whole_answer() {
    let idle = SHORT;
    let running = Running::start(Limits { idle, ..patient() });
    let mut stream = running.connect();
    stream
        .write_all(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    head_of(&mut stream);
    let mut taken = 0;
    let mut piece = vec![0; BIG / 10];
    while taken < BIG {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "cut after {taken}");
        if taken / (BIG / 10) != (taken + read) / (BIG / 10) {
            sleep(SHORT / 2);
        }
        taken += read;
    }
}

#[test]
fn only_a_trusted_proxy_says_who_the_client_is() {
    #[track_caller]
    fn case(proxies: &[&str], forwarded: &str, expected: &str) {
        let running = Running::with(patient(), Pace::default(), proxies);
        let answer = running.get("/who", forwarded);
        assert!(answer.ends_with(&format!("\"{expected}\"")), "{answer}");
    }
    case(&[], "", "127.0.0.1");
    case(&[], "X-Forwarded-For: 192.0.2.7\r\n", "127.0.0.1");
    case(
        &["127.0.0.1"],
        "X-Forwarded-For: 192.0.2.7\r\n",
        "192.0.2.7",
    );
    let two = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.8\r\n";
    case(&["127.0.0.1"], two, "192.0.2.8");
}

#[test]
fn https_is_promised_where_it_is_known() {
    let https = "X-Forwarded-Proto: https\r\n";
    let hsts = |proxies: &[&str]| {
        let answer = Running::with(patient(), Pace::default(), proxies).get("/page", https);
        header(&answer, "strict-transport-security").map(str::to_owned)
    };
    assert_eq!(hsts(&[]), None);
    assert_eq!(hsts(&["127.0.0.0/8"]).as_deref(), Some("max-age=63072000"));
}

#[test]
fn a_connection_too_many_waits_for_its_turn() {
    let limits = Limits {
        connections: 1,
        ..patient()
    };
    let running = Running::start(limits);
    let request = b"HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut first = running.connect();
    first.write_all(request).unwrap();
    assert_eq!(code(&head_of(&mut first)), "200");
    let mut second = running.connect();
    second.write_all(request).unwrap();
    second.set_read_timeout(Some(SHORT)).unwrap();
    let early = second.read(&mut [0]).unwrap_err();
    assert!(matches!(
        early.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
    drop(first);
    second.set_read_timeout(Some(super::ANSWER_WITHIN)).unwrap();
    assert_eq!(code(&head_of(&mut second)), "200");
}

#[test]
fn stopping_finishes_what_was_begun_and_nothing_else() {
    let Running {
        runtime,
        address,
        toy,
        stop,
        served,
    } = Running::start(patient());
    let connect = || {
        let stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(super::ANSWER_WITHIN)).unwrap();
        stream
    };
    let (mut silent, mut idle, mut busy) = (connect(), connect(), connect());
    idle.write_all(b"HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    head_of(&mut idle);
    busy.write_all(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    runtime.block_on(toy.begun.notified());
    stop.send(()).unwrap();
    assert_eq!(rest(&mut silent), "");
    assert_eq!(rest(&mut idle), "");
    assert!(std::net::TcpStream::connect(address).is_err());
    assert!(!served.is_finished());
    toy.may_end.notify_one();
    let answer = rest(&mut busy);
    assert!(answer.ends_with("waited"), "{answer}");
    assert_eq!(header(&answer, "connection"), Some("close"));
    runtime.block_on(served).unwrap();
}

#[test]
fn stopping_does_not_wait_for_ever() {
    let limits = Limits {
        drain: SHORT,
        ..patient()
    };
    let running = Running::start(limits);
    let mut busy = running.connect();
    busy.write_all(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    running.runtime.block_on(running.toy.begun.notified());
    running.stop.send(()).unwrap();
    running.runtime.block_on(running.served).unwrap();
}
