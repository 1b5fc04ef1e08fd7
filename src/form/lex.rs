//! Cuts a template into literal text, expressions and tags, and those into tokens with their bytes,
//! so that findings can point at a name inside a text. It does not judge what they mean.

use std::ops::Range;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// As it stands.
    Literal(Range<usize>),
    /// `{{ … }}`; `trims` when it asks to drop the blanks around it.
    Expression { span: Range<usize>, tokens: Vec<Token>, trims: bool },
    /// `{% … %}`.
    Tag { span: Range<usize>, tokens: Vec<Token> },
    /// `{# … #}`.
    Comment,
}

/// A token and its bytes in the template.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Name(String),
    Text(String),
    Whole(i64),
    Float,
    /// Everything else: `|`, `.`, `==`, `(` …
    Sign(&'static str),
}

impl Token {
    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.kind, TokenKind::Sign(s) if s == sign)
    }

    pub(super) fn name(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Name(name) => Some(name),
            TokenKind::Text(_) | TokenKind::Whole(_) | TokenKind::Float | TokenKind::Sign(_) => {
                None
            }
        }
    }
}

/// Why a template cannot be cut, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

/// Signs, longest first.
const SIGNS: [&str; 32] = [
    "...", "==", "!=", "<=", ">=", "**", "//", "?.", "?[", "</", "|", ".", ",", ":", "~", "=", "(",
    ")", "[", "]", "{", "}", "+", "-", "*", "/", "%", "<", ">", "!", "?", "@",
];

/// Cuts a template into its pieces.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(open) = text[at..]
            .find("{{")
            .into_iter()
            .chain(text[at..].find("{%"))
            .chain(text[at..].find("{#"))
            .min()
        else {
            pieces.push(Piece::Literal(at..text.len()));
            break;
        };
        let open = at + open;
        if open > at {
            pieces.push(Piece::Literal(at..open));
        }
        let (piece, end) = marked(text, open)?;
        pieces.push(piece);
        at = end;
    }
    Ok(pieces)
}

/// The piece that is opened at `open`, and where it ends.
fn marked(text: &str, open: usize) -> Result<(Piece, usize), Fault> {
    let mark = &text[open..open + 2];
    if mark == "{#" {
        let end = text[open..].find("#}").map(|n| open + n + 2);
        let end = end.ok_or_else(|| fault(open..open + 2, "`{#` is never closed with `#}`"))?;
        return Ok((Piece::Comment, end));
    }
    let (close, minus) = if mark == "{{" { ("}}", "-}}") } else { ("%}", "-%}") };
    let mut at = open + 2;
    let mut trims = text[at..].starts_with('-');
    if trims {
        at += 1;
    }
    let mut tokens = Vec::new();
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        if rest.is_empty() {
            let message = format!("`{mark}` is never closed with `{close}`");
            return Err(fault(open..open + 2, &message));
        }
        let ends = [minus, close].into_iter().find(|end| rest.starts_with(end));
        // `}}` may also close two braces of a map literal, which forms have no use for.
        if let Some(end) = ends {
            trims |= end.len() == 3;
            let end = at + end.len();
            let span = open..end;
            let piece = if mark == "{{" {
                Piece::Expression { span, tokens, trims }
            } else {
                Piece::Tag { span, tokens }
            };
            return Ok((piece, end));
        }
        let token = token(text, at)?;
        at = token.span.end;
        tokens.push(token);
    }
}

/// The tokens of an expression that stands alone (a condition).
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if at == text.len() {
            return Ok(tokens);
        }
        let token = token(text, at)?;
        at = token.span.end;
        tokens.push(token);
    }
}

fn token(text: &str, at: usize) -> Result<Token, Fault> {
    let rest = &text[at..];
    let first = rest.chars().next().unwrap_or(' ');
    let run = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
    if first.is_ascii_alphabetic() || first == '_' {
        let len = run(|c| c.is_ascii_alphanumeric() || c == '_');
        return Ok(Token { kind: TokenKind::Name(rest[..len].to_owned()), span: at..at + len });
    }
    if first.is_ascii_digit() {
        let len = run(|c| c.is_ascii_digit() || c == '.');
        let kind = match rest[..len].parse() {
            Ok(whole) => TokenKind::Whole(whole),
            Err(_) => TokenKind::Float,
        };
        return Ok(Token { kind, span: at..at + len });
    }
    if matches!(first, '"' | '\'' | '`') {
        return string(text, at, first);
    }
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Ok(Token { kind: TokenKind::Sign(sign), span: at..at + sign.len() });
    }
    let len = run(|c| !c.is_ascii() && !c.is_whitespace()).max(first.len_utf8());
    let word = &rest[..len];
    Err(fault(at..at + len, &format!("a template cannot read `{word}`: names are ASCII ids")))
}

fn string(text: &str, at: usize, quote: char) -> Result<Token, Fault> {
    let mut value = String::new();
    let mut chars = text[at + 1..].char_indices();
    while let Some((n, c)) = chars.next() {
        if c == quote {
            return Ok(Token { kind: TokenKind::Text(value), span: at..at + n + 2 });
        }
        if c != '\\' {
            value.push(c);
            continue;
        }
        match chars.next() {
            Some((_, c @ ('"' | '\'' | '/' | '\\'))) => value.push(c),
            Some((_, 'n')) => value.push('\n'),
            Some((_, 't')) => value.push('\t'),
            Some((_, 'r')) => value.push('\r'),
            Some((n, c)) => {
                let span = at + n..at + 1 + n + c.len_utf8();
                return Err(fault(span, &format!("unknown escape: `\\{c}`")));
            }
            None => break,
        }
    }
    Err(fault(at..at + 1, &format!("a text opened with `{quote}` is never closed")))
}

fn fault(span: Range<usize>, message: &str) -> Fault {
    Fault { message: message.to_owned(), span }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_cut_into_pieces() {
        let pieces = pieces("第{{ n | or(text='}}') }}期{% if x %}{# c #}").expect("well formed");
        let [Piece::Literal(before), Piece::Expression { span, tokens, trims: false }, ..] =
            pieces.as_slice()
        else {
            panic!("{pieces:?}");
        };
        assert_eq!((before.clone(), span.clone(), tokens.len()), (0..3, 3..26, 8));
        assert_eq!(tokens[6].kind, TokenKind::Text("}}".into()));
        assert_eq!(tokens[6].span, 18..22);
        assert_eq!(pieces.len(), 5);
    }

    #[test]
    fn faults_say_where() {
        for (text, span) in [
            ("ab{{ x", 2..4),
            ("{{ 氏名 }}", 3..9),
            ("{{ 'x }}", 3..4),
            ("{# x", 0..2),
            ("{% if", 0..2),
        ] {
            assert_eq!(pieces(text).expect_err(text).span, span, "{text}");
        }
    }
}
