//! Finds a piece in bundles: where it is, and why it is there.

use super::previous;
use super::store::{self, FileError};
use super::{Error, Progress};
use crate::model::{PieceId, Serial, SlotMark};
use crate::package::{Manifest, paths};
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// A serial, in every bundle.
    Serial(Serial),
    /// A piece id.
    Piece(PieceId),
    /// A mark as printed on a slot.
    Mark(SlotMark),
}

impl Sought {
    /// Reads what a person typed or a scanner read.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let serial = text.parse().ok().filter(|_| text.len() <= 7).map(|n| Self::Serial(Serial(n)));
        let mark = || SlotMark::parse(text).map(Self::Mark);
        serial.or_else(mark).or_else(|| PieceId::parse(text).map(Self::Piece))
    }
}

/// A piece in its bundle.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The bundle's id.
    pub bundle: String,
    /// The job's title.
    pub title: String,
    /// Where the bag is.
    pub path: PathBuf,
    /// The piece's serial.
    pub serial: Serial,
    /// The piece's id.
    pub piece: PieceId,
    /// The run's number.
    pub run: u16,
    /// The lot's name.
    pub lot: String,
    /// The lot's press file.
    pub file: String,
    /// Each leaf's place, front and back.
    pub leaves: Vec<Place>,
    /// The run in words, and which rule chose what.
    pub why: Vec<String>,
}

/// A page of a piece on a sheet.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The sheet in the lot, from 1.
    pub sheet: u32,
    /// `front` or `back`.
    pub side: String,
    /// The slot, from 1.
    pub slot: u32,
    /// The leaf, from 1.
    pub leaf: u16,
    /// The page of the press file, from 1.
    pub page: u32,
    /// The mark as printed.
    pub mark: String,
}

/// Looks through all bags in `directory`.
///
/// # Errors
/// When a bag cannot be read.
pub fn find(
    directory: &Path,
    sought: &Sought,
    progress: &dyn Progress,
) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    progress.begin("find", None);
    for name in store::list(directory)? {
        let bag = directory.join(&name);
        if name.starts_with('.') || !bag.join(paths::MANIFEST).is_file() {
            continue;
        }
        progress.advance(1);
        let manifest = previous::manifest(&bag)?;
        if let Sought::Mark(mark) = sought
            && mark.job_code != manifest.job.code
        {
            continue;
        }
        found.extend(in_bag(&bag, &manifest, sought)?);
    }
    progress.end();
    Ok(found)
}

fn in_bag(bag: &Path, manifest: &Manifest, sought: &Sought) -> Result<Option<Found>, Error> {
    let range = manifest.bundle.first_serial..manifest.bundle.next_serial;
    let serial = match sought {
        Sought::Serial(serial) => Some(*serial),
        Sought::Mark(mark) => Some(mark.serial),
        Sought::Piece(_) => None,
    };
    if serial.is_some_and(|serial| !range.contains(&serial)) {
        return Ok(None);
    }
    let is_sought = |row: &csv::StringRecord| match sought {
        Sought::Piece(piece) => row.get(1) == Some(piece.as_str()),
        _ => row.get(0).and_then(|cell| cell.parse().ok()).map(Serial) == serial,
    };
    let pieces = bag.join(paths::PIECES);
    let Some(row) = first(&pieces, is_sought)? else { return Ok(None) };
    let broken = || broken(&pieces, "a row cannot be read");
    let serial = Serial(cell(&row, 0).ok_or_else(broken)?);
    let piece = row.get(1).and_then(PieceId::parse).ok_or_else(broken)?;
    let run: u16 = cell(&row, 2).ok_or_else(broken)?;
    let lot = row.get(3).ok_or_else(broken)?.to_owned();
    let info = manifest.runs.iter().find(|info| info.number == run).ok_or_else(broken)?;
    Ok(Some(Found {
        bundle: manifest.bundle.id.clone(),
        title: manifest.job.title.clone(),
        path: bag.to_owned(),
        serial,
        piece,
        run,
        file: paths::lot(&lot),
        leaves: places(&bag.join(paths::SHEETS), &lot, serial)?,
        lot,
        why: why(info),
    }))
}

/// The run in words.
fn why(run: &crate::package::manifest::RunInfo) -> Vec<String> {
    let class = &run.class;
    let most =
        class.leaves_max.map_or_else(|| " and more".to_owned(), |most| format!(" to {most}"));
    let envelope = run.envelope.as_ref().map_or("none", |envelope| envelope.id.as_str());
    let mut why = vec![
        format!("stock `{}`, envelope `{envelope}`", run.stock.id),
        format!("delivery class `{}`", class.delivery),
        format!("pieces of {}{most} leaves", class.leaves_min),
    ];
    if !class.former.is_empty() {
        why.push(format!("former municipality `{}`", class.former));
    }
    why.extend(run.why.iter().cloned());
    why
}

fn places(sheets: &Path, lot: &str, serial: Serial) -> Result<Vec<Place>, Error> {
    let text = serial.to_string();
    let mut places = Vec::new();
    each(sheets, |row| {
        if row.get(0) == Some(lot) && row.get(4) == Some(text.as_str()) {
            let place = || {
                Some(Place {
                    sheet: cell(row, 1)?,
                    side: row.get(2)?.to_owned(),
                    slot: cell(row, 3)?,
                    leaf: cell(row, 5)?,
                    page: cell(row, 7)?,
                    mark: row.get(8)?.to_owned(),
                })
            };
            places.extend(place());
        }
        true
    })?;
    places.sort_by_key(|place| (place.leaf, place.page));
    Ok(places)
}

fn cell<T: std::str::FromStr>(row: &csv::StringRecord, index: usize) -> Option<T> {
    row.get(index)?.parse().ok()
}

fn first(
    path: &Path,
    mut wanted: impl FnMut(&csv::StringRecord) -> bool,
) -> Result<Option<csv::StringRecord>, Error> {
    let mut found = None;
    each(path, |row| {
        if wanted(row) {
            found = Some(row.clone());
        }
        found.is_none()
    })?;
    Ok(found)
}

/// Reads a list row by row until `go_on` says no.
fn each(path: &Path, mut go_on: impl FnMut(&csv::StringRecord) -> bool) -> Result<(), Error> {
    let mut reader = csv::Reader::from_reader(store::reader(path)?);
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(|error| broken(path, &error.to_string()))? {
        if !go_on(&row) {
            break;
        }
    }
    Ok(())
}

fn broken(path: &Path, what: &str) -> Error {
    FileError::reading(path)(io::Error::new(io::ErrorKind::InvalidData, what.to_owned())).into()
}
