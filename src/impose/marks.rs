//! What stands on a sheet outside its pages: crop, fold, perforation and registration marks (トンボ), the sheet's slug
//! line, and the crossing-out of blank slots. Drawn through the canvas, in sheet coordinates.

use super::Geometry;
use super::creases::{LeafCrease, crease_marks};
use crate::measure::{Length, Point, Rect, TypeSize};
use crate::model::{Layout, Scheme, Side};
use crate::page::{Canvas, Ink, Stroke};
use std::fmt::Write as _;

/// Sets a line of text with its baseline starting at a point and tells how long it became. The
/// caller shapes it: imposition knows no fonts.
pub type SetText<'a> = dyn FnMut(&mut dyn Canvas, &str, Point, TypeSize) -> Length + 'a;

/// Crop marks stand this far off the slot, so that none is left on a leaf cut a little wide.
const CROP_GAP: Length = Length::mm(3);
/// Their length where there is room.
const CROP_LENGTH: Length = Length::mm(5);
/// Shorter than this a mark guides no blade.
const CROP_LENGTH_MIN: Length = Length::mm(2);
const CROP: Stroke = Stroke { width: Length::um(100), ink: Ink::BLACK, dash: None };

/// A registration mark (見当): a cross in a circle.
const REGISTER_ARM: Length = Length::um(2500);
const REGISTER_RADIUS: Length = Length::um(1500);
/// Where a booklet's sheet is folded (折りトンボ).
const FOLD: Stroke = Stroke {
    width: Length::um(100),
    ink: Ink::BLACK,
    dash: Some((Length::um(1500), Length::um(700))),
};

/// Where leaves are torn (ミシントンボ).
const PERFORATION: Stroke = Stroke {
    width: Length::um(100),
    ink: Ink::BLACK,
    dash: Some((Length::um(300), Length::um(300))),
};

/// Small enough that the line ends before the crop marks between two cards.
const SLUG_SIZE: TypeSize = TypeSize::centipoints(480);
/// Height that the slug line needs: its em and a little air.
const SLUG_HEIGHT: Length = Length::um(2900);
/// From the slug's left end to the slot's edge, clear of the crop marks there.
const SLUG_INDENT: Length = Length::mm(6);

const BLANK: Stroke = Stroke { width: Length::um(200), ink: Ink(40), dash: None };
const BLANK_SIZE: TypeSize = TypeSize::pt(12);
/// What stands in a slot that no leaf fills: cut off, throw away.
const BLANK_TEXT: &str = "白紙（切捨）";

/// What the slug line says of the lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The job's id.
    pub job: String,
    /// The lot's name.
    pub lot: String,
    /// The form's id and edition.
    pub form: String,
    /// The date of issue as printed.
    pub issued: String,
    /// Sheets of the lot.
    pub sheets: u32,
}

/// The marks of the sheets of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetMarks {
    crop: [Vec<(Point, Point)>; 2],
    folds: Vec<(Point, Point)>,
    /// Marks of folds and of perforations, by side.
    creases: [Vec<(Point, Point, bool)>; 2],
    registers: Vec<Point>,
    slug: Option<[Point; 2]>,
    geometry: Geometry,
    ticket: Ticket,
}

impl SheetMarks {
    /// The marks that a layout wants around its slots, on which leaves with these `creases` lie.
    #[must_use]
    pub fn new(
        geometry: &Geometry,
        layout: &Layout,
        creases: &[LeafCrease],
        ticket: Ticket,
    ) -> Self {
        let crop =
            |side| if layout.crop_marks { crop_marks_of(geometry, side) } else { Vec::new() };
        let folds = if layout.scheme == Scheme::Booklet { folds(geometry) } else { Vec::new() };
        let slug = slug_place(geometry, Side::Front)
            .and_then(|front| Some([front, slug_place(geometry, Side::Back)?]));
        let creases = if layout.crop_marks { creases } else { &[] };
        let creases = [Side::Front, Side::Back]
            .map(|side| crease_marks(geometry, side, creases, slug.map(|slug| slug[index(side)])));
        let mut marks = Self {
            crop: [crop(Side::Front), crop(Side::Back)],
            folds,
            creases,
            registers: Vec::new(),
            slug,
            geometry: geometry.clone(),
            ticket,
        };
        if layout.registration_marks {
            marks.registers = marks.registers();
        }
        marks
    }

    /// Draws what is the same on every sheet of a side: crop, fold, perforation and registration marks.
    pub fn draw_fixed(&self, side: Side, canvas: &mut dyn Canvas) {
        for &(from, to) in &self.crop[index(side)] {
            canvas.line(from, to, CROP);
        }
        for &(from, to) in &self.folds {
            canvas.line(from, to, FOLD);
        }
        for &(from, to, perforation) in &self.creases[index(side)] {
            canvas.line(from, to, if perforation { PERFORATION } else { FOLD });
        }
        for &Point { x, y } in &self.registers {
            let (arm, radius) = (REGISTER_ARM, REGISTER_RADIUS);
            canvas.line(Point { x: x - arm, y }, Point { x: x + arm, y }, CROP);
            canvas.line(Point { x, y: y - arm }, Point { x, y: y + arm }, CROP);
            let circle = Rect::new(x - radius, y - radius, radius * 2, radius * 2);
            canvas.area(circle, radius, None, Some(CROP));
        }
    }

    /// The middles of registration marks: one in each margin that has room, in places that a turned
    /// sheet has on its back too, where neither slots nor other marks stand.
    fn registers(&self) -> Vec<Point> {
        let (sheet, page) = (self.geometry.sheet(), printable(&self.geometry));
        let slots: Vec<Rect> = [Side::Front, Side::Back]
            .iter()
            .flat_map(|&side| (0..self.geometry.slots()).map(move |slot| (slot, side)))
            .map(|(slot, side)| self.geometry.rect(slot, side))
            .collect();
        let edge = |of: fn(&Rect) -> Length, least: bool| {
            let edges = slots.iter().map(of);
            if least { edges.min() } else { edges.max() }.unwrap_or(Length::ZERO)
        };
        let middle = |a: Length, b: Length| Length::um(a.as_um().midpoint(b.as_um()));
        let top = middle(page.y, edge(|slot| slot.y, true));
        let bottom = middle(edge(Rect::bottom, false), page.bottom());
        let left = middle(page.x, edge(|slot| slot.x, true));
        let right = middle(edge(Rect::right, false), page.right());
        let half = |length: Length| Length::um(length.as_um() >> 1);
        let (across, down) = (half(sheet.width), half(sheet.height));
        // Beside the middle, where the cut between slots is.
        let aside = Length::mm(12);
        let wanted = [
            Point { x: across - aside, y: top },
            Point { x: across + aside, y: top },
            Point { x: across - aside, y: bottom },
            Point { x: across + aside, y: bottom },
            Point { x: left, y: down },
            Point { x: right, y: down },
        ];
        wanted.into_iter().filter(|&at| self.is_free(at, &slots, page)).collect()
    }

    /// Whether a registration mark has room at a point, half a millimetre around it.
    fn is_free(&self, at: Point, slots: &[Rect], page: Rect) -> bool {
        let reach = REGISTER_ARM + Length::um(500);
        let mark = Rect::new(at.x - reach, at.y - reach, reach * 2, reach * 2);
        let creases = self.creases.iter().flatten().map(|(from, to, _)| (*from, *to));
        let lines = self.crop.iter().flatten().chain(&self.folds).copied().chain(creases);
        let mut others = slots.iter().copied().chain(lines.map(|(from, to)| {
            let (x, y) = (from.x.min(to.x), from.y.min(to.y));
            Rect::new(x, y, from.x.max(to.x) - x, from.y.max(to.y) - y)
        }));
        let apart = |other: Rect| {
            mark.right() <= other.x
                || other.right() <= mark.x
                || mark.bottom() <= other.y
                || other.bottom() <= mark.y
        };
        page.contains(&mark) && others.all(apart)
    }

    /// Draws the slug line of a sheet (from 0) when the margin has room; `line` is a buffer.
    pub fn draw_slug(
        &self,
        sheet: u32,
        side: Side,
        line: &mut String,
        set: &mut SetText<'_>,
        canvas: &mut dyn Canvas,
    ) {
        let Some(at) = self.slug else { return };
        let Ticket { job, lot, form, issued, sheets } = &self.ticket;
        let side_ja = if side == Side::Front { "表" } else { "裏" };
        line.clear();
        let number = sheet + 1;
        write!(line, "{job}　ロット {lot}　{number}/{sheets} 枚　{side_ja}　{form}　{issued}")
            .expect("writing to a string cannot fail");
        set(canvas, line, at[index(side)], SLUG_SIZE);
    }

    /// Crosses out a blank slot.
    pub fn draw_blank(
        &self,
        slot: u32,
        side: Side,
        set: &mut SetText<'_>,
        canvas: &mut dyn Canvas,
    ) {
        let rect = self.geometry.rect(slot, side);
        let inset = Length::mm(8);
        let (left, top) = (rect.x + inset, rect.y + inset);
        let (right, bottom) = (rect.right() - inset, rect.bottom() - inset);
        if right <= left || bottom <= top {
            return;
        }
        canvas.line(Point { x: left, y: top }, Point { x: right, y: bottom }, BLANK);
        // In the middle, away from where leaves carry their mark.
        let middle = Length::um(top.as_um().midpoint(bottom.as_um()));
        set(canvas, BLANK_TEXT, Point { x: left, y: middle }, BLANK_SIZE);
    }
}

const fn index(side: Side) -> usize {
    match side {
        Side::Front => 0,
        Side::Back => 1,
    }
}

/// What a press can print of its sheet.
pub(super) fn printable(geometry: &Geometry) -> Rect {
    let (sheet, margin) = (geometry.sheet(), geometry.margin());
    Rect::new(margin, margin, sheet.width - margin * 2, sheet.height - margin * 2)
}

/// The crop marks of a side: at each corner of each slot one along, one across, outside the slot.
/// A mark is as long as the next slot, kept clear by the same gap, and the printable area allow;
/// between slots without a gutter there is none.
fn crop_marks_of(geometry: &Geometry, side: Side) -> Vec<(Point, Point)> {
    let slots: Vec<Rect> = (0..geometry.slots()).map(|slot| geometry.rect(slot, side)).collect();
    let page = printable(geometry);
    let mut marks = Vec::new();
    for slot in &slots {
        for (x, dx) in [(slot.x, -1), (slot.right(), 1)] {
            for (y, dy) in [(slot.y, -1), (slot.bottom(), 1)] {
                let across = ((x, dx), (page.x, page.right()));
                let room = room(across, &slots, |s| (s.y <= y && y <= s.bottom(), s.x, s.right()));
                let at = |length: Length| Point { x: x + length * dx, y };
                marks.extend(mark(room, at));
                let along = ((y, dy), (page.y, page.bottom()));
                let room =
                    self::room(along, &slots, |s| (s.x <= x && x <= s.right(), s.y, s.bottom()));
                let at = |length: Length| Point { x, y: y + length * dy };
                marks.extend(mark(room, at));
            }
        }
    }
    let prints = |p: &Point| page.contains(&Rect::new(p.x, p.y, Length::ZERO, Length::ZERO));
    marks.retain(|(from, to)| prints(from) && prints(to));
    marks.sort_by_key(|(from, to)| (from.x, from.y, to.x, to.y));
    marks.dedup();
    marks
}

/// How far one may draw from a corner coordinate in a direction until the gap before the next slot
/// on the way, or the end of the printable area.
pub(super) fn room(
    ((from, direction), (low, high)): ((Length, i32), (Length, Length)),
    slots: &[Rect],
    span: impl Fn(&Rect) -> (bool, Length, Length),
) -> Length {
    let edge = if direction > 0 { high - from } else { from - low };
    let on_the_way = slots.iter().filter_map(|slot| {
        let (crosses, near, far) = span(slot);
        let distance = if direction > 0 { near - from } else { from - far };
        (crosses && distance >= Length::ZERO).then_some(distance - CROP_GAP)
    });
    on_the_way.fold(edge, Ord::min)
}

/// A mark where there is room for one.
pub(super) fn mark(room: Length, at: impl Fn(Length) -> Point) -> Option<(Point, Point)> {
    let end = room.min(CROP_GAP + CROP_LENGTH);
    (end >= CROP_GAP + CROP_LENGTH_MIN).then(|| (at(CROP_GAP), at(end)))
}

/// The ends of the line along which the sheets of a booklet are folded, outside the slots.
fn folds(geometry: &Geometry) -> Vec<(Point, Point)> {
    let page = printable(geometry);
    let x = Length::um(geometry.sheet().width.as_um() >> 1);
    let slots = (0..geometry.slots()).map(|slot| geometry.rect(slot, Side::Front));
    let (mut top, mut bottom) = (page.bottom(), page.y);
    for slot in slots {
        top = top.min(slot.y);
        bottom = bottom.max(slot.bottom());
    }
    let line = |from: Length, to: Length| {
        (to - from >= CROP_LENGTH_MIN).then_some((Point { x, y: from }, Point { x, y: to }))
    };
    let above = line(page.y, top - CROP_GAP);
    above.into_iter().chain(line(bottom + CROP_GAP, page.bottom())).collect()
}

/// The baseline start of the slug line: under the lowest slots, or above the highest, where the
/// printable margin is high enough.
fn slug_place(geometry: &Geometry, side: Side) -> Option<Point> {
    let page = printable(geometry);
    let slots = (0..geometry.slots()).map(|slot| geometry.rect(slot, side));
    let (mut top, mut bottom) = (page.bottom(), page.y);
    let mut left = page.right();
    for slot in slots {
        top = top.min(slot.y);
        bottom = bottom.max(slot.bottom());
        left = left.min(slot.x);
    }
    let x = left.max(page.x) + SLUG_INDENT;
    // The ideographic em box reaches 0.12 em under the baseline.
    let descent = Length::um(300);
    if page.bottom() - bottom >= SLUG_HEIGHT {
        let y = (bottom + SLUG_HEIGHT).max(page.bottom() - Length::mm(1)).min(page.bottom());
        return Some(Point { x, y: y - descent });
    }
    (top - page.y >= SLUG_HEIGHT).then_some(Point { x, y: page.y + SLUG_HEIGHT - descent })
}
