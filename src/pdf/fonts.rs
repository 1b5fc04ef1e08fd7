//! The font objects of a file: for each face in use a composite font with the identity encoding
//! (ISO 32000-1, 9.7), its descriptor, program, widths and the `CMap` to text.

use super::Error;
use super::number::thousandths;
use super::objects::{Id, Objects};
use crate::font::{Cid, Face, FaceId, FontSet, Subset, Usage};
use crate::measure::div_round;
use std::fmt::Write as _;
use std::io::Write;

/// Writes the faces that `usage` uses and the dictionary `id` that names them `/F0`, `/F1` ….
pub(super) fn write<W: Write>(
    objects: &mut Objects<W>,
    id: Id,
    fonts: &FontSet,
    usage: &Usage,
) -> Result<(), Error> {
    let mut names = String::from("<<");
    for (face_id, face) in fonts.faces() {
        if usage.cids(face_id).next().is_some() {
            let font = write_face(objects, face_id, face, usage)?;
            write!(names, "/F{face_id} {font} 0 R").expect("writing to a string cannot fail");
        }
    }
    names.push_str(">>");
    objects.pack(id, names.as_bytes())?;
    Ok(())
}

fn write_face<W: Write>(
    objects: &mut Objects<W>,
    face_id: FaceId,
    face: &Face,
    usage: &Usage,
) -> Result<Id, Error> {
    let subset = face.subset(face_id, usage)?;
    let [font, cid_font, descriptor, program, to_unicode] =
        std::array::from_fn(|_| objects.reserve());
    let name = &subset.name;
    objects.pack(
        font,
        format!(
            "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H\
             /DescendantFonts[{cid_font} 0 R]/ToUnicode {to_unicode} 0 R>>"
        )
        .as_bytes(),
    )?;
    let (kind, file) = if face.is_cff { (0, "FontFile3") } else { (2, "FontFile2") };
    let mut dictionary = format!(
        "<</Type/Font/Subtype/CIDFontType{kind}/BaseFont/{name}\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
         /FontDescriptor {descriptor} 0 R/DW "
    )
    .into_bytes();
    widths(&mut dictionary, &subset, face.units_per_em);
    if let Some(map) = &subset.cid_to_gid {
        let id = objects.reserve();
        dictionary.extend_from_slice(format!("/CIDToGIDMap {id} 0 R").as_bytes());
        objects.deflated(id, b"", map)?;
    }
    dictionary.extend_from_slice(b">>");
    objects.pack(cid_font, &dictionary)?;
    objects.pack(descriptor, describe(face, name, file, program).as_bytes())?;
    if face.is_cff {
        objects.deflated(program, b"/Subtype/CIDFontType0C", &subset.program)?;
    } else {
        let length = format!("/Length1 {}", subset.program.len());
        objects.deflated(program, length.as_bytes(), &subset.program)?;
    }
    objects.deflated(to_unicode, b"", &subset.to_unicode)?;
    Ok(font)
}

/// The font descriptor (ISO 32000-1, table 122), in thousandths of an em.
fn describe(face: &Face, name: &str, file: &str, program: Id) -> String {
    let scaled = |units: i16| div_round(i64::from(units) * 1000, i64::from(face.units_per_em));
    let [left, bottom, right, top] = face.bbox.map(scaled);
    let (ascent, descent) = (scaled(face.ascent), scaled(face.descent));
    let cap_height = scaled(face.cap_height);
    // Symbolic: its characters are not of the Latin set.
    let flags = 4 | i32::from(face.is_fixed_pitch);
    // Stem width is not in the font file; this is the customary estimate from the weight.
    let weight = i64::from(face.weight);
    let stem = 50 + div_round(weight * weight, 65 * 65);
    let angle = face.italic_angle;
    format!(
        "<</Type/FontDescriptor/FontName/{name}/Flags {flags}\
         /FontBBox[{left} {bottom} {right} {top}]/ItalicAngle {angle}/Ascent {ascent}\
         /Descent {descent}/CapHeight {cap_height}/StemV {stem}/{file} {program} 0 R>>"
    )
}

/// The default width and the array of widths that differ from it (ISO 32000-1, 9.7.4.3): runs of
/// neighbours as `first [w w …]`, three or more alike as `first last w`.
fn widths(out: &mut Vec<u8>, subset: &Subset, units_per_em: u16) {
    let width = |out: &mut Vec<u8>, units: u16| {
        thousandths(out, div_round(i64::from(units) * 1_000_000, i64::from(units_per_em)));
    };
    width(out, subset.default_width);
    let other: Vec<(Cid, u16)> =
        subset.widths.iter().copied().filter(|&(_, w)| w != subset.default_width).collect();
    if other.is_empty() {
        return;
    }
    out.extend_from_slice(b"/W[");
    let follows = |a: &(Cid, u16), b: &(Cid, u16)| a.0.checked_add(1) == Some(b.0);
    for run in other.chunk_by(follows) {
        let mut rest = run;
        while let Some(&(first, w)) = rest.first() {
            let alike = rest.iter().take_while(|&&(_, other)| other == w).count();
            let n = if alike >= 3 { alike } else { listed(rest) };
            let (now, later) = rest.split_at(n);
            rest = later;
            out.extend_from_slice(format!("{first}").as_bytes());
            if alike >= 3 {
                out.extend_from_slice(format!(" {} ", now[n - 1].0).as_bytes());
                width(out, w);
                out.push(b' ');
            } else {
                for (at, &(_, w)) in now.iter().enumerate() {
                    out.push(if at == 0 { b'[' } else { b' ' });
                    width(out, w);
                }
                out.push(b']');
            }
        }
    }
    out.push(b']');
}

/// How many widths to list before three or more alike begin.
fn listed(run: &[(Cid, u16)]) -> usize {
    let alike = run.windows(3).position(|w| w[0].1 == w[1].1 && w[1].1 == w[2].1);
    alike.unwrap_or(run.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(list: &[(Cid, u16)], expected: &str) {
        let subset = Subset {
            program: Vec::new(),
            name: String::new(),
            cid_to_gid: None,
            widths: list.to_vec(),
            default_width: 2048,
            to_unicode: Vec::new(),
        };
        let mut out = Vec::new();
        widths(&mut out, &subset, 2048);
        assert_eq!(String::from_utf8(out).expect("ASCII"), expected);
    }

    #[test]
    fn widths_are_grouped() {
        case(&[(1, 2048), (9, 2048)], "1000");
        case(&[(1, 1024), (2, 1063), (3, 2048)], "1000/W[1[500 519.043]]");
        case(&[(1, 1024), (2, 1024), (4, 1024)], "1000/W[1[500 500]4[500]]");
        case(
            &[(7, 900), (8, 1024), (9, 1024), (10, 1024), (11, 512)],
            "1000/W[7[439.453]8 10 500 11[250]]",
        );
        case(&[(0xFFFE, 0), (0xFFFF, 512)], "1000/W[65534[0 250]]");
    }
}
