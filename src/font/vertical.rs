//! The glyphs of a face for vertical writing: what the OpenType feature `vert` puts in the place of
//! others (brackets, dots, small kana). Only replacements of one glyph by one; no layout.

use skrifa::raw::tables::gsub::{Gsub, SingleSubst, SubstitutionSubtables};
use skrifa::raw::{ReadError, TableProvider};
use skrifa::{FontRef, GlyphId, Tag};
use std::collections::BTreeSet;

/// `vert` leaves Latin letters alone, which vertical text turns by itself; `vrt2` has turned glyphs
/// for them too, and serves only where there is no `vert`.
const FEATURES: [&[u8; 4]; 2] = [b"vert", b"vrt2"];

/// The most subtables that are looked at; real faces have one.
const SUBTABLES_MAX: usize = 64;

/// The replacements for vertical writing of one face.
pub(super) struct Vertical<'a> {
    subtables: Vec<SingleSubst<'a>>,
}

impl<'a> Vertical<'a> {
    /// What `font` has; nothing when it has no such feature or the table is broken.
    pub(super) fn of(font: &FontRef<'a>) -> Self {
        let subtables = font.gsub().and_then(|gsub| {
            for feature in FEATURES {
                let found = subtables(&gsub, Tag::new(feature))?;
                if !found.is_empty() {
                    return Ok(found);
                }
            }
            Ok(Vec::new())
        });
        Self { subtables: subtables.unwrap_or_default() }
    }

    /// The glyph that stands for `glyph` in vertical writing, if another one does.
    pub(super) fn glyph(&self, glyph: u16) -> Option<u16> {
        let replaced = self.subtables.iter().find_map(|subtable| replace(subtable, glyph))?;
        (replaced != glyph && replaced != 0).then_some(replaced)
    }
}

/// The single substitutions of a feature, in order of their look-ups. Scripts and languages are not
/// told apart: a face has one way of writing vertically.
fn subtables<'a>(gsub: &Gsub<'a>, feature: Tag) -> Result<Vec<SingleSubst<'a>>, ReadError> {
    let features = gsub.feature_list()?;
    let mut lookups = BTreeSet::new();
    for record in features.feature_records().iter().filter(|record| record.feature_tag() == feature)
    {
        let feature = record.feature(features.offset_data())?;
        for index in feature.lookup_list_indices() {
            lookups.insert(index.get());
        }
    }
    let list = gsub.lookup_list()?.lookups();
    let mut found = Vec::new();
    for index in lookups {
        let lookup = list.get(usize::from(index))?;
        if let SubstitutionSubtables::Single(subtables) = lookup.subtables()? {
            let room = SUBTABLES_MAX.saturating_sub(found.len());
            found.extend(subtables.iter().take(room).filter_map(Result::ok));
        }
    }
    Ok(found)
}

fn replace(subtable: &SingleSubst<'_>, glyph: u16) -> Option<u16> {
    let id = GlyphId::from(glyph);
    match subtable {
        SingleSubst::Format1(table) => {
            table.coverage().ok()?.get(id)?;
            Some(glyph.wrapping_add_signed(table.delta_glyph_id()))
        }
        SingleSubst::Format2(table) => {
            let at = usize::try_from(table.coverage().ok()?.get(id)?).ok()?;
            Some(table.substitute_glyph_ids().get(at)?.get().to_u16())
        }
        // The wide formats are for more glyphs than a PDF font can have.
        SingleSubst::Format3(_) | SingleSubst::Format4(_) => None,
    }
}
