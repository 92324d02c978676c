//! Requests that no well-meaning client sends.
use std::io::{Read, Write};
use std::net::TcpStream;

use crate::appliance::Appliance;
use crate::http::Connection;
use crate::site::{EVENTS, JSON, Site, bearer, deliver, event, ids};

#[test]
fn each_hostile_request_has_its_status() {
    let app = Appliance::start();
    let host = format!("Host: {}\r\n", app.address);
    let long = "a".repeat(20_000);
    let many = "X-H: 1\r\n".repeat(80);
    #[track_caller]
    fn case(app: &Appliance, head: &str, status: &[u16]) {
        let reply = app
            .connect()
            .send_raw(format!("{head}\r\n").as_bytes())
            .unwrap();
        assert!(
            status.contains(&reply.status),
            "{} for {head:.60}",
            reply.status
        );
    }
    case(&app, "GET /healthz HTTP/1.1\r\n", &[400]);
    case(
        &app,
        &format!("GET /healthz HTTP/1.1\r\n{host}{host}"),
        &[400],
    );
    case(
        &app,
        &format!("GET http://evil.example/ HTTP/1.1\r\n{host}"),
        &[400, 421],
    );
    case(
        &app,
        "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n",
        &[421],
    );
    case(&app, &format!("TRACE / HTTP/1.1\r\n{host}"), &[405]);
    case(
        &app,
        &format!("CONNECT {} HTTP/1.1\r\n{host}", app.address),
        &[405, 400],
    );
    case(
        &app,
        &format!("GET /{} HTTP/1.1\r\n{host}", &long[..9000]),
        &[414],
    );
    case(
        &app,
        &format!("GET / HTTP/1.1\r\n{host}X-Long: {long}\r\n"),
        &[431],
    );
    case(&app, &format!("GET / HTTP/1.1\r\n{host}{many}"), &[431]);
    case(&app, "nonsense\r\n", &[400]);
    let said = app.folder.log();
    assert!(
        !said.contains("evil.example") && !said.contains("panicked"),
        "{said}"
    );
    assert_eq!(app.get("/healthz").status, 200);
}

/// hyper drops a Content-Length beside chunks before we can see it, so the connection has to end.
#[test]
fn a_request_hidden_behind_chunks_is_never_executed() {
    let site = Site::new();
    let key = bearer(&site.keys.write);
    let inner = event("smuggled").to_string();
    let hidden = format!(
        "POST {EVENTS} HTTP/1.1\r\nHost: {}\r\nAuthorization: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{inner}",
        site.app.address,
        inner.len()
    );
    let both = format!(
        "POST {EVENTS} HTTP/1.1\r\nHost: {}\r\nAuthorization: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: 4\r\n\
         Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
        site.app.address
    );
    let mut stream = TcpStream::connect(&site.app.address).unwrap();
    stream.write_all(both.as_bytes()).unwrap();
    let mut answers = String::new();
    let _ = stream.read_to_string(&mut answers);
    assert!(answers.matches("HTTP/1.1 ").count() <= 1, "{answers}");
    assert!(
        ids(&site.read("")).is_empty(),
        "the hidden request was executed"
    );
}

#[test]
fn a_connection_is_kept_for_the_next_request() {
    let site = Site::new();
    let mut connection = Connection::open(&site.app.address);
    for number in 0..20 {
        let id = format!("kept-{number}");
        deliver(&mut connection, &site.keys.write, &event(&id)).expect(200);
    }
    let bearer = bearer(&site.keys.write);
    let chunked = [
        ("Authorization", bearer.as_str()),
        JSON,
        ("Transfer-Encoding", "chunked"),
    ];
    let body = event("chunked").to_string();
    let body = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    connection
        .send("POST", EVENTS, &chunked, body.as_bytes())
        .expect(200);
    assert_eq!(ids(&site.read("")).len(), 21);
}

#[test]
fn figures_are_for_this_host_alone() {
    let site = Site::new();
    site.deliver(&event("counted")).expect(200);
    let text = site.app.get("/metrics").expect(200);
    let kind = text.header("content-type").unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = text.text();
    for line in [
        "annals_items_total{result=\"recorded\"} 1",
        "annals_answers_total{status=\"2xx\"} 1",
        "annals_queue_bytes 0",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}: {text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    let elsewhere = site.app.get("/api/v1/nowhere");
    // Whatever came through a proxy is not from here, even if the proxy is.
    for (name, value) in [
        ("Forwarded", "for=127.0.0.1"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "localhost"),
        ("X-Real-IP", "127.0.0.1"),
        ("Via", "1.1 proxy"),
    ] {
        let reply = site.app.send("GET", "/metrics", &[(name, value)], b"");
        assert_eq!(reply.status, 404, "{name}");
        assert_eq!(reply.problem(), elsewhere.problem(), "{name}");
    }
}

#[test]
fn a_public_name_is_the_only_one_but_for_checks_of_life() {
    let url = [("ANNALS_PUBLIC_URL", "https://audit.example.org")];
    let site = Site::with(&url);
    #[track_caller]
    fn case(site: &Site, path: &str, host: &str, status: u16) {
        let reply = site.app.send("GET", path, &[("Host", host)], b"");
        assert_eq!(reply.status, status, "{path} at {host}");
    }
    case(&site, "/sign-in", "audit.example.org", 200);
    case(&site, "/sign-in", "AUDIT.example.org", 200);
    case(&site, "/sign-in", "evil.example", 421);
    case(&site, "/sign-in", "127.0.0.1", 421);
    case(&site, "/sign-in", "audit.example.org.evil.example", 421);
    case(&site, "/healthz", "127.0.0.1", 200);
    case(&site, "/healthz", "localhost:1", 200);
    case(&site, "/readyz", "[::1]:8080", 200);
    case(&site, "/readyz", "evil.example", 421);
    case(&site, "/metrics", "127.0.0.1:9", 200);
    case(&site, EVENTS, "evil.example", 421);
}
