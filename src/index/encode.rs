//! A segment as bytes, and back. A damaged blob is an error, whatever is wrong with it.
use super::column::{Codes, Column};
use super::idcolumn::IdColumn;
use super::number::word;
use super::postings::Postings;
use super::row::SEGMENT_LEN;
use super::segment::{Segment, Texts, Times};
use crate::base::{Error, Kind, Result};

const FORMAT: &[u8; 8] = b"annals1\n";

impl Segment {
    /// Little-endian, the columns one after another, a checksum at the end.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Out(Vec::with_capacity(self.bytes() + 4096));
        out.0.extend_from_slice(FORMAT);
        out.length(self.len());
        match &self.times {
            Times::Near { base_ms, after } => {
                out.0.push(0);
                out.0.extend_from_slice(&base_ms.to_le_bytes());
                out.words(after);
            }
            Times::Far(times) => {
                out.0.push(1);
                times
                    .iter()
                    .for_each(|it| out.0.extend_from_slice(&it.to_le_bytes()));
            }
        }
        out.0.push(u8::from(self.arrivals.is_some()));
        out.shorts(self.arrivals.as_deref().unwrap_or(&[]));
        for column in [&self.pools, &self.actions, &self.kinds] {
            out.length(column.values.len());
            out.shorts(&column.values);
            match &column.codes {
                Codes::Narrow(codes) => out.0.extend_from_slice(codes),
                Codes::Wide(codes) => out.shorts(codes),
            }
        }
        out.0.extend_from_slice(&self.flags);
        for texts in [&self.actors, &self.targets] {
            texts.column.iter().for_each(|it| out.words(&[it]));
            let ids = texts.postings.ids.list();
            out.length(ids.len());
            out.words(&ids);
            out.shorts(&texts.postings.starts);
            out.length(texts.postings.events());
            out.shorts(texts.postings.with_ids());
        }
        let checksum = crc32fast::hash(&out.0);
        out.0.extend_from_slice(&checksum.to_le_bytes());
        out.0
    }

    /// What `encode` wrote, as segment `no`. Nothing else is accepted.
    pub fn decode(no: u32, blob: &[u8]) -> Result<Self> {
        decode(no, blob)
            .ok_or_else(|| Error::new(Kind::Damaged, "a segment of the index is damaged"))
    }
}

fn decode(no: u32, blob: &[u8]) -> Option<Segment> {
    let (body, checksum) = blob.split_last_chunk()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
        return None;
    }
    let mut parts = In(body.strip_prefix(FORMAT)?);
    let len = parts.length()?;
    if len == 0 || len > SEGMENT_LEN {
        return None;
    }
    let times = times(&mut parts, len)?;
    let arrivals = match parts.byte()? {
        0 => None,
        1 => Some(permutation(parts.shorts(len)?)?),
        _ => return None,
    };
    let columns = [
        column(&mut parts, len)?,
        column(&mut parts, len)?,
        column(&mut parts, len)?,
    ];
    let flags: Box<[u8]> = parts.take(len)?.into();
    let texts = [texts(&mut parts, len)?, texts(&mut parts, len)?];
    let segment = Segment::of_parts(no, times, arrivals, columns, flags, texts);
    let ties_in_order = || segment.arrivals.is_none() || ties_are_in_order(&segment);
    (parts.0.is_empty() && ties_in_order()).then_some(segment)
}

fn times(parts: &mut In<'_>, len: usize) -> Option<Times> {
    match parts.byte()? {
        0 => {
            let base_ms = i64::from_le_bytes(*parts.array()?);
            let after = parts.words(len)?;
            base_ms.checked_add(i64::from(*after.last()?))?;
            after.is_sorted().then_some(Times::Near { base_ms, after })
        }
        1 => {
            let (times, _) = parts.take(len * 8)?.as_chunks();
            let times: Box<[i64]> = times.iter().map(|it| i64::from_le_bytes(*it)).collect();
            times.is_sorted().then_some(Times::Far(times))
        }
        _ => None,
    }
}

fn permutation(arrivals: Box<[u16]>) -> Option<Box<[u16]>> {
    let mut seen = vec![false; arrivals.len()];
    for it in &arrivals {
        let seen = seen.get_mut(usize::from(*it))?;
        if std::mem::replace(seen, true) {
            return None;
        }
    }
    Some(arrivals)
}

fn ties_are_in_order(segment: &Segment) -> bool {
    (1..segment.len()).all(|at| segment.place_at(at - 1) < segment.place_at(at))
}

fn column(parts: &mut In<'_>, len: usize) -> Option<Column> {
    let distinct = parts.length()?;
    if distinct == 0 || distinct > len {
        return None;
    }
    let values = parts.shorts(distinct)?;
    if !values.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut counts: Box<[u32]> = vec![0; distinct].into();
    let codes = if distinct <= 256 {
        let codes: Box<[u8]> = parts.take(len)?.into();
        for code in &codes {
            *counts.get_mut(usize::from(*code))? += 1;
        }
        Codes::Narrow(codes)
    } else {
        let codes = parts.shorts(len)?;
        for code in &codes {
            *counts.get_mut(usize::from(*code))? += 1;
        }
        Codes::Wide(codes)
    };
    let each_occurs = counts.iter().all(|it| *it > 0);
    each_occurs.then_some(Column {
        values,
        counts,
        codes,
    })
}

/// Checks that the postings say what the column says: each list ascends and names only its id's
/// events, and the lists together name as many events as there are with an id.
fn texts(parts: &mut In<'_>, len: usize) -> Option<Texts> {
    let column = parts.words(len)?;
    let distinct = parts.length()?;
    if distinct > len {
        return None;
    }
    let ids = parts.words(distinct)?;
    let starts = parts.shorts(distinct)?;
    let events = parts.length()?;
    if events != column.iter().filter(|it| **it != 0).count() {
        return None;
    }
    let positions = parts.shorts(events)?;
    let orderly = ids.first() != Some(&0)
        && ids.is_sorted_by(|a, b| a < b)
        && starts.is_sorted_by(|a, b| a < b)
        && starts.first().is_none_or(|it| *it == 0)
        && starts.last().map_or(0, |it| usize::from(*it) + 1) <= events
        && (distinct == 0) == (events == 0);
    if !orderly {
        return None;
    }
    let postings = Postings::of_parts(ids.to_vec(), starts, positions.into(), &column);
    for (code, id) in ids.iter().enumerate() {
        let positions = postings.of_code(code);
        let named = |at: &u16| column.get(usize::from(*at)) == Some(id);
        if !positions.is_sorted_by(|a, b| a < b) || !positions.iter().all(named) {
            return None;
        }
    }
    Some(Texts {
        column: IdColumn::new(&column),
        postings,
    })
}

struct Out(Vec<u8>);

impl Out {
    fn length(&mut self, length: usize) {
        self.words(&[word(length)]);
    }

    fn shorts(&mut self, values: &[u16]) {
        self.0.extend(values.iter().flat_map(|it| it.to_le_bytes()));
    }

    fn words(&mut self, values: &[u32]) {
        self.0.extend(values.iter().flat_map(|it| it.to_le_bytes()));
    }
}

/// What is left to read. Every read checks that it is there.
struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        self.take(N)?.first_chunk()
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.array::<1>()?[0])
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(*self.array()?)).ok()
    }

    fn shorts(&mut self, count: usize) -> Option<Box<[u16]>> {
        let (chunks, _) = self.take(count * 2)?.as_chunks();
        Some(chunks.iter().map(|it| u16::from_le_bytes(*it)).collect())
    }

    fn words(&mut self, count: usize) -> Option<Box<[u32]>> {
        let (chunks, _) = self.take(count * 4)?.as_chunks();
        Some(chunks.iter().map(|it| u32::from_le_bytes(*it)).collect())
    }
}
