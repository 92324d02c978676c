//! What strangers send, as far as it is parsed: whatever it is, nothing panics, and what was
//! understood can be written and understood again. ANNALS_FUZZ names the parser.
#![no_main]
#![allow(dead_code, unused_imports, reason = "the product uses the rest")]

#[path = "../../../src/base/mod.rs"]
mod base;
#[path = "../../../src/http/mod.rs"]
mod http;
#[path = "../../../src/intake/mod.rs"]
mod intake;
#[path = "../../../src/model/mod.rs"]
mod model;

use std::sync::LazyLock;

use hyper::header::{COOKIE, HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

use crate::http::{Cookies, Form};
use crate::intake::{Format, Intake, PoolAsserted, read_document};
use crate::model::{Cursor, DetailKeys, Filter, GateMode, Known, Surface};

const NOW: i64 = 1_790_000_000_000;

static PARSER: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("ANNALS_FUZZ").unwrap_or_default();
    match name.as_str() {
        "json" => |it| delivery(it, Format::Json),
        "ndjson" => |it| delivery(it, Format::Ndjson),
        "query" => query,
        "cursor" => cursor,
        "cookie" => cookie,
        "form" => form,
        "document" => document,
        _ => panic!("ANNALS_FUZZ is none of json, ndjson, query, cursor, cookie, form, document"),
    }
});

fuzz_target!(|bytes: &[u8]| PARSER(bytes));

static INTAKE: LazyLock<Intake> = LazyLock::new(|| Intake::new(&[1; 32], &[2; 32]));

fn delivery(bytes: &[u8], format: Format) {
    let pool = PoolAsserted {
        id: &[3; 16],
        slug: "edge",
        own_keys: &DetailKeys::default(),
    };
    let read = |mode| INTAKE.read(bytes, format, mode, &pool, NOW);
    let gated = read(GateMode::Gated).map(|it| it.items.len());
    let sealed = read(GateMode::Sealed).map(|it| it.items.len());
    match (&gated, &sealed) {
        (Ok(one), Ok(other)) => assert_eq!(one, other, "the mode changes how many items there are"),
        (Err(_), Err(_)) => {}
        _ => panic!("the mode changes what can be read"),
    }
    // The control: three items are one too many.
    if cfg!(feature = "blunder") && gated.is_ok_and(|it| it == 3) {
        panic!("the control was found");
    }
}

fn query(bytes: &[u8]) {
    let pairs: Vec<_> = form_urlencoded::parse(bytes)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let known = Known {
        pools: &[],
        seen: &[],
    };
    let parse = |pairs: &[(String, String)], surface| {
        let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
        Filter::parse(pairs, &known, surface)
    };
    parse(&pairs, Surface::Api);
    let once = parse(&pairs, Surface::Page);
    let written = once.filter.query(&once.at);
    let again: Vec<_> = form_urlencoded::parse(written.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let twice = parse(&again, Surface::Page);
    assert_eq!(twice.filter, once.filter, "{written}");
    // An event that is none has no address to be written.
    assert_eq!(twice.at.before, once.at.before, "{written}");
    assert_eq!(twice.at.after, once.at.after, "{written}");
}

fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(cursor) = Cursor::parse(text) {
        assert_eq!(cursor.to_string(), text);
    }
}

fn cookie(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|it| *it == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(COOKIE, value);
        }
    }
    for is_https in [false, true] {
        let cookies = Cookies::of(&headers, is_https);
        for name in ["annals", "annals-device", ""] {
            let value = cookies.get(name);
            assert!(value.is_none_or(|it| !it.contains(';')));
        }
    }
}

fn form(bytes: &[u8]) {
    let form = Form::parse(bytes);
    for name in ["csrf", "name", "", "key_0"] {
        let first = form.get(name).map(str::to_owned);
        assert_eq!(form.all(name).next(), first.as_deref());
        assert_eq!(form.secret(name).map(|it| it.to_string()), first);
    }
}

fn document(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Err(fault) = read_document(text) {
        assert!(!fault.sentence().is_empty());
    }
}
