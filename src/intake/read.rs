//! A delivery's body, taken apart into items: each becomes a safe event or its errors.
use zeroize::Zeroizing;

use super::digest;
use super::error::{ItemCode, ItemError};
use super::item;
use super::parser::{Broken, Item, Parser};
use super::rules::Rules;
use super::sightings::{self, Sighting};
use super::tree::{Flaw, ITEM_BYTES_MAX, Node};
use crate::base::{Error, Keyed, Kind, Millis, Result};
use crate::model::safe::SafeEvent;
use crate::model::{DetailKeys, Digester, GateMode};

const ITEMS_MAX: usize = 1000;

/// Reads deliveries: holds the keys of its digests and nothing that was delivered.
#[derive(Clone)]
pub struct Intake {
    digester: Digester,
    item_key: Keyed,
}

/// How the body is divided into items.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// One object, or an array of them.
    Json,
    /// One object a line.
    Ndjson,
}

/// The Pool of the credential. A sender may name it, never choose it.
pub struct PoolAsserted<'a> {
    pub id: &'a [u8; 16],
    pub slug: &'a str,
    /// Details that it keeps beyond the documented ones.
    pub own_keys: &'a DetailKeys,
}

/// What became of a delivery.
pub struct Taken {
    /// One for each item, in order.
    pub items: Vec<Submitted>,
    /// Credentials that it carried.
    pub seen: Vec<Sighting>,
}

/// What became of one item.
pub enum Submitted {
    Event(Box<SafeEvent>),
    Rejected(Vec<ItemError>),
}

impl Intake {
    pub fn new(digest_key: &[u8; 32], item_key: &[u8; 32]) -> Self {
        Self {
            digester: Digester::new(digest_key),
            item_key: Keyed::new(item_key),
        }
    }

    /// Errors: `InvalidJson` for an empty body and for one that
    /// is not JSON (a line of NDJSON fails alone), `TooLarge` for more than 1,000 items.
    pub fn read(
        &self,
        body: &[u8],
        format: Format,
        mode: GateMode,
        pool: &PoolAsserted<'_>,
        now: Millis,
    ) -> Result<Taken> {
        let mut reading = Reading {
            rules: Rules {
                digester: &self.digester,
                mode,
                pool_slug: pool.slug,
                own_keys: pool.own_keys,
                now,
            },
            item_key: &self.item_key,
            pool_id: pool.id,
            scratch: Zeroizing::default(),
            results: Vec::new(),
            seen: Vec::new(),
        };
        match format {
            Format::Json => reading.json(body)?,
            Format::Ndjson => reading.ndjson(body)?,
        }
        Ok(Taken {
            items: reading.results,
            seen: reading.seen,
        })
    }
}

struct Reading<'r> {
    rules: Rules<'r>,
    item_key: &'r Keyed,
    pool_id: &'r [u8; 16],
    scratch: Zeroizing<Vec<u8>>,
    results: Vec<Submitted>,
    seen: Vec<Sighting>,
}

impl Reading<'_> {
    fn json(&mut self, body: &[u8]) -> Result<()> {
        let Ok(text) = std::str::from_utf8(body) else {
            return Err(invalid());
        };
        let mut parser = Parser::new(text);
        if parser.take(b'[') {
            self.array(&mut parser)?;
        } else {
            let item = parser.item().map_err(|Broken| invalid())?;
            self.submit(item)?;
        }
        if parser.is_at_end() {
            Ok(())
        } else {
            Err(invalid())
        }
    }

    fn array(&mut self, parser: &mut Parser<'_>) -> Result<()> {
        if parser.take(b']') {
            return Ok(());
        }
        loop {
            let item = parser.item().map_err(|Broken| invalid())?;
            self.submit(item)?;
            if parser.take(b',') {
                continue;
            }
            return if parser.take(b']') {
                Ok(())
            } else {
                Err(invalid())
            };
        }
    }

    fn ndjson(&mut self, body: &[u8]) -> Result<()> {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', body).chain([body.len()]) {
            let line = &body[start..end];
            start = end + 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match line_item(line) {
                Some(item) => self.submit(item)?,
                None => self.reject("", ItemCode::InvalidJson)?,
            }
        }
        if self.results.is_empty() {
            return Err(invalid());
        }
        Ok(())
    }

    fn submit(&mut self, item: Item<'_>) -> Result<()> {
        if item.len > ITEM_BYTES_MAX {
            return self.reject("", ItemCode::TooLong);
        }
        if let Some(found) = item.found {
            let code = match found.flaw() {
                Flaw::DuplicateKey => ItemCode::DuplicateKey,
                Flaw::TooDeep => ItemCode::TooMany,
                Flaw::LoneSurrogate => ItemCode::Malformed,
            };
            return self.reject(&found.pointer(), code);
        }
        let Node::Map(mut map) = item.node else {
            return self.reject("", ItemCode::WrongType);
        };
        let read = item::read(&map, &self.rules, self.results.len());
        // What was kept as it was sent passed the gate, which lets no credential through.
        if read.as_ref().map_or(true, |it| it.0.redactions > 0) {
            sightings::look(&map, &mut self.seen);
        }
        let result = match read {
            Ok((mut event, id)) => {
                let id = id.map(|it| digest::of_id(self.item_key, self.pool_id, it));
                event.item = id.map(|id| {
                    let item = digest::of_item(self.item_key, &mut map, &mut self.scratch);
                    digest::joined(id, item)
                });
                Submitted::Event(event)
            }
            Err(errors) => Submitted::Rejected(errors),
        };
        self.push(result)
    }

    fn reject(&mut self, pointer: &str, code: ItemCode) -> Result<()> {
        let pointer = format!("/{}{pointer}", self.results.len());
        self.push(Submitted::Rejected(vec![ItemError::new(pointer, code)]))
    }

    fn push(&mut self, result: Submitted) -> Result<()> {
        if self.results.len() == ITEMS_MAX {
            return Err(Error::new(
                Kind::TooLarge,
                "A delivery holds at most 1,000 events.",
            ));
        }
        self.results.push(result);
        Ok(())
    }
}

fn line_item(line: &[u8]) -> Option<Item<'_>> {
    let mut parser = Parser::new(std::str::from_utf8(line).ok()?);
    let item = parser.item().ok()?;
    parser.is_at_end().then_some(item)
}

/// The parser's own message would quote the body.
fn invalid() -> Error {
    Error::new(Kind::InvalidJson, "The body is empty or not valid JSON.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: impl AsRef<[u8]>, format: Format) -> Result<Vec<Submitted>, Kind> {
        let pool = PoolAsserted {
            id: &[1; 16],
            slug: "payments",
            own_keys: &DetailKeys::default(),
        };
        Intake::new(&[7; 32], &[8; 32])
            .read(body.as_ref(), format, GateMode::Gated, &pool, 0)
            .map(|it| it.items)
            .map_err(|it| it.kind())
    }

    #[test]
    fn a_body_that_is_not_json_is_refused_whole() {
        let case = |body: &str, kind| {
            assert_eq!(read(body, Format::Json).err(), Some(kind), "{body}");
        };
        case("", Kind::InvalidJson);
        case("  ", Kind::InvalidJson);
        case("{", Kind::InvalidJson);
        case("{} {}", Kind::InvalidJson);
        case("[{},]", Kind::InvalidJson);
        case("[{}", Kind::InvalidJson);
        case("[01]", Kind::InvalidJson);
        case("[\"\n\"]", Kind::InvalidJson);
        case(&"[".repeat(100_000), Kind::InvalidJson);
        case(&format!("[{}0]", "0,".repeat(1000)), Kind::TooLarge);
        assert_eq!(
            read(b"\"\xff\"", Format::Json).err(),
            Some(Kind::InvalidJson)
        );
        assert_eq!(read("\n \n", Format::Ndjson).err(), Some(Kind::InvalidJson));
        assert!(read("[]", Format::Json).is_ok_and(|it| it.is_empty()));
    }

    #[test]
    fn a_bad_line_fails_alone_and_blank_lines_are_skipped() {
        let good = r#"{"action":"job.run","outcome":"success"}"#;
        let body = format!("{good}\r\n\n{{oops\n \n{good}\n[]\n{good} x");
        let codes = read(body, Format::Ndjson)
            .unwrap()
            .into_iter()
            .map(|it| match it {
                Submitted::Event(_) => None,
                Submitted::Rejected(errors) => Some((errors[0].pointer.clone(), errors[0].code)),
            });
        let expected = [
            None,
            Some(("/1".to_owned(), ItemCode::InvalidJson)),
            None,
            Some(("/3".to_owned(), ItemCode::WrongType)),
            Some(("/4".to_owned(), ItemCode::InvalidJson)),
        ];
        assert_eq!(codes.collect::<Vec<_>>(), expected);
    }
}
