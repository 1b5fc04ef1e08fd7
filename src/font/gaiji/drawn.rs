//! A TrueType face of traced bitmaps: what the glyphs of bitmap fonts are embedded as. Its em is the
//! one of Japanese faces, into which the em of each bitmap font is laid. The same glyphs give the
//! same bytes.

use super::bdf::{Bdf, Glyph};
use super::trace;
use crate::measure::div_round;
use write_fonts::FontBuilder;
use write_fonts::read::tables::glyf::CurvePoint;
use write_fonts::tables::cmap::Cmap;
use write_fonts::tables::glyf::{Bbox, Contour, GlyfLocaBuilder, Glyph as Outline, SimpleGlyph};
use write_fonts::tables::head::Head;
use write_fonts::tables::hhea::Hhea;
use write_fonts::tables::hmtx::{Hmtx, LongMetric};
use write_fonts::tables::loca::LocaFormat;
use write_fonts::tables::maxp::Maxp;
use write_fonts::tables::name::{Name, NameRecord};
use write_fonts::tables::os2::Os2;
use write_fonts::tables::post::Post;
use write_fonts::types::{FWord, GlyphId, NameId, UfWord, Version16Dot16};

/// Font units in an em.
const EM: u16 = 2_048;
/// Top and bottom of the em: where the faces of Japanese text have it.
const ASCENT: i16 = 1_802;
const DESCENT: i16 = -246;

/// The name of the face.
pub(super) const NAME: &str = "TayoriGaiji";

/// The most points of a glyph: TrueType numbers them in two bytes. No writing comes near it, but
/// a chequered bitmap does.
const POINTS_MAX: usize = 20_000;

/// A glyph in font units.
#[derive(Debug)]
pub(super) struct Drawn {
    advance: u16,
    contours: Vec<Vec<[i16; 2]>>,
    bounds: Bbox,
}

impl Drawn {
    /// The outline of a bitmap glyph.
    ///
    /// # Errors
    /// Why it cannot be drawn.
    pub(super) fn new(bdf: &Bdf, glyph: &Glyph) -> Result<Self, &'static str> {
        if glyph.bitmap.is_blank() {
            return Err("it is blank");
        }
        let outline = trace::outline(&glyph.bitmap);
        let points = outline.iter().map(Vec::len).sum::<usize>();
        if points > POINTS_MAX {
            return Err("its outline is too intricate");
        }
        // Both are in halves of a pixel; the middles of the two ems come together.
        let units =
            |halves: i32| div_round(i64::from(halves) * i64::from(EM), i64::from(bdf.em) * 2);
        let (middle, own) = ((ASCENT + DESCENT) >> 1, bdf.ascent - bdf.descent);
        let unit = |units: i64| i16::try_from(units).map_err(|_| "it reaches far out of the em");
        let place = |&[x, y]: &trace::Point| {
            let y = units(glyph.bottom * 2 + y - own) + i64::from(middle);
            Ok::<_, &'static str>([unit(units(glyph.left * 2 + x))?, unit(y)?])
        };
        let contour = |points: &Vec<trace::Point>| points.iter().map(place).collect();
        let contours = outline.iter().map(contour).collect::<Result<Vec<Vec<_>>, _>>()?;
        let advance = u16::try_from(units(glyph.advance * 2));
        let advance = advance.map_err(|_| "its advance is many ems")?;
        let bounds = bounds(contours.iter().flatten());
        Ok(Self { advance, contours, bounds })
    }

    fn outline(&self) -> SimpleGlyph {
        let point = |&[x, y]: &[i16; 2]| CurvePoint::on_curve(x, y);
        let contour = |points: &Vec<[i16; 2]>| {
            Contour::from(points.iter().map(point).collect::<Vec<CurvePoint>>())
        };
        let contours = self.contours.iter().map(contour).collect();
        SimpleGlyph { bbox: self.bounds, contours, instructions: Vec::new(), overlaps: false }
    }
}

fn bounds<'a>(points: impl Iterator<Item = &'a [i16; 2]>) -> Bbox {
    let all = |bounds: Option<Bbox>, &[x, y]: &[i16; 2]| {
        let Bbox { x_min, y_min, x_max, y_max } =
            bounds.unwrap_or(Bbox { x_min: x, y_min: y, x_max: x, y_max: y });
        let (x_min, x_max) = (x_min.min(x), x_max.max(x));
        Some(Bbox { x_min, y_min: y_min.min(y), x_max, y_max: y_max.max(y) })
    };
    points.fold(None, all).unwrap_or_default()
}

/// A face with these glyphs, numbered from 1 in their order; `codes` are code points and the glyphs
/// that show them.
///
/// # Errors
/// When the glyphs together do not fit into a font file.
pub(super) fn font(glyphs: &[Drawn], codes: &[(char, u16)]) -> Result<Vec<u8>, String> {
    let mut outlines = GlyfLocaBuilder::new();
    outlines.add_glyph(&Outline::Empty).map_err(said)?;
    for glyph in glyphs {
        outlines.add_glyph(&glyph.outline()).map_err(said)?;
    }
    let (glyf, loca, format) = outlines.build();
    let count = u16::try_from(glyphs.len() + 1).map_err(said)?;
    let metrics = std::iter::once(LongMetric::new(EM, 0))
        .chain(glyphs.iter().map(|glyph| LongMetric::new(glyph.advance, glyph.bounds.x_min)));
    let corners = |glyph: &Drawn| {
        let Bbox { x_min, y_min, x_max, y_max } = glyph.bounds;
        [[x_min, y_min], [x_max, y_max]]
    };
    let bounds = bounds(glyphs.iter().flat_map(corners).collect::<Vec<_>>().iter());
    let cmap = codes.iter().map(|&(c, glyph)| (c, GlyphId::from(glyph)));
    let mut font = FontBuilder::new();
    let tables = [
        font.add_table(&head(bounds, format)).map(drop),
        font.add_table(&hhea(glyphs, bounds, count)).map(drop),
        font.add_table(&maxp(glyphs, count)).map(drop),
        font.add_table(&os2(glyphs, codes)).map(drop),
        font.add_table(&Hmtx::new(metrics.collect(), Vec::new())).map(drop),
        font.add_table(&Cmap::from_mappings(cmap).map_err(said)?).map(drop),
        font.add_table(&glyf).map(drop),
        font.add_table(&loca).map(drop),
        font.add_table(&names()).map(drop),
        font.add_table(&Post { version: Version16Dot16::VERSION_3_0, ..Post::default() }).map(drop),
    ];
    tables.into_iter().collect::<Result<(), _>>().map_err(said)?;
    Ok(font.build())
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn head(bounds: Bbox, format: LocaFormat) -> Head {
    let Bbox { x_min, y_min, x_max, y_max } = bounds;
    Head {
        units_per_em: EM,
        x_min,
        y_min,
        x_max,
        y_max,
        lowest_rec_ppem: 8,
        index_to_loc_format: i16::from(format == LocaFormat::Long),
        ..Head::default()
    }
}

fn hhea(glyphs: &[Drawn], bounds: Bbox, count: u16) -> Hhea {
    let right = |glyph: &Drawn| i32::from(glyph.advance) - i32::from(glyph.bounds.x_max);
    let right = glyphs.iter().map(right).min().unwrap_or(0);
    let widest = glyphs.iter().map(|glyph| glyph.advance).max().unwrap_or(0).max(EM);
    Hhea {
        ascender: FWord::new(ASCENT),
        descender: FWord::new(DESCENT),
        advance_width_max: UfWord::new(widest),
        min_left_side_bearing: FWord::new(bounds.x_min),
        min_right_side_bearing: FWord::new(i16::try_from(right).unwrap_or(0)),
        x_max_extent: FWord::new(bounds.x_max),
        caret_slope_rise: 1,
        number_of_h_metrics: count,
        ..Hhea::default()
    }
}

fn maxp(glyphs: &[Drawn], count: u16) -> Maxp {
    let most = |number: fn(&Drawn) -> usize| {
        u16::try_from(glyphs.iter().map(number).max().unwrap_or(0)).ok()
    };
    Maxp {
        max_points: most(|glyph| glyph.contours.iter().map(Vec::len).sum()),
        max_contours: most(|glyph| glyph.contours.len()),
        max_composite_points: Some(0),
        max_composite_contours: Some(0),
        max_zones: Some(1),
        max_twilight_points: Some(0),
        max_storage: Some(0),
        max_function_defs: Some(0),
        max_instruction_defs: Some(0),
        max_stack_elements: Some(0),
        max_size_of_instructions: Some(0),
        max_component_elements: Some(0),
        max_component_depth: Some(0),
        ..Maxp::new(count)
    }
}

fn os2(glyphs: &[Drawn], codes: &[(char, u16)]) -> Os2 {
    let code =
        |c: Option<&(char, u16)>| c.map_or(0, |&(c, _)| u16::try_from(c).unwrap_or(u16::MAX));
    let sum: i64 = glyphs.iter().map(|glyph| i64::from(glyph.advance)).sum();
    let mean = div_round(sum, i64::try_from(glyphs.len().max(1)).unwrap_or(1));
    Os2 {
        x_avg_char_width: i16::try_from(mean).unwrap_or(i16::MAX),
        us_first_char_index: code(codes.iter().min()),
        us_last_char_index: code(codes.iter().max()),
        s_typo_ascender: ASCENT,
        s_typo_descender: DESCENT,
        us_win_ascent: ASCENT.unsigned_abs(),
        us_win_descent: DESCENT.unsigned_abs(),
        ..Os2::default()
    }
}

/// The names that readers ask for, for Windows and in English.
fn names() -> Name {
    let names = [
        (NameId::FAMILY_NAME, NAME),
        (NameId::SUBFAMILY_NAME, "Regular"),
        (NameId::UNIQUE_ID, NAME),
        (NameId::FULL_NAME, NAME),
        (NameId::VERSION_STRING, "Version 1.000"),
        (NameId::POSTSCRIPT_NAME, NAME),
    ];
    let record =
        |(id, name): (NameId, &str)| NameRecord::new(3, 1, 0x409, id, name.to_owned().into());
    Name::new(names.map(record).to_vec())
}
