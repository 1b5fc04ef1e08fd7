//! Findings about single cells: empty though required, or not of their field's kind.

use super::codes;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::schema::Field;
use crate::model::{FieldKind, ParseFault, Yen};

/// A required cell is empty.
pub(super) fn missing((name, ja): (String, String), field: &Field, place: Place) -> Diagnostic {
    Diagnostic::error(codes::MISSING, format!("{name} is empty"))
        .ja(format!("{ja}が空です"))
        .at(place)
        .field(&field.id)
        .hint("fill in the cell")
}

/// A cell's text is not of its field's kind.
pub(super) fn fault(
    (name, ja): (String, String),
    field: &Field,
    fault: ParseFault,
    place: Place,
) -> Diagnostic {
    let Words { code, message, ja: words, hint } = words(fault, &field.kind);
    Diagnostic::error(code, format!("{name} {message}"))
        .ja(format!("{ja}{words}"))
        .at(place)
        .field(&field.id)
        .hint(hint)
}

struct Words {
    code: Code,
    message: String,
    ja: String,
    hint: &'static str,
}

impl Words {
    fn new(
        code: Code,
        message: impl Into<String>,
        ja: impl Into<String>,
        hint: &'static str,
    ) -> Self {
        Self { code, message: message.into(), ja: ja.into(), hint }
    }
}

fn words(fault: ParseFault, kind: &FieldKind) -> Words {
    match fault {
        ParseFault::TooLong => too_long(kind),
        ParseFault::Control => Words::new(
            codes::CONTROL,
            "holds a control character, such as a line break or a tab",
            "に改行やタブなどの制御文字があります",
            "remove the control character",
        ),
        ParseFault::Digits => digits(kind),
        ParseFault::Postcode => Words::new(
            codes::POSTCODE,
            "is not a postcode",
            "が郵便番号（半角数字7桁）ではありません",
            "write seven half-width digits, with or without a hyphen after the third",
        ),
        ParseFault::Number => Words::new(
            codes::NUMBER,
            "is not a whole number",
            "が整数ではありません",
            "write half-width digits without commas or a currency mark",
        ),
        ParseFault::Range => range(kind),
        ParseFault::Step => step(kind),
        ParseFault::Decimal => decimal(kind),
        ParseFault::Date => Words::new(
            codes::DATE,
            "is not a date that exists",
            "が正しい日付ではありません",
            "write the date as `2026-04-06` or `20260406`",
        ),
        ParseFault::Flag => Words::new(
            codes::FLAG,
            "is neither yes nor no",
            "が「1」「0」（有・無）のどちらでもありません",
            "write `1` or `0`",
        ),
        ParseFault::Choice => choice(kind),
    }
}

fn too_long(kind: &FieldKind) -> Words {
    let max = if let FieldKind::Text { max } = kind { *max } else { 0 };
    Words::new(
        codes::TOO_LONG,
        format!("is longer than {max} characters"),
        format!("が{max}文字を超えています"),
        "shorten the text",
    )
}

fn digits(kind: &FieldKind) -> Words {
    let (min, max) = if let FieldKind::Digits { min, max } = kind { (*min, *max) } else { (0, 0) };
    let (wanted, ja) = if min == max {
        (format!("{min}"), format!("{min}桁"))
    } else {
        (format!("{min} to {max}"), format!("{min}桁から{max}桁"))
    };
    Words::new(
        codes::DIGITS,
        format!("is not {wanted} digits"),
        format!("が半角数字{ja}ではありません"),
        "write half-width digits, with leading zeros",
    )
}

fn range(kind: &FieldKind) -> Words {
    let (min, max) = match kind {
        FieldKind::Yen { min, max, .. } | FieldKind::Int { min, max, .. } => (Yen(*min), Yen(*max)),
        _ => (Yen(i64::MIN), Yen(i64::MAX)),
    };
    Words::new(
        codes::RANGE,
        format!("is not in the range from {min} to {max}"),
        format!("が{min}から{max}の範囲にありません"),
        "correct the number",
    )
}

fn step(kind: &FieldKind) -> Words {
    let step = match kind {
        FieldKind::Yen { step, .. } | FieldKind::Int { step, .. } => Yen(*step),
        _ => Yen(1),
    };
    Words::new(
        codes::STEP,
        format!("is not a multiple of {step}"),
        format!("が{step}の倍数ではありません"),
        "correct the number: less than that is cut off",
    )
}

fn decimal(kind: &FieldKind) -> Words {
    let scale = if let FieldKind::Decimal { scale } = kind { *scale } else { 0 };
    Words::new(
        codes::DECIMAL,
        format!("is not a number with at most {scale} digits after the point"),
        format!("が小数点以下{scale}桁までの数ではありません"),
        "write half-width digits with one point",
    )
}

fn choice(kind: &FieldKind) -> Words {
    let choices = if let FieldKind::Choice(choices) = kind { choices.as_slice() } else { &[] };
    let wanted = choices.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
    let ja = choices.iter().map(|c| format!("「{c}」")).collect::<Vec<_>>().concat();
    Words::new(
        codes::CHOICE,
        format!("is none of {wanted}"),
        format!("が{ja}のどれでもありません"),
        "write one of the texts of the form",
    )
}
