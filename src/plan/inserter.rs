//! Which inserter fills the envelopes of a run, and whether its mark can stand on the leaves and say all it
//! must: what would stop a machine at night is refused here.

use super::codes;
use crate::diag::{Code, Diagnostic, Findings};
use crate::form::{Compiled, Form};
use crate::measure::{Extent, Length, Rect};
use crate::model::inserter::{Bar, Digit, MarkKind, Omr, Sheet};
use crate::model::{FieldIndex, Inserter, Job, Plan, Record, Run, Stocks, Vendor};

/// OMR as machines read it: how thick and how long bars are, from bar to bar, how many, and how long the
/// whole code is.
const THICKNESS: [Length; 2] = [Length::um(254), Length::um(700)];
const LENGTH: [Length; 2] = [Length::mm(10), Length::mm(20)];
const PITCH: [Length; 2] = [Length::um(2_540), Length::um(4_240)];
const BARS_MAX: usize = 24;
const CODE_MAX: Length = Length::mm(70);
/// What must be clear beside OMR bars, and before and behind them.
const OMR_CLEAR: [Length; 2] = [Length::mm(3), Length::mm(20)];
/// Feeders have a bit each.
const FEEDERS_MAX: u8 = 8;

/// What is inserted beside the leaves of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inserts {
    rules: Vec<(Option<(FieldIndex, String)>, u8)>,
}

impl Inserts {
    /// The rules of a job, resolved against its form.
    ///
    /// # Errors
    /// E407 for a field that the form does not have, E436 for a feeder that no machine has.
    pub fn new(job: &Job, form: &Form) -> Result<Self, Findings> {
        let (mut findings, mut rules) = (Findings::new(), Vec::new());
        for rule in &job.plan.insert {
            let mut bits = 0_u8;
            for &feeder in &rule.feeders {
                match 1_u8.checked_shl(u32::from(feeder).wrapping_sub(1)) {
                    Some(bit) => bits |= bit,
                    None => findings.push(no_feeder(&rule.name, feeder)),
                }
            }
            let field = rule.field.as_ref().map(|id| (id, form.schema.field(id)));
            match field {
                None => rules.push((None, bits)),
                Some((_, Some(field))) => rules.push((Some((field, rule.is.clone())), bits)),
                Some((id, None)) => {
                    let message = format!("there is no field `{id}`");
                    let finding = Diagnostic::error(codes::NO_FIELD, message);
                    findings.push(finding.field("plan.insert"));
                }
            }
        }
        if findings.is_empty() { Ok(Self { rules }) } else { Err(findings) }
    }

    /// A bit for each feeder whose insert goes in with a record.
    #[must_use]
    pub fn of(&self, record: &Record) -> u8 {
        let holds = |rule: &Option<(FieldIndex, String)>| {
            rule.as_ref().is_none_or(|(field, is)| record.field(*field) == is)
        };
        self.rules.iter().filter(|(rule, _)| holds(rule)).fold(0, |bits, (_, more)| bits | more)
    }

    /// A bit for each feeder that any rule names.
    fn all(&self) -> u8 {
        self.rules.iter().fold(0, |bits, (_, more)| bits | more)
    }
}

fn no_feeder(name: &str, feeder: u8) -> Diagnostic {
    let message = format!("`{name}` is in feeder {feeder}, which no machine has");
    Diagnostic::error(codes::FEEDER, message).field("plan.insert").hint("feeders count from 1 to 8")
}

/// Gives each enveloped run of a plan its inserter: the vendor's first that fills its envelope and gathers as
/// many leaves.
///
/// # Errors
/// Findings E431 to E437, each naming the run.
pub fn assign(
    plan: &mut Plan,
    (compiled, job): (&Compiled, &Job),
    vendor: &Vendor,
    stocks: &Stocks,
) -> Result<Inserts, Findings> {
    let inserts = Inserts::new(job, &compiled.form)?;
    let mut findings = Findings::new();
    let last =
        plan.first_serial.0.saturating_add(u32::try_from(plan.pieces.len()).unwrap_or(u32::MAX));
    let mut sound: Vec<(String, String)> = Vec::new();
    for run in &mut plan.runs {
        let pieces = &plan.pieces[run.pieces.start as usize..run.pieces.end as usize];
        let thickest = pieces.iter().map(|piece| piece.leaves).max().unwrap_or(1);
        let inserter = match choose(run, thickest, vendor) {
            Ok(Some(inserter)) => inserter,
            Ok(None) => continue,
            Err(finding) => {
                findings.push(*finding);
                continue;
            }
        };
        let check = Check { inserter, compiled, inserts: &inserts, findings: &mut findings };
        let known = (inserter.id.clone(), run.class.envelope.clone());
        // What does not depend on the run is said once.
        if !sound.contains(&known) {
            check.all(stocks.envelope.get(&run.class.envelope));
            sound.push(known);
        }
        let check = Check { inserter, compiled, inserts: &inserts, findings: &mut findings };
        check.printable(run);
        let check = Check { inserter, compiled, inserts: &inserts, findings: &mut findings };
        check.numbers(last, thickest);
        run.why
            .push(format!("inserter `{}`: fills envelope `{}`", inserter.id, run.class.envelope));
        run.inserter = Some(inserter.clone());
    }
    if findings.is_empty() { Ok(inserts) } else { Err(findings) }
}

fn choose<'v>(
    run: &Run,
    thickest: u16,
    vendor: &'v Vendor,
) -> Result<Option<&'v Inserter>, Box<Diagnostic>> {
    let fills = |inserter: &&Inserter| inserter.envelopes.contains(&run.class.envelope);
    let mut known = vendor.inserter.iter().filter(fills).peekable();
    if known.peek().is_none() || run.class.envelope.is_empty() {
        return Ok(None);
    }
    let most = vendor.inserter.iter().filter(fills).map(|inserter| inserter.leaves_max).max();
    let fits = |inserter: &&Inserter| inserter.leaves_max >= thickest;
    if run.class.by_hand {
        return Ok(known.find(|inserter| inserter.diverts_by_hand && fits(inserter)));
    }
    if let Some(inserter) = known.find(fits) {
        return Ok(Some(inserter));
    }
    let message = format!(
        "run {}: no inserter gathers {thickest} leaves for envelope `{}`; the most is {}",
        run.number,
        run.class.envelope,
        most.unwrap_or_default()
    );
    let hint = "lower the envelope's `leaves_max`, so that thicker pieces go by hand, or correct the inserter's";
    Err(Box::new(Diagnostic::error(codes::TOO_MANY_LEAVES, message).hint(hint)))
}

/// A machine that is looked at.
struct Check<'a> {
    inserter: &'a Inserter,
    compiled: &'a Compiled,
    inserts: &'a Inserts,
    findings: &'a mut Findings,
}

impl Check<'_> {
    fn say(&mut self, code: Code, what: &str, hint: &str) {
        let message = format!("inserter `{}`: {what}", self.inserter.id);
        self.findings.push(Diagnostic::error(code, message).hint(hint));
    }

    /// What is the same for all runs in an envelope.
    fn all(mut self, envelope: Option<&crate::model::Envelope>) {
        self.profile();
        self.feeders();
        let mark = &self.inserter.mark;
        if mark.kind == MarkKind::Omr {
            match &mark.omr {
                Some(omr) => self.omr(omr),
                None => {
                    self.say(codes::OMR, "an OMR mark has no bars", "write `[inserter.mark.omr]`");
                }
            }
        }
        self.place(envelope);
    }

    fn profile(&mut self) {
        let Inserter { feeders, sample_every, wrap, control, mark, .. } = self.inserter;
        let mut wrong = |what: &str| self.say(codes::PROFILE, what, "correct the vendor's file");
        if *feeders > FEEDERS_MAX {
            wrong("it has more than eight feeders");
        }
        if *sample_every == Some(0) || wrap.modulus == 0 {
            wrong("a count of 0 never comes round");
        }
        let separates = control.delimiter.is_ascii()
            && !matches!(control.delimiter, '"' | '\r' | '\n' | '0'..='9');
        if control.columns.is_empty() || !separates {
            wrong("its control file has no columns, or nothing that can stand between them");
        }
        let heads = control.columns.iter().map(|(name, _)| name);
        if heads.clone().any(|name| name.chars().any(char::is_control)) {
            wrong("a column of its control file has control characters in its name");
        }
        if control.encoding == crate::model::inserter::ControlEncoding::ShiftJis
            && heads.clone().any(|name| encoding_rs::SHIFT_JIS.encode(name).2)
        {
            wrong("a column's name cannot be written in Shift_JIS");
        }
        let digits: u32 = mark.digits.iter().map(|(_, width)| u32::from(*width)).sum();
        let well = |&(digit, width): &(Digit, u8)| match digit {
            Digit::Check => width == 2,
            _ => (1..=9).contains(&width),
        };
        if mark.kind != MarkKind::Omr
            && (digits == 0 || digits > 80 || !mark.digits.iter().all(well))
        {
            wrong("its digits are none, more than 80, or of a width that no number has");
        }
        if mark.kind == MarkKind::Itf && digits % 2 == 1 {
            wrong("interleaved 2 of 5 has an even number of digits");
        }
    }

    /// Every feeder that the job names is there, and the mark can name it.
    fn feeders(&mut self) {
        let named = self.inserts.all();
        for feeder in (1..=FEEDERS_MAX).filter(|feeder| named >> (feeder - 1) & 1 == 1) {
            let mark = &self.inserter.mark;
            let says = match (&mark.omr, mark.kind) {
                (Some(omr), MarkKind::Omr) => omr.bars.contains(&Bar::Insert(feeder)),
                _ => mark.digits.iter().any(|(digit, _)| *digit == Digit::Inserts),
            };
            if feeder > self.inserter.feeders {
                let what = format!(
                    "the job's inserts are in feeder {feeder}; it has {}",
                    self.inserter.feeders
                );
                self.say(codes::FEEDER, &what, "correct `feeders` of the job's `[[plan.insert]]`");
            } else if !says {
                let what = format!("its mark does not name feeder {feeder}, which the job uses");
                self.say(codes::FEEDER, &what, "add the bar or the digits, or use another feeder");
            }
        }
    }

    fn omr(&mut self, omr: &Omr) {
        let [_, _, length, height] = self.inserter.mark.r#box;
        let [across, along] = self.inserter.mark.clear;
        let gaps = i32::try_from(omr.bars.len()).unwrap_or(i32::MAX).saturating_sub(1);
        let within = |[low, high]: [Length; 2], value: Length| low <= value && value <= high;
        let (rect, leaf) = (self.inserter.mark.rect(), self.compiled.form.leaf);
        let mut wrong = |what: String| {
            self.say(codes::OMR, &what, "machines read no other bars; correct the vendor's file");
        };
        if omr.bars.is_empty() || omr.bars.len() > BARS_MAX {
            wrong(format!("{} bars; there are 1 to {BARS_MAX}", omr.bars.len()));
            return;
        }
        for (what, limits, value) in [
            ("thick", THICKNESS, omr.thickness),
            ("long", LENGTH, length),
            ("apart", PITCH, omr.pitch),
        ] {
            if !within(limits, value) {
                let [low, high] = limits;
                wrong(format!("bars are {value} mm {what}; {low} to {high} mm are read"));
            }
        }
        let code = Length::um(
            omr.pitch.as_um().saturating_mul(gaps).saturating_add(omr.thickness.as_um()),
        );
        if code > CODE_MAX || code > height {
            wrong(format!(
                "the bars take {code} mm; the box has {height} mm, machines read {CODE_MAX} mm"
            ));
        }
        let edges = [rect.y, leaf.height - rect.bottom()];
        if let Some([lead, trail]) = omr.edges
            && (edges[0] < lead || edges[1] < trail)
        {
            let [above, below] = edges;
            wrong(format!(
                "bars are {above} and {below} mm from the leaf's edges; {lead} and {trail} mm are needed"
            ));
        }
        // Twice the distance, so that no half is lost.
        let aside = Length::um((rect.x * 2 + rect.width - leaf.width).as_um().abs());
        if let Some([near, far]) = omr.from_middle
            && (aside < near * 2 || aside > far * 2)
        {
            wrong(format!("bars are not {near} to {far} mm from the leaf's middle"));
        }
        if across < OMR_CLEAR[0] || along < OMR_CLEAR[1] {
            let [across, along] = OMR_CLEAR;
            wrong(format!(
                "bars need {across} mm clear beside and {along} mm before and behind them"
            ));
        }
        let benchmark = omr.bars.first().is_some_and(|bar| *bar == Bar::Benchmark)
            || omr.bars.last().is_some_and(|bar| *bar == Bar::Benchmark);
        if !benchmark {
            wrong("the benchmark is neither the first bar nor the last".to_owned());
        }
    }

    /// The mark stands on the leaf, out of the window, and nothing else stands there.
    fn place(&mut self, envelope: Option<&crate::model::Envelope>) {
        let mark = &self.inserter.mark;
        let (zone, leaf) = (mark.zone(), self.compiled.form.leaf);
        let Extent { width, height } = leaf;
        if !Rect::new(Length::ZERO, Length::ZERO, width, height).contains(&mark.rect())
            || mark.rect().width <= Length::ZERO
            || mark.rect().height <= Length::ZERO
        {
            self.say(
                codes::OFF_LEAF,
                "its mark does not stand on the leaf",
                "correct `box` of its mark",
            );
            return;
        }
        let seen = envelope.and_then(|envelope| Some((envelope.window?, envelope.play)));
        if let Some((window, play)) = seen {
            let seen = Rect::new(
                window.x - play.width,
                window.y - play.height,
                window.width + play.width * 2,
                window.height + play.height * 2,
            );
            if seen.overlaps(&mark.rect()) {
                let what = "its mark would show in the envelope's window";
                self.say(codes::IN_WINDOW, what, "move the mark: only the address shows there");
            }
        }
        let mut taken = self.compiled.in_the_way(zone, false).map(|found| ("front", found));
        if mark.kind == MarkKind::Omr && taken.is_none() {
            // Sheets are turned over sideways: what shines through lies mirrored.
            let behind = Rect { x: width - zone.right(), ..zone };
            taken = self.compiled.in_the_way(behind, true).map(|found| ("back", found));
        }
        if let Some((side, (face, place))) = taken {
            let (inserter, form, face) = (&self.inserter.id, &self.compiled.form.id, face.word());
            let message = format!(
                "inserter `{inserter}`: something stands where its mark belongs, on the {side} of \
                 `{form}` ({face})"
            );
            let hint = "move the mark, or keep its box free in the form";
            self.findings.push(Diagnostic::error(codes::TAKEN, message).at(place).hint(hint));
        }
    }

    /// The press can print the mark in every slot.
    fn printable(mut self, run: &Run) {
        let (layout, mark, margin) = (&run.layout, self.inserter.mark.ink(), run.press.margin);
        let last = |count: u16, leaf: Length, gutter: Length| {
            (leaf + gutter) * i32::from(count.saturating_sub(1))
        };
        let right = last(layout.columns, layout.leaf.width, layout.gutter.width) + mark.right();
        let bottom = last(layout.rows, layout.leaf.height, layout.gutter.height) + mark.bottom();
        let (left, top) = (layout.origin.x + mark.x, layout.origin.y + mark.y);
        let inside = left >= margin
            && top >= margin
            && layout.origin.x + right <= layout.sheet.width - margin
            && layout.origin.y + bottom <= layout.sheet.height - margin;
        if !inside {
            let what = format!(
                "its mark lies in the margin that press `{}` cannot print in layout `{}`",
                run.press.id, layout.id
            );
            self.say(codes::OFF_LEAF, &what, "move the mark away from the leaf's edge");
        }
    }

    /// The mark has room for the largest numbers.
    fn numbers(mut self, last: u32, leaves: u16) {
        let largest = Sheet {
            job: 9_999,
            sequence: last.into(),
            sheet: leaves.into(),
            sheets: leaves.into(),
            inserts: self.inserts.all(),
            divert: 1,
            wrap: u64::from(self.inserter.wrap.modulus.saturating_sub(1)),
        };
        if let Err(large) = self.inserter.says(&largest, &mut String::new()) {
            let what =
                format!("{} does not fit into {} digits of its mark", large.value, large.width);
            self.say(codes::TOO_FEW_DIGITS, &what, "widen the place of the number in `digits`");
        }
    }
}
