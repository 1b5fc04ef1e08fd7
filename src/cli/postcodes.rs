//! The commands about postcodes.

use super::table::{Table, number};
use super::{Outcome, Session, exit};
use crate::engine;
use std::path::PathBuf;

/// The prefectures of the country.
const PREFECTURES: usize = 47;

impl Session<'_> {
    /// `tayori postcodes import`.
    pub(super) fn postcodes_import(&self, files: &[PathBuf]) -> Outcome {
        let imported = engine::import_postcodes(&self.home()?, files)?;
        let engine::Imported { lines, postcodes, municipalities, prefectures, .. } = imported;
        let register = imported.register.display().to_string();
        if prefectures < PREFECTURES && !self.global.quiet {
            Self::say(&format!("these are {prefectures} of the {PREFECTURES} prefectures"));
        }
        if self.global.json {
            Self::print_json(&serde_json::json!({
                "register": register,
                "lines": lines,
                "postcodes": postcodes,
                "municipalities": municipalities,
                "prefectures": prefectures,
            }))?;
        } else {
            let mut table = Table::new(&["register", "postcodes", "lines", "municipalities"]);
            let counts = [postcodes, lines, municipalities].map(|count| number(count as u64));
            table.row([vec![register], counts.to_vec()].concat());
            Self::print(&table.render())?;
        }
        Ok(exit::DONE)
    }

    /// `tayori postcodes find`.
    pub(super) fn postcodes_find(&self, what: &str) -> Outcome {
        let found = engine::find_postcodes(&self.home()?, what)?;
        let areas = found.iter().map(|area| {
            let postcode = format!("{:07}", area.postcode);
            [postcode, area.prefecture.to_string(), area.city.to_string(), area.town.to_string()]
        });
        if self.global.json {
            let json = areas.map(|[postcode, prefecture, city, town]| {
                serde_json::json!({ "postcode": postcode, "prefecture": prefecture, "city": city, "town": town })
            });
            Self::print_json(&json.collect::<Vec<_>>())?;
        } else {
            let mut table = Table::new(&["postcode", "prefecture", "municipality", "town"]);
            areas.for_each(|area| table.row(area.to_vec()));
            Self::print(&table.render())?;
        }
        Ok(if found.is_empty() { exit::UNVERIFIED } else { exit::DONE })
    }
}
