//! A PDF file that was made elsewhere, read by lopdf. lopdf reads all of a file at once and takes as
//! much memory as that needs; so what a file holds is measured first, and lopdf is given a copy
//! with cross-references of our own, which name each object once.

use super::lexer::{Budget, Length, Lexer};
use super::sections::{Entry, Sections, header, stream_start};
use super::{Outcome, Refusal};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, ObjectStream, Stream};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Values (numbers, names, …) of a file.
const VALUES_MAX: u64 = 500_000;
/// Bytes that objects are read from.
const READ_MAX: usize = 96 << 20;
/// Bytes that streams have and become.
const STREAMS_MAX: usize = 96 << 20;
/// How far from its start a file says what it is.
const HEAD: usize = 1024;

/// A file that was read.
#[derive(Debug)]
pub(super) struct File {
    document: Document,
    pub(super) trailer: Dictionary,
    budget: RefCell<Budget>,
}

const NULL: &Object = &Object::Null;

impl File {
    /// Reads all objects of a file.
    pub(super) fn open(data: &[u8]) -> Outcome<Self> {
        let head = &data[..data.len().min(HEAD)];
        let start = memchr::memmem::find(head, b"%PDF-").ok_or_else(Refusal::no_pdf)?;
        let data = &data[start..];
        let mut budget = Budget { values: VALUES_MAX, read: READ_MAX, streams: STREAMS_MAX };
        let sections = Sections::read(data, &mut budget)?;
        if sections.trailer.get(b"Encrypt").is_ok() {
            let message = "the PDF file is encrypted";
            return Err(Refusal::not_printable(message, "save it without a password"));
        }
        let places = measured(data, &sections, &mut budget)?;
        let document = load(data, &places)?;
        let mut file = Self { document, trailer: sections.trailer, budget: RefCell::new(budget) };
        file.unpack(&sections.entries)?;
        file.lengths(data)?;
        Ok(file)
    }

    /// Unpacks the object streams.
    fn unpack(&mut self, entries: &BTreeMap<u32, Entry>) -> Outcome<()> {
        let damaged = || Refusal::broken("an object stream is damaged");
        let packed = entries.values().filter_map(|entry| match entry {
            Entry::In(container) => Some(*container),
            Entry::Free | Entry::At(_) => None,
        });
        for container in packed.collect::<BTreeSet<u32>>() {
            let Object::Stream(stream) = self.get((container, 0)) else { return Err(damaged()) };
            let content = self.decoded(stream)?;
            let mut unpacked = Dictionary::new();
            for key in ["N", "First"] {
                unpacked.set(key, self.value(&stream.dict, key).clone());
            }
            let first = unpacked.get(b"First").ok().and_then(|first| first.as_i64().ok());
            let first = first.and_then(|first| usize::try_from(first).ok()).ok_or_else(damaged)?;
            let mut index = Lexer::new(content.get(..first).ok_or_else(damaged)?, 0);
            while let Some(_number) = index.unsigned() {
                let at = index.unsigned().and_then(|at| usize::try_from(at).ok());
                let at = at.and_then(|at| at.checked_add(first)).ok_or_else(damaged)?;
                Lexer::new(&content, at).measure(&mut self.budget.borrow_mut())?;
            }
            if index.token()?.is_some() {
                return Err(damaged());
            }
            let objects =
                ObjectStream::new_with_limit(&Stream::new(unpacked, content), Some(STREAMS_MAX));
            for (id, object) in objects.map_err(|_| damaged())?.objects {
                if entries.get(&id.0) == Some(&Entry::In(container)) {
                    self.document.objects.insert(id, object);
                }
            }
        }
        Ok(())
    }

    /// Reads the streams whose length stands in an object stream.
    fn lengths(&mut self, data: &[u8]) -> Outcome<()> {
        let mut contents = Vec::new();
        for (&id, object) in &self.document.objects {
            let Object::Stream(stream) = object else { continue };
            let Some(start) = stream.start_position.filter(|_| stream.content.is_empty()) else {
                continue;
            };
            let start = start.saturating_sub(HEADER.len());
            let length = self.value(&stream.dict, "Length").as_i64().ok();
            let end = length.and_then(|length| start.checked_add(usize::try_from(length).ok()?));
            let content = end.and_then(|end| Some((end, data.get(start..end)?)));
            let unended = || Refusal::broken("a stream does not end");
            let (end, content) = content.ok_or_else(unended)?;
            if !Lexer::new(data, end).keyword("endstream") {
                return Err(unended());
            }
            self.budget.borrow_mut().stream(content.len())?;
            contents.push((id, content.to_vec()));
        }
        for (id, content) in contents {
            if let Some(Object::Stream(stream)) = self.document.objects.get_mut(&id) {
                stream.set_content(content);
            }
        }
        Ok(())
    }

    /// An object; what is not there is null.
    pub(super) fn get(&self, id: ObjectId) -> &Object {
        self.document.get_object(id).unwrap_or(NULL)
    }

    /// The object that a value is, or refers to.
    pub(super) fn resolve<'o>(&'o self, object: &'o Object) -> &'o Object {
        match object {
            Object::Reference(id) => self.get(*id),
            direct => direct,
        }
    }

    /// The value of a key, looked up.
    pub(super) fn value<'o>(&'o self, dictionary: &'o Dictionary, key: &str) -> &'o Object {
        dictionary.get(key.as_bytes()).map_or(NULL, |value| self.resolve(value))
    }

    /// The dictionary of a key, looked up.
    pub(super) fn dictionary<'o>(
        &'o self,
        dictionary: &'o Dictionary,
        key: &str,
    ) -> Option<&'o Dictionary> {
        self.value(dictionary, key).as_dict().ok()
    }

    /// The name of a key, looked up.
    pub(super) fn name<'o>(&'o self, dictionary: &'o Dictionary, key: &str) -> Option<&'o [u8]> {
        self.value(dictionary, key).as_name().ok()
    }

    /// The array of a key, looked up; none is empty.
    pub(super) fn array<'o>(&'o self, dictionary: &'o Dictionary, key: &str) -> &'o [Object] {
        self.value(dictionary, key).as_array().map_or(&[], Vec::as_slice)
    }

    /// Takes bytes off what streams may become, for those that are decoded by the press.
    pub(super) fn reserve(&self, bytes: usize) -> Outcome<()> {
        self.budget.borrow_mut().stream(bytes)
    }

    /// How many bytes streams may still become.
    pub(super) fn left(&self) -> usize {
        self.budget.borrow().streams
    }
}

/// Numbers and offsets of the objects that a file has outside of object streams, once it is known
/// what reading them takes.
fn measured(
    data: &[u8],
    sections: &Sections<'_>,
    budget: &mut Budget,
) -> Outcome<BTreeMap<ObjectId, usize>> {
    let strange = || Refusal::broken("an object is not where its cross-references say");
    let no_length = || Refusal::broken("a stream has no length");
    let mut places = BTreeMap::new();
    for (&number, entry) in &sections.entries {
        let &Entry::At(offset) = entry else { continue };
        let mut lexer = Lexer::new(data, offset);
        lexer.space();
        let start = lexer.at;
        let id = header(&mut lexer).filter(|id| id.0 == number).ok_or_else(strange)?;
        lexer.space();
        budget.read = budget
            .read
            .checked_sub(lexer.at - offset.min(lexer.at))
            .ok_or_else(Refusal::too_large)?;
        let length = lexer.measure(budget)?;
        if stream_start(&mut lexer).is_some() {
            let known = match length {
                Length::Direct(length) => length,
                Length::In(other) => match sections.entries.get(&other) {
                    Some(&Entry::At(offset)) => length_at(data, offset).ok_or_else(no_length)?,
                    // Such a stream is read later, when object streams are unpacked.
                    _ => 0,
                },
                Length::Unknown => return Err(no_length()),
            };
            budget.stream(known)?;
        }
        places.insert(id, start);
    }
    Ok(places)
}

/// `12 0 obj 345 endobj`
fn length_at(data: &[u8], offset: usize) -> Option<usize> {
    let mut lexer = Lexer::new(data, offset);
    header(&mut lexer)?;
    let length = lexer.unsigned()?;
    lexer.keyword("endobj").then_some(usize::try_from(length).ok()?)
}

/// What is put before a file: of its own first line lopdf expects more than others do.
const HEADER: &[u8] = b"%PDF-1.7\n";

/// Reads the objects at the places given, and no others.
fn load(data: &[u8], places: &BTreeMap<ObjectId, usize>) -> Outcome<Document> {
    let size = places.keys().next_back().map_or(1, |id| u64::from(id.0) + 1);
    let mut copy = [HEADER, data, b"\nxref\n0 1\n0000000000 65535 f \n"].concat();
    let table = HEADER.len() + data.len() + 1;
    for (&(number, generation), &at) in places {
        let at = at + HEADER.len();
        copy.extend_from_slice(format!("{number} 1\n{at:010} {generation:05} n \n").as_bytes());
    }
    let end = format!("trailer\n<</Size {size}>>\nstartxref\n{table}\n%%EOF\n");
    copy.extend_from_slice(end.as_bytes());
    let options = LoadOptions {
        strict: true,
        filter: Some(packed),
        max_decompressed_size: Some(0),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(&copy, options);
    document.map_err(|_| Refusal::broken("an object is damaged"))
}

/// Keeps lopdf from unpacking object streams, which have not been measured yet.
#[expect(clippy::unnecessary_wraps, reason = "lopdf calls it")]
fn packed(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object
        && stream.dict.has_type(b"ObjStm")
    {
        stream.dict.remove(b"Type");
    }
    // lopdf keeps what it lent; what is given back only says that it shall.
    Some((id, Object::Null))
}

/// Reads the bytes of one object that was measured.
pub(super) fn parse(object: &[u8]) -> Outcome<Object> {
    let data = [&b"1 0 obj\n"[..], object, b"\nendobj"].concat();
    let mut document = load(&data, &BTreeMap::from([((1, 0), 0)]))?;
    document.objects.remove(&(1, 0)).ok_or_else(|| Refusal::broken("an object is damaged"))
}
