//! Bodies that are made to be read wrongly: each has its answer, and nothing half-read is stored.
use serde_json::{Value, json};

use crate::site::{EVENTS, JSON, NDJSON, Site, bearer, event, event_with, ids, post, seq};

/// A plain event with more of it, written by hand.
fn with(more: &str) -> String {
    let whole = event("hostile").to_string();
    format!("{},{more}}}", &whole[..whole.len() - 1])
}

/// The first error of a delivery that was refused whole: where it points, and its code.
#[track_caller]
fn refused(site: &Site, kind: (&str, &str), body: &[u8]) -> (String, String) {
    let reply = post(&mut site.app.connect(), &site.keys.write, kind, body).expect(422);
    let error = &reply.json()["errors"][0];
    let text = |name: &str| error[name].as_str().unwrap().to_owned();
    (text("pointer"), text("code"))
}

#[track_caller]
fn is_no_json(site: &Site, body: &[u8]) {
    let reply = post(&mut site.app.connect(), &site.keys.write, JSON, body);
    assert_eq!(reply.expect(400).problem(), "invalid-json");
}

#[test]
fn deep_nesting_is_refused_at_the_ninth_level_and_at_the_hundred_thousandth() {
    let site = Site::new();
    let nested = |levels: usize| {
        let (open, close) = (r#"{"a":"#.repeat(levels), "}".repeat(levels));
        with(&format!(r#""details":{open}1{close}"#))
    };
    let fits = nested(7);
    let receipt = post(
        &mut site.app.connect(),
        &site.keys.write,
        JSON,
        fits.as_bytes(),
    );
    assert_eq!(receipt.expect(200).json()["recorded"], 1);
    let expected = ("/0/details".to_owned(), "too_many".to_owned());
    for kind in [JSON, NDJSON] {
        assert_eq!(refused(&site, kind, nested(8).as_bytes()), expected);
    }
    const MOST: usize = 500_000;
    let lists = "[".repeat(MOST) + &"]".repeat(MOST);
    assert_eq!(refused(&site, JSON, lists.as_bytes()).1, "too_long");
    is_no_json(&site, "[".repeat(MOST).as_bytes());
    is_no_json(&site, r#"{"a":"#.repeat(MOST / 5).as_bytes());
    is_no_json(&site, &[b"[{".repeat(9000), b"]}".repeat(9000)].concat());
    assert_eq!(ids(&site.read("")), ["hostile"]);
}

#[test]
fn a_key_that_is_there_twice_is_refused_at_any_depth_and_in_any_spelling() {
    let site = Site::new();
    let case = |more: &str| {
        for kind in [JSON, NDJSON] {
            let (_, code) = refused(&site, kind, with(more).as_bytes());
            assert_eq!(code, "duplicate_key", "{more}");
        }
    };
    case(r#""outcome":"failure""#);
    case(r#""outcome":"success""#);
    case(r#""\u006futcome":"failure""#);
    case(r#""details":{},"details":{}"#);
    case(r#""x":1,"x":2"#);
    for levels in 0..6 {
        let (open, close) = (r#"{"a":"#.repeat(levels), "}".repeat(levels));
        case(&format!(r#""details":{open}{{"b":1,"b":1}}{close}"#));
        case(&format!(r#""details":{open}[{{"b":1,"\u0062":2}}]{close}"#));
    }
    let many: Vec<_> = (0..40).map(|it| format!(r#""k{it}":{it},"#)).collect();
    case(&format!(r#""details":{{{}"k7":1}}"#, many.concat()));
    assert!(ids(&site.read("")).is_empty());
}

#[test]
fn a_number_that_no_reader_agrees_on_is_never_kept_as_one() {
    let site = Site::new();
    let huge = "9".repeat(30_000);
    let taken = [
        "1e400",
        "-1e400",
        "1e-400",
        "1E+999999999",
        "-0",
        "-0.0",
        "0.1",
        "9007199254740993",
        "18446744073709551616",
        &huge,
    ];
    for number in taken {
        let body = event_with("", json!({ "id": null, "details": { "model_count": 1 } }));
        let body = body.to_string().replace(":1}", &format!(":{number}}}"));
        let reply = post(
            &mut site.app.connect(),
            &site.keys.write,
            JSON,
            body.as_bytes(),
        );
        let stored = site.event(seq(&reply.expect(200).json(), 0));
        let kept = &stored["details"]["model_count"];
        let is_safe = matches!(kept, Value::Null) || kept == 0 || kept.is_string();
        assert!(is_safe, "{number:.20}: {stored}");
    }
    let longer = with(&format!(
        r#""details":{{"model_count":{}}}"#,
        "9".repeat(100_000)
    ));
    assert_eq!(refused(&site, JSON, longer.as_bytes()).1, "too_long");
    let time = with(r#""occurred_at":1e400"#);
    assert_eq!(refused(&site, JSON, time.as_bytes()).1, "wrong_type");
    let broken = [
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "01",
        ".5",
        "1.",
        "1e",
        "+1",
        "1_0",
        "--1",
    ];
    for number in broken {
        is_no_json(
            &site,
            with(&format!(r#""details":{{"model_count":{number}}}"#)).as_bytes(),
        );
    }
    // In an address: left out with a warning, or no event.
    let read = bearer(&site.keys.read);
    let ask = |path: String| {
        site.app
            .send("GET", &path, &[("Authorization", &read)], b"")
    };
    for number in [
        "1e400",
        "-1",
        "NaN",
        "0x1",
        "18446744073709551616",
        &huge[..7000],
    ] {
        ask(format!("{EVENTS}/{number}")).expect(404);
        for name in ["limit", "before"] {
            let page = ask(format!("{EVENTS}?{name}={number}")).expect(200).json();
            assert_eq!(
                page["warnings"].as_array().unwrap().len(),
                1,
                "{name}={number:.20}"
            );
        }
    }
}

#[test]
fn what_is_no_utf_8_has_its_answer_wherever_it_stands() {
    let site = Site::new();
    let body = event("latin").to_string().replace("Ana", "An\u{e1}");
    let latin: Vec<u8> = body.chars().map(|it| it as u8).collect();
    is_no_json(&site, &latin);
    is_no_json(&site, b"\xff\xfe{\0}\0");
    let lines = [
        latin,
        b"\n".to_vec(),
        event("beside").to_string().into_bytes(),
    ]
    .concat();
    let receipt = post(&mut site.app.connect(), &site.keys.write, NDJSON, &lines);
    let receipt = receipt.expect(200).json();
    assert_eq!(receipt["results"][0]["errors"][0]["code"], "invalid_json");
    assert_eq!(ids(&site.read("")), ["beside"]);
    let read = format!("Authorization: {}\r\n", bearer(&site.keys.read));
    let case = |head: &[u8], status: &[u16]| {
        let host = format!("Host: {}\r\n{read}\r\n", site.app.address);
        let raw = [head, b"\r\n", host.as_bytes()].concat();
        let reply = site.app.connect().send_raw(&raw).unwrap();
        let shown = String::from_utf8_lossy(head);
        assert!(
            status.contains(&reply.status),
            "{} for {shown}",
            reply.status
        );
    };
    case(b"GET /api/v1/events?actor=%FF%FE HTTP/1.1", &[200]);
    case(b"GET /api/v1/events?%FF=1 HTTP/1.1", &[200]);
    case(b"GET /api/v1/events/%FF HTTP/1.1", &[404]);
    case(b"GET /%C0%AF HTTP/1.1", &[404]);
    case(b"GET /\xff HTTP/1.1", &[400, 404]);
    case(b"GET /healthz HTTP/1.1\r\nUser-Agent: \xff\xfe", &[200]);
    case(b"GET /healthz HTTP/1.1\r\nX-\xff: 1", &[400]);
    let page = site.read("actor=%FF%FE");
    assert_eq!(page["warnings"][0]["filter"], "actor", "{page}");
    let form = b"email=\xff\xfe&password=%FF%FE";
    let reply = site
        .app
        .send("POST", "/sign-in", &[crate::browser::FORM], form);
    assert_eq!(reply.status, 403);
    assert!(!site.app.folder.log().contains("panic"));
}
