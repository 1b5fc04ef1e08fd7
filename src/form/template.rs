//! Compiles the template of a text: known values are folded in, plain fields with filters become
//! segments, and everything else goes to Tera once every name and filter in it is known to be right.

use super::codes;
use super::eval::Store;
use super::filter::{self, ArgumentKind, Given, SPECS, Spec};
use super::lex::{self, Piece, Token, TokenKind};
use super::names::{Kind, Meaning, Names};
use super::nearest::nearest;
use super::source::TomlText;
use super::text::{Filter, Segment, Text};
use super::vet;
use crate::diag::{Code, Diagnostic};
use crate::model::tenant::Negative;
use crate::model::{Param, Value};
use std::ops::Range;

/// The longest template, in bytes.
pub(super) const TEMPLATE_MAX: usize = 16 * 1024;

/// What one expression means.
pub(super) enum Compiled {
    /// Text that is known now.
    Known(String),
    /// A value through filters.
    Varies(Segment),
}

/// Why an expression was not compiled.
pub(super) enum Refusal {
    /// It is more than names and filters of the trade; Tera may read it.
    NotPlain,
    /// It is wrong, and was reported.
    Reported,
}

/// Compiles a text. `None` when it is wrong; the findings were reported.
pub(super) fn compile(text: TomlText<'_>, names: &Names<'_>, store: &Store) -> Option<Text> {
    if text.text.len() > TEMPLATE_MAX {
        let message = format!("a template has at most {TEMPLATE_MAX} bytes");
        text.push(text.error(codes::FORBIDDEN, 0..0, message));
        return None;
    }
    let pieces = cut(text, lex::pieces(text.text), names)?;
    if pieces.iter().any(|piece| matches!(piece, Piece::Tag { .. })) {
        let needs = vet::pieces(text, &pieces, names, false)?;
        return store.template(text, text.text, 0, &needs, names).map(Text::from);
    }
    let mut segments = Vec::new();
    let mut refusal = None;
    for piece in &pieces {
        match piece {
            Piece::Literal(range) => literal(&mut segments, &text.text[range.clone()]),
            Piece::Comment | Piece::Tag { .. } => {}
            Piece::Expression { span, tokens, trims } => {
                match expression(text, span.clone(), tokens, names) {
                    Ok(Compiled::Known(known)) => literal(&mut segments, &known),
                    Ok(Compiled::Varies(segment)) => segments.push(segment),
                    Err(Refusal::NotPlain) => {
                        refusal.get_or_insert(Refusal::NotPlain);
                    }
                    Err(Refusal::Reported) => refusal = Some(Refusal::Reported),
                }
                if *trims {
                    refusal.get_or_insert(Refusal::NotPlain);
                }
            }
        }
    }
    match refusal {
        None => Some(plain_text(segments)),
        Some(Refusal::NotPlain) => {
            let needs = vet::pieces(text, &pieces, names, true)?;
            store.template(text, text.text, 0, &needs, names).map(Text::from)
        }
        Some(Refusal::Reported) => {
            // The rest of the template is looked at too, so that all its findings come at once.
            vet::pieces(text, &pieces, names, true);
            None
        }
    }
}

/// The pieces or tokens of a template, or a finding.
pub(super) fn cut<T>(
    text: TomlText<'_>,
    cut: Result<T, lex::Fault>,
    names: &Names<'_>,
) -> Option<T> {
    let fault = match cut {
        Ok(cut) => return Some(cut),
        Err(fault) => fault,
    };
    let finding = text.error(codes::TEMPLATE, fault.span.clone(), fault.message);
    // Who writes the Japanese name of a field means its id.
    let field = names.schema.fields.iter().find(|field| field.ja == text.text[fault.span.clone()]);
    text.push(match field {
        Some(field) => finding.hint(format!("did you mean `{}`?", field.id)),
        None => finding,
    });
    None
}

fn literal(segments: &mut Vec<Segment>, text: &str) {
    if let Some(Segment::Literal(last)) = segments.last_mut() {
        last.push_str(text);
    } else if !text.is_empty() {
        segments.push(Segment::Literal(text.to_owned()));
    }
}

/// The plainest text that says what segments say.
pub(super) fn plain_text(mut segments: Vec<Segment>) -> Text {
    match segments.as_mut_slice() {
        [] => Text::Static(String::new()),
        [Segment::Literal(text)] => Text::Static(std::mem::take(text)),
        _ => Text::Segments(segments),
    }
}

/// An expression of a name and filters; `whole` are its bytes with the braces.
pub(super) fn expression(
    text: TomlText<'_>,
    whole: Range<usize>,
    tokens: &[Token],
    names: &Names<'_>,
) -> Result<Compiled, Refusal> {
    if tokens.is_empty() {
        text.push(text.error(codes::TEMPLATE, whole, "an expression is empty"));
        return Err(Refusal::Reported);
    }
    let (path, span, mut at) = path(tokens).ok_or(Refusal::NotPlain)?;
    let mut calls = Vec::new();
    while at < tokens.len() {
        let (call, next) = call(tokens, at).ok_or(Refusal::NotPlain)?;
        calls.push(call);
        at = next;
    }
    // A filter that only Tera has makes the whole expression Tera's.
    if calls.iter().any(|call| spec_of(&call.name).is_none() && vet::is_builtin(&call.name)) {
        return Err(Refusal::NotPlain);
    }
    let meaning = meaning(text, &path, span.clone(), names);
    let kind = match meaning {
        Some(Meaning::Varies(_, kind)) => Some(kind),
        Some(Meaning::Known(param)) => Some(Kind::of_param(param)),
        _ => None,
    };
    let filters = filters(text, &calls, kind, names);
    let (Some(meaning), Some(filters)) = (meaning, filters) else { return Err(Refusal::Reported) };
    let refuse = |code: Code, message: String, hint: &str| {
        text.push(text.error(code, span.clone(), message).hint(hint));
        Err(Refusal::Reported)
    };
    match (meaning, kind) {
        (_, Some(Kind::Flag)) => refuse(
            codes::FILTER_USE,
            format!("`{path}` is a flag and has no text of its own"),
            &format!("write `{{% if {path} %}}…{{% else %}}…{{% endif %}}`"),
        ),
        (_, Some(Kind::List)) => refuse(
            codes::FILTER_USE,
            format!("`{path}` is a list"),
            &format!("write `{{{{ {path} | join(sep='　') }}}}`"),
        ),
        (Meaning::Varies(scope, _), _) => Ok(Compiled::Varies(Segment::Value(scope, filters))),
        (Meaning::Known(param), _) => {
            let mut known = String::new();
            filter::write(value_of(param), &filters, names_style(names), &mut known);
            Ok(Compiled::Known(known))
        }
        (Meaning::Group | Meaning::Absent, _) => refuse(
            codes::UNKNOWN_NAME,
            format!("`{path}` is not a value"),
            "name one value of it, or ask for it in `when`",
        ),
    }
}

/// The known value that a text names and says nothing besides: `"{{ param.seal }}"`.
pub(super) fn bare(text: TomlText<'_>, names: &Names<'_>) -> Option<Param> {
    let pieces = lex::pieces(text.text).ok()?;
    let [Piece::Expression { tokens, .. }] = pieces.as_slice() else { return None };
    let (path, _, used) = path(tokens)?;
    match names.resolve(&path) {
        Ok(Meaning::Known(param)) if used == tokens.len() => Some(param.clone()),
        _ => None,
    }
}

/// House style, as the known values tell it.
pub(super) fn names_style(names: &Names<'_>) -> filter::FilterStyle {
    let gannen = names.known.get("tenant.style.gannen") != Some(&Param::Flag(false));
    let negative = match names.known.get("tenant.style.negative") {
        Some(Param::Text(sign)) => Negative::of(sign),
        _ => Negative::default(),
    };
    filter::FilterStyle { gannen, negative }
}

/// A known value as filters take it; lists have no single value.
pub(super) fn value_of(param: &Param) -> Value<'_> {
    match param {
        Param::Text(text) if text.is_empty() => Value::Empty,
        Param::Text(text) => Value::Text(text),
        Param::Int(n) => Value::Int(*n),
        Param::Decimal(number) => Value::Decimal(*number),
        Param::Flag(flag) => Value::Flag(*flag),
        Param::Date(date) => Value::Date(*date),
        Param::List(_) => Value::Empty,
    }
}

/// A dotted name at the start of `tokens`: the name, its bytes, and the token after it.
pub(super) fn path(tokens: &[Token]) -> Option<(String, Range<usize>, usize)> {
    let first = tokens.first()?;
    let mut path = first.name()?.to_owned();
    if matches!(path.as_str(), "not" | "true" | "false" | "none" | "True" | "False" | "None") {
        return None;
    }
    let mut span = first.span.clone();
    let mut at = 1;
    while let (Some(dot), Some(next)) = (tokens.get(at), tokens.get(at + 1)) {
        let Some(name) = next.name().filter(|_| dot.is(".")) else { break };
        path.push('.');
        path.push_str(name);
        span.end = next.span.end;
        at += 2;
    }
    Some((path, span, at))
}

/// A filter as it is written.
pub(super) struct Call<'t> {
    pub(super) name: String,
    pub(super) span: Range<usize>,
    pub(super) arguments: Vec<(&'t Token, &'t [Token])>,
}

/// The filter call at `at` (its `|`), and the token after it.
pub(super) fn call(tokens: &[Token], at: usize) -> Option<(Call<'_>, usize)> {
    if !tokens.get(at)?.is("|") {
        return None;
    }
    let name = tokens.get(at + 1)?;
    let mut call =
        Call { name: name.name()?.to_owned(), span: name.span.clone(), arguments: vec![] };
    let mut at = at + 2;
    if !tokens.get(at).is_some_and(|token| token.is("(")) {
        return Some((call, at));
    }
    at += 1;
    while !tokens.get(at)?.is(")") {
        let key = tokens.get(at)?;
        key.name()?;
        if !tokens.get(at + 1)?.is("=") {
            return None;
        }
        let start = at + 2;
        let mut end = start;
        let mut depth = 0;
        while depth > 0 || !(tokens.get(end)?.is(",") || tokens.get(end)?.is(")")) {
            let token = tokens.get(end)?;
            if token.is("(") || token.is("[") || token.is("{") {
                depth += 1;
            } else if token.is(")") || token.is("]") || token.is("}") {
                depth -= 1;
            }
            end += 1;
        }
        call.arguments.push((key, &tokens[start..end]));
        at = if tokens[end].is(",") { end + 1 } else { end };
    }
    Some((call, at + 1))
}

fn spec_of(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}

/// What a name means; reports it when it means nothing.
pub(super) fn meaning<'a>(
    text: TomlText<'_>,
    path: &str,
    span: Range<usize>,
    names: &Names<'a>,
) -> Option<Meaning<'a>> {
    if path.starts_with("__") {
        let message = format!("templates of forms may not use `{path}`");
        text.push(text.error(codes::FORBIDDEN, span, message));
        return None;
    }
    match names.resolve(path) {
        Ok(meaning) => Some(meaning),
        Err(unknown) => {
            let finding = text.error(codes::UNKNOWN_NAME, span, unknown.message);
            text.push(match unknown.hint {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
            None
        }
    }
}

/// The filters of an expression; `None` when one of them is wrong, after reporting every one.
pub(super) fn filters(
    text: TomlText<'_>,
    calls: &[Call<'_>],
    mut kind: Option<Kind>,
    names: &Names<'_>,
) -> Option<Vec<Filter>> {
    let mut filters = Some(Vec::new());
    for call in calls {
        let Some(spec) = spec_of(&call.name) else {
            text.push(unknown_filter(text, call));
            filters = None;
            kind = None;
            continue;
        };
        if let Some(kind) = kind.filter(|kind| !spec.takes.contains(kind)) {
            let takes: Vec<_> = spec.takes.iter().map(|kind| kind.word()).collect();
            let message = format!("`{}` cannot be used on {}", call.name, kind.word());
            let hint = match kind {
                Kind::Text => {
                    format!("it takes {}; put it before filters that make text", takes.join(", "))
                }
                _ => format!("it takes {}", takes.join(", ")),
            };
            text.push(text.error(codes::FILTER_USE, call.span.clone(), message).hint(hint));
            filters = None;
        }
        kind = kind.map(|_| Kind::Text);
        let built =
            arguments(text, call, spec, names).and_then(|arguments| build(text, call, &arguments));
        match (built, filters.as_mut()) {
            (Some(filter), Some(filters)) => filters.push(filter),
            _ => filters = None,
        }
    }
    filters
}

fn build(text: TomlText<'_>, call: &Call<'_>, arguments: &[(String, Given)]) -> Option<Filter> {
    let filter = filter::build(&call.name, arguments);
    if filter.is_none() {
        let message = format!("an argument of `{}` is out of range", call.name);
        text.push(text.error(codes::FILTER_USE, call.span.clone(), message));
    }
    filter
}

fn unknown_filter(text: TomlText<'_>, call: &Call<'_>) -> Diagnostic {
    let message = format!("unknown filter: `{}`", call.name);
    let finding = text.error(codes::UNKNOWN_FILTER, call.span.clone(), message);
    let names = SPECS.iter().map(|spec| spec.name).chain(vet::builtin_names());
    match nearest(&call.name, names) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding,
    }
}

/// The arguments of a call as its filter wants them.
fn arguments(
    text: TomlText<'_>,
    call: &Call<'_>,
    spec: &Spec,
    names: &Names<'_>,
) -> Option<Vec<(String, Given)>> {
    let mut arguments = Some(Vec::new());
    for (key, tokens) in &call.arguments {
        let name = key.name().unwrap_or_default();
        let Some(argument) = spec.arguments.iter().find(|argument| argument.name == name) else {
            let message = format!("`{}` has no argument `{name}`", call.name);
            let finding = text.error(codes::FILTER_USE, key.span.clone(), message);
            let known = spec.arguments.iter().map(|argument| argument.name);
            text.push(match nearest(name, known) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding,
            });
            arguments = None;
            continue;
        };
        match (argument_value(text, key, tokens, argument.kind, names), arguments.as_mut()) {
            (Some(value), Some(arguments)) => arguments.push((name.to_owned(), value)),
            _ => arguments = None,
        }
    }
    for argument in spec.arguments.iter().filter(|argument| argument.required) {
        if !call.arguments.iter().any(|(key, _)| key.name() == Some(argument.name)) {
            let message = format!("`{}` lacks its argument `{}`", call.name, argument.name);
            text.push(text.error(codes::FILTER_USE, call.span.clone(), message));
            arguments = None;
        }
    }
    arguments
}

/// The value of an argument: a literal, or a name that is known when the form is compiled.
fn argument_value(
    text: TomlText<'_>,
    key: &Token,
    tokens: &[Token],
    kind: ArgumentKind,
    names: &Names<'_>,
) -> Option<Given> {
    let span = tokens.first().map_or(key.span.clone(), |first| {
        first.span.start..tokens.last().map_or(first.span.end, |last| last.span.end)
    });
    let given = match tokens {
        [Token { kind: TokenKind::Text(text), .. }] => Some(Given::Text(text.clone())),
        [Token { kind: TokenKind::Whole(n), .. }] => Some(Given::Whole(*n)),
        [token] if token.name() == Some("true") => Some(Given::Flag(true)),
        [token] if token.name() == Some("false") => Some(Given::Flag(false)),
        _ => match path(tokens).filter(|(_, _, end)| *end == tokens.len()) {
            None => None,
            Some((path, _, _)) => match meaning(text, &path, span.clone(), names)? {
                Meaning::Known(Param::Text(text)) => Some(Given::Text(text.clone())),
                Meaning::Known(Param::Int(n)) => Some(Given::Whole(*n)),
                Meaning::Known(Param::Flag(flag)) => Some(Given::Flag(*flag)),
                _ => None,
            },
        },
    };
    let wanted = match kind {
        ArgumentKind::Text => "a text in quotes",
        ArgumentKind::Whole => "a whole number",
        ArgumentKind::Flag => "`true` or `false`",
    };
    let right = matches!(
        (&given, kind),
        (Some(Given::Text(_)), ArgumentKind::Text)
            | (Some(Given::Whole(_)), ArgumentKind::Whole)
            | (Some(Given::Flag(_)), ArgumentKind::Flag)
    );
    if !right {
        let name = key.name().unwrap_or_default();
        let message = format!("`{name}` must be {wanted}, or a name that is known beforehand");
        text.push(text.error(codes::FILTER_USE, span, message));
    }
    given.filter(|_| right)
}
