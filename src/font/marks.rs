//! Clusters of several glyphs: a base with marks that no single glyph shows, placed by a shaper as
//! the face asks. Off the hot path; nothing of it is needed for Japanese, or for names that Unicode
//! composes.

use super::characters::{Part, Shown};
use super::cluster::{self, Key};
use harfrust::{Buffer, ClusterLevel, Direction, Feature, Font, ShapeOptions, ShaperFont, Tag};
use skrifa::FontRef;
use skrifa::raw::TableProvider;
use std::fmt;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization as _;

/// The most marks of a face that get characters of their own; the largest Latin faces have 200.
const MARKS_MAX: usize = 1024;

/// Letters whose dot gives way to a mark above (Unicode's `Soft_Dotted`, those of living alphabets).
const SOFT_DOTTED: &str = "ijįịḭɨʝіј";
/// A mark above with which Unicode composes none of them.
const ABOVE: u32 = 0x30B;

/// Kana with a half-voicing mark that Unicode does not compose but faces have glyphs for
/// (か゚ and so on, and the Ainu セ゚ ツ゚ ト゚ ㇷ゚).
const HALF_VOICED: &str = "かきくけこカキクケコセツトㇷ";

/// Features that replace glyphs. Without them every code point keeps its usual glyph.
const REPLACING: [&[u8; 4]; 7] = [b"ccmp", b"locl", b"rlig", b"liga", b"clig", b"calt", b"rclt"];

/// The shaper of one face.
pub(super) struct Marks {
    font: Font,
    has_anchors: bool,
}

impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Marks").finish_non_exhaustive()
    }
}

/// A glyph of a cluster, in font units from where the pen stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// The code point it shows and its glyph.
    pub(super) part: Part,
    pub(super) advance: u16,
    pub(super) x: i16,
    pub(super) y: i16,
}

/// What a shaper adds to the texts of a face.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Sequences with one glyph.
    pub(super) texts: Vec<Shown>,
    /// Code points with the glyphs they have within clusters, sorted.
    pub(super) parts: Vec<Part>,
}

impl Marks {
    /// The shaper of the face at `index` of a font file that read-fonts takes.
    pub(super) fn new(data: &Arc<Vec<u8>>, index: u32) -> Option<Self> {
        let has_anchors = FontRef::from_index(data, index).and_then(|font| {
            let features = font.gpos()?.feature_list()?;
            let mut records = features.feature_records().iter();
            Ok(records.any(|record| record.feature_tag() == Tag::new(b"mark")))
        });
        let data: Arc<dyn AsRef<[u8]> + Send + Sync> = data.clone();
        let font = Font::new(data, index)?;
        Some(Self { font, has_anchors: has_anchors.unwrap_or(false) })
    }

    /// Tries out which glyphs the marks of the face and the letters below them get.
    pub(super) fn find(&self, marks: &[Part]) -> Found {
        let shaper = ShaperFont::new(&self.font);
        let marks = &marks[..marks.len().min(MARKS_MAX)];
        let mut found = Found { texts: Vec::new(), parts: marks.to_vec() };
        let has = |c: char| shaper.nominal_glyph(u32::from(c)).is_some();
        let mut probe = |base: char, mark: u32| {
            let Some(mark) = char::from_u32(mark).filter(|_| has(base)) else { return };
            let placed = run(&shaper, &[base, mark], &[]).unwrap_or_default();
            found.parts.extend(placed.iter().map(|placed| placed.part));
        };
        for &(mark, _) in marks {
            probe('a', mark);
            probe('A', mark);
        }
        if marks.iter().any(|&(mark, _)| mark == ABOVE) {
            SOFT_DOTTED.chars().for_each(|base| probe(base, ABOVE));
        }
        if marks.iter().any(|&(mark, _)| mark == 0x309A) {
            let kana = HALF_VOICED.chars().filter(|&c| has(c));
            found.texts.extend(kana.filter_map(|base| {
                let key = Key::with(u32::from(base), 0x309A)?;
                Some((key, ligature(&shaper, &[base, '\u{309A}'])?))
            }));
        }
        found.parts.sort_unstable();
        found.parts.dedup();
        found
    }

    /// Whether the face itself says where marks stand; else they are put by the size of glyphs.
    pub(super) const fn has_anchors(&self) -> bool {
        self.has_anchors
    }

    /// The glyphs of a composed cluster, if the face has all its code points, and all glyphs are
    /// ones that `known` knows.
    pub(super) fn place(
        &self,
        composed: &[char],
        known: &dyn Fn(Part) -> bool,
    ) -> Option<Vec<Placed>> {
        let shaper = ShaperFont::new(&self.font);
        let plain = REPLACING.map(|tag| Feature::new(Tag::new(tag), 0, ..));
        let decomposed: Vec<char> = composed.iter().copied().nfd().collect();
        // As the face wants it; else each code point with its usual glyph; else letter and marks of
        // a character that the face does not have composed.
        [(composed, &[][..]), (composed, &plain), (&decomposed, &[]), (&decomposed, &plain)]
            .into_iter()
            .filter_map(|(chars, features)| run(&shaper, chars, features))
            .find(|placed| placed.iter().all(|placed| known(placed.part)))
    }
}

/// Shapes a cluster; `None` unless each code point becomes one glyph.
fn run(font: &ShaperFont<'_, '_>, chars: &[char], features: &[Feature]) -> Option<Vec<Placed>> {
    let shown = |&c: &char| cluster::shows(u32::from(c)) && font.nominal_glyph(c.into()).is_some();
    if !chars.iter().all(shown) {
        return None;
    }
    let buffer = shape(font, chars, features)?;
    let mut seen = vec![false; chars.len()];
    let placed = buffer.glyph_infos().iter().zip(buffer.glyph_positions()).map(|(info, at)| {
        let n = usize::try_from(info.cluster).ok()?;
        let c = *chars.get(n)?;
        let again = std::mem::replace(&mut seen[n], true);
        let glyph = u16::try_from(info.glyph_id).ok().filter(|&glyph| glyph != 0 && !again)?;
        Some(Placed {
            part: (c.into(), glyph),
            advance: u16::try_from(at.x_advance).ok()?,
            x: i16::try_from(at.x_offset).ok()?,
            y: i16::try_from(at.y_offset).ok().filter(|_| at.y_advance == 0)?,
        })
    });
    let placed: Vec<Placed> = placed.collect::<Option<_>>()?;
    (placed.len() == chars.len()).then_some(placed)
}

/// The one glyph that a cluster becomes, if it does.
fn ligature(font: &ShaperFont<'_, '_>, chars: &[char]) -> Option<u16> {
    let buffer = shape(font, chars, &[])?;
    let &[glyph] = buffer.glyph_infos() else { return None };
    u16::try_from(glyph.glyph_id).ok().filter(|&glyph| glyph != 0)
}

fn shape(font: &ShaperFont<'_, '_>, chars: &[char], features: &[Feature]) -> Option<Buffer> {
    let mut buffer = Buffer::new();
    for (n, &c) in (0..).zip(chars) {
        buffer.push(c.into(), n);
    }
    buffer.set_cluster_level(ClusterLevel::Characters);
    buffer.set_direction(Direction::LeftToRight);
    buffer.guess_segment_properties();
    let options = ShapeOptions::new().features(features);
    harfrust::shape(font, &mut buffer, options).ok()?;
    buffer.allocation_successful().then_some(buffer)
}
