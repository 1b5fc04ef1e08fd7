//! Reads the zip of a bundle without trusting it: the directory is read, all headers are written
//! anew from it, and every byte that is not content must be as written. So no bit can be flipped
//! unseen, no entry hides, none overlaps another, and nothing is ever unpacked.

use super::paths;
use super::verify::BundleSource;
use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};

/// More entries than any bundle has.
const ENTRIES_MAX: usize = 100_000;
/// More directory than any bundle has.
const DIRECTORY_MAX: u64 = 64 << 20;
const FOOTER: usize = 22;
const FULL_32: u32 = u32::MAX;
/// A regular file of mode 644, in the upper half of the external attributes.
const ATTRIBUTES: u32 = 0o100_644 << 16;

/// What the directory says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    crc: u32,
    bytes: u64,
    /// Where its local header stands.
    offset: u64,
    time: u16,
    date: u16,
}

impl Entry {
    const fn is_large(&self) -> bool {
        self.bytes >= FULL_32 as u64
    }

    fn size_field(&self) -> u32 {
        u32::try_from(self.bytes).unwrap_or(FULL_32)
    }

    /// What both headers have in common: version needed to uncompressed size.
    fn common(&self, out: &mut Vec<u8>) {
        out.extend(if self.is_large() { 45_u16 } else { 10 }.to_le_bytes());
        out.extend([0; 4]); // no flags, stored
        out.extend(self.time.to_le_bytes());
        out.extend(self.date.to_le_bytes());
        out.extend(self.crc.to_le_bytes());
        out.extend(self.size_field().to_le_bytes());
        out.extend(self.size_field().to_le_bytes());
        out.extend(u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes());
    }

    fn local(&self) -> Vec<u8> {
        let mut out = b"PK\x03\x04".to_vec();
        self.common(&mut out);
        let extra = self.extra(false);
        out.extend(u16::try_from(extra.len()).unwrap_or(u16::MAX).to_le_bytes());
        out.extend(self.name.as_bytes());
        out.extend(extra);
        out
    }

    fn central(&self, out: &mut Vec<u8>) {
        out.extend(b"PK\x01\x02");
        out.extend([if self.is_large() { 45 } else { 10 }, 3]); // made on Unix
        self.common(out);
        let extra = self.extra(true);
        out.extend(u16::try_from(extra.len()).unwrap_or(u16::MAX).to_le_bytes());
        out.extend([0; 6]); // no comment, first disk, no internal attributes
        out.extend(ATTRIBUTES.to_le_bytes());
        out.extend(u32::try_from(self.offset).unwrap_or(FULL_32).to_le_bytes());
        out.extend(self.name.as_bytes());
        out.extend(extra);
    }

    /// The ZIP64 field, when a size or the offset needs one.
    fn extra(&self, central: bool) -> Vec<u8> {
        let mut body = Vec::new();
        if self.is_large() {
            body.extend(self.bytes.to_le_bytes());
            body.extend(self.bytes.to_le_bytes());
        }
        if central && self.offset >= u64::from(FULL_32) {
            body.extend(self.offset.to_le_bytes());
        }
        if body.is_empty() {
            return body;
        }
        let mut out = vec![1, 0];
        out.extend(u16::try_from(body.len()).unwrap_or(u16::MAX).to_le_bytes());
        out.extend(body);
        out
    }
}

/// The directory and everything after it.
fn directory(entries: &[Entry], start: u64) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        entry.central(&mut out);
    }
    let size = out.len() as u64;
    let needed: u16 = if entries.iter().any(Entry::is_large) { 45 } else { 10 };
    let is_64 = entries.len() > usize::from(u16::MAX) || size.max(start) > u64::from(FULL_32);
    if is_64 {
        let count = entries.len() as u64;
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend(needed.to_le_bytes());
        out.extend(needed.to_le_bytes());
        out.extend([0; 8]);
        for number in [count, count, size, start] {
            out.extend(number.to_le_bytes());
        }
        out.extend(b"PK\x06\x07");
        out.extend(0_u32.to_le_bytes());
        out.extend((start + size).to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    let size = if is_64 { FULL_32 } else { u32::try_from(size).unwrap_or(FULL_32) };
    out.extend(size.to_le_bytes());
    out.extend(u32::try_from(start).unwrap_or(FULL_32).to_le_bytes());
    out.extend([0; 2]);
    out
}

/// A bundle in a zip.
pub struct ZipSource<R> {
    zip: RefCell<R>,
    root: String,
    entries: Vec<Entry>,
}

impl<R: Read + Seek> ZipSource<R> {
    /// Opens the zip of a bundle.
    ///
    /// # Errors
    /// An I/O error; `InvalidData` with the reason when it is not the zip of a bundle to the last
    /// byte.
    pub fn open(mut zip: R) -> io::Result<Self> {
        let length = zip.seek(SeekFrom::End(0))?;
        let start = directory_start(&mut zip, length)?;
        let size = length.checked_sub(start).filter(|&size| size <= DIRECTORY_MAX);
        let size = size.ok_or_else(|| invalid("it has no directory that a bundle may have"))?;
        zip.seek(SeekFrom::Start(start))?;
        let mut bytes = vec![0; usize::try_from(size).map_err(io::Error::other)?];
        zip.read_exact(&mut bytes)?;
        let entries = read_entries(&bytes)?;
        if directory(&entries, start) != bytes {
            return Err(invalid("its directory is not as a bundle's is written"));
        }
        let first = entries.first().ok_or_else(|| invalid("it is empty"))?;
        let (time, date) = (first.time, first.date);
        let root = first.name.split_once('/').map_or("", |(root, _)| root).to_owned();
        let mut next = 0;
        let mut latest = "";
        for entry in &entries {
            let path = entry.name.strip_prefix(root.as_str()).and_then(|n| n.strip_prefix('/'));
            let sound = path.is_some_and(|path| paths::is_safe(path) && latest < path);
            if !sound || !paths::is_safe(&root) {
                return Err(invalid("its files are not named and ordered as a bundle's are"));
            }
            latest = path.unwrap_or_default();
            let header = entry.local();
            let mut found = vec![0; header.len()];
            zip.seek(SeekFrom::Start(next))?;
            zip.read_exact(&mut found)?;
            if entry.offset != next || found != header || (entry.time, entry.date) != (time, date) {
                return Err(invalid(&format!("the header of `{latest}` is not as it is written")));
            }
            next += header.len() as u64 + entry.bytes;
            if next > start {
                return Err(invalid("its files are longer than it is itself"));
            }
        }
        if next != start {
            return Err(invalid("it holds bytes that belong to no file"));
        }
        Ok(Self { zip: RefCell::new(zip), root, entries })
    }
}

/// Where the directory starts, from the last bytes.
fn directory_start(zip: &mut (impl Read + Seek), length: u64) -> io::Result<u64> {
    let mut footer = [0; FOOTER];
    let at = length.checked_sub(FOOTER as u64).ok_or_else(|| invalid("it is too short"))?;
    zip.seek(SeekFrom::Start(at))?;
    zip.read_exact(&mut footer)?;
    if !footer.starts_with(b"PK\x05\x06") {
        return Err(invalid("it does not end as a zip does"));
    }
    let start = number_at::<4>(&footer, 16)?;
    if start != u64::from(FULL_32) && number_at::<4>(&footer, 12)? != u64::from(FULL_32) {
        return Ok(start);
    }
    // ZIP64: locator (20 bytes) before the footer, its record (56 bytes) before that.
    let mut record = [0; 56];
    let at =
        length.checked_sub(FOOTER as u64 + 20 + 56).ok_or_else(|| invalid("it is too short"))?;
    zip.seek(SeekFrom::Start(at))?;
    zip.read_exact(&mut record)?;
    number_at::<8>(&record, 48)
}

/// Reads the directory entries; whatever is odd in them shows when they are written again.
fn read_entries(bytes: &[u8]) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"PK\x01\x02") {
        let header = &bytes[at..];
        let name_len = usize::try_from(number_at::<2>(header, 28)?).map_err(io::Error::other)?;
        let extra_len = usize::try_from(number_at::<2>(header, 30)?).map_err(io::Error::other)?;
        let short = || invalid("its directory breaks off");
        let name = header.get(46..46 + name_len).ok_or_else(short)?;
        let extra = header.get(46 + name_len..46 + name_len + extra_len).ok_or_else(short)?;
        let (mut size, mut offset) = (number_at::<4>(header, 24)?, number_at::<4>(header, 42)?);
        let mut field = 4;
        if size == u64::from(FULL_32) {
            size = number_at::<8>(extra, field)?;
            field += 16;
        }
        if offset == u64::from(FULL_32) {
            offset = number_at::<8>(extra, field)?;
        }
        let half = |at| number_at::<2>(header, at).map(|n| u16::try_from(n).unwrap_or(0));
        entries.push(Entry {
            name: String::from_utf8(name.to_vec()).map_err(|_| invalid("a name is no text"))?,
            crc: u32::try_from(number_at::<4>(header, 16)?).unwrap_or(0),
            bytes: size,
            offset,
            time: half(12)?,
            date: half(14)?,
        });
        if entries.len() > ENTRIES_MAX {
            return Err(invalid("it holds more files than a bundle may"));
        }
        at += 46 + name_len + extra_len;
    }
    Ok(entries)
}

fn number_at<const N: usize>(bytes: &[u8], at: usize) -> io::Result<u64> {
    let part = bytes.get(at..at + N).ok_or_else(|| invalid("its directory breaks off"))?;
    Ok(part.iter().rev().fold(0, |n, &byte| n << 8 | u64::from(byte)))
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not the zip of a bundle: {why}"))
}

impl<R: Read + Seek> BundleSource for ZipSource<R> {
    fn root(&self) -> Option<&str> {
        Some(&self.root)
    }

    fn files(&self) -> io::Result<Vec<(String, u64)>> {
        let path = |entry: &Entry| entry.name[self.root.len() + 1..].to_owned();
        Ok(self.entries.iter().map(|entry| (path(entry), entry.bytes)).collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let is_it = |entry: &&Entry| entry.name.get(self.root.len() + 1..) == Some(path);
        let entry = self.entries.iter().find(is_it).ok_or(io::ErrorKind::NotFound)?;
        let at = entry.offset + entry.local().len() as u64;
        let part = Part {
            zip: &self.zip,
            at,
            end: at + entry.bytes,
            crc: libdeflater::Crc::new(),
            expected: entry.crc,
        };
        Ok(Box::new(io::BufReader::with_capacity(1 << 16, part)))
    }
}

/// The content of one file, its checksum proved at the end.
struct Part<'a, R> {
    zip: &'a RefCell<R>,
    at: u64,
    end: u64,
    crc: libdeflater::Crc,
    expected: u32,
}

impl<R: Read + Seek> Read for Part<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        if want == 0 {
            let sound = left > 0 || self.crc.sum() == self.expected;
            return if sound { Ok(0) } else { Err(invalid("the checksum of a file is wrong")) };
        }
        let mut zip = self.zip.borrow_mut();
        zip.seek(SeekFrom::Start(self.at))?;
        let read = zip.read(&mut buffer[..want])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.crc.update(&buffer[..read]);
        self.at += read as u64;
        Ok(read)
    }
}
