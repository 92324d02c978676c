//! Requests that no well-meaning client sends.
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::appliance::Appliance;
use crate::http::Connection;
use crate::site::{EVENTS, JSON, Site, bearer, deliver, event, ids};

const WITHIN: Duration = Duration::from_secs(30);

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

/// A whole delivery, as bytes; it is taken when it is read as a request.
fn delivery(site: &Site, id: &str, lengths: &str, body: &str) -> String {
    let body = if body.is_empty() {
        event(id).to_string()
    } else {
        body.to_owned()
    };
    let key = bearer(&site.keys.write);
    let lengths = lengths.replace('#', &body.len().to_string());
    format!(
        "POST {EVENTS} HTTP/1.1\r\nHost: {}\r\nAuthorization: {key}\r\n\
         Content-Type: application/json\r\n{lengths}\r\n\r\n{body}",
        site.app.address
    )
}

/// Everything that comes back until the server ends the connection: each answer's status.
fn until_end(site: &Site, sent: &str) -> Vec<u16> {
    let mut stream = TcpStream::connect(&site.app.address).unwrap();
    stream.set_read_timeout(Some(WITHIN)).unwrap();
    stream.write_all(sent.as_bytes()).unwrap();
    let mut answers = String::new();
    stream
        .read_to_string(&mut answers)
        .unwrap_or_else(|error| panic!("{error}: it goes on after {sent:.900}"));
    let heads = answers.split("HTTP/1.1 ").skip(1);
    heads.map(|it| it[..3].parse().unwrap()).collect()
}

#[test]
fn bad_chunks_end_the_connection_and_nothing_of_them_is_executed() {
    let site = Site::new();
    let hidden = delivery(&site, "smuggled", "Content-Length: #", "");
    let whole = event("chunked").to_string();
    let length = format!("{:x}", whole.len());
    let case = |body: String| {
        let sent = delivery(&site, "", "Transfer-Encoding: chunked", &body) + &hidden;
        let statuses = until_end(&site, &sent);
        assert_eq!(statuses, [400], "{body:.60}");
    };
    for bad in ["zz", "-1", "+5", "0x5", "5 5", "", "FFFFFFFFFFFFFFFFF"] {
        case(format!("{bad}\r\n{whole}\r\n0\r\n\r\n"));
    }
    case(format!("{length}\r\n{whole}0\r\n\r\n"));
    case(format!("{length}\n{whole}\n0\n\n"));
    case(format!("{:x}\r\n{whole}\r\n0\r\n\r\n", whole.len() - 3));
    case(format!("{:x}\r\n{whole}\r\n0\r\n\r\n", whole.len() + 3));
    case(format!(
        "{length};{}\r\n{whole}\r\n0\r\n\r\n",
        "a".repeat(20_000)
    ));
    case(format!(
        "{length}\r\n{whole}\r\n0\r\n{}\r\n",
        "a: b\r\n".repeat(2000)
    ));
    assert!(ids(&site.read("")).is_empty(), "something was executed");
    // The same in good chunks is taken, so it was the chunks that were refused; and it is the last
    // of its connection, whatever follows.
    let good = format!("{length};x=y\r\n{whole}\r\n0\r\nX-Trailer: z\r\n\r\n");
    let sent = delivery(&site, "", "Transfer-Encoding: chunked", &good) + &hidden;
    assert_eq!(until_end(&site, &sent), [200]);
    assert_eq!(ids(&site.read("")), ["chunked"]);
}

#[test]
fn pipelined_requests_are_answered_in_order_and_none_behind_a_bad_one_is_executed() {
    let site = Site::new();
    let hidden = delivery(&site, "smuggled", "Content-Length: #", "");
    let host = format!("Host: {}\r\n", site.app.address);
    let many = "X-H: 1\r\n".repeat(80);
    for (bad, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        (
            format!("GET /healthz HTTP/1.1\r\n{host}no colon\r\n\r\n"),
            400,
        ),
        (format!("GET /healthz HTTP/1.1\r\n{host}{many}\r\n"), 431),
        (
            delivery(&site, "bad", "Content-Length: 5\r\nContent-Length: 6", ""),
            400,
        ),
        (delivery(&site, "bad", "Content-Length: +5", ""), 400),
        (
            delivery(&site, "bad", "Transfer-Encoding: chunked, identity", ""),
            400,
        ),
    ] {
        assert_eq!(
            until_end(&site, &(bad.clone() + &hidden)),
            [status],
            "{bad:.300}"
        );
    }
    let closing = format!("GET /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
    assert_eq!(until_end(&site, &(closing.clone() + &hidden)), [200]);
    assert!(ids(&site.read("")).is_empty(), "something was executed");
    let all = (0..20).map(|it| delivery(&site, &format!("p-{it}"), "Content-Length: #", ""));
    let nowhere = format!("GET /nowhere HTTP/1.1\r\n{host}\r\n");
    let sent: Vec<_> = all.chain([nowhere, closing]).collect();
    let expected: Vec<u16> = [vec![200; 20], vec![404, 200]].concat();
    assert_eq!(until_end(&site, &sent.concat()), expected);
    let newest_first: Vec<_> = (0..20).rev().map(|it| format!("p-{it}")).collect();
    assert_eq!(ids(&site.read("")), newest_first);
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
