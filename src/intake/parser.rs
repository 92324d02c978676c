//! A strict JSON reader (RFC 8259) for one submitted item after the other. Ours, because a general
//! one fails a whole batch for one odd item, rounds numbers before a digest has seen them, and
//! leaves copies of texts that nobody wipes.
use zeroize::Zeroizing;

use super::tree::{DEPTH_MAX, Flaw, Found, ITEM_BYTES_MAX, Map, Node, Text};

/// Not JSON: nothing after this point can be trusted.
pub struct Broken;

type Parsed<T> = Result<T, Broken>;

pub struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Bytes of an item that are kept in memory.
    item_max: usize,
    /// Where the present item is too long.
    limit: usize,
    found: Option<Found>,
}

/// One item: what it is, its length as sent, and its first flaw.
pub struct Item<'a> {
    pub node: Node<'a>,
    pub len: usize,
    pub found: Option<Found>,
}

impl<'a> Parser<'a> {
    pub fn new(text: &'a str) -> Self {
        Self::keeping(text, ITEM_BYTES_MAX)
    }

    /// For items of another length than submitted events.
    pub fn keeping(text: &'a str, item_max: usize) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            item_max,
            limit: 0,
            found: None,
        }
    }

    pub fn item(&mut self) -> Parsed<Item<'a>> {
        self.space();
        let start = self.at;
        self.limit = start + self.item_max;
        let mut node = Node::Null;
        self.value(1, &mut node)?;
        Ok(Item {
            node,
            len: self.at - start,
            found: self.found.take(),
        })
    }

    /// Steps over the next sign if it is this one.
    pub fn take(&mut self, sign: u8) -> bool {
        self.space();
        let is_next = self.bytes.get(self.at) == Some(&sign);
        self.at += usize::from(is_next);
        is_next
    }

    pub fn is_at_end(&mut self) -> bool {
        self.space();
        self.at == self.bytes.len()
    }

    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A megabyte of the smallest values would fill a hundred of memory.
    fn is_too_long(&self) -> bool {
        self.at > self.limit
    }

    /// Written in place: a node handed up through every level would be copied at each.
    fn value(&mut self, depth: usize, to: &mut Node<'a>) -> Parsed<()> {
        *to = match self.bytes.get(self.at) {
            Some(b'"') => Node::Text(self.string()?),
            Some(b'{' | b'[') if depth > DEPTH_MAX || self.is_too_long() => return self.skip(),
            Some(b'{') => Node::Map(self.map(depth)?),
            Some(b'[') => Node::List(self.list(depth)?),
            Some(b'-' | b'0'..=b'9') => Node::Number(self.number()?),
            Some(b't') => self.word("true", Node::Bool(true))?,
            Some(b'f') => self.word("false", Node::Bool(false))?,
            Some(b'n') => self.word("null", Node::Null)?,
            _ => return Err(Broken),
        };
        Ok(())
    }

    fn map(&mut self, depth: usize) -> Parsed<Map<'a>> {
        self.at += 1;
        if self.take(b'}') {
            return Ok(Map::new());
        }
        // As many as a documented object has.
        let mut map = Map::with_capacity(if depth == 1 { 14 } else { 6 });
        loop {
            self.space();
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(Broken);
            }
            let was_clean = self.found.is_none();
            let key = self.string()?;
            if !self.take(b':') {
                return Err(Broken);
            }
            self.space();
            let (key, value) = map.push_mut((key, Node::Null));
            self.value(depth + 1, value)?;
            if was_clean && let Some(found) = &mut self.found {
                found.came_through(depth, key.as_str());
            }
            if self.is_too_long() {
                map.clear();
            }
            if self.take(b',') {
                continue;
            }
            if !self.take(b'}') {
                return Err(Broken);
            }
            if let Some(key) = duplicate(&map) {
                self.flaw(Flaw::DuplicateKey);
                if let Some(found) = &mut self.found {
                    found.came_through(depth, key);
                }
            }
            return Ok(map);
        }
    }

    fn list(&mut self, depth: usize) -> Parsed<Vec<Node<'a>>> {
        self.at += 1;
        let mut list = Vec::new();
        if self.take(b']') {
            return Ok(list);
        }
        loop {
            self.space();
            self.value(depth + 1, list.push_mut(Node::Null))?;
            if self.is_too_long() {
                list.clear();
            }
            if self.take(b',') {
                continue;
            }
            return if self.take(b']') {
                Ok(list)
            } else {
                Err(Broken)
            };
        }
    }

    /// Finds the end of what is nested too deep, without recursion and without keeping it.
    fn skip(&mut self) -> Parsed<()> {
        self.flaw(Flaw::TooDeep);
        let mut open = Vec::new();
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.string()?;
                    continue;
                }
                Some(b'{') => open.push(b'}'),
                Some(b'[') => open.push(b']'),
                Some(close @ (b'}' | b']')) if open.pop() != Some(*close) => return Err(Broken),
                Some(_) => {}
                None => return Err(Broken),
            }
            self.at += 1;
            if open.is_empty() {
                return Ok(());
            }
        }
    }

    fn word(&mut self, word: &str, node: Node<'a>) -> Parsed<Node<'a>> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(Broken);
        }
        self.at += word.len();
        Ok(node)
    }

    fn number(&mut self) -> Parsed<&'a str> {
        let start = self.at;
        self.at += usize::from(self.bytes[self.at] == b'-');
        let is_zero = self.bytes.get(self.at) == Some(&b'0');
        if self.digits()? > 1 && is_zero {
            return Err(Broken);
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// At least one.
    fn digits(&mut self) -> Parsed<usize> {
        let rest = &self.bytes[self.at..];
        let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
        self.at += digits;
        if digits == 0 { Err(Broken) } else { Ok(digits) }
    }

    fn string(&mut self) -> Parsed<Text<'a>> {
        self.at += 1;
        let start = self.at;
        self.run();
        match self.bytes.get(self.at) {
            Some(b'"') => {
                let text = &self.text[start..self.at];
                self.at += 1;
                Ok(Text::Plain(text))
            }
            Some(b'\\') => self.unescape(start).map(|it| Text::Unescaped(Box::new(it))),
            _ => Err(Broken),
        }
    }

    /// To the next quote, backslash or control character.
    fn run(&mut self) {
        const ENDS: [bool; 256] = {
            let mut ends = [false; 256];
            let mut control = 0;
            while control < 0x20 {
                ends[control] = true;
                control += 1;
            }
            ends[b'"' as usize] = true;
            ends[b'\\' as usize] = true;
            ends
        };
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|it| ENDS[usize::from(*it)]);
        self.at += end.unwrap_or(rest.len());
    }

    fn unescape(&mut self, start: usize) -> Parsed<Zeroizing<String>> {
        // Unescaping never lengthens, so the copy is never moved and leaves no trace behind.
        let end = self.bytes[self.at..].iter().position(|it| *it == b'"');
        let mut copy = Zeroizing::new(String::with_capacity(
            self.at - start + end.unwrap_or_default(),
        ));
        copy.push_str(&self.text[start..self.at]);
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(copy);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let it = self.escape()?;
                    grow(&mut copy, it.len_utf8());
                    copy.push(it);
                }
                _ => return Err(Broken),
            }
            let start = self.at;
            self.run();
            grow(&mut copy, self.at - start);
            copy.push_str(&self.text[start..self.at]);
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let sign = *self.bytes.get(self.at).ok_or(Broken)?;
        self.at += 1;
        Ok(match sign {
            b'"' | b'\\' | b'/' => char::from(sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(Broken),
        })
    }

    fn unicode(&mut self) -> Parsed<char> {
        let high = self.hex()?;
        if let Some(it) = char::from_u32(high) {
            return Ok(it);
        }
        let is_pair = high < 0xdc00 && self.bytes[self.at..].starts_with(b"\\u");
        if is_pair {
            let before = self.at;
            self.at += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let joined = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return char::from_u32(joined).ok_or(Broken);
            }
            self.at = before;
        }
        self.flaw(Flaw::LoneSurrogate);
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Parsed<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).ok_or(Broken)?;
        self.at += 4;
        digits.iter().try_fold(0, |sum, it| {
            let digit = char::from(*it).to_digit(16).ok_or(Broken)?;
            Ok(sum * 16 + digit)
        })
    }

    /// The first flaw is the one that counts.
    fn flaw(&mut self, flaw: Flaw) {
        if self.found.is_none() {
            self.found = Some(Found::new(flaw));
        }
    }
}

/// Moves a copy that has to grow by hand: `String` would leave the old one unwiped.
fn grow(copy: &mut Zeroizing<String>, more: usize) {
    if copy.capacity() - copy.len() < more {
        let mut larger = Zeroizing::new(String::with_capacity(2 * (copy.len() + more)));
        larger.push_str(copy);
        *copy = larger;
    }
}

fn duplicate<'m>(map: &'m Map<'_>) -> Option<&'m str> {
    const FEW: usize = 24;
    if map.len() <= FEW {
        let mut rest = map.as_slice();
        while let Some(((key, _), more)) = rest.split_first() {
            let key = key.as_str();
            let same = |it: &str| it.as_bytes().first() == key.as_bytes().first() && it == key;
            if more.iter().any(|it| same(it.0.as_str())) {
                return Some(key);
            }
            rest = more;
        }
        return None;
    }
    let mut keys: Vec<&str> = map.iter().map(|it| it.0.as_str()).collect();
    keys.sort_unstable();
    keys.windows(2).find(|it| it[0] == it[1]).map(|it| it[0])
}
