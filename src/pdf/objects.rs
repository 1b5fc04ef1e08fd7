//! The objects of a file as they are written: numbers, offsets, object streams, and at the end the
//! cross-reference stream (ISO 32000-1, 7.5.7 and 7.5.8). Eight bytes are kept for each object.

use super::Deflater;
use super::number::integer;
use std::io::{self, Write};

/// The number of an object; its generation is always 0.
pub(super) type Id = u32;

/// So many objects go into one object stream: small enough that a reader who wants one page does
/// not inflate much.
pub(super) const PACK_MAX: u32 = 200;

/// Bytes gathered before they go to the file.
const BUFFER: usize = 1 << 17;

/// Where an object is: 0 nowhere yet, its offset, or with the top bit set the object stream that
/// holds it and its place there.
type Entry = u64;
const PACKED: Entry = 1 << 63;

/// Writes objects and remembers where they are.
#[derive(Debug)]
pub(super) struct Objects<W> {
    file: File<W>,
    pack: Pack,
    deflater: Deflater,
}

/// The file as far as it is written, and where its objects are.
#[derive(Debug)]
struct File<W> {
    out: W,
    buffer: Vec<u8>,
    flushed: u64,
    entries: Vec<Entry>,
}

/// An object stream that is being filled.
#[derive(Debug, Default)]
struct Pack {
    id: Option<Id>,
    places: Vec<(Id, usize)>,
    body: Vec<u8>,
}

impl<W: Write> Objects<W> {
    /// Starts a file with the header of PDF 1.6 and a line of bytes above 127, by which transports
    /// know that it is binary.
    pub(super) fn new(out: W) -> Self {
        let mut buffer = Vec::with_capacity(BUFFER + (BUFFER >> 1));
        buffer.extend_from_slice(b"%PDF-1.6\n%\xE4\xBE\xBF\xE3\x82\x8A\n");
        Self {
            file: File { out, buffer, flushed: 0, entries: vec![0] },
            pack: Pack::default(),
            deflater: Deflater::for_once(),
        }
    }

    /// A number for an object that will be written. Numbers follow each other.
    pub(super) fn reserve(&mut self) -> Id {
        self.file.reserve()
    }

    /// Writes an object by itself.
    pub(super) fn plain(&mut self, id: Id, object: &[u8]) -> io::Result<()> {
        self.file.begin(id);
        self.file.buffer.extend_from_slice(object);
        self.file.buffer.extend_from_slice(b"\nendobj\n");
        self.file.spill()
    }

    /// Writes a stream: `entries` are those of its dictionary other than its length.
    pub(super) fn stream(&mut self, id: Id, entries: &[u8], data: &[u8]) -> io::Result<()> {
        self.file.begin(id);
        self.file.stream(entries, data)
    }

    /// Compresses `data` and writes it as a stream.
    pub(super) fn deflated(&mut self, id: Id, entries: &[u8], data: &[u8]) -> io::Result<()> {
        self.file.begin(id);
        let entries = [entries, b"/Filter/FlateDecode"].concat();
        self.file.stream(&entries, self.deflater.deflate(data))
    }

    /// Begins an object stream; writes the one that was being filled.
    pub(super) fn begin_pack(&mut self) -> io::Result<()> {
        self.flush_pack()?;
        self.pack.id = Some(self.reserve());
        Ok(())
    }

    /// Puts an object that is no stream into the object stream that is being filled.
    pub(super) fn pack(&mut self, id: Id, object: &[u8]) -> io::Result<()> {
        let container = self.pack.id.unwrap_or_else(|| self.file.reserve());
        self.pack.id = Some(container);
        let at = self.pack.places.len() as u64;
        self.file.enter(id, PACKED | u64::from(container) << 16 | at);
        self.pack.places.push((id, self.pack.body.len()));
        self.pack.body.extend_from_slice(object);
        self.pack.body.push(b'\n');
        if self.pack.places.len() == PACK_MAX as usize { self.flush_pack() } else { Ok(()) }
    }

    fn flush_pack(&mut self) -> io::Result<()> {
        let Some(container) = self.pack.id.take() else { return Ok(()) };
        let Pack { mut places, mut body, .. } = std::mem::take(&mut self.pack);
        let mut data = Vec::with_capacity(body.len() + places.len() * 12);
        for &(id, at) in &places {
            integer(&mut data, u64::from(id));
            data.push(b' ');
            integer(&mut data, at as u64);
            data.push(b' ');
        }
        let first = data.len();
        data.extend_from_slice(&body);
        let entries = format!("/Type/ObjStm/N {}/First {first}", places.len());
        self.deflated(container, entries.as_bytes(), &data)?;
        places.clear();
        body.clear();
        self.pack = Pack { id: None, places, body };
        Ok(())
    }

    /// Ends the file with its cross-reference stream, whose dictionary also is the trailer and has
    /// these `entries`. Returns the sink and the length of the file.
    ///
    /// # Panics
    /// When a number was reserved and its object never written.
    pub(super) fn finish(mut self, entries: &[u8]) -> io::Result<(W, u64)> {
        self.flush_pack()?;
        let id = self.reserve();
        let start = self.file.offset();
        self.file.begin(id);
        // The widest field is the last offset, or the number of an object stream.
        let width = bytes_of(start.max(u64::from(id)));
        let (size, columns) = (self.file.entries.len(), width + 2);
        let mut dictionary = format!(
            "/Type/XRef/Size {size}/W[1 {width} 1]/Filter/FlateDecode\
             /DecodeParms<</Predictor 12/Columns {columns}>>"
        )
        .into_bytes();
        dictionary.extend_from_slice(entries);
        let rows = rows(&self.file.entries, width);
        self.file.stream(&dictionary, self.deflater.deflate(&rows))?;
        self.file.buffer.extend_from_slice(b"startxref\n");
        integer(&mut self.file.buffer, start);
        self.file.buffer.extend_from_slice(b"\n%%EOF\n");
        self.file.flush()?;
        self.file.out.flush()?;
        Ok((self.file.out, self.file.flushed))
    }
}

impl<W: Write> File<W> {
    fn reserve(&mut self) -> Id {
        let id = Id::try_from(self.entries.len()).expect("a file has fewer objects than 2^32");
        self.entries.push(0);
        id
    }

    const fn offset(&self) -> u64 {
        self.flushed + self.buffer.len() as u64
    }

    fn enter(&mut self, id: Id, entry: Entry) {
        let place = &mut self.entries[id as usize];
        assert_eq!(*place, 0, "object {id} is written once");
        *place = entry;
    }

    fn begin(&mut self, id: Id) {
        self.enter(id, self.offset());
        integer(&mut self.buffer, u64::from(id));
        self.buffer.extend_from_slice(b" 0 obj\n");
    }

    fn stream(&mut self, entries: &[u8], data: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(b"<<");
        self.buffer.extend_from_slice(entries);
        self.buffer.extend_from_slice(b"/Length ");
        integer(&mut self.buffer, data.len() as u64);
        self.buffer.extend_from_slice(b">>\nstream\n");
        if data.len() >= BUFFER {
            self.flush()?;
            self.out.write_all(data)?;
            self.flushed += data.len() as u64;
        } else {
            self.buffer.extend_from_slice(data);
        }
        self.buffer.extend_from_slice(b"\nendstream\nendobj\n");
        self.spill()
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.flushed += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// The rows of the cross-reference stream, each preceded by PNG filter type 2 (Up) and less the
/// row above, which compresses well.
fn rows(entries: &[Entry], width: usize) -> Vec<u8> {
    let columns = width + 2;
    let mut rows = Vec::with_capacity(entries.len() * (columns + 1));
    let (mut row, mut above) = (vec![0; columns], vec![0; columns]);
    for (id, &entry) in entries.iter().enumerate() {
        assert!(id == 0 || entry != 0, "object {id} was reserved and never written");
        let (kind, field, index) = if id == 0 {
            (0, 0, 0)
        } else if entry & PACKED == 0 {
            (1, entry, 0)
        } else {
            (2, (entry & !PACKED) >> 16, entry.to_le_bytes()[0])
        };
        row[0] = kind;
        row[1..=width].copy_from_slice(&field.to_be_bytes()[8 - width..]);
        row[columns - 1] = index;
        rows.push(2);
        rows.extend(row.iter().zip(&above).map(|(new, old): (&u8, &u8)| new.wrapping_sub(*old)));
        std::mem::swap(&mut row, &mut above);
    }
    rows
}

/// How many bytes hold `n`.
fn bytes_of(n: u64) -> usize {
    (8 - (n.leading_zeros() >> 3) as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_as_wide_as_the_file_needs() {
        for (n, bytes) in [(0, 1), (255, 1), (256, 2), (0xFFFF_FFFF, 4), (0x1_0000_0000, 5)] {
            assert_eq!(bytes_of(n), bytes, "{n}");
        }
    }

    /// A sink that only counts, and keeps the last bytes.
    #[derive(Default)]
    struct Tail {
        bytes: u64,
        last: Vec<u8>,
    }

    impl Write for Tail {
        fn write(&mut self, data: &[u8]) -> io::Result<usize> {
            self.bytes += data.len() as u64;
            self.last.extend_from_slice(&data[data.len().saturating_sub(4096)..]);
            let surplus = self.last.len().saturating_sub(4096);
            self.last.drain(..surplus);
            Ok(data.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn files_beyond_four_gibibytes_have_offsets_of_five_bytes() {
        let mut objects = Objects::new(Tail::default());
        let data = vec![0; 64 << 20];
        for _ in 0..65 {
            let id = objects.reserve();
            objects.stream(id, b"", &data).expect("the sink takes everything");
        }
        let (tail, bytes) = objects.finish(b"/Root 1 0 R").expect("the sink takes everything");
        assert_eq!(tail.bytes, bytes);
        assert!(bytes > 65 << 26);
        let text = String::from_utf8_lossy(&tail.last);
        assert!(text.contains("/W[1 5 1]") && text.contains("/Columns 7"), "{text}");
        let start: u64 = text
            .rsplit("startxref\n")
            .next()
            .and_then(|rest| rest.split('\n').next()?.parse().ok())
            .expect("an offset");
        // The xref object itself stands where startxref says.
        let back = usize::try_from(bytes - start).expect("near the end");
        assert!(tail.last[tail.last.len() - back..].starts_with(b"66 0 obj\n<</Type/XRef"));
    }

    #[test]
    fn rows_are_offsets_or_places_in_object_streams() {
        let mut objects = Objects::new(Vec::new());
        let (a, b) = (objects.reserve(), objects.reserve());
        objects.plain(a, b"<<>>").expect("a vector takes everything");
        objects.pack(b, b"<<>>").expect("a vector takes everything");
        objects.flush_pack().expect("a vector takes everything");
        let start = objects.file.entries[3];
        let mut rows = rows(&objects.file.entries, 2);
        for at in 4..rows.len() {
            if at % 5 != 0 && at >= 5 {
                rows[at] = rows[at].wrapping_add(rows[at - 5]);
            }
        }
        let [high, low] = u16::try_from(start).expect("a small file").to_be_bytes();
        let expected = [[2, 0, 0, 0, 0], [2, 1, 0, 17, 0], [2, 2, 0, 3, 0], [2, 1, high, low, 0]];
        assert_eq!(rows, expected.concat());
    }

    #[test]
    #[should_panic(expected = "reserved and never written")]
    fn a_number_without_an_object_is_a_bug() {
        let mut objects = Objects::new(Vec::new());
        objects.reserve();
        let _ = objects.finish(b"");
    }
}
