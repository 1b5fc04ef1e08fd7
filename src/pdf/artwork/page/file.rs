//! A PDF file that was made elsewhere: its cross-references, and its objects as they are asked for.
//! Every object is read once, and all reading together is bounded, whatever the file says.

use super::filter;
use super::object::{Dictionary, Lexer, Object};
use super::{Outcome, Refusal};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Objects of a file.
const OBJECTS_MAX: usize = 50_000;
/// Values (numbers, names, …) that are read of a file.
const VALUES_MAX: u64 = 500_000;
/// Bytes that streams may become.
const DECODED_MAX: usize = 64 << 20;
/// Bytes that are gone over while objects are read.
const READ_MAX: usize = 256 << 20;
/// Cross-reference sections, one for each time that the file was saved.
const SECTIONS_MAX: usize = 500;
/// Objects that are needed to read another: its length, its filters, their object stream.
const DEPTH_MAX: u32 = 16;
/// How far from its end a file says where its cross-references are.
const TAIL: usize = 2048;
/// How far from its start a file says what it is.
const HEAD: usize = 1024;

/// Where an object is.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Free,
    At(usize),
    /// The number of an object stream, and the place in it.
    In(u32, usize),
}

/// An object, and the bytes of its stream as the file has them.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) object: Object,
    pub(super) stream: Option<std::ops::Range<usize>>,
}

/// An object stream: its content, and the offsets of its objects.
#[derive(Debug)]
struct Container {
    content: Vec<u8>,
    offsets: Vec<usize>,
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct File<'d> {
    data: &'d [u8],
    entries: BTreeMap<u32, Entry>,
    pub(super) trailer: Dictionary,
    loaded: RefCell<BTreeMap<u32, Rc<Loaded>>>,
    containers: RefCell<BTreeMap<u32, Rc<Container>>>,
    values: Cell<u64>,
    decoded: Cell<usize>,
    read: Cell<usize>,
    /// Objects that are being read because another one needs them.
    depth: Cell<u32>,
}

impl<'d> File<'d> {
    /// Reads the cross-references.
    pub(super) fn open(data: &'d [u8]) -> Outcome<Self> {
        let head = &data[..data.len().min(HEAD)];
        let start = memchr::memmem::find(head, b"%PDF-").ok_or_else(Refusal::no_pdf)?;
        let mut file = Self {
            data: &data[start..],
            entries: BTreeMap::new(),
            trailer: Dictionary::default(),
            loaded: RefCell::default(),
            containers: RefCell::default(),
            values: Cell::new(VALUES_MAX),
            decoded: Cell::new(DECODED_MAX),
            read: Cell::new(READ_MAX),
            depth: Cell::new(0),
        };
        let tail = file.data.len().saturating_sub(TAIL);
        let last = memchr::memmem::rfind(&file.data[tail..], b"startxref")
            .ok_or_else(|| Refusal::broken("its end is missing"))?;
        let mut lexer = file.lexer(tail + last + b"startxref".len());
        let mut next = lexer.unsigned();
        let mut seen = BTreeSet::new();
        while let Some(offset) = next {
            if !seen.insert(offset) || seen.len() > SECTIONS_MAX {
                return Err(Refusal::broken("its cross-references run in a circle"));
            }
            next = file.section(offset)?;
        }
        if file.trailer.get("Root").is_none() {
            return Err(Refusal::broken("it has no catalog"));
        }
        Ok(file)
    }

    fn lexer(&self, at: usize) -> Lexer<'d> {
        Lexer::new(self.data, at, self.values.get())
    }

    /// Counts what a lexer has read since it began at `start`.
    fn account(&self, lexer: &Lexer<'_>, start: usize) -> Outcome<()> {
        self.values.set(lexer.values);
        let read = lexer.at.saturating_sub(start);
        self.read.set(self.read.get().checked_sub(read).ok_or_else(Refusal::too_large)?);
        Ok(())
    }

    /// Reads one section of cross-references; gives where the one before is.
    fn section(&mut self, offset: u64) -> Outcome<Option<u64>> {
        let missing = || Refusal::broken("its cross-references are not where it says");
        let start = usize::try_from(offset).ok().filter(|&at| at < self.data.len());
        let start = start.ok_or_else(missing)?;
        let mut lexer = self.lexer(start);
        let trailer = if lexer.keyword("xref") {
            let listed = table(&mut lexer)?;
            let trailer = lexer.object()?;
            self.account(&lexer, start)?;
            let Object::Dictionary(trailer) = trailer else { return Err(missing()) };
            // Objects that only newer readers see; older ones find them free in the table.
            if let Some(more) = trailer.get("XRefStm").and_then(unsigned) {
                self.section_stream(more)?;
            }
            self.enter(listed)?;
            trailer
        } else {
            self.section_stream(offset)?
        };
        let before = trailer.get("Prev").and_then(unsigned);
        if self.trailer.0.is_empty() {
            self.trailer = trailer;
        }
        Ok(before)
    }

    /// Of several entries for an object that of the newest section counts, which is read first.
    fn enter(&mut self, listed: Vec<(u32, Entry)>) -> Outcome<()> {
        for (number, entry) in listed {
            self.entries.entry(number).or_insert(entry);
        }
        if self.entries.len() > OBJECTS_MAX {
            return Err(Refusal::too_large());
        }
        Ok(())
    }

    /// Reads a section that is a stream; gives its dictionary.
    fn section_stream(&mut self, offset: u64) -> Outcome<Dictionary> {
        let damaged = || Refusal::broken("its cross-references are damaged");
        let at = usize::try_from(offset).ok().filter(|&at| at < self.data.len());
        let loaded = self.indirect(at.ok_or_else(damaged)?, None)?;
        let content = self.decoded(&loaded)?;
        let Object::Dictionary(dictionary) = loaded.object else { return Err(damaged()) };
        let wholes = |key: &str| -> Option<Vec<usize>> {
            let items = dictionary.get(key)?.as_array()?;
            items.iter().map(|item| usize::try_from(item.as_number()?.whole()?).ok()).collect()
        };
        let widths = wholes("W").filter(|widths| widths.len() >= 3).ok_or_else(damaged)?;
        let row = widths.iter().try_fold(0_usize, |sum, width| sum.checked_add(*width));
        let row = row.filter(|row| (1..=64).contains(row)).ok_or_else(damaged)?;
        let size = dictionary.get("Size").and_then(unsigned).and_then(|n| usize::try_from(n).ok());
        let ranges = wholes("Index").unwrap_or_else(|| vec![0, size.unwrap_or(0)]);
        let numbers =
            ranges.chunks_exact(2).flat_map(|range| range[0]..range[0].saturating_add(range[1]));
        let mut listed = Vec::new();
        for (number, row) in numbers.zip(content.chunks_exact(row)) {
            if listed.len() > OBJECTS_MAX {
                return Err(Refusal::too_large());
            }
            let mut rest = row;
            let mut field = |width: usize| {
                let (bytes, after) = rest.split_at(width);
                rest = after;
                bytes.iter().fold(0_usize, |sum, &byte| sum << 8 | usize::from(byte))
            };
            let kind = if widths[0] == 0 { 1 } else { field(widths[0]) };
            let (second, third) = (field(widths[1]), field(widths[2]));
            let entry = match kind {
                1 => Entry::At(second),
                2 => Entry::In(u32::try_from(second).map_err(|_| damaged())?, third),
                _ => Entry::Free,
            };
            listed.push((u32::try_from(number).map_err(|_| damaged())?, entry));
        }
        self.enter(listed)?;
        Ok(dictionary)
    }

    /// An object by its number; what is not there is null.
    pub(super) fn get(&self, number: u32) -> Outcome<Rc<Loaded>> {
        if let Some(known) = self.loaded.borrow().get(&number) {
            return Ok(Rc::clone(known));
        }
        let depth = self.depth.get();
        if depth == DEPTH_MAX {
            return Err(Refusal::broken("an object is needed to read itself"));
        }
        self.depth.set(depth + 1);
        let loaded = self.load(number);
        self.depth.set(depth);
        let loaded = Rc::new(loaded?);
        self.loaded.borrow_mut().insert(number, Rc::clone(&loaded));
        Ok(loaded)
    }

    fn load(&self, number: u32) -> Outcome<Loaded> {
        let null = Loaded { object: Object::Null, stream: None };
        match self.entries.get(&number) {
            None | Some(Entry::Free) => Ok(null),
            Some(&Entry::At(offset)) => self.indirect(offset, Some(number)),
            Some(&Entry::In(container, index)) => {
                let container = self.container(container)?;
                let Some(&at) = container.offsets.get(index) else { return Ok(null) };
                let mut lexer = Lexer::new(&container.content, at, self.values.get());
                let object = lexer.object()?;
                self.account(&lexer, at)?;
                Ok(Loaded { object, stream: None })
            }
        }
    }

    /// The object that a value is, or refers to.
    pub(super) fn resolve(&self, object: &Object) -> Outcome<Rc<Loaded>> {
        match object {
            Object::Reference(number) => self.get(*number),
            direct => Ok(Rc::new(Loaded { object: direct.clone(), stream: None })),
        }
    }

    /// The value of a key, looked up.
    pub(super) fn value(&self, dictionary: &Dictionary, key: &str) -> Outcome<Rc<Loaded>> {
        self.resolve(dictionary.get(key).unwrap_or(&Object::Null))
    }

    /// `12 0 obj … endobj` at an offset.
    fn indirect(&self, offset: usize, wanted: Option<u32>) -> Outcome<Loaded> {
        let start = offset.min(self.data.len());
        let mut lexer = self.lexer(start);
        let number = lexer.unsigned();
        let _generation = lexer.unsigned();
        let found =
            lexer.keyword("obj") && wanted.is_none_or(|wanted| number == Some(u64::from(wanted)));
        if !found {
            return Err(Refusal::broken("an object is not where its cross-references say"));
        }
        let object = lexer.object()?;
        let is_stream = object.as_dictionary().is_some() && lexer.keyword("stream");
        self.account(&lexer, start)?;
        let stream = if is_stream { Some(self.extent(&object, lexer.at)?) } else { None };
        Ok(Loaded { object, stream })
    }

    /// The bytes of a stream whose keyword ends at `at`.
    fn extent(&self, object: &Object, at: usize) -> Outcome<std::ops::Range<usize>> {
        let start = match &self.data[at..] {
            [b'\r', b'\n', ..] => at + 2,
            [b'\n' | b'\r', ..] => at + 1,
            _ => at,
        };
        let length = object.as_dictionary().and_then(|dictionary| dictionary.get("Length"));
        let length = match length {
            Some(Object::Reference(other)) => match self.entries.get(other) {
                Some(Entry::At(_)) => unsigned(&self.get(*other)?.object),
                _ => None,
            },
            other => other.and_then(unsigned),
        };
        let end = length.and_then(|length| start.checked_add(usize::try_from(length).ok()?));
        if let Some(end) = end.filter(|&end| end <= self.data.len())
            && self.lexer(end).keyword("endstream")
        {
            return Ok(start..end);
        }
        // A wrong length: all readers look for the end then.
        let rest = &self.data[start..];
        let len = memchr::memmem::find(rest, b"endstream")
            .ok_or_else(|| Refusal::broken("a stream does not end"))?;
        self.read.set(self.read.get().checked_sub(len).ok_or_else(Refusal::too_large)?);
        Ok(start..start + len)
    }

    /// An object stream.
    fn container(&self, number: u32) -> Outcome<Rc<Container>> {
        if let Some(known) = self.containers.borrow().get(&number) {
            return Ok(Rc::clone(known));
        }
        let damaged = || Refusal::broken("an object stream is damaged");
        // Object streams do not lie in each other.
        let Some(&Entry::At(offset)) = self.entries.get(&number) else { return Err(damaged()) };
        let loaded = self.indirect(offset, Some(number))?;
        let content = self.decoded(&loaded)?;
        let dictionary = loaded.object.as_dictionary().ok_or_else(damaged)?;
        let whole = |key: &str| dictionary.get(key).and_then(unsigned);
        let (count, first) = (whole("N").ok_or_else(damaged)?, whole("First").ok_or_else(damaged)?);
        let first = usize::try_from(first).map_err(|_| damaged())?;
        let mut lexer = Lexer::new(&content, 0, 0);
        let mut offsets = Vec::new();
        for _ in 0..count.min(OBJECTS_MAX as u64) {
            let (Some(_), Some(at)) = (lexer.unsigned(), lexer.unsigned()) else { break };
            offsets.push(first.saturating_add(usize::try_from(at).map_err(|_| damaged())?));
        }
        let container = Rc::new(Container { content, offsets });
        self.containers.borrow_mut().insert(number, Rc::clone(&container));
        Ok(container)
    }

    /// The bytes of a stream as the file has them.
    pub(super) fn raw(&self, stream: &std::ops::Range<usize>) -> &'d [u8] {
        &self.data[stream.clone()]
    }

    /// The filters of a stream.
    pub(super) fn codings(&self, dictionary: &Dictionary) -> Outcome<Vec<filter::Coding>> {
        let of = |key: &str| -> Outcome<Object> {
            Ok(match &self.value(dictionary, key)?.object {
                Object::Array(items) => {
                    let items = items.iter().map(|item| Ok(self.resolve(item)?.object.clone()));
                    Object::Array(items.collect::<Outcome<_>>()?)
                }
                other => other.clone(),
            })
        };
        filter::codings(Some(&of("Filter")?), Some(&of("DecodeParms")?))
    }

    /// Decodes a stream up to an image's own filter; gives how many filters were undone.
    pub(super) fn decode(
        &self,
        stream: &std::ops::Range<usize>,
        codings: &[filter::Coding],
    ) -> Outcome<(Vec<u8>, usize)> {
        let mut budget = self.decoded.get();
        let decoded = filter::decode(self.raw(stream), codings, &mut budget);
        self.decoded.set(budget);
        decoded
    }

    /// Takes bytes off what streams may become, for those that are decoded by the press.
    pub(super) fn reserve(&self, bytes: usize) -> Outcome<()> {
        self.decoded.set(self.decoded.get().checked_sub(bytes).ok_or_else(Refusal::too_large)?);
        Ok(())
    }

    /// The whole content of a stream that is no image.
    pub(super) fn decoded(&self, loaded: &Loaded) -> Outcome<Vec<u8>> {
        let no_stream = || Refusal::broken("a stream is missing");
        let (stream, dictionary) =
            loaded.stream.as_ref().zip(loaded.object.as_dictionary()).ok_or_else(no_stream)?;
        if dictionary.get("F").is_some() {
            return Err(Refusal::external());
        }
        let codings = self.codings(dictionary)?;
        let (content, undone) = self.decode(stream, &codings)?;
        if undone < codings.len() {
            return Err(Refusal::broken("a stream is encoded as a photograph"));
        }
        Ok(content)
    }
}

/// The entries of a table, up to its trailer.
fn table(lexer: &mut Lexer<'_>) -> Outcome<Vec<(u32, Entry)>> {
    let damaged = || Refusal::broken("its cross-references are damaged");
    let mut listed = Vec::new();
    while !lexer.keyword("trailer") {
        let first = lexer.unsigned().ok_or_else(damaged)?;
        let count = lexer.unsigned().ok_or_else(damaged)?;
        for n in 0..count {
            if listed.len() > OBJECTS_MAX {
                return Err(Refusal::too_large());
            }
            let number = u32::try_from(first.saturating_add(n)).map_err(|_| damaged())?;
            let offset = lexer.unsigned().ok_or_else(damaged)?;
            lexer.unsigned().ok_or_else(damaged)?;
            let used = lexer.keyword("n");
            if !used && !lexer.keyword("f") {
                return Err(damaged());
            }
            let offset = usize::try_from(offset).map_err(|_| damaged())?;
            listed.push((number, if used { Entry::At(offset) } else { Entry::Free }));
        }
    }
    Ok(listed)
}

/// A whole number that is not negative.
pub(super) fn unsigned(object: &Object) -> Option<u64> {
    u64::try_from(object.as_number()?.whole()?).ok()
}
