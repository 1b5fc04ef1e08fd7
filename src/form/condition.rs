//! Compiles `when`: conditions that are known beforehand vanish, plain ones become a comparison, and
//! any other expression goes to Tera.

use super::codes;
use super::eval::{Store, Stored, is_given};
use super::filter;
use super::lex::{self, Token, TokenKind};
use super::names::{Kind, Meaning, Names};
use super::nearest::nearest;
use super::reader::join;
use super::source::TomlText;
use super::template;
use super::text::{Condition, Scope};
use super::vet;
use crate::model::Param;
use crate::model::schema::FieldKind;

/// When an item is printed, once known values are folded in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum When {
    Always,
    Never,
    If(Condition),
}

impl When {
    /// Both must hold.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, when) | (when, Self::Always) => when,
            (Self::If(Condition::All(mut all)), Self::If(other)) => {
                all.push(other);
                Self::If(Condition::All(all))
            }
            (Self::If(one), Self::If(other)) => Self::If(Condition::All(vec![one, other])),
        }
    }

    /// It does not hold.
    pub(super) fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::If(condition) => Self::If(match condition {
                Condition::Given(scope) => Condition::Missing(scope),
                Condition::Missing(scope) => Condition::Given(scope),
                Condition::Is(scope, text) => Condition::IsNot(scope, text),
                Condition::IsNot(scope, text) => Condition::Is(scope, text),
                Condition::Not(condition) => *condition,
                other => Condition::Not(Box::new(other)),
            }),
        }
    }

    pub(super) const fn known(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }
}

impl Condition {
    /// Whether it is plain that both never hold at once.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All(all), other) | (other, Self::All(all)) => {
                all.iter().any(|one| one.excludes(other))
            }
            (Self::Given(one), Self::Missing(other)) | (Self::Missing(one), Self::Given(other)) => {
                one == other
            }
            (Self::Is(one, said), Self::Is(other, text)) => one == other && said != text,
            (Self::Is(one, said), Self::IsNot(other, text))
            | (Self::IsNot(one, said), Self::Is(other, text)) => one == other && said == text,
            (Self::Not(one), other) | (other, Self::Not(one)) => **one == *other,
            _ => false,
        }
    }
}

/// What stands before the expression when Tera decides it.
const OPEN: &str = "{% if ";

/// Compiles a condition. `None` when it is wrong; the findings were reported.
pub(super) fn compile(text: TomlText<'_>, names: &Names<'_>, store: &Store) -> Option<When> {
    let tokens = template::cut(text, lex::tokens(text.text), names)?;
    if tokens.is_empty() {
        text.push(text.error(codes::TEMPLATE, 0..0, "a condition is empty"));
        return None;
    }
    let (negated, rest) = match tokens.as_slice() {
        [first, rest @ ..] if first.name() == Some("not") => (true, rest),
        all => (false, all),
    };
    if let Some((path, span, used)) = template::path(rest) {
        match &rest[used..] {
            [] => {
                let meaning = template::meaning(text, &path, span, names)?;
                return Some(given(meaning, negated));
            }
            [sign, literal] if !negated && (sign.is("==") || sign.is("!=")) => {
                if let Some(said) = said(literal) {
                    let meaning = template::meaning(text, &path, span, names)?;
                    let equal = sign.is("==");
                    return compare(text, &path, meaning, literal, said, equal, names);
                }
            }
            _ => {}
        }
    }
    let needs = vet::condition(text, &tokens, names)?;
    let source = format!("{OPEN}{} %}}1{{% endif %}}", text.text);
    match store.template(text, &source, OPEN.len(), &needs, names)? {
        Stored::Known(answer) => Some(When::known(answer == "1")),
        Stored::Named(name) => Some(When::If(Condition::Template(name))),
    }
}

fn given(meaning: Meaning<'_>, negated: bool) -> When {
    match meaning {
        Meaning::Varies(scope, _) if negated => When::If(Condition::Missing(scope)),
        Meaning::Varies(scope, _) => When::If(Condition::Given(scope)),
        Meaning::Known(param) => {
            let given = match param {
                Param::List(lines) => !lines.is_empty(),
                single => is_given(template::value_of(single)),
            };
            When::known(given != negated)
        }
        Meaning::Group => When::known(!negated),
        Meaning::Absent => When::known(negated),
    }
}

/// The literal of a comparison, as a value says it.
fn said(token: &Token) -> Option<String> {
    match &token.kind {
        TokenKind::Text(text) => Some(text.clone()),
        TokenKind::Whole(n) => Some(n.to_string()),
        TokenKind::Name(_) | TokenKind::Float | TokenKind::Sign(_) => None,
    }
}

fn compare(
    text: TomlText<'_>,
    path: &str,
    meaning: Meaning<'_>,
    literal: &Token,
    said: String,
    equal: bool,
    names: &Names<'_>,
) -> Option<When> {
    let kind = match meaning {
        Meaning::Varies(_, kind) => kind,
        Meaning::Known(param) => Kind::of_param(param),
        Meaning::Group | Meaning::Absent => {
            let message = format!("`{path}` is not a value");
            text.push(text.error(codes::UNKNOWN_NAME, literal.span.clone(), message));
            return None;
        }
    };
    let number = matches!(literal.kind, TokenKind::Whole(_));
    if number != matches!(kind, Kind::Int | Kind::Yen) || matches!(kind, Kind::Flag | Kind::List) {
        let message = format!("`{path}` is {}, and never equal to that", kind.word());
        let finding = text.error(codes::FILTER_USE, literal.span.clone(), message);
        text.push(match kind {
            Kind::Flag => finding.hint(format!("write `{path}` or `not {path}`")),
            Kind::Int | Kind::Yen => finding.hint("write the number without quotes"),
            _ => finding.hint("write a text in quotes"),
        });
        return None;
    }
    match meaning {
        Meaning::Varies(scope, _) => {
            check_choice(text, scope, literal, &said, names)?;
            let condition =
                if equal { Condition::Is(scope, said) } else { Condition::IsNot(scope, said) };
            Some(When::If(condition))
        }
        Meaning::Known(param) => {
            let mut known = String::new();
            filter::plain(template::value_of(param), &mut known);
            Some(When::known((known == said) == equal))
        }
        Meaning::Group | Meaning::Absent => None,
    }
}

/// A choice can only be one of its texts.
fn check_choice(
    text: TomlText<'_>,
    scope: Scope,
    literal: &Token,
    said: &str,
    names: &Names<'_>,
) -> Option<()> {
    let Some(field) = names.field(scope) else { return Some(()) };
    let FieldKind::Choice(choices) = &field.kind else { return Some(()) };
    if said.is_empty() || choices.iter().any(|choice| choice == said) {
        return Some(());
    }
    let message = format!("`{}` is never `{said}`", field.id);
    let finding = text.error(codes::BAD_VALUE, literal.span.clone(), message);
    let choices = || choices.iter().map(String::as_str);
    text.push(match nearest(said, choices()) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint(format!("it is one of {}", join(choices()))),
    });
    None
}
