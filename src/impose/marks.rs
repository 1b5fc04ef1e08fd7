//! What stands on a sheet outside its pages: crop marks (トンボ), the sheet's slug line, and the
//! crossing-out of blank slots. Drawn through the canvas, in sheet coordinates.

use super::Geometry;
use crate::measure::{Length, Point, Rect, TypeSize};
use crate::model::Side;
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
    slug: Option<[Point; 2]>,
    geometry: Geometry,
    ticket: Ticket,
}

impl SheetMarks {
    /// The marks for slots; `crop_marks` is the layout's wish.
    #[must_use]
    pub fn new(geometry: &Geometry, crop_marks: bool, ticket: Ticket) -> Self {
        let crop = |side| if crop_marks { crop_marks_of(geometry, side) } else { Vec::new() };
        Self {
            crop: [crop(Side::Front), crop(Side::Back)],
            slug: slug_place(geometry, Side::Front)
                .and_then(|front| Some([front, slug_place(geometry, Side::Back)?])),
            geometry: geometry.clone(),
            ticket,
        }
    }

    /// Whether any crop mark is drawn.
    #[must_use]
    pub fn has_crop(&self) -> bool {
        !self.crop[0].is_empty()
    }

    /// Draws the crop marks of a side: the same on every sheet, so they may lie in a layer.
    pub fn draw_crop(&self, side: Side, canvas: &mut dyn Canvas) {
        for &(from, to) in &self.crop[index(side)] {
            canvas.line(from, to, CROP);
        }
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
fn printable(geometry: &Geometry) -> Rect {
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
fn room(
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

fn mark(room: Length, at: impl Fn(Length) -> Point) -> Option<(Point, Point)> {
    let end = room.min(CROP_GAP + CROP_LENGTH);
    (end >= CROP_GAP + CROP_LENGTH_MIN).then(|| (at(CROP_GAP), at(end)))
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
