//! Vets a template that Tera is to render: every name, filter, test and tag in it must be one that
//! forms have, so that nothing can go wrong on a page and nothing can be read that is not the form's.

use super::codes;
use super::lex::{Piece, Token, TokenKind};
use super::names::{Kind, Meaning, Names};
use super::nearest::nearest;
use super::reader::join;
use super::source::{Document, TomlText};
use super::template::{self, Compiled, Refusal};
use super::text::Scope;
use crate::diag::{Code, Findings};
use crate::model::Param;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Filters of Tera that forms may use, with their arguments (`?`: optional). None of them makes a
/// text longer than what it is given.
const BUILTINS: &[(&str, &[&str])] = &[
    ("default", &["value"]),
    ("trim", &["pat?"]),
    ("length", &[]),
    ("join", &["sep?"]),
    ("first", &[]),
    ("last", &[]),
    ("abs", &[]),
    ("str", &[]),
    ("upper", &[]),
    ("lower", &[]),
];

const TESTS: [&str; 8] = [
    "defined",
    "none",
    "odd",
    "even",
    "divisible_by",
    "starting_with",
    "ending_with",
    "containing",
];

const TAGS: [&str; 7] = ["if", "elif", "else", "endif", "for", "endfor", "set"];

const WORDS: [&str; 15] = [
    "and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None",
    "null", "elif",
];

/// Loops inside loops.
const LOOPS_MAX: usize = 2;

/// What a template reads that differs from page to page.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// By the name in the template.
    pub(super) varies: BTreeMap<String, Scope>,
    /// First words of known values.
    pub(super) roots: BTreeSet<String>,
}

pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.iter().any(|(builtin, _)| *builtin == name)
}

pub(super) fn builtin_names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|(name, _)| *name)
}

/// Vets a whole template; `None` when something is wrong, after reporting all of it. `judged`: its
/// plain expressions were compiled before, and what is wrong with them was reported.
pub(super) fn pieces(
    text: TomlText<'_>,
    pieces: &[Piece],
    names: &Names<'_>,
    judged: bool,
) -> Option<Needs> {
    let mut vet = Vet::new(text, names);
    for piece in pieces {
        match piece {
            Piece::Literal(_) | Piece::Comment => {}
            Piece::Expression { span, tokens, .. } => vet.expression(span, tokens, judged),
            Piece::Tag { span, tokens } => vet.tag(tokens, span.clone()),
        }
    }
    if let Some((open, span)) = vet.open.last().cloned() {
        let message = format!("`{open}` is never closed with `end{open}`");
        vet.text.push(vet.text.error(codes::TEMPLATE, span, message));
        vet.sound = false;
    }
    vet.sound.then_some(vet.needs)
}

/// Vets an expression that stands alone.
pub(super) fn condition(text: TomlText<'_>, tokens: &[Token], names: &Names<'_>) -> Option<Needs> {
    let mut vet = Vet::new(text, names);
    let lone = tokens.iter().enumerate().find(|(at, token)| {
        let depth = |sign: &str| tokens[..*at].iter().filter(|token| token.is(sign)).count();
        token.is("=") && depth("(") == depth(")")
    });
    if let Some((_, sign)) = lone {
        let hint = Some("compare with `==`".to_owned());
        vet.wrong(codes::TEMPLATE, sign, "a condition assigns nothing".to_owned(), hint);
    }
    vet.tokens(tokens, true);
    vet.sound.then_some(vet.needs)
}

struct Vet<'t, 'n> {
    text: TomlText<'t>,
    names: &'n Names<'n>,
    needs: Needs,
    locals: Vec<String>,
    /// Names that were set: they may not be set from each other, or a text could double at will.
    assigned: Vec<String>,
    /// Tags that wait for their end.
    open: Vec<(&'static str, Range<usize>)>,
    sound: bool,
}

impl<'t, 'n> Vet<'t, 'n> {
    fn new(text: TomlText<'t>, names: &'n Names<'n>) -> Self {
        Self {
            text,
            names,
            needs: Needs::default(),
            locals: vec![],
            assigned: vec![],
            open: vec![],
            sound: true,
        }
    }

    fn wrong(&mut self, code: Code, token: &Token, message: String, hint: Option<String>) {
        let finding = self.text.error(code, token.span.clone(), message);
        self.text.push(match hint {
            Some(hint) => finding.hint(hint),
            None => finding,
        });
        self.sound = false;
    }

    /// `{{ … }}`.
    fn expression(&mut self, span: &Range<usize>, tokens: &[Token], judged: bool) {
        if tokens.first().and_then(Token::name).is_some_and(|name| self.is_local(name)) {
            self.tokens(tokens, false);
            return;
        }
        let quiet = RefCell::new(Findings::new());
        let doc = Document {
            file: self.text.doc.file.clone(),
            text: self.text.doc.text,
            findings: if judged { &quiet } else { self.text.doc.findings },
        };
        let text = TomlText { doc: &doc, ..self.text };
        match template::expression(text, span.clone(), tokens, self.names) {
            Ok(Compiled::Known(_) | Compiled::Varies(_)) | Err(Refusal::NotPlain) => {
                self.tokens(tokens, false);
            }
            Err(Refusal::Reported) => self.sound = false,
        }
    }

    fn tag(&mut self, tokens: &[Token], span: Range<usize>) {
        let Some(tag) = tokens.first() else {
            let finding = self.text.error(codes::TEMPLATE, span, "a tag is empty");
            self.text.push(finding);
            self.sound = false;
            return;
        };
        let name = tag.name().unwrap_or_default();
        let rest = &tokens[1..];
        match name {
            "if" => {
                self.open.push(("if", tag.span.clone()));
                self.tokens(rest, true);
            }
            "elif" | "else" => {
                if name == "elif" || self.open.last().is_none_or(|(open, _)| *open != "for") {
                    self.within(tag, "if");
                }
                self.tokens(rest, true);
            }
            "for" => self.open_loop(tag, rest),
            "endif" => self.close(tag, "if"),
            "endfor" => self.close(tag, "for"),
            "set" => self.set(tag, rest),
            _ => {
                let hint = format!("tags of forms: {}", join(TAGS.into_iter()));
                let message = format!("unknown tag: `{name}`");
                self.wrong(codes::UNKNOWN_FILTER, tag, message, Some(hint));
            }
        }
    }

    /// `set` of one name to an expression.
    fn set(&mut self, tag: &Token, rest: &[Token]) {
        let assigned = rest.first().and_then(Token::name).map(str::to_owned);
        if assigned.is_none() || !rest.get(1).is_some_and(|sign| sign.is("=")) {
            let message = "a value is set as `set name = …`".to_owned();
            self.wrong(codes::TEMPLATE, tag, message, None);
        }
        let value = rest.get(2..).unwrap_or_default();
        let set =
            |token: &&Token| token.name().is_some_and(|n| self.assigned.iter().any(|a| a == n));
        if let Some(again) = value.iter().find(set) {
            let message = "what is set may not be set from what was set before".to_owned();
            self.wrong(codes::FORBIDDEN, again, message, None);
        }
        self.tokens(value, false);
        self.assigned.extend(assigned.clone());
        self.locals.extend(assigned);
    }

    /// The innermost open tag must be `wanted`.
    fn within(&mut self, tag: &Token, wanted: &str) {
        let open = self.open.last().map(|(open, _)| *open);
        if open == Some(wanted) {
            return;
        }
        let name = tag.name().unwrap_or_default();
        let message = match open {
            Some(open) => format!("`{name}` stands where `end{open}` is wanted"),
            None => format!("`{name}` without `{wanted}`"),
        };
        self.wrong(codes::TEMPLATE, tag, message, None);
    }

    fn close(&mut self, tag: &Token, opened: &str) {
        self.within(tag, opened);
        self.open.pop();
    }

    fn open_loop(&mut self, tag: &Token, rest: &[Token]) {
        self.open.push(("for", tag.span.clone()));
        let loops = self.open.iter().filter(|(open, _)| *open == "for").count();
        if loops > LOOPS_MAX {
            let message = format!("loops stand at most {LOOPS_MAX} deep");
            self.wrong(codes::FORBIDDEN, tag, message, None);
        }
        let over = rest.iter().position(|token| token.name() == Some("in")).unwrap_or(rest.len());
        self.locals.extend(rest[..over].iter().filter_map(Token::name).map(str::to_owned));
        self.locals.push("loop".to_owned());
        let over = rest.get(over + 1..).unwrap_or_default();
        let list = template::path(over).filter(|(_, _, used)| *used == over.len());
        let known = list.and_then(|(path, ..)| self.names.resolve(&path).ok());
        if !matches!(known, Some(Meaning::Known(Param::List(_)))) {
            let message = "a loop goes over a list that is known beforehand".to_owned();
            let hint = Some("print rows with `[[table]]`".to_owned());
            self.wrong(codes::TEMPLATE, tag, message, hint);
            return;
        }
        self.tokens(over, false);
    }

    fn is_local(&self, name: &str) -> bool {
        self.locals.iter().any(|local| local == name)
    }

    /// Walks the tokens of any expression. `asks`: it only asks whether something is given, so
    /// names of tables are allowed.
    fn tokens(&mut self, tokens: &[Token], asks: bool) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if token.is("|") {
                at = self.filter(tokens, at);
            } else if token.name() == Some("is") {
                at = self.test(tokens, at + 1);
            } else if let Some(name) = token.name() {
                at = self.name(tokens, at, name, asks);
            } else {
                self.sign(tokens, at);
                at += 1;
            }
        }
    }

    fn sign(&mut self, tokens: &[Token], at: usize) {
        let token = &tokens[at];
        let after_value = at > 0
            && (matches!(tokens[at - 1].kind, TokenKind::Name(_) | TokenKind::Text(_))
                || tokens[at - 1].is(")")
                || tokens[at - 1].is("]"))
            && !tokens[at - 1].name().is_some_and(|name| WORDS.contains(&name));
        let subscript = token.is("[") && after_value;
        if subscript || ["?[", "?.", "</", "...", "@"].iter().any(|sign| token.is(sign)) {
            let message = "templates of forms name values with dots only".to_owned();
            self.wrong(codes::FORBIDDEN, token, message, None);
        }
    }

    fn name(&mut self, tokens: &[Token], at: usize, name: &str, asks: bool) -> usize {
        let token = &tokens[at];
        if WORDS.contains(&name) {
            return at + 1;
        }
        let next = tokens.get(at + 1);
        if next.is_some_and(|next| next.is("(")) {
            let message = format!("unknown function: `{name}`");
            let hint = "templates of forms have filters, and no functions".to_owned();
            self.wrong(codes::UNKNOWN_FILTER, token, message, Some(hint));
            return at + 1;
        }
        // The name of an argument.
        if next.is_some_and(|next| next.is("=")) {
            return at + 1;
        }
        let Some((path, span, used)) = template::path(&tokens[at..]) else { return at + 1 };
        if self.is_local(name) {
            return at + used;
        }
        match template::meaning(self.text, &path, span, self.names) {
            Some(Meaning::Varies(scope, _)) => {
                self.needs.varies.insert(path, scope);
            }
            Some(Meaning::Known(_)) => {
                self.needs.roots.insert(name.to_owned());
            }
            Some(Meaning::Group | Meaning::Absent) if asks => {
                self.needs.roots.insert(name.to_owned());
            }
            Some(Meaning::Group | Meaning::Absent) => {
                let message = format!("`{path}` is not a value");
                self.wrong(codes::UNKNOWN_NAME, token, message, None);
            }
            None => self.sound = false,
        }
        at + used
    }

    /// A filter at its `|`; the arguments are walked like any expression.
    fn filter(&mut self, tokens: &[Token], at: usize) -> usize {
        let Some((call, next)) = template::call(tokens, at) else {
            let message = "a filter is written `| name` or `| name(argument=…)`".to_owned();
            self.wrong(codes::TEMPLATE, &tokens[at], message, None);
            return at + 1;
        };
        match BUILTINS.iter().find(|(name, _)| *name == call.name) {
            None => {
                let kind: Option<Kind> = None;
                let calls = [call];
                self.sound &= template::filters(self.text, &calls, kind, self.names).is_some();
            }
            Some((_, known)) => {
                let plain = |name: &'static str| name.trim_end_matches('?');
                for (key, value) in &call.arguments {
                    let name = key.name().unwrap_or_default();
                    if !known.iter().any(|known| plain(known) == name) {
                        let message = format!("`{}` has no argument `{name}`", call.name);
                        let hint = nearest(name, known.iter().map(|name| plain(name)))
                            .map(|near| format!("did you mean `{near}`?"));
                        self.wrong(codes::FILTER_USE, key, message, hint);
                    }
                    self.tokens(value, false);
                }
                let lacks = known.iter().filter(|known| !known.ends_with('?')).find(|known| {
                    !call.arguments.iter().any(|(key, _)| key.name() == Some(**known))
                });
                if let Some(lacks) = lacks {
                    let message = format!("`{}` lacks its argument `{lacks}`", call.name);
                    self.wrong(codes::FILTER_USE, &tokens[at + 1], message, None);
                }
            }
        }
        next
    }

    /// A test after `is`.
    fn test(&mut self, tokens: &[Token], at: usize) -> usize {
        let at = at + usize::from(tokens.get(at).and_then(Token::name) == Some("not"));
        let Some(token) = tokens.get(at) else { return at };
        let name = token.name().unwrap_or_default();
        if !TESTS.contains(&name) {
            let hint = format!("tests of forms: {}", join(TESTS.into_iter()));
            let message = format!("unknown test: `{name}`");
            self.wrong(codes::UNKNOWN_FILTER, token, message, Some(hint));
        }
        at + 1
    }
}
