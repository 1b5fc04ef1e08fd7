//! Columns of amounts: whatever they say, and however far they give way, their figures stand under
//! each other.

use super::{Drawn, FONTS, fixed, set, text_box};
use crate::form::text::{Segment, Text};
use crate::form::{Align, Contexts, Filter, Fit, Scope, Templates, TextBox, Values};
use crate::measure::{Length, TypeSize, div_round};
use crate::model::tenant::Negative;
use crate::model::{Value, Yen};
use proptest::prelude::*;

/// The roles of the tests whose figures have one width.
const ROLES: [&str; 4] = ["name", "ocr", "bold", "foreign"];

/// The one value of a record.
struct Amount(i64);

impl Values for Amount {
    fn value(&self, _: Scope) -> Value<'_> {
        Value::Yen(Yen(self.0))
    }
}

/// What a field says through some filters.
fn said(yen: i64, filters: &[Filter], negative: Negative) -> String {
    let mut templates = Templates::default();
    templates.style.negative = negative;
    let text = Text::Segments(vec![Segment::Value(Scope::Field(0), filters.to_vec())]);
    let mut said = String::new();
    text.write(&Amount(yen), &templates, &mut Contexts::default(), &mut said).expect("no template");
    said
}

/// The characters of a line from its end, and where each of them ends, in nanometres: what a press
/// does with runs, which begin at whole micrometres.
fn ends(runs: &[Drawn]) -> Vec<(String, i64)> {
    let mut ends = Vec::new();
    for run in runs {
        let upem = i64::from(FONTS.face(run.face).units_per_em);
        let mut units = 0;
        for &cid in &run.cids {
            units += i64::from(FONTS.advance(run.face, cid));
            // 1 pt is 25,400,000 / 72 nm; sizes are hundredths of it, squeezes of the whole.
            let size = i64::from(run.size.as_centipoints()) * i64::from(run.squeeze);
            let along = div_round(units * size * 2_540, upem * 72);
            let end = i64::from(run.at.x.as_um()) * 1_000 + along;
            ends.push((FONTS.text_of(run.face, cid), end));
        }
    }
    ends.reverse();
    ends
}

fn filters() -> impl Strategy<Value = Vec<Filter>> {
    let mask = (0_u8..6).prop_map(|keep| Filter::Mask { keep, with: '*' });
    (
        prop_oneof![Just(Filter::Yen), Just(Filter::YenMark), Just(Filter::Comma)],
        proptest::option::weighted(0.2, mask),
    )
        .prop_map(|(number, mask)| std::iter::once(number).chain(mask).collect())
}

fn yen() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..1_000, 0_i64..10_000_000, 0_i64..99_999_999_999, -9_999_999_i64..0]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Two amounts in the same column: their last figures end at the box's edge, and where both
    /// gave way alike, each figure stands under the other's, to the micrometre.
    #[test]
    fn figures_stand_under_each_other(
        amounts in proptest::array::uniform2((yen(), filters())),
        role in proptest::sample::select(&ROLES[..]),
        negative in proptest::sample::select(&[Negative::White, Negative::Black, Negative::Minus][..]),
        (width, size) in (5_000_i32..40_000, 500_u16..2_000),
        (squeeze, min) in (50_u8..=100, 500_u16..=1_000),
    ) {
        let mut source = TextBox { align: Align::Right, role: role.into(), ..text_box([10, 0, 0, 10], fixed("")) };
        (source.rect.width, source.size) = (Length::um(width), TypeSize::centipoints(size));
        source.fit = Fit { squeeze, size_min: TypeSize::centipoints(min.min(size)), lines: 1 };
        let edge = i64::from(source.rect.right().as_um()) * 1_000;
        let mut columns = Vec::new();
        for (yen, filters) in &amounts {
            let Ok(runs) = set(&source, &said(*yen, filters, negative)) else { continue };
            let found = ends(&runs);
            prop_assert!((found[0].1 - edge).abs() <= 1_000, "{:?}", runs);
            let rung = (runs[0].size, runs[0].squeeze);
            columns.push((rung, found));
        }
        let [(one, first), (two, second)] = &columns[..] else { return Ok(()) };
        if one != two {
            return Ok(());
        }
        let is_figure = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        for ((this, at), (other, below)) in first.iter().zip(second) {
            // Signs and what masks figures have widths of their own.
            if !is_figure(this) && this != "," || !is_figure(other) && other != "," {
                break;
            }
            prop_assert_eq!(is_figure(this), is_figure(other));
            prop_assert!((at - below).abs() <= 1_000, "{:?} {:?}", first, second);
        }
    }
}
