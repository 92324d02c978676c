//! Any JSON in: every text of the resulting event is static, gated, shaped or a digest, and nothing
//! panics. The generator is seeded, so a failure repeats.
use super::read::{Format, Intake, PoolAsserted, Submitted};
use crate::model::safe::{
    ActionName, Change, Detail, Email, Ip, Key, Label, OpaqueId, SafeEvent, SafePrefix, SourceId,
    TargetKind, Word,
};
use crate::model::{DetailKeys, GateMode, vocabulary};

const ROUNDS: u64 = 20_000;

#[test]
fn whatever_comes_in_only_declared_shapes_come_out() {
    let intake = Intake::new(&[1; 32], &[2; 32]);
    let pool = PoolAsserted {
        id: &[3; 16],
        slug: "p",
        own_keys: &DetailKeys::default(),
    };
    let mut events = 0;
    for seed in 0..ROUNDS {
        let mut dice = Dice(seed);
        let mut body = String::new();
        write_item(&mut dice, &mut body);
        let mode = match dice.roll(4) {
            0 => GateMode::Sealed,
            _ => GateMode::Gated,
        };
        let now = 1_790_000_000_000;
        let results = intake.read(body.as_bytes(), Format::Json, mode, &pool, now);
        for result in results.map(|it| it.items).unwrap_or_default() {
            if let Submitted::Event(event) = result {
                events += 1;
                check(&event, mode, &body);
            }
        }
    }
    assert!(events > ROUNDS / 4, "{events}");
}

#[test]
fn broken_bytes_are_refused_and_never_panic() {
    let intake = Intake::new(&[1; 32], &[2; 32]);
    let pool = PoolAsserted {
        id: &[3; 16],
        slug: "p",
        own_keys: &DetailKeys::default(),
    };
    for seed in 0..ROUNDS {
        let mut dice = Dice(seed);
        let mut body = String::new();
        write_item(&mut dice, &mut body);
        let mut bytes = body.into_bytes();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(bytes.len());
            bytes[at] = b"\"\\{}[]:,u\xff 0e-\n"[dice.roll(15)];
        }
        let is_text = std::str::from_utf8(&bytes).is_ok();
        let is_json = is_text && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok();
        let result = intake.read(&bytes, Format::Json, GateMode::Gated, &pool, 0);
        assert_eq!(is_json, result.is_ok(), "seed {seed}");
        drop(intake.read(&bytes, Format::Ndjson, GateMode::Gated, &pool, 0));
    }
}

fn check(event: &SafeEvent, mode: GateMode, body: &str) {
    let id = |it: &str| {
        let is_kept = OpaqueId::parse(it).is_ok() && mode == GateMode::Gated;
        assert!(is_kept || is_digest(it), "{body}");
    };
    let label = |it: &Label| {
        let is_kept = Label::gate(it.as_str()).is_ok() && mode == GateMode::Gated;
        assert!(is_kept || is_digest(it.as_str()), "{body}");
    };
    assert!(ActionName::parse(event.action.as_str()).is_ok(), "{body}");
    if let Some(it) = &event.id {
        id(it.as_str());
        assert!(SourceId::parse(it.as_str()).is_ok() || is_digest(it.as_str()));
    }
    assert_eq!(event.item.is_some(), event.id.is_some(), "{body}");
    if let Some(it) = &event.request_id {
        id(it.as_str());
    }
    if let Some(it) = &event.reason {
        assert!(Word::parse("reason", it.as_str()).is_ok(), "{body}");
    }
    if let Some(it) = &event.ip {
        assert!(
            Ip::parse(it.as_str()).is_ok_and(|again| again == *it),
            "{body}"
        );
    }
    if let Some(actor) = &event.actor {
        actor.id.iter().for_each(|it| id(it.as_str()));
        actor.label.iter().for_each(label);
        let is_kept = |it: &Email| Email::parse(it.as_str()).is_ok() || is_digest(it.as_str());
        assert!(actor.email.as_ref().is_none_or(is_kept), "{body}");
    }
    if let Some(target) = &event.target {
        assert!(TargetKind::parse(target.kind.as_str()).is_ok(), "{body}");
        target.id.iter().for_each(|it| id(it.as_str()));
        target.label.iter().for_each(label);
    }
    for (key, detail) in &event.details {
        assert!(vocabulary::kind_of(key.as_str()).is_some(), "{body}");
        check_detail(key, detail, mode, body);
    }
    for Change { field, from, to } in &event.changes {
        assert!(is_field_name(field), "{body}");
        for detail in from.iter().chain(to) {
            check_detail(field, detail, mode, body);
        }
    }
}

fn is_field_name(key: &Key) -> bool {
    vocabulary::is_field_name(key.as_str())
}

fn check_detail(key: &Key, detail: &Detail, mode: GateMode, body: &str) {
    let word = |it: &Word| assert!(Word::parse(key.as_str(), it.as_str()).is_ok(), "{body}");
    let id = |it: &OpaqueId| {
        assert!(
            OpaqueId::parse(it.as_str()).is_ok() && mode == GateMode::Gated,
            "{body}"
        );
    };
    let label = |it: &Label| {
        assert!(
            Label::gate(it.as_str()).is_ok() && mode == GateMode::Gated,
            "{body}"
        );
    };
    match detail {
        Detail::Bool(_) | Detail::Int(_) | Detail::Timestamp(_) => {}
        Detail::Word(it) => word(it),
        Detail::Id(it) => id(it),
        Detail::Label(it) => label(it),
        Detail::Prefix(it) => assert!(SafePrefix::parse(it.as_str()).is_ok(), "{body}"),
        Detail::FieldNames(list) => {
            assert!(list.iter().all(is_field_name), "{body}");
        }
        Detail::Words(list) => list.iter().for_each(word),
        Detail::Ids(list) => list.iter().for_each(id),
        Detail::Labels(list) => list.iter().for_each(label),
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("h:").is_some_and(|it| {
        it.len() == 16
            && it
                .bytes()
                .all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
    })
}

/// A small generator of numbers (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((it ^ (it >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

const FIELDS: [&str; 14] = [
    "id",
    "occurred_at",
    "reason",
    "actor",
    "target",
    "request_id",
    "ip",
    "user_agent",
    "pool",
    "changes",
    "details",
    "x",
    "ghp_016C7f0Xk2Vq9Lw3Zr8Tn5Yb",
    "password",
];
const PARTS: [&str; 7] = ["type", "kind", "id", "email", "label", "field", "from"];
const KEYS: [&str; 16] = [
    "role",
    "name",
    "job_id",
    "roles",
    "changed_fields",
    "key_prefix",
    "attempt",
    "is_private",
    "expires_at",
    "replica_count",
    "region",
    "protocol",
    "team",
    "message",
    "secret",
    "to",
];
const TEXTS: [&str; 24] = [
    "admin",
    "user",
    "system",
    "edge-01",
    "Ana Ruiz",
    "ana@example.org",
    "203.0.113.9:80",
    "sk-ab",
    "sk-abcdefghijklmnop",
    "AKIAIOSFODNN7EXAMPLE",
    "x9f3kq27zz1b",
    "ftp://host/a",
    "550e8400-e29b-41d4-a716-446655440000",
    "2026-09-24T08:15:02Z",
    "password: hunter2",
    "山田 太郎",
    "\\ud83d\\ude00",
    "\\u0000",
    "e\\u0301cole",
    "\\\"",
    "Bearer abcdefghijkl",
    "europe-west4",
    "TLSv1.3",
    "h:0123456789abcdef",
];

fn write_item(dice: &mut Dice, to: &mut String) {
    to.push_str(r#"{"action":"job.run","outcome":"denied""#);
    let mut left: Vec<&str> = FIELDS.to_vec();
    for _ in 0..dice.roll(9) {
        let field = left.swap_remove(dice.roll(left.len()));
        to.extend([",\"", field, "\":"]);
        match (field, dice.roll(8)) {
            (_, 0) => write_value(dice, 2, to),
            ("actor", _) => write_map(dice, &PARTS, r#""type":"system""#, to),
            ("target", _) => write_map(dice, &PARTS, r#""kind":"service""#, to),
            ("details", _) => write_map(dice, &KEYS, r#""dry_run":true"#, to),
            ("changes", _) => {
                to.push('[');
                write_map(dice, &PARTS, r#""to":"set""#, to);
                to.push(']');
            }
            ("pool", _) => to.push_str("\"p\""),
            ("occurred_at", _) => to.push_str("\"2026-09-01T08:15:02.5+02:00\""),
            _ => write_text(dice, to),
        }
    }
    to.push('}');
}

fn write_map(dice: &mut Dice, names: &[&str], first: &str, to: &mut String) {
    to.push('{');
    to.push_str(first);
    let mut left: Vec<&str> = names.to_vec();
    left.retain(|it| !first.contains(it));
    for _ in 0..dice.roll(6) {
        let name = left.swap_remove(dice.roll(left.len()));
        to.extend([",\"", name, "\":"]);
        match dice.roll(3) {
            0 => write_value(dice, 3, to),
            _ => write_text(dice, to),
        }
        if left.is_empty() {
            break;
        }
    }
    to.push('}');
}

fn write_value(dice: &mut Dice, depth: usize, to: &mut String) {
    match dice.roll(if depth < 7 { 8 } else { 6 }) {
        0 => to.push_str(dice.pick(&["null", "true", "false"])),
        1 => to.push_str(dice.pick(&["0", "-1", "1.5", "1e400", "9007199254740992", "17"])),
        2..=5 => write_text(dice, to),
        6 => {
            to.push('[');
            write_value(dice, depth + 1, to);
            to.push(',');
            write_value(dice, depth + 1, to);
            to.push(']');
        }
        _ => {
            to.push_str("{\"");
            to.push_str(dice.pick(&TEXTS));
            to.push_str("\":");
            write_value(dice, depth + 1, to);
            to.push('}');
        }
    }
}

/// One of the telling texts, or a run of any characters.
fn write_text(dice: &mut Dice, to: &mut String) {
    to.push('"');
    if dice.roll(3) > 0 {
        to.push_str(dice.pick(&TEXTS));
    } else {
        for _ in 0..dice.roll(40) {
            let any = char::from_u32(u32::try_from(dice.roll(0x11_0000)).unwrap());
            let ascii = char::from_u32(u32::try_from(0x20 + dice.roll(0x5f)).unwrap());
            let it = if dice.roll(4) == 0 { any } else { ascii };
            to.extend(it.filter(|it| !"\"\\".contains(*it) && !it.is_control()));
        }
    }
    to.push('"');
}
