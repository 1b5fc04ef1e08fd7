//! Ruby (ふりがな): readings above the letters that they belong to.
//!
//! Ruby of words is part of the line: where it is longer than its base, the base is spread under it
//! and counts as so wide. Ruby over a whole text gives way by itself, beside the ladder of its base.

use super::ladder::{Limits, Rung, units_of};
use super::letters::LetterTables;
use super::problem::Overflow;
use super::rich::{RichPen, RichScratch, RichSetting, percent_of_size, scaled, width};
use super::setting::{Scratch, Setting, Unset};
use super::spread::{half, line_width};
use crate::form::Fit;
use crate::measure::{Extent, Length, Point};
use crate::page::{Canvas, TextRun, Turn};
use std::ops::Range;

/// Letters with a reading.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) base: Range<usize>,
    /// The letters of the reading.
    ruby: Range<usize>,
}

impl RichSetting<'_> {
    /// The letters of the readings, and what they stand over: word over word where both have as
    /// many words.
    pub(super) fn read(
        &self,
        tables: &LetterTables<'_>,
        scratch: &mut Scratch,
    ) -> Result<(), Unset> {
        let Scratch { own, rich, .. } = scratch;
        let RichScratch { readings, reading_ends, places, starts, ruby, groups, .. } = rich;
        ruby.clear();
        groups.clear();
        let mut from = 0;
        for (reading, &end) in self.source.rubies.iter().zip(&*reading_ends) {
            let text = &readings[from..end];
            from = end;
            if text.trim().is_empty() {
                continue;
            }
            let role = self.roles[reading.spans.start];
            let base = starts[reading.spans.start]..starts[reading.spans.end];
            let first = ruby.set.len();
            tables.write(role, text, ruby).map_err(|_| Unset::Missing)?;
            let of_base = words(base.clone(), |at| places[at].blank);
            let broken = own.iter().any(|line| base.contains(&line.end) && line.end > base.start);
            if of_base.is_empty() || broken {
                return Err(Unset::Reading(None));
            }
            let mut at = 0;
            let blanks: Vec<bool> = ruby.set[first..]
                .iter()
                .map(|letter| {
                    let blank = letter.bytes > 0 && text[at..].starts_with([' ', '\u{3000}']);
                    at += usize::from(letter.bytes);
                    blank
                })
                .collect();
            let of_ruby = words(first..ruby.set.len(), |at| blanks[at - first]);
            if of_base.len() == of_ruby.len() {
                let pairs = of_base.into_iter().zip(of_ruby);
                groups.extend(pairs.map(|(base, ruby)| Group { base, ruby }));
            } else {
                groups.push(Group { base, ruby: first..ruby.set.len() });
            }
        }
        Ok(())
    }

    /// Lets the reading of a whole text give way until it fits beside its base: squeezed, then
    /// smaller.
    pub(super) fn fit_reading(
        &self,
        setting: &Setting,
        rung: Rung,
        scratch: &mut Scratch,
    ) -> Result<(), Unset> {
        let Limits { fit, room, .. } = *setting.limits();
        let natural = scaled(rung.size, self.ruby.size, self.size).max(self.ruby.size_min);
        let size_min = self.ruby.size_min;
        let limits = Limits {
            size: natural,
            fit: Fit { size_min, squeeze: fit.squeeze, lines: 1 },
            ..*setting.limits()
        };
        let text: i64 = scratch.letters.set.iter().map(|letter| i64::from(letter.width)).sum();
        let takes = |ruby: Rung| {
            let more = scratch.rich.groups.iter().map(|group| {
                let base = line_width(width(&scratch.letters, &group.base), rung);
                (line_width(width(&scratch.rich.ruby, &group.ruby), ruby) - base).max(Length::ZERO)
            });
            more.fold(line_width(text, rung), |sum, more| sum + more)
        };
        let fits = |ruby: &Rung| takes(*ruby) <= room.width;
        let squeeze_min = limits.smallest().squeeze;
        let chosen = limits.sizes().find_map(|size| {
            let at = |squeeze| Rung { size, squeeze };
            // At most some fifty widths, and only for a reading that does not fit as it is.
            fits(&at(squeeze_min)).then(|| (squeeze_min..=100).rev().map(at).find(fits)).flatten()
        });
        let Some(chosen) = chosen else {
            let smallest = limits.smallest();
            let takes = Extent { width: takes(smallest), height: smallest.size.em() };
            return Err(Unset::Reading(Some(Overflow {
                characters: scratch.rich.ruby.cids.len(),
                takes: Some(takes),
                size: smallest.size,
                squeeze: smallest.squeeze,
                lines: 1,
                room,
                elsewhere: false,
            })));
        };
        scratch.rich.ruby_rung = Some(chosen);
        scratch.widen(|ruby| units_of(line_width(ruby, chosen), rung));
        scratch.measure_own();
        if let (Some(line), Some(own)) = (scratch.lines.first_mut(), scratch.own.first()) {
            line.width = own.width;
        }
        Ok(())
    }
}

impl Scratch {
    /// Spreads the base of each reading that is longer: half of each share before a letter, half
    /// behind it. `units` gives the width of a reading in units of the base's em.
    pub(super) fn widen(&mut self, units: impl Fn(i64) -> i64) {
        let Self { letters, rich, .. } = self;
        for group in &rich.groups {
            let more = units(width(&rich.ruby, &group.ruby)) - width(letters, &group.base);
            let clusters = letters.set[group.base.clone()].iter().filter(|l| l.bytes > 0).count();
            let count = i64::try_from(clusters.max(1)).unwrap_or(i64::MAX);
            if more <= 0 {
                continue;
            }
            let share = |n: i64| (more * n).checked_div(count).unwrap_or(0);
            let mut nth = 0;
            for at in group.base.clone() {
                let letter = &mut letters.set[at];
                if letter.bytes == 0 {
                    continue;
                }
                let each = u32::try_from(share(nth + 1) - share(nth)).unwrap_or(0);
                letter.width += each;
                letter.full = false;
                rich.places[at].lead = each >> 1;
                nth += 1;
            }
        }
    }

    /// The widths of the lines that the text itself has.
    pub(super) fn measure_own(&mut self) {
        for line in &mut self.own {
            line.width = width(&self.letters, &(line.start..line.end));
        }
    }
}

impl RichPen<'_, '_> {
    /// Draws a reading over its base: spread evenly, with half of each space at its ends, but never
    /// more than one of its own ems there.
    pub(super) fn ruby(&self, group: &Group, scratch: &Scratch, canvas: &mut impl Canvas) {
        let Scratch { letters, rich, .. } = scratch;
        let ruby = &rich.ruby;
        let Some(rung) = rich.ruby_rung else { return };
        let last = group.base.end - 1;
        // The blank of a bracket that ends the line is no base.
        let (mut from, to) = (self.x(group.base.start), self.end(last, letters).min(self.right));
        let mut slack = to - from - line_width(width(ruby, &group.ruby), rung);
        if slack < Length::ZERO {
            from += slack;
            slack = Length::ZERO;
        }
        let clusters = ruby.set[group.ruby.clone()].iter().filter(|l| l.bytes > 0).count();
        let count = i64::try_from(clusters.max(1)).unwrap_or(i64::MAX);
        let um = i64::from(slack.as_um());
        let outer = um.checked_div(2 * count).unwrap_or(0).min(rung.size.em().as_um().into());
        let (outer, gap) = match count {
            1 => (i64::from(half(slack).as_um()), 0),
            _ => (outer, (um - 2 * outer).checked_div(count - 1).unwrap_or(0)),
        };
        let base = group.base.clone().map(|at| self.rich.look(rich.places[at].span).percent).max();
        let above = self.setting.above(percent_of_size(self.rung.size, base.unwrap_or(100)));
        let y = self.y - above - (rung.size.em() - self.setting.above(rung.size));
        let (mut units, mut gaps, mut at) = (0, 0, group.ruby.start);
        while at < group.ruby.end {
            let (start, letter) = (at, ruby.set[at]);
            let added = Length::um(i32::try_from(outer + gap * gaps).unwrap_or(0));
            let mut place = Point { x: from + added + line_width(units, rung), y };
            let apart = ruby.apart(at);
            if let Some(apart) = apart {
                place.x += line_width(apart.right, rung);
                place.y -= line_width(apart.up, Rung { squeeze: 100, ..rung });
            }
            loop {
                units += i64::from(ruby.set[at].width);
                at += 1;
                let next = ruby.set.get(at).filter(|_| at < group.ruby.end);
                gaps += i64::from(next.is_some_and(|next| next.bytes > 0));
                let goes_on = next.is_some_and(|next| next.face == letter.face)
                    && apart.is_none()
                    && ruby.apart(at).is_none();
                if !goes_on {
                    break;
                }
            }
            let Rung { size, squeeze } = rung;
            let spacing = (gap * 100).checked_div(squeeze.into()).unwrap_or(0);
            let spacing = Length::um(i32::try_from(spacing).unwrap_or(0));
            let (face, ink) = (letter.face, self.ink(group.base.start, scratch));
            let cids = &ruby.cids[start..at];
            let (turn, at) = (Turn::Upright, place);
            canvas.text(&TextRun { face, size, squeeze, spacing, at, turn, ink, cids });
        }
    }
}

/// The stretches of `range` without blanks.
fn words(range: Range<usize>, blank: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for at in range.filter(|&at| !blank(at)) {
        match words.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => words.push(at..at + 1),
        }
    }
    words
}
