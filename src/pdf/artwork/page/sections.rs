//! Where the objects of a file are: its cross-references (ISO 32000-1, 7.5), section by section from
//! the newest to the oldest, before anything else of it is read.

use super::file::parse;
use super::lexer::{Budget, Length, Lexer};
use super::{Outcome, Refusal};
use lopdf::xref::{XrefEntry, decode_xref_stream_with_limit};
use lopdf::{Dictionary, Object};
use std::collections::{BTreeMap, BTreeSet};

/// Objects of a file.
const OBJECTS_MAX: usize = 50_000;
/// Cross-reference sections, one for each time that the file was saved.
const SECTIONS_MAX: usize = 200;
/// Bytes that cross-references may become.
const DECODED_MAX: usize = 2 << 20;
/// How far from its end a file says where its cross-references are.
const TAIL: usize = 2048;

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Free,
    At(usize),
    /// The number of an object stream.
    In(u32),
}

/// The cross-references of a file.
#[derive(Debug)]
pub(super) struct Sections<'d> {
    data: &'d [u8],
    pub(super) entries: BTreeMap<u32, Entry>,
    pub(super) trailer: Dictionary,
}

impl<'d> Sections<'d> {
    /// Reads all sections of a file.
    pub(super) fn read(data: &'d [u8], budget: &mut Budget) -> Outcome<Self> {
        let tail = data.len().saturating_sub(TAIL);
        let last = memchr::memmem::rfind(&data[tail..], b"startxref")
            .ok_or_else(|| Refusal::broken("its end is missing"))?;
        let mut next = Lexer::new(data, tail + last + b"startxref".len()).unsigned();
        let mut sections = Self { data, entries: BTreeMap::new(), trailer: Dictionary::new() };
        let mut seen = BTreeSet::new();
        while let Some(offset) = next {
            if !seen.insert(offset) || seen.len() > SECTIONS_MAX {
                return Err(Refusal::broken("its cross-references run in a circle"));
            }
            let trailer = sections.section(offset, budget)?;
            next = offset_of(&trailer, b"Prev");
            if sections.trailer.is_empty() {
                sections.trailer = trailer;
            }
        }
        if sections.trailer.get(b"Root").is_err() {
            return Err(Refusal::broken("it has no catalog"));
        }
        Ok(sections)
    }

    /// Reads the section at an offset; gives its trailer.
    fn section(&mut self, offset: u64, budget: &mut Budget) -> Outcome<Dictionary> {
        let missing = || Refusal::broken("its cross-references are not where it says");
        let at = usize::try_from(offset).ok().filter(|&at| at < self.data.len());
        let mut lexer = Lexer::new(self.data, at.ok_or_else(missing)?);
        if !lexer.keyword("xref") {
            return self.stream(&mut lexer, budget);
        }
        let listed = table(&mut lexer)?;
        lexer.space();
        let start = lexer.at;
        lexer.measure(budget)?;
        let Object::Dictionary(trailer) = parse(&self.data[start..lexer.at])? else {
            return Err(missing());
        };
        // Objects that only newer readers see; older ones find them free in the table.
        if let Some(more) = offset_of(&trailer, b"XRefStm") {
            let at = usize::try_from(more).map_err(|_| missing())?;
            self.stream(&mut Lexer::new(self.data, at), budget)?;
        }
        self.enter(listed)?;
        Ok(trailer)
    }

    /// Reads a section that is a stream; gives its dictionary.
    fn stream(&mut self, lexer: &mut Lexer<'d>, budget: &mut Budget) -> Outcome<Dictionary> {
        let damaged = || Refusal::broken("its cross-references are damaged");
        header(lexer)
            .ok_or_else(|| Refusal::broken("its cross-references are not where it says"))?;
        lexer.space();
        let start = lexer.at;
        let length = lexer.measure(budget)?;
        // Nothing says yet where other objects are.
        let Length::Direct(length) = length else { return Err(damaged()) };
        let end = stream_start(lexer).and_then(|at| at.checked_add(length)).ok_or_else(damaged)?;
        let mut after = Lexer::new(self.data, end);
        if end > self.data.len() || !after.keyword("endstream") {
            return Err(damaged());
        }
        budget.stream(length)?;
        let Object::Stream(stream) = parse(&self.data[start..after.at])? else {
            return Err(damaged());
        };
        let (listed, dictionary) =
            decode_xref_stream_with_limit(stream, Some(DECODED_MAX)).map_err(|_| damaged())?;
        let listed = listed.entries.into_iter().filter_map(|(number, entry)| {
            Some((
                number,
                match entry {
                    XrefEntry::Free => Entry::Free,
                    XrefEntry::Normal { offset, .. } => Entry::At(usize::try_from(offset).ok()?),
                    XrefEntry::Compressed { container, .. } => Entry::In(container),
                    XrefEntry::UnusableFree => return None,
                },
            ))
        });
        self.enter(listed.collect())?;
        Ok(dictionary)
    }

    /// Of several entries for an object that of the newest section counts, which is read first.
    fn enter(&mut self, listed: Vec<(u32, Entry)>) -> Outcome<()> {
        for (number, entry) in listed {
            self.entries.entry(number).or_insert(entry);
        }
        if self.entries.len() > OBJECTS_MAX { Err(Refusal::too_large()) } else { Ok(()) }
    }
}

/// A table of cross-references up to the word behind it.
fn table(lexer: &mut Lexer<'_>) -> Outcome<Vec<(u32, Entry)>> {
    let damaged = || Refusal::broken("its cross-references are damaged");
    let mut listed = Vec::new();
    while !lexer.keyword("trailer") {
        let first = lexer.unsigned().ok_or_else(damaged)?;
        let count = lexer.unsigned().ok_or_else(damaged)?;
        for n in 0..count {
            let offset = lexer.unsigned().ok_or_else(damaged)?;
            lexer.unsigned().ok_or_else(damaged)?;
            let used = lexer.keyword("n");
            if !used && !lexer.keyword("f") {
                return Err(damaged());
            }
            if listed.len() == OBJECTS_MAX {
                return Err(Refusal::too_large());
            }
            let number = first.checked_add(n).and_then(|number| u32::try_from(number).ok());
            let offset = usize::try_from(offset).map_err(|_| damaged())?;
            // Nothing can be at the very start: some programs list what is free like this.
            let entry = if used && offset > 0 { Entry::At(offset) } else { Entry::Free };
            listed.push((number.ok_or_else(damaged)?, entry));
        }
    }
    Ok(listed)
}

/// Takes `12 0 obj`; gives the numbers.
pub(super) fn header(lexer: &mut Lexer<'_>) -> Option<(u32, u16)> {
    let number = u32::try_from(lexer.unsigned()?).ok()?;
    let generation = u16::try_from(lexer.unsigned()?).ok()?;
    lexer.keyword("obj").then_some((number, generation))
}

/// Where the bytes of a stream begin whose dictionary was read; `None` when it is no stream.
pub(super) fn stream_start(lexer: &mut Lexer<'_>) -> Option<usize> {
    if !lexer.keyword("stream") {
        return None;
    }
    let blanks = lexer.data[lexer.at..].iter().take_while(|&&byte| matches!(byte, b' ' | b'\t'));
    let at = lexer.at + blanks.count();
    Some(match &lexer.data[at..] {
        [b'\r', b'\n', ..] => at + 2,
        [b'\n' | b'\r', ..] => at + 1,
        _ => at,
    })
}

fn offset_of(trailer: &Dictionary, key: &[u8]) -> Option<u64> {
    trailer.get(key).ok()?.as_i64().ok()?.try_into().ok()
}
