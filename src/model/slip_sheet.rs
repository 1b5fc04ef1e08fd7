//! Slip sheets (区切り紙): what is printed beside a lot to lie before it and on its piles, so that people tell
//! lots, boxes and piles apart. They are a file of their own: no page of a press file ever moves for them.

use super::guillotine::Guillotine;
use super::layout::Arrangement;
use super::piece::Serial;
use std::fmt::Write as _;

/// Where people sign: printed, cut, counted, inserted.
pub const SIGNED: [&str; 4] = ["印刷", "断裁", "検数", "封入"];

/// What the slip sheets of a lot say of it. Nothing personal.
#[derive(Debug, Clone, Copy)]
pub struct SlipText<'a> {
    /// The tenant's name.
    pub tenant: &'a str,
    /// The job's title.
    pub title: &'a str,
    /// The bundle's id.
    pub bundle: &'a str,
    /// The code that begins every slot mark of the job.
    pub job_code: &'a str,
    /// The lot's name.
    pub lot: &'a str,
    /// The paper's name.
    pub stock: &'a str,
    /// The envelope's name; none when the pieces are not inserted.
    pub envelope: Option<&'a str>,
    /// The delivery class.
    pub delivery: &'a str,
}

/// A slip sheet: one before each stack, or one before a lot whose sheets are cut one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipSheet {
    /// Which stack, from 1, of how many.
    pub stack: [usize; 2],
    /// The sheets that follow it.
    pub sheets: u32,
    /// A ticket for each pile; a single one when nothing is cut into piles.
    pub tickets: Vec<PileTicket>,
}

/// What lies under a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PileTicket {
    /// The slot (from 0) in which it stands, and which pile of how many of its stack it goes on; none where it
    /// stands for the whole lot.
    pub pile: Option<(u32, [usize; 2])>,
    /// Its least leaf: serial, and number in the piece.
    pub first: (Serial, u16),
    /// Its greatest.
    pub last: (Serial, u16),
    /// How many leaves it has.
    pub leaves: u32,
}

/// The slip sheets of a lot. `leaf` gives what lies at a sheet and slot (both from 0).
#[must_use]
pub fn slip_sheets(
    arrangement: Arrangement,
    stacks: &[u32],
    sheets: u32,
    leaf: &dyn Fn(u32, u32) -> Option<(Serial, u16)>,
) -> Vec<SlipSheet> {
    if !arrangement.scheme.cuts_stacks() || stacks.is_empty() {
        let slots = arrangement.slots();
        let cells = (0..sheets).flat_map(|sheet| (0..slots).map(move |slot| (sheet, slot)));
        let tickets = ticket(None, cells.filter_map(|(sheet, slot)| leaf(sheet, slot)));
        return vec![SlipSheet { stack: [1, 1], sheets, tickets: tickets.into_iter().collect() }];
    }
    let mut slips: Vec<SlipSheet> = (1..)
        .zip(stacks)
        .map(|(n, &sheets)| SlipSheet { stack: [n, stacks.len()], sheets, tickets: Vec::new() })
        .collect();
    for pile in Guillotine::new(arrangement, stacks, sheets).piles() {
        let Some((sheet, slot)) = pile.cells().min() else { continue };
        let mut end = 0;
        let stack = stacks.iter().position(|&sheets| {
            end += sheets;
            sheet < end
        });
        let Some(slip) = stack.map(|stack| &mut slips[stack]) else { continue };
        let leaves = pile.cells().filter_map(|(sheet, slot)| leaf(sheet, slot));
        let number = slip.tickets.len() + 1;
        slip.tickets.extend(ticket(Some((slot, [number, 0])), leaves));
    }
    for slip in &mut slips {
        let count = slip.tickets.len();
        for (_, number) in slip.tickets.iter_mut().filter_map(|ticket| ticket.pile.as_mut()) {
            number[1] = count;
        }
    }
    slips
}

fn ticket(
    pile: Option<(u32, [usize; 2])>,
    leaves: impl Iterator<Item = (Serial, u16)>,
) -> Option<PileTicket> {
    leaves.fold(None, |ticket, leaf| {
        let ticket = ticket.unwrap_or(PileTicket { pile, first: leaf, last: leaf, leaves: 0 });
        Some(PileTicket {
            first: ticket.first.min(leaf),
            last: ticket.last.max(leaf),
            leaves: ticket.leaves + 1,
            ..ticket
        })
    })
}

impl SlipText<'_> {
    /// The lines of a ticket, the first its heading.
    ///
    /// # Panics
    /// Never: writing to a string cannot fail.
    #[must_use]
    pub fn lines(&self, slip: &SlipSheet, ticket: &PileTicket) -> [String; 6] {
        let SlipText { tenant, title, bundle, lot, stock, envelope, delivery, .. } = self;
        let envelope = envelope.unwrap_or("なし");
        let [stack, of] = slip.stack;
        let mut pile = String::new();
        match ticket.pile {
            Some((_, [number, piles])) => {
                write!(pile, "束 {stack}／{of}（{}枚）　山 {number}／{piles}", slip.sheets)
            }
            None => write!(pile, "用紙 {}枚", slip.sheets),
        }
        .expect("writing to a string cannot fail");
        let ((first, leaf), (last, last_leaf)) = (ticket.first, ticket.last);
        [
            format!("区切り紙　ロット {lot}"),
            format!("{tenant}　{title}"),
            (*bundle).to_owned(),
            format!("用紙　{stock}　／　封筒　{envelope}　／　送達区分　{delivery}"),
            pile,
            format!("通番 {first}-{leaf} 〜 {last}-{last_leaf}　紙葉 {}枚", ticket.leaves),
        ]
    }

    /// What its bars say, in Code 39: the job's code, the lot, and the stack.
    #[must_use]
    pub fn code(&self, slip: &SlipSheet) -> String {
        format!("{}-{}-{:02}", self.job_code, self.lot, slip.stack[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::layout::{Binding, Scheme, WorkStyle};

    fn arrangement(scheme: Scheme, columns: u32, rows: u32) -> Arrangement {
        let (work_style, binding) = (WorkStyle::default(), Binding::default());
        Arrangement { scheme, work_style, binding, columns, rows }
    }

    /// Seven leaves in two slots: a stack of three sheets, and one of a single sheet with a blank.
    #[test]
    fn each_pile_of_each_stack_has_its_ticket() {
        let leaf = |sheet: u32, slot: u32| {
            let number = match sheet {
                0..3 => slot * 3 + sheet + 1,
                _ => 7 + slot,
            };
            (number <= 7).then_some((Serial(number), 1))
        };
        let slips = slip_sheets(arrangement(Scheme::CutAndStack, 2, 1), &[3, 1], 4, &leaf);
        let told: Vec<_> = slips
            .iter()
            .map(|slip| {
                let of = |ticket: &PileTicket| {
                    (ticket.pile.expect("a pile"), ticket.first.0.0, ticket.last.0.0, ticket.leaves)
                };
                (slip.stack, slip.sheets, slip.tickets.iter().map(of).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            told,
            [
                ([1, 2], 3, vec![((0, [1, 2]), 1, 3, 3), ((1, [2, 2]), 4, 6, 3)]),
                ([2, 2], 1, vec![((0, [1, 1]), 7, 7, 1)]),
            ]
        );
    }

    #[test]
    fn sheets_that_are_cut_one_by_one_have_one_ticket() {
        let leaf =
            |sheet: u32, slot: u32| Some((Serial(9), u16::try_from(sheet * 2 + slot + 1).ok()?));
        let slips = slip_sheets(arrangement(Scheme::NUp, 2, 1), &[], 2, &leaf);
        let [slip] = slips.as_slice() else { panic!("{slips:?}") };
        let text = SlipText {
            tenant: "霞ヶ原市",
            title: "固定資産税",
            bundle: "kasumigahara-property-tax-2026",
            job_code: "K7Q2",
            lot: "01-001",
            stock: "上質紙",
            envelope: None,
            delivery: "管内",
        };
        assert_eq!(
            text.lines(slip, &slip.tickets[0]),
            [
                "区切り紙　ロット 01-001",
                "霞ヶ原市　固定資産税",
                "kasumigahara-property-tax-2026",
                "用紙　上質紙　／　封筒　なし　／　送達区分　管内",
                "用紙 2枚",
                "通番 0000009-1 〜 0000009-4　紙葉 4枚",
            ]
        );
        assert_eq!(text.code(slip), "K7Q2-01-001-01");
    }
}
