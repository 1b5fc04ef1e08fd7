//! Where readings may stand on leaves, and what the texts of a page say there: which instalment a slip
//! is, what it prints, whether a place is empty.

use super::printed;
use crate::measure::{Extent, Length, Point, Rect};
use crate::model::{LeafKind, Reading, Says, Side, SymbolPlace};
use std::collections::BTreeMap;

/// A text may begin this far outside its box; a squeezed line starts a little before it.
const TOLERANCE: Length = Length::um(300);
/// Baselines nearer than this are one line.
const LINE: Length = Length::mm(1);

/// A string of a page, where its line begins: on the sheet, from its top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The beginning of its baseline.
    pub at: Point,
    /// What it says.
    pub text: String,
}

/// A leaf as it lies on a side of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// Its top left corner on the sheet, as it lies.
    pub corner: Point,
    /// Its size.
    pub size: Extent,
    /// Whether it lies upside down.
    pub turned: bool,
    /// Its kind and its side.
    pub face: (LeafKind, Side),
}

impl Leaf {
    /// A point of the sheet as the leaf counts.
    fn local(&self, point: Point) -> Point {
        let (x, y) = (point.x - self.corner.x, point.y - self.corner.y);
        if self.turned {
            Point { x: self.size.width - x, y: self.size.height - y }
        } else {
            Point { x, y }
        }
    }

    /// A box of the leaf as it lies on the sheet.
    pub(super) fn on_sheet(&self, rect: Rect) -> Rect {
        let (mut x, mut y) = (rect.x, rect.y);
        if self.turned {
            x = self.size.width - rect.right();
            y = self.size.height - rect.bottom();
        }
        Rect { x: self.corner.x + x, y: self.corner.y + y, ..rect }
    }
}

/// A box of a reading as it stands at a corner of the leaf.
pub(super) fn place([x, y]: [Length; 2], part: [Length; 4]) -> Rect {
    Rect { x: x + part[0], y: y + part[1], width: part[2], height: part[3] }
}

/// Readings of which at most one stands at a corner.
#[derive(Debug, Clone)]
struct Corner {
    at: [Length; 2],
    /// By position among the readings.
    candidates: Vec<usize>,
}

/// All places of the readings, by face.
#[derive(Debug, Clone)]
pub struct Places<'r> {
    readings: &'r [Reading],
    corners: BTreeMap<(LeafKind, u8), Vec<Corner>>,
}

const fn face_key((kind, side): (LeafKind, Side)) -> (LeafKind, u8) {
    (
        kind,
        match side {
            Side::Front => 0,
            Side::Back => 1,
        },
    )
}

/// What stands in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// No slip.
    Blank,
    /// A slip of which no text says which instalment it is.
    Unclear,
    /// A reading, by its position.
    Standing(usize),
}

/// What the texts of a place say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub(super) corner: [Length; 2],
    pub(super) candidates: Vec<usize>,
    pub(super) state: State,
    /// The lines of every text that is marked: a slip prints most things more than once.
    texts: Texts,
    /// For each symbol, whether a text stands where its reason belongs.
    pub(super) reasons: Vec<bool>,
}

/// By what they say, the lines of each text.
type Texts = BTreeMap<Says, Vec<Vec<String>>>;

impl Said {
    /// Whether the reading has a text that says this.
    pub(super) fn has(&self, says: Says) -> bool {
        self.texts.contains_key(&says)
    }

    /// What each text says, its lines put together with something between them.
    pub(super) fn each(&self, says: Says, between: &str) -> impl Iterator<Item = String> {
        self.texts.get(&says).into_iter().flatten().map(move |lines| lines.join(between))
    }

    #[cfg(test)]
    pub(super) fn of_texts(texts: &[(Says, &str)]) -> Self {
        let mut said = Self {
            corner: [Length::ZERO; 2],
            candidates: vec![0],
            state: State::Standing(0),
            texts: Texts::new(),
            reasons: Vec::new(),
        };
        for &(says, text) in texts {
            said.texts.entry(says).or_default().push(vec![text.to_owned()]);
        }
        said
    }

    /// The yen that are printed; `None` when there are void marks, or texts say different amounts.
    #[must_use]
    pub fn amount(&self) -> Option<u64> {
        self.amounts().ok().flatten()
    }

    /// The yen that all texts print, `None` for void marks; `Err` when they differ.
    pub(super) fn amounts(&self) -> Result<Option<u64>, ()> {
        let mut amounts = self.each(Says::Amount, "").map(|text| printed::amount(&text));
        let first = amounts.next().flatten();
        if amounts.all(|amount| amount == first) { Ok(first) } else { Err(()) }
    }

    /// What is to be covered by a sample: what stands here and where, and what does not.
    #[must_use]
    pub fn feature(&self) -> Vec<u8> {
        let [x, y] = self.corner.map(Length::as_um);
        let void = self.has(Says::Amount) && self.amount().is_none();
        format!("{x} {y} {:?} {:?} {void}", self.state, self.reasons).into_bytes()
    }
}

impl<'r> Places<'r> {
    /// The places of the readings of a form.
    #[must_use]
    pub fn new(readings: &'r [Reading]) -> Self {
        let mut corners: BTreeMap<_, Vec<Corner>> = BTreeMap::new();
        for (index, reading) in readings.iter().enumerate() {
            let Some(face) = LeafKind::of_face(&reading.face) else { continue };
            let places = corners.entry(face_key(face)).or_default();
            for &at in &reading.at {
                // Slips of all instalments share their corners; whatever else has its own place.
                let shared = |corner: &&mut Corner| {
                    let first = &readings[corner.candidates[0]];
                    corner.at == at && first.period.is_some() && reading.period.is_some()
                };
                match places.iter_mut().find(shared) {
                    Some(corner) => corner.candidates.push(index),
                    None => places.push(Corner { at, candidates: vec![index] }),
                }
            }
        }
        Self { readings, corners }
    }

    /// The readings.
    #[must_use]
    pub const fn readings(&self) -> &'r [Reading] {
        self.readings
    }

    /// Whether anything is to be read on a face.
    #[must_use]
    pub fn has(&self, face: (LeafKind, Side)) -> bool {
        self.corners.contains_key(&face_key(face))
    }

    fn of(&self, face: (LeafKind, Side)) -> &[Corner] {
        self.corners.get(&face_key(face)).map_or(&[], Vec::as_slice)
    }

    /// Whether a string that begins at a point of the sheet is asked for by a leaf.
    #[must_use]
    pub fn asks(&self, leaf: &Leaf, point: Point) -> bool {
        let point = leaf.local(point);
        self.of(leaf.face).iter().any(|corner| {
            corner.candidates.iter().any(|&index| {
                let reading = &self.readings[index];
                let reasons = reading.symbols.iter().filter_map(|symbol| symbol.reason);
                let mut parts = reading.texts.iter().map(|text| text.r#box).chain(reasons);
                parts.any(|part| holds(place(corner.at, part), point))
            })
        })
    }

    /// What the strings of a page say on a leaf, place by place.
    #[must_use]
    pub fn said(&self, leaf: &Leaf, shown: &[Shown]) -> Vec<Said> {
        let local: Vec<(Point, &str)> =
            shown.iter().map(|shown| (leaf.local(shown.at), shown.text.as_str())).collect();
        self.of(leaf.face).iter().map(|corner| self.at(corner, &local)).collect()
    }

    fn at(&self, corner: &Corner, shown: &[(Point, &str)]) -> Said {
        let of = |index: usize| {
            let reading = &self.readings[index];
            let mut texts = Texts::new();
            for text in &reading.texts {
                let found = lines(shown, place(corner.at, text.r#box));
                texts.entry(text.says).or_default().push(found);
            }
            texts
        };
        let is_this = |&index: &usize| {
            let Some(period) = &self.readings[index].period else { return true };
            let label = printed::plain(&period.label);
            let said = of(index).remove(&Says::Period).unwrap_or_default();
            said.iter().any(|lines| printed::plain(&lines.concat()) == label)
        };
        let standing = corner.candidates.iter().copied().find(is_this);
        let (state, texts) = if let Some(index) = standing {
            (State::Standing(index), of(index))
        } else {
            let has_amount = |&index: &usize| {
                let said = of(index).remove(&Says::Amount).unwrap_or_default();
                said.iter().any(|lines| printed::amount(&lines.concat()).is_some())
            };
            let unclear = corner.candidates.iter().any(has_amount);
            (if unclear { State::Unclear } else { State::Blank }, Texts::new())
        };
        let reason = |symbol: &SymbolPlace| {
            let found = symbol.reason.map(|part| lines(shown, place(corner.at, part)));
            found.is_some_and(|lines| lines.iter().any(|line| !line.trim().is_empty()))
        };
        let symbols = standing.map_or(&[][..], |index| &self.readings[index].symbols);
        let reasons = symbols.iter().map(reason).collect();
        Said { corner: corner.at, candidates: corner.candidates.clone(), state, texts, reasons }
    }
}

fn holds(rect: Rect, point: Point) -> bool {
    point.x >= rect.x - TOLERANCE
        && point.x <= rect.right() + TOLERANCE
        && point.y >= rect.y - TOLERANCE
        && point.y <= rect.bottom() + TOLERANCE
}

/// The strings that begin in a box, line by line, each line from left to right.
fn lines(shown: &[(Point, &str)], rect: Rect) -> Vec<String> {
    let mut found: Vec<&(Point, &str)> = shown.iter().filter(|(at, _)| holds(rect, *at)).collect();
    found.sort_by_key(|(at, _)| (at.y, at.x));
    let mut lines: Vec<(Length, Vec<&(Point, &str)>)> = Vec::new();
    for each in found {
        match lines.last_mut() {
            Some((y, line)) if each.0.y - *y < LINE => line.push(each),
            _ => lines.push((each.0.y, vec![each])),
        }
    }
    let text = |(_, mut line): (Length, Vec<&(Point, &str)>)| {
        line.sort_by_key(|(at, _)| at.x);
        line.iter().map(|(_, text)| *text).collect()
    };
    lines.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Period, TextPlace};

    fn mm(values: [i32; 4]) -> [Length; 4] {
        values.map(Length::mm)
    }

    fn slip(label: &str) -> Reading {
        Reading {
            face: "slip-front".into(),
            at: vec![[0, 10].map(Length::mm), [0, 110].map(Length::mm)],
            period: Some(Period { label: label.into(), code: None }),
            symbols: vec![SymbolPlace {
                kind: "store".into(),
                r#box: mm([10, 50, 60, 12]),
                reason: Some(mm([10, 65, 60, 5])),
            }],
            texts: vec![
                TextPlace { says: Says::Period, r#box: mm([10, 10, 20, 6]) },
                TextPlace { says: Says::Amount, r#box: mm([40, 10, 40, 6]) },
            ],
        }
    }

    fn leaf(turned: bool) -> Leaf {
        Leaf {
            corner: Point { x: Length::mm(5), y: Length::mm(7) },
            size: Extent { width: Length::mm(100), height: Length::mm(210) },
            turned,
            face: (LeafKind::Slip, Side::Front),
        }
    }

    fn shown(leaf: Leaf, x: i32, y: i32, text: &str) -> Shown {
        let mut at = Point { x: Length::mm(x), y: Length::mm(y) };
        if leaf.turned {
            at = Point { x: leaf.size.width - at.x, y: leaf.size.height - at.y };
        }
        let at = Point { x: leaf.corner.x + at.x, y: leaf.corner.y + at.y };
        Shown { at, text: text.to_owned() }
    }

    #[test]
    fn labels_say_what_stands_where() {
        let readings = [slip("第1期"), slip("第2期")];
        let places = Places::new(&readings);
        for turned in [false, true] {
            let leaf = leaf(turned);
            let texts = [
                shown(leaf, 50, 25, "00"),
                shown(leaf, 12, 25, "第２期"),
                shown(leaf, 41, 25, "1,2"),
                shown(leaf, 12, 78, "取扱不可"),
            ];
            let said = places.said(&leaf, &texts);
            assert_eq!(said.len(), 2, "two corners");
            assert_eq!((&said[0].state, said[0].amount()), (&State::Standing(1), Some(1_200)));
            assert_eq!(said[0].reasons, [true]);
            assert_eq!((&said[1].state, said[1].reasons.len()), (&State::Blank, 0));
            assert!(places.asks(&leaf, texts[0].at));
            assert!(!places.asks(&leaf, shown(leaf, 90, 90, "").at));
            // An amount without a label is no empty place.
            assert_eq!(places.said(&leaf, &texts[..1])[0].state, State::Unclear);
        }
        let other = Leaf { face: (LeafKind::More, Side::Front), ..leaf(false) };
        assert!(places.said(&other, &[]).is_empty() && !places.has(other.face));
    }

    #[test]
    fn boxes_lie_turned_where_leaves_do() {
        let part = place([Length::mm(1), Length::mm(2)], mm([10, 20, 30, 40]));
        let upright = leaf(false).on_sheet(part);
        assert_eq!((upright.x, upright.y), (Length::mm(16), Length::mm(29)));
        let turned = leaf(true).on_sheet(part);
        assert_eq!((turned.x, turned.y), (Length::mm(5 + 59), Length::mm(7 + 148)));
    }
}
