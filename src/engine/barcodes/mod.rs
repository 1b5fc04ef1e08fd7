//! Symbols and check digits by the line: JSON Lines in, the same objects out with the answers filled in.
//! Batches are answered on all threads and come out in order; memory stays flat.

mod answers;

use super::store::{self, FileError};
use super::{BARCODE_KEY, BARCODE_LINE, Error};
use crate::diag::{Diagnostic, Findings, Place};
use answers::{Problem, Scratch};
use rayon::prelude::*;
use serde_json::{Map, Value};
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarcodeKind {
    /// The customer barcode of Japan Post, from postcode and address.
    Customer,
    /// The barcode of convenience stores.
    Gs1128,
    /// The payload of an eL-QR.
    ElQr,
    /// The check digits of a Yucho MT line.
    Yucho,
    /// Whether a number's check digit is right.
    Number,
}

/// Lines that are read, answered and handed out in batches.
pub struct BarcodeLines {
    kind: BarcodeKind,
    file: Arc<str>,
    path: PathBuf,
    reader: Box<dyn BufRead>,
    batch: Batch,
    /// Lines that were read.
    line: u32,
    objects: u64,
    refused: u64,
    findings: Findings,
}

/// The longest line, in bytes.
const LINE_MAX: usize = 1 << 20;
/// A batch ends with the line that reaches one of these.
const BATCH_BYTES: usize = 4 << 20;
const BATCH_LINES: usize = 1 << 14;
/// Lines that one thread answers at a time.
const SHARE: usize = 512;

/// Lines as they were read: their numbers and where each ends in the bytes.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    lines: Vec<(u32, usize)>,
}

/// What one thread made of its share.
struct Answered {
    text: Vec<u8>,
    findings: Vec<Diagnostic>,
    refused: u64,
}

impl BarcodeLines {
    /// Opens a file, or standard input when there is none.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(kind: BarcodeKind, path: Option<&Path>) -> Result<Self, Error> {
        let name = path.map_or_else(|| "standard input".into(), Path::to_string_lossy);
        let reader: Box<dyn BufRead> = match path {
            Some(path) => Box::new(BufReader::new(store::open(path)?)),
            None => Box::new(std::io::stdin().lock()),
        };
        Ok(Self {
            kind,
            file: name.as_ref().into(),
            path: PathBuf::from(name.as_ref()),
            reader,
            batch: Batch::default(),
            line: 0,
            objects: 0,
            refused: 0,
            findings: Findings::new(),
        })
    }

    /// Replaces `out` by the answers to the next lines; false when there are no more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        out.clear();
        self.fill().map_err(FileError::reading(&self.path))?;
        if self.batch.lines.is_empty() {
            return Ok(false);
        }
        let Batch { bytes, lines } = &self.batch;
        let (kind, file) = (self.kind, &self.file);
        let starts: Vec<usize> =
            std::iter::once(0).chain(lines.iter().map(|line| line.1)).collect();
        let shares: Vec<Answered> = lines
            .par_chunks(SHARE)
            .zip(starts.par_chunks(SHARE))
            .map(|(lines, starts)| {
                let (mut scratch, mut done) = (Scratch::default(), Answered::new());
                for (&(number, end), &start) in lines.iter().zip(starts) {
                    let place = || Place::at(Arc::clone(file), number, 0);
                    done.line(kind, &bytes[start..end], place, &mut scratch);
                }
                done
            })
            .collect();
        self.objects += lines.len() as u64;
        for share in shares {
            out.extend_from_slice(&share.text);
            self.refused += share.refused;
            for finding in share.findings {
                self.findings.push(finding);
            }
        }
        Ok(true)
    }

    /// How many lines there were, blank ones not counted.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.objects
    }

    /// How many of them have no answer.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// Why, and what else was noticed.
    #[must_use]
    pub const fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Reads the next lines.
    fn fill(&mut self) -> std::io::Result<()> {
        let Batch { bytes, lines } = &mut self.batch;
        bytes.clear();
        lines.clear();
        while bytes.len() < BATCH_BYTES && lines.len() < BATCH_LINES {
            let start = bytes.len();
            let mut most = self.reader.by_ref().take(LINE_MAX as u64 + 1);
            if most.read_until(b'\n', bytes)? == 0 {
                break;
            }
            self.line = self.line.saturating_add(1);
            if bytes.len() - start > LINE_MAX && !bytes.ends_with(b"\n") {
                // What is too long to be an object is told as one that is none.
                bytes.truncate(start);
                bytes.push(b'?');
                self.reader.skip_until(b'\n')?;
            }
            if self.line == 1 && bytes.starts_with("\u{FEFF}".as_bytes()) {
                bytes.drain(..3);
            }
            if bytes[start..].iter().all(u8::is_ascii_whitespace) {
                bytes.truncate(start);
            } else {
                lines.push((self.line, bytes.len()));
            }
        }
        Ok(())
    }
}

impl Answered {
    const fn new() -> Self {
        Self { text: Vec::new(), findings: Vec::new(), refused: 0 }
    }

    /// Answers a line.
    fn line(
        &mut self,
        kind: BarcodeKind,
        line: &[u8],
        place: impl Fn() -> Place,
        scratch: &mut Scratch,
    ) {
        let mut object = match serde_json::from_slice::<Map<String, Value>>(line) {
            Ok(object) => object,
            Err(error) => {
                let message = format!("the line is no JSON object: {}", json_fault(&error));
                let finding =
                    Diagnostic::error(BARCODE_LINE, message).hint("write one JSON object a line");
                self.refuse(Map::new(), finding.at(place()));
                return;
            }
        };
        match answers::fill(kind, &mut object, scratch) {
            Ok(None) => self.write(&object),
            Ok(Some(warning)) => {
                self.findings.push(warning.at(place()));
                self.write(&object);
            }
            Err(problem) => {
                let finding = match problem {
                    Problem::Key { key, wanted } => {
                        let message = format!("`{key}` is not {wanted}");
                        Diagnostic::error(BARCODE_KEY, message).field(key)
                    }
                    Problem::Value(error) => {
                        Diagnostic::error(error.kind.code(), error.to_string())
                            .field(error.field)
                            .hint(error.kind.hint())
                    }
                };
                self.refuse(object, finding.at(place()));
            }
        }
    }

    /// Writes an object without an answer, with the reason in `error`.
    fn refuse(&mut self, mut object: Map<String, Value>, finding: Diagnostic) {
        let mut error = Map::new();
        error.insert("code".into(), finding.code.0.into());
        if let Some(field) = &finding.field {
            error.insert("field".into(), field.as_str().into());
        }
        error.insert("message".into(), finding.message.as_str().into());
        object.insert("error".into(), error.into());
        self.write(&object);
        self.findings.push(finding);
        self.refused += 1;
    }

    fn write(&mut self, object: &Map<String, Value>) {
        serde_json::to_writer(&mut self.text, object).expect("a value is written into memory");
        self.text.push(b'\n');
    }
}

/// What is wrong with a line, without what stands in it.
fn json_fault(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Syntax => "its syntax is wrong",
        Category::Eof => "it ends too early",
        Category::Data | Category::Io => "it is another value",
    };
    format!("{what} at column {}", error.column())
}
