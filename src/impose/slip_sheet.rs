//! Where the tickets of a slip sheet stand, and what they look like.

use super::Geometry;
use super::marks::SetText;
use crate::measure::{Extent, Length, Point, Rect, TypeSize};
use crate::model::Side;
use crate::model::slip_sheet::{PileTicket, SIGNED};
use crate::page::{Blank, Canvas, Ink, Stroke};

const FRAME: Stroke = Stroke { width: Length::um(500), ink: Ink::BLACK, dash: None };
const BOX: Stroke = Stroke { width: Length::um(150), ink: Ink::BLACK, dash: None };
/// No text of a ticket is set smaller.
const LEAST: u16 = 350;

/// The measures of a ticket: those of a leaf, or of a card.
#[derive(Debug, Clone, Copy)]
struct Measures {
    pad: Length,
    /// The heading's size, its height, and its baseline.
    heading: (u16, [Length; 2]),
    /// The same of what tells piles apart: the last two lines.
    main: (u16, [Length; 2]),
    /// The same of every other line.
    line: (u16, [Length; 2]),
    bars: Length,
    /// A place for a signature.
    signed: [Length; 2],
}

const LARGE: Measures = Measures {
    pad: Length::mm(7),
    heading: (2400, [Length::um(12_500), Length::um(9_200)]),
    main: (1900, [Length::um(11_000), Length::um(8_200)]),
    line: (1050, [Length::um(5_600), Length::um(4_100)]),
    bars: Length::mm(14),
    signed: [Length::mm(22), Length::mm(16)],
};
const SMALL: Measures = Measures {
    pad: Length::um(3500),
    heading: (1100, [Length::um(5_600), Length::um(4_100)]),
    main: (750, [Length::um(3_900), Length::um(2_900)]),
    line: (550, [Length::um(2_900), Length::um(2_200)]),
    bars: Length::mm(7),
    signed: [Length::mm(12), Length::mm(8)],
};
/// Tickets of at least this size are large.
const LARGE_FROM: Extent = Extent { width: Length::mm(120), height: Length::mm(90) };

/// The box of a ticket on its sheet: its slot, or everything between the first slot and the last.
#[must_use]
pub fn ticket_box(geometry: &Geometry, ticket: &PileTicket) -> Rect {
    if let Some((slot, _)) = ticket.pile {
        return geometry.rect(slot, Side::Front);
    }
    let first = geometry.rect(0, Side::Front);
    (1..geometry.slots()).fold(first, |all, slot| {
        let slot = geometry.rect(slot, Side::Front);
        let (x, y) = (all.x.min(slot.x), all.y.min(slot.y));
        let (right, bottom) = (all.right().max(slot.right()), all.bottom().max(slot.bottom()));
        Rect::new(x, y, right - x, bottom - y)
    })
}

/// Draws a ticket from the corner of its box, without its bars; gives the box of those.
pub fn draw_ticket(
    size: Extent,
    lines: &[String],
    code: &str,
    set: &mut SetText<'_>,
    canvas: &mut dyn Canvas,
) -> Rect {
    let is_large = size.width >= LARGE_FROM.width && size.height >= LARGE_FROM.height;
    let measures = if is_large { LARGE } else { SMALL };
    let Measures { pad, heading, main, line, bars, signed } = measures;
    let inset = Length::mm(1);
    let frame = Rect::new(inset, inset, size.width - inset * 2, size.height - inset * 2);
    canvas.area(frame, Length::ZERO, None, Some(FRAME));
    let room = size.width - pad * 2;
    let mut y = pad;
    for (n, text) in lines.iter().enumerate() {
        let (wanted, [height, baseline]) = match n {
            0 => heading,
            _ if n + 2 >= lines.len() => main,
            _ => line,
        };
        let type_size = fitting(text, wanted, room, set);
        set(canvas, text, Point { x: pad, y: y + baseline }, type_size);
        y += height;
    }
    y += Length::mm(1);
    let place = Rect::new(pad, y, room.min(Length::mm(120)), bars);
    let (wanted, [_, baseline]) = line;
    let size_of_line = TypeSize::centipoints(wanted);
    set(canvas, code, Point { x: pad, y: place.bottom() + baseline }, size_of_line);
    let [width, height] = signed;
    let y = size.height - pad - height;
    for (n, who) in (0..).zip(SIGNED) {
        let x = pad + width * n;
        canvas.area(Rect::new(x, y, width, height), Length::ZERO, None, Some(BOX));
        set(canvas, who, Point { x: x + Length::mm(1), y: y + baseline }, size_of_line);
    }
    place
}

/// The size in which a text is no longer than its room.
fn fitting(text: &str, wanted: u16, room: Length, set: &mut SetText<'_>) -> TypeSize {
    let long = set(&mut Blank, text, Point::default(), TypeSize::centipoints(wanted));
    if long <= room {
        return TypeSize::centipoints(wanted);
    }
    let fit = i64::from(wanted) * i64::from(room.as_um());
    let fit = fit.div_euclid(i64::from(long.as_um().max(1)));
    TypeSize::centipoints(u16::try_from(fit).unwrap_or(LEAST).max(LEAST))
}
