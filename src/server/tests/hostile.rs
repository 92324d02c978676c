//! Requests that no well-meaning client sends, and what every answer carries.
use std::io::Write;
use std::sync::atomic::Ordering;

use super::{Running, code, head_of, header, patient};

#[test]
fn each_hostile_request_has_its_status() {
    #[track_caller]
    fn case(running: &Running, request: &str, expected: &str) {
        let answer = running.talk(&format!("{request}\r\n"));
        assert_eq!(code(&answer), expected, "{request:.60}");
    }
    let running = Running::start(patient());
    let host = "Host: localhost\r\nConnection: close\r\n";
    let long = "a".repeat(20_000);
    let many = "X-H: 1\r\n".repeat(80);
    let get = |rest: &str| format!("GET /page HTTP/1.1\r\nConnection: close\r\n{rest}");
    case(&running, &get("Host: localhost\r\n"), "200");
    case(&running, &get("Host: LOCALHOST:80\r\n"), "200");
    case(&running, &get(""), "400");
    case(
        &running,
        &get("Host: localhost\r\nHost: localhost\r\n"),
        "400",
    );
    case(&running, &get("Host: evil.example\r\n"), "421");
    case(&running, &get(&format!("{host}X-Long: {long}\r\n")), "431");
    case(&running, &get(&format!("{host}{many}")), "431");
    case(
        &running,
        &format!("GET http://evil.example/page HTTP/1.1\r\n{host}"),
        "400",
    );
    case(
        &running,
        &format!("GET http://localhost/page HTTP/1.1\r\n{host}"),
        "200",
    );
    case(
        &running,
        &format!("GET http://a@localhost/page HTTP/1.1\r\n{host}"),
        "400",
    );
    case(
        &running,
        &format!("GET /{} HTTP/1.1\r\n{host}", &long[..9000]),
        "414",
    );
    case(&running, &format!("TRACE /page HTTP/1.1\r\n{host}"), "405");
    case(
        &running,
        "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n",
        "405",
    );
    case(
        &running,
        &format!("GET /page HTTP/1.1\r\n{host}Content-Length: x\r\n"),
        "400",
    );
    case(&running, "nonsense\r\n", "400");
}

#[test]
fn every_answer_carries_its_id_and_its_protection() {
    #[track_caller]
    fn case(running: &Running, method: &str, path: &str, expected: &str) {
        let answer = running.talk(&format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             X-Request-Id: theirs\r\nContent-Length: 0\r\n\r\n"
        ));
        assert_eq!(code(&answer), expected);
        assert_protected(&answer);
        let is_file = path == "/file" && expected == "200";
        let cache = header(&answer, "cache-control").unwrap();
        assert_eq!(cache == "no-store", !is_file, "{cache}");
    }
    let running = Running::start(patient());
    case(&running, "GET", "/page", "200");
    case(&running, "HEAD", "/page", "200");
    case(&running, "GET", "/file", "200");
    case(&running, "GET", "/who", "200");
    case(&running, "GET", "/missing", "404");
    case(&running, "GET", "/api/v1/missing", "404");
    case(&running, "POST", "/page", "405");
    case(&running, "GET", "/panic", "500");
    case(&running, "TRACE", "/page", "405");
}

/// hyper answers these itself, before a request is one.
#[test]
fn what_is_no_request_gets_a_problem_like_any_other() {
    #[track_caller]
    fn case(running: &Running, sent: &str, status: &str, slug: &str) {
        let answer = running.talk(sent);
        let refusal = &answer[answer.rfind("HTTP/1.1 ").unwrap()..];
        assert_eq!(code(refusal), status, "{sent:.60}");
        assert_protected(refusal);
        assert_eq!(header(refusal, "cache-control"), Some("no-store"));
        assert_eq!(
            header(refusal, "content-type"),
            Some("application/problem+json")
        );
        assert_eq!(header(refusal, "connection"), Some("close"));
        assert!(header(refusal, "date").is_some());
        let (_, body) = refusal.split_once("\r\n\r\n").unwrap();
        let length = body.len().to_string();
        assert_eq!(header(refusal, "content-length"), Some(length.as_str()));
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["type"], format!("urn:annals:problem:{slug}"));
        assert_eq!(body["request_id"].as_str(), header(refusal, "x-request-id"));
        assert!(!refusal.contains("secret"), "{refusal}");
    }
    let running = Running::start(patient());
    let good = "GET /page HTTP/1.1\r\nHost: localhost\r\n";
    let many = "X-H: secret\r\n".repeat(80);
    let long = "secret".repeat(20_000);
    let case = |sent: &str, status, slug| case(&running, sent, status, slug);
    case("secret\r\n\r\n", "400", "invalid-request");
    case("GET /secret HTTP/3.1\r\n\r\n", "400", "invalid-request");
    case(&format!("{good}secret\r\n\r\n"), "400", "invalid-request");
    case(&format!("{good}{many}\r\n"), "431", "head-too-large");
    case(&format!("{good}X: {long}\r\n\r\n"), "431", "head-too-large");
    // Behind a request that was answered, on the same connection.
    case(
        &format!("{good}\r\nsecret\r\n\r\n"),
        "400",
        "invalid-request",
    );
}

#[track_caller]
fn assert_protected(answer: &str) {
    let id = header(answer, "x-request-id").unwrap();
    assert!(id.starts_with("req_"), "{id}");
    let csp = header(answer, "content-security-policy").unwrap();
    assert!(csp.starts_with("default-src 'none';"), "{csp}");
    assert_eq!(header(answer, "x-content-type-options"), Some("nosniff"));
    assert_eq!(header(answer, "referrer-policy"), Some("no-referrer"));
    for policy in ["cross-origin-opener-policy", "cross-origin-resource-policy"] {
        assert_eq!(header(answer, policy), Some("same-origin"));
    }
    assert_eq!(header(answer, "strict-transport-security"), None);
}

#[test]
fn errors_come_in_the_form_that_the_reader_of_the_answer_expects() {
    let running = Running::start(patient());
    let page = running.get("/missing", "");
    assert_eq!(
        header(&page, "content-type"),
        Some("text/html; charset=utf-8")
    );
    let problem = running.get("/body", "");
    assert_eq!(
        header(&problem, "content-type"),
        Some("application/problem+json")
    );
    assert_eq!(header(&problem, "allow"), Some("POST"));
    assert!(
        problem.contains("urn:annals:problem:method-not-allowed"),
        "{problem}"
    );
    let page = running.talk("PUT /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(header(&page, "allow"), Some("GET, HEAD"));
}

#[test]
fn head_is_get_without_the_body() {
    let running = Running::start(patient());
    let get = running.get("/page", "");
    let head = running.talk("HEAD /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(
        header(&head, "content-length"),
        header(&get, "content-length")
    );
    assert!(
        get.ends_with("a page") && head.ends_with("\r\n\r\n"),
        "{head}"
    );
}

#[test]
fn a_request_hidden_behind_two_lengths_is_never_executed() {
    #[track_caller]
    fn case(lengths: &str, body: &str, reached: u32) {
        let running = Running::start(patient());
        let head = "POST /body HTTP/1.1\r\nHost: localhost\r\n";
        let hidden = format!("{head}Content-Length: 1\r\n\r\n1");
        let answers = running.talk(&format!("{head}{lengths}\r\n{body}{hidden}"));
        assert!(answers.matches("HTTP/1.1 ").count() <= 1, "{answers}");
        assert_eq!(running.toy.reached.load(Ordering::Relaxed), reached);
    }
    case(
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "0\r\n\r\n",
        1,
    );
    case(
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "0\r\n\r\n",
        1,
    );
    case("Content-Length: 1\r\nContent-Length: 2\r\n", "1", 0);
    case("Transfer-Encoding: chunked, x\r\n", "0\r\n\r\n", 0);
}

#[test]
fn a_body_over_the_limit_is_refused_and_the_refusal_arrives() {
    #[track_caller]
    fn case(length: &str, body: &str, expected: &str) {
        let running = Running::start(patient());
        let mut stream = running.connect();
        let head = format!("POST /body HTTP/1.1\r\nHost: localhost\r\n{length}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let answer = head_of(&mut stream);
        assert_eq!(code(&answer), expected, "{answer}");
    }
    let over = "x".repeat(3 << 20);
    case("Content-Length: 1024\r\n", &over[..1024], "200");
    case("Content-Length: 1025\r\n", &over[..1025], "413");
    case("Content-Length: 3145728\r\n", &over, "413");
    case("Content-Length: 18446744073709551613\r\n", "", "413");
    let chunked = format!("300000\r\n{over}\r\n0\r\n\r\n");
    case("Transfer-Encoding: chunked\r\n", &chunked, "413");
    let chunked = format!("400\r\n{}\r\n0\r\n\r\n", &over[..1024]);
    case("Transfer-Encoding: chunked\r\n", &chunked, "200");
}
