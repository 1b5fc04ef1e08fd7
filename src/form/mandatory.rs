//! What a notice must say by its kind, and what none may: mandatory texts (教示文, 問合せ先, 発行者),
//! and the individual number (個人番号).

use super::codes;
use super::layout::{Face, Item, TextBox};
use super::lint::texts;
use super::reader::Keys;
use super::site::Origin;
use super::source::{Document, TomlText};
use super::text::{Condition, Segment, Text};
use crate::diag::{Diagnostic, Place};

/// A text that notices of some kinds must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mandatory {
    /// How to object, to whom and until when (教示文).
    Appeal,
    /// Whom to ask (問合せ先).
    Contact,
    /// Who issues it (発行者).
    Issuer,
}

impl Mandatory {
    const fn ja(self) -> &'static str {
        match self {
            Self::Appeal => "教示文",
            Self::Contact => "問合せ先",
            Self::Issuer => "発行者",
        }
    }

    /// As forms write it, in `says`.
    const fn word(self) -> &'static str {
        match self {
            Self::Appeal => "appeal",
            Self::Contact => "contact",
            Self::Issuer => "issuer",
        }
    }
}

/// The kinds of notices, with what each must say. Dispositions (処分) tell how to object to them.
const KINDS: &[(&str, &[Mandatory])] = &[
    ("assessment", &[Mandatory::Appeal, Mandatory::Contact, Mandatory::Issuer]),
    ("decision", &[Mandatory::Appeal, Mandatory::Contact, Mandatory::Issuer]),
    ("reminder", &[Mandatory::Appeal, Mandatory::Contact, Mandatory::Issuer]),
    ("demand", &[Mandatory::Contact, Mandatory::Issuer]),
    ("notice", &[Mandatory::Contact]),
    ("card", &[Mandatory::Issuer]),
    ("statement", &[Mandatory::Contact]),
];

/// Reports what a form of its kind (`kind` of `[form]`) must say and does not, for every record.
pub(super) fn check(form: &Keys<'_>, faces: &[(Face, Vec<Origin>)]) {
    let Some(kind) = form.has("kind").then(|| form.text("kind")).flatten() else { return };
    let known: Vec<(&str, &[Mandatory])> = KINDS.to_vec();
    let Some(needed) = form.word("kind", &known) else { return };
    for wanted in needed {
        let items = faces.iter().flat_map(|(face, origins)| face.items.iter().zip(origins));
        let said: Vec<Option<&Condition>> = items
            .filter(|(_, origin)| origin.says == Some(*wanted))
            .flat_map(|(item, _)| texts(item))
            .map(|text| text.when.as_ref())
            .collect();
        if !covers(&said) {
            blame(kind, *wanted, said.is_empty());
        }
    }
}

fn blame(kind: TomlText<'_>, wanted: Mandatory, is_missing: bool) {
    let (ja, word) = (wanted.ja(), wanted.word());
    let fault = if is_missing { "is missing" } else { "is not printed for every record" };
    let message = format!("`{}`: the {word} ({ja}) {fault}", kind.text);
    let hint = format!(
        "print the part `{word}`, or mark the text that is it `says = \"{word}\"`; one that the \
         tenant leaves empty does not count"
    );
    kind.push(kind.error(codes::MANDATORY, 0..kind.text.len(), message).hint(hint));
}

/// Whether it is plain that one of the conditions always holds.
fn covers(said: &[Option<&Condition>]) -> bool {
    let all: Vec<&Condition> = said.iter().copied().flatten().collect();
    let opposed = |one: &Condition| all.iter().any(|other| opposite(one, other));
    all.len() < said.len()
        || all.iter().any(|one| match one {
            Condition::All(parts) => parts.iter().all(opposed),
            one => opposed(one),
        })
}

/// Whether exactly one of two conditions holds, whatever the record says.
fn opposite(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Given(one), Condition::Missing(other))
        | (Condition::Missing(one), Condition::Given(other)) => one == other,
        (Condition::Is(one, said), Condition::IsNot(other, text))
        | (Condition::IsNot(one, said), Condition::Is(other, text)) => one == other && said == text,
        (Condition::Not(one), other) | (other, Condition::Not(one)) => **one == *other,
        _ => false,
    }
}

/// Names of the individual number, in Japanese and in ids.
const MY_NUMBER: [&str; 2] = ["個人番号", "マイナンバー"];
const MY_NUMBER_IDS: [&str; 4] = ["my_number", "mynumber", "individual_number", "kojin_bango"];

/// What may stand after a label and before its value.
const BETWEEN: [char; 9] = [' ', '\u{3000}', ':', '：', '(', ')', '（', '）', '\n'];

/// Labels are shorter than sentences.
const LABEL_MAX: usize = 14;

/// Whether a word speaks of the individual number; the card that carries it may be named.
fn names_it(word: &str) -> bool {
    MY_NUMBER.iter().any(|name| {
        word.match_indices(name).any(|(at, _)| !word[at + name.len()..].starts_with("カード"))
    })
}

/// Whether a field is one for the individual number, by its id, Japanese name or sample.
pub(super) fn is_my_number(id: &str, ja: &str, sample: Option<&str>) -> bool {
    let by_id = |text: &str| MY_NUMBER_IDS.iter().any(|name| text.contains(name));
    by_id(id) || names_it(ja) || sample.is_some_and(|sample| names_it(sample) || by_id(sample))
}

/// The finding about a field or label for the individual number.
pub(super) fn refusal(finding: Diagnostic) -> Diagnostic {
    finding.hint("no notice carries it; name persons by 宛名番号 or 整理番号")
}

/// What such a finding says.
pub(super) const REFUSED: &str = "the individual number (個人番号) is never printed";

/// Reports labels of the individual number.
pub(super) fn no_my_number(doc: &Document<'_>, faces: &[(Face, Vec<Origin>)]) {
    let items = faces.iter().flat_map(|(face, origins)| face.items.iter().zip(origins));
    let place_of = |(item, origin): (&Item, &Origin)| -> Option<Place> {
        texts(item).into_iter().any(is_label).then(|| origin.place.clone())
    };
    for place in items.filter_map(place_of) {
        doc.push(refusal(Diagnostic::error(codes::MY_NUMBER, REFUSED).at(place)));
    }
}

/// Whether a text is the label of a box for the individual number, or stands before such a value.
fn is_label(text: &TextBox) -> bool {
    let parts = parts(&text.text);
    if let [Some(said)] = parts.as_slice() {
        let letters = said.chars().filter(|c| !BETWEEN.contains(c)).count();
        return names_it(said) && letters <= LABEL_MAX;
    }
    parts.windows(2).any(|pair| match pair {
        [Some(before), None] => {
            let label = before.trim_end_matches(BETWEEN);
            MY_NUMBER.iter().any(|name| label.ends_with(name))
        }
        _ => false,
    })
}

/// What a text says by itself, in all its stretches, and `None` where a value stands.
fn parts(text: &Text) -> Vec<Option<String>> {
    let mut parts: Vec<Option<String>> = Vec::new();
    let mut say = |said: Option<&str>| match (said, parts.last_mut()) {
        (Some(said), Some(Some(before))) => before.push_str(said),
        (said, _) => parts.push(said.map(str::to_owned)),
    };
    let stretches = match text {
        Text::Rich(rich) => rich.spans.iter().map(|span| &span.text).collect(),
        plain => vec![plain],
    };
    for text in stretches {
        match text {
            Text::Static(said) => say(Some(said)),
            Text::Segments(segments) => segments.iter().for_each(|segment| match segment {
                Segment::Literal(said) => say(Some(said)),
                Segment::Value(..) => say(None),
            }),
            Text::Template(_) | Text::Rich(_) => say(None),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::text::{Rich, Scope, Span, SpanLook};

    #[test]
    fn the_individual_number_is_known_by_its_names() {
        for (id, ja, sample, is_one) in [
            ("my_number", "番号", None, true),
            ("number", "個人番号", None, true),
            ("number", "本人のマイナンバー", None, true),
            ("number", "番号", Some("my_number"), true),
            ("has_card", "マイナンバーカードの有無", None, false),
            ("number", "個人番号カード", None, false),
            ("addressee_code", "宛名番号", None, false),
        ] {
            assert_eq!(is_my_number(id, ja, sample), is_one, "{id} {ja} {sample:?}");
        }
    }

    #[test]
    fn labels_of_the_individual_number_are_told_from_sentences() {
        let fixed = |text: &str| Text::Static(text.into());
        let rich = |texts: Vec<Text>| {
            let spans = texts.into_iter().map(|text| Span { text, look: SpanLook::default() });
            Text::Rich(Box::new(Rich {
                spans: spans.collect(),
                rubies: Vec::new(),
                one_line: false,
            }))
        };
        let before = |text: &str| {
            let value = Segment::Value(Scope::Serial, Vec::new());
            Text::Segments(vec![Segment::Literal(text.into()), value])
        };
        for (text, is_one) in [
            (fixed("個人番号"), true),
            (fixed("個人番号（マイナンバー）"), true),
            (fixed("個人番号は、この通知書に記載していません。"), false),
            (fixed("マイナンバーカード"), false),
            (before("氏名　個人番号："), true),
            (before("マイナンバーカードの番号　"), false),
            (before("宛名番号　"), false),
            (rich(vec![fixed("個人"), fixed("番号")]), true),
            (rich(vec![fixed("個人番号："), before("")]), true),
            (rich(vec![fixed("個人番号"), fixed("は、この通知書に記載していません。")]), false),
        ] {
            let shown = format!("{text:?}");
            assert_eq!(is_label(&TextBox { text, ..TextBox::default() }), is_one, "{shown}");
        }
    }

    #[test]
    fn a_text_for_every_record_covers_them_all() {
        let is = |text: &str| Condition::Is(Scope::Field(1), text.into());
        let is_not = |text: &str| Condition::IsNot(Scope::Field(1), text.into());
        let given = Condition::Given(Scope::Field(0));
        let missing = Condition::Missing(Scope::Field(0));
        let others = Condition::All(vec![is_not("en"), is_not("zh")]);
        assert!(!covers(&[]));
        assert!(covers(&[Some(&given), None]));
        assert!(!covers(&[Some(&given)]));
        assert!(covers(&[Some(&given), Some(&missing)]));
        assert!(covers(&[Some(&others), Some(&is("en")), Some(&is("zh"))]));
        assert!(!covers(&[Some(&others), Some(&is("en"))]));
    }
}
