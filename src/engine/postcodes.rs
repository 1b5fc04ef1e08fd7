//! The home's register of postcodes, `jobs/postcodes.csv`: imported from what Japan Post publishes,
//! asked by people, and by validation where a form says so.

use super::store::{self, FileError, StagedFile};
use super::{Error, Home};
use crate::form::{Check, Form, Item, SymbolKind};
use crate::intake::{REGISTER_HEADINGS, read_postcodes};
use crate::model::{Area, AreaKind, Postcodes};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where it is in the home.
const REGISTER: &str = "jobs/postcodes.csv";
/// The largest file that is taken for one of postcodes.
const BYTES_MAX: u64 = 64 << 20;
/// How many lines a question is answered with at most.
const ANSWERS: usize = 50;

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The register.
    pub register: PathBuf,
    /// Its lines.
    pub lines: usize,
    /// Different postcodes.
    pub postcodes: usize,
    /// Different municipalities.
    pub municipalities: usize,
    /// Different prefectures: 47 when the whole country was imported.
    pub prefectures: usize,
}

/// Makes the register anew from files of postcodes.
///
/// # Errors
/// When a file cannot be read or is none of postcodes, or the register cannot be written.
pub fn import_postcodes(home: &Home, files: &[PathBuf]) -> Result<Imported, Error> {
    let mut areas = Vec::new();
    for file in files {
        areas.extend(read(file)?);
    }
    areas.sort_unstable();
    areas.dedup();
    let register = home.path(REGISTER);
    let (staged, output) = StagedFile::replace(&register)?;
    let mut writer = csv::Writer::from_writer(output);
    let wrong = |error: csv::Error| FileError::writing(&register)(error.into());
    writer.write_record(REGISTER_HEADINGS).map_err(&wrong)?;
    for area in &areas {
        let postcode = format!("{:07}", area.postcode);
        let row = [&postcode, &*area.prefecture, &*area.city, &*area.town, word(area.kind)];
        writer.write_record(row).map_err(&wrong)?;
    }
    let output = writer.into_inner().map_err(|error| wrong(error.into_error().into()))?;
    output.finish()?;
    staged.commit()?;
    let count = |of: fn(&Area) -> (&str, &str)| areas.iter().map(of).collect::<BTreeSet<_>>().len();
    let codes: BTreeSet<u32> = areas.iter().map(|area| area.postcode).collect();
    Ok(Imported {
        register,
        lines: areas.len(),
        postcodes: codes.len(),
        municipalities: count(|area| (&area.prefecture, &area.city)),
        prefectures: count(|area| (&area.prefecture, "")),
    })
}

/// What the register says of a postcode, or of an address.
///
/// # Errors
/// When the home has no register, or it cannot be read.
pub fn find_postcodes(home: &Home, what: &str) -> Result<Vec<Area>, Error> {
    let register = load(home)?.ok_or_else(|| {
        Error::Usage(format!("the home has no {REGISTER}; make it with `tayori postcodes import`"))
    })?;
    let digits = what.replace('-', "");
    let code = digits.parse().ok().filter(|_| digits.len() == 7);
    Ok(code.map_or_else(
        || register.of_address(what, ANSWERS).into_iter().cloned().collect(),
        |code| register.of_code(code).to_vec(),
    ))
}

/// The register, when there is one and the form asks it.
pub(super) fn of_form(home: &Home, form: &Form) -> Result<Option<Postcodes>, Error> {
    let asked = form.checks.iter().any(|check| matches!(check, Check::Postcode { .. }));
    if asked || form.faces.iter().flat_map(|face| &face.items).any(is_customer) {
        load(home)
    } else {
        Ok(None)
    }
}

/// Whether it is a customer barcode, or cards with one.
fn is_customer(item: &Item) -> bool {
    match item {
        Item::Symbol(symbol) => matches!(symbol.kind, SymbolKind::Customer { .. }),
        Item::Cards(cards) => cards.items.iter().any(is_customer),
        _ => false,
    }
}

fn load(home: &Home) -> Result<Option<Postcodes>, Error> {
    let path = home.path(REGISTER);
    Ok(if path.is_file() { Some(Postcodes::new(read(&path)?)) } else { None })
}

fn read(path: &Path) -> Result<Vec<Area>, Error> {
    let bytes = store::read_bytes(path, BYTES_MAX)?;
    let bytes =
        bytes.ok_or_else(|| FileError::reading(path)(std::io::ErrorKind::NotFound.into()))?;
    Ok(read_postcodes(&path.display().to_string(), &bytes)?)
}

fn word(kind: AreaKind) -> &'static str {
    AreaKind::ALL.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}
