//! Rich texts: stretches in looks of their own, marked by tags in the literal text of a template.
//! Tags are read before any value is known: a `<` in a record or of a tenant is just a character.

use super::codes;
use super::eval::Store;
use super::lex::{self, Piece};
use super::names::Names;
use super::reader::join;
use super::source::TomlText;
use super::template;
use super::text::{Rich, Ruby, Segment, Span, SpanLook, Text};
use crate::page::Ink;
use std::ops::Range;

/// Tags inside tags.
const DEPTH_MAX: usize = 8;

/// What `<small>` and `<large>` do to the size, in percent, and how far they go together.
const SMALL: u32 = 80;
const LARGE: u32 = 125;
const PERCENT_MIN: u32 = 40;
const PERCENT_MAX: u32 = 250;

/// The role of `<b>`.
const BOLD: &str = "bold";

const TAGS: [&str; 9] = ["b", "u", "small", "large", "role", "ink", "ruby", "rt", "br"];

/// Characters that begin tags and their kin, as they are written.
const CHARACTERS: [(&str, &str); 3] = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];

/// Something in the literal text of a rich template that is not literal.
enum Mark {
    Open(Tag),
    Close(String),
    /// `<br>`
    Break,
    Character(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Tag {
    Bold,
    Underline,
    Small,
    Large,
    Role(String),
    Ink(u8),
    Ruby,
    Reading,
}

impl Tag {
    const fn name(&self) -> &'static str {
        match self {
            Self::Bold => "b",
            Self::Underline => "u",
            Self::Small => "small",
            Self::Large => "large",
            Self::Role(_) => "role",
            Self::Ink(_) => "ink",
            Self::Ruby => "ruby",
            Self::Reading => "rt",
        }
    }

    /// The look inside the tag.
    fn put_on(&self, look: &SpanLook) -> SpanLook {
        let mut look = look.clone();
        let percent = |by: u32| {
            let percent = crate::measure::div_round((u32::from(look.percent) * by).into(), 100);
            let percent = percent.clamp(PERCENT_MIN.into(), PERCENT_MAX.into());
            u16::try_from(percent).unwrap_or(look.percent)
        };
        match self {
            Self::Bold => look.role = Some(BOLD.to_owned()),
            Self::Role(role) => look.role = Some(role.clone()),
            Self::Underline => look.underline = true,
            Self::Ink(percent) => look.ink = Some(Ink(*percent)),
            Self::Small => look.percent = percent(SMALL),
            Self::Large => look.percent = percent(LARGE),
            Self::Ruby | Self::Reading => {}
        }
        look
    }
}

/// Compiles a rich text. `None` when it is wrong; the findings were reported.
pub(super) fn compile(text: TomlText<'_>, names: &Names<'_>, store: &Store) -> Option<Text> {
    if text.text.len() > template::TEMPLATE_MAX {
        return template::compile(text, names, store);
    }
    let pieces = template::cut(text, lex::pieces(text.text), names)?;
    let marks = marks(text, &pieces)?;
    let mut builder = Builder::new(text);
    let mut from = 0;
    for (mark, range) in marks {
        builder.literal(from..range.start, names, store);
        from = range.end;
        builder.mark(mark, range);
    }
    builder.literal(from..text.text.len(), names, store);
    builder.finish()
}

/// What is not literal in the literal text, in order; `None`, after reporting all of it, when some
/// of it cannot be read.
fn marks(text: TomlText<'_>, pieces: &[Piece]) -> Option<Vec<(Mark, Range<usize>)>> {
    let mut marks = Some(Vec::new());
    let mut blocks: Vec<&str> = Vec::new();
    for piece in pieces {
        let range = match piece {
            Piece::Literal(range) => range.clone(),
            Piece::Tag { tokens, .. } => {
                match tokens.first().and_then(lex::Token::name) {
                    Some("if") => blocks.push("if"),
                    Some("for") => blocks.push("for"),
                    Some("endif" | "endfor") => drop(blocks.pop()),
                    _ => {}
                }
                continue;
            }
            Piece::Expression { .. } | Piece::Comment => continue,
        };
        let mut at = range.start;
        while let Some(next) = text.text[at..range.end].find(['<', '&']).map(|next| at + next) {
            let rest = &text.text[next..range.end];
            at = next + 1;
            let Some((mark, length)) = mark(text, next, rest) else {
                marks = None;
                continue;
            };
            let Some(mark) = mark else { continue };
            at = next + length;
            if let Some(block) = blocks.last() {
                let what = &text.text[next..at];
                let message = format!("`{what}` stands inside `{{% {block} %}}`");
                let finding = text.error(codes::TAG, next..at, message);
                let hint = "a tag and a block may not cross: put the whole block inside the tag, \
                            or write two texts with `when`";
                text.push(finding.hint(hint));
                marks = None;
            }
            if let Some(marks) = &mut marks {
                marks.push((mark, next..at));
            }
        }
    }
    marks
}

/// The mark with which `rest` begins, at `at`, and its length; `Some(None)` for a plain character.
fn mark(text: TomlText<'_>, at: usize, rest: &str) -> Option<(Option<Mark>, usize)> {
    if rest.starts_with('&') {
        let character = CHARACTERS.iter().find(|(written, _)| rest.starts_with(written));
        return Some(match character {
            Some((written, said)) => (Some(Mark::Character(said)), written.len()),
            None => (None, 1),
        });
    }
    let wrong = |length: usize, message: String, hint: String| {
        let finding = text.error(codes::TAG, at..at + length, message);
        text.push(finding.hint(hint));
        None
    };
    let plain = "write `&lt;` for the character itself".to_owned();
    if !rest[1..].trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic()) {
        return wrong(1, "`<` begins no tag".to_owned(), plain);
    }
    let Some(end) = rest.find('>') else {
        return wrong(1, "`<` begins a tag that never ends".to_owned(), plain);
    };
    let (inner, length) = (&rest[1..end], end + 1);
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(name_end);
    let attributes = attributes.trim();
    if !TAGS.contains(&name) {
        let hint = format!("tags of rich texts: {}", join(TAGS.into_iter()));
        return wrong(length, format!("unknown tag: `{}`", &rest[..length]), hint);
    }
    if closes && attributes.is_empty() && name != "br" {
        return Some((Some(Mark::Close(name.to_owned())), length));
    }
    let attribute = |name: &str| {
        let value = attributes.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim();
        ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
    };
    let role = attribute("name").filter(|role| !role.is_empty());
    let percent = attribute("percent").and_then(|percent| percent.parse().ok());
    let tag = match (name, attributes) {
        ("br", "" | "/") if !closes => return Some((Some(Mark::Break), length)),
        ("b", "") => Tag::Bold,
        ("u", "") => Tag::Underline,
        ("small", "") => Tag::Small,
        ("large", "") => Tag::Large,
        ("ruby", "") => Tag::Ruby,
        ("rt", "") => Tag::Reading,
        ("role", _) if role.is_some() => Tag::Role(role.unwrap_or_default().to_owned()),
        ("ink", _) if percent.is_some_and(|percent| (1..=100).contains(&percent)) => {
            Tag::Ink(percent.unwrap_or(100))
        }
        _ => {
            let hint = match name {
                "role" => "write `<role name='name'>`".to_owned(),
                "ink" => "write `<ink percent='60'>`, from 1 to 100".to_owned(),
                _ => format!("write `<{name}>`"),
            };
            return wrong(length, format!("`<{name}>` cannot be written so"), hint);
        }
    };
    Some((Some(Mark::Open(tag)), length))
}

/// A tag that is open.
struct Open {
    tag: Tag,
    range: Range<usize>,
    /// The look outside it.
    look: SpanLook,
}

/// Puts a rich text together.
struct Builder<'t> {
    text: TomlText<'t>,
    open: Vec<Open>,
    look: SpanLook,
    spans: Vec<Span>,
    rubies: Vec<Ruby>,
    /// Spans from here on may be added to.
    floor: usize,
    /// The first span of the open `<ruby>`.
    base: usize,
    /// What stands in its `<rt>`, once that was met.
    reading: Option<Text>,
    sound: bool,
}

impl<'t> Builder<'t> {
    fn new(text: TomlText<'t>) -> Self {
        Self {
            text,
            open: Vec::new(),
            look: SpanLook::default(),
            spans: Vec::new(),
            rubies: Vec::new(),
            floor: 0,
            base: 0,
            reading: None,
            sound: true,
        }
    }

    fn wrong(&mut self, range: Range<usize>, message: impl Into<String>, hint: &str) {
        let finding = self.text.error(codes::TAG, range, message);
        self.text.push(if hint.is_empty() { finding } else { finding.hint(hint) });
        self.sound = false;
    }

    fn is_open(&self, tag: &Tag) -> bool {
        self.open.iter().any(|open| open.tag == *tag)
    }

    /// Adds the literal text and the expressions of a range.
    fn literal(&mut self, range: Range<usize>, names: &Names<'_>, store: &Store) {
        if range.is_empty() {
            return;
        }
        match template::compile(self.text.part(range.clone()), names, store) {
            Some(text) => self.add(text, range),
            None => self.sound = false,
        }
    }

    fn add(&mut self, text: Text, range: Range<usize>) {
        if text == Text::Static(String::new()) {
            return;
        }
        if self.is_open(&Tag::Reading) {
            let before = self.reading.take().unwrap_or(Text::Static(String::new()));
            let Some(text) = joined(&before, &text) else {
                return self.wrong(
                    range,
                    "the text of `<rt>` is too involved",
                    "say it more simply",
                );
            };
            self.reading = Some(text);
            return;
        }
        if self.is_open(&Tag::Ruby) && self.reading.is_some() {
            let blank = matches!(&text, Text::Static(text) if text.trim().is_empty());
            if !blank {
                self.wrong(range, "a text stands behind `</rt>`", "the base stands before `<rt>`");
            }
            return;
        }
        let last = self.spans.get_mut(self.floor..).and_then(<[Span]>::last_mut);
        if let Some(last) = last.filter(|last| last.look == self.look)
            && let Some(joined) = joined(&last.text, &text)
        {
            last.text = joined;
            return;
        }
        self.spans.push(Span { text, look: self.look.clone() });
    }

    fn mark(&mut self, mark: Mark, range: Range<usize>) {
        match mark {
            Mark::Character(said) => self.add(Text::Static(said.to_owned()), range),
            Mark::Break if self.is_open(&Tag::Ruby) => {
                self.wrong(range, "a line breaks inside `<ruby>`", "close it before `<br>`");
            }
            Mark::Break => self.add(Text::Static("\n".to_owned()), range),
            Mark::Open(tag) => self.open(tag, range),
            Mark::Close(name) => self.close(&name, range),
        }
    }

    fn open(&mut self, tag: Tag, range: Range<usize>) {
        if self.open.len() == DEPTH_MAX {
            self.wrong(range.clone(), format!("tags nest deeper than {DEPTH_MAX}"), "");
        }
        let in_ruby = self.open.last().is_some_and(|open| open.tag == Tag::Ruby);
        match tag {
            Tag::Ruby if self.is_open(&Tag::Ruby) => {
                self.wrong(range.clone(), "`<ruby>` inside `<ruby>`", "close the outer one first");
            }
            Tag::Ruby => {
                (self.base, self.floor) = (self.spans.len(), self.spans.len());
                self.reading = None;
            }
            Tag::Reading if !in_ruby || self.reading.is_some() => {
                let hint = "write `<ruby>督促<rt>とくそく</rt></ruby>`";
                self.wrong(range.clone(), "`<rt>` does not belong here", hint);
            }
            Tag::Reading => self.reading = Some(Text::Static(String::new())),
            _ if self.is_open(&Tag::Reading) => {
                let message = format!("`<{}>` inside `<rt>`", tag.name());
                self.wrong(range.clone(), message, "the text of `<rt>` has no tags");
            }
            _ => {}
        }
        let look = tag.put_on(&self.look);
        let look = std::mem::replace(&mut self.look, look);
        self.open.push(Open { tag, range, look });
    }

    fn close(&mut self, name: &str, range: Range<usize>) {
        let Some(open) = self.open.pop() else {
            self.wrong(range, format!("`</{name}>` closes nothing"), "");
            return;
        };
        if open.tag.name() != name {
            let message = format!("`</{name}>` stands where `</{}>` is wanted", open.tag.name());
            self.wrong(range.clone(), message, "close the inner tag first");
        }
        self.look = open.look;
        if open.tag == Tag::Ruby {
            self.floor = self.spans.len();
            let empty = |text: &Text| *text == Text::Static(String::new());
            match self.reading.take() {
                Some(text) if !empty(&text) && self.base < self.spans.len() => {
                    self.rubies.push(Ruby { spans: self.base..self.spans.len(), text });
                }
                _ => {
                    let hint = "write `<ruby>督促<rt>とくそく</rt></ruby>`";
                    self.wrong(open.range.start..range.end, "`<ruby>` lacks base or `<rt>`", hint);
                }
            }
        }
    }

    fn finish(mut self) -> Option<Text> {
        if let Some(open) = self.open.pop() {
            let message = format!("`<{0}>` is never closed with `</{0}>`", open.tag.name());
            self.wrong(open.range, message, "");
        }
        if !self.sound {
            return None;
        }
        let is_plain = self.rubies.is_empty()
            && self.spans.len() < 2
            && self.spans.iter().all(|span| span.look == SpanLook::default());
        Some(if is_plain {
            self.spans.pop().map_or(Text::Static(String::new()), |span| span.text)
        } else {
            Text::Rich(Box::new(Rich { spans: self.spans, rubies: self.rubies, one_line: false }))
        })
    }
}

/// Two texts as one, when they can be: templates stay by themselves.
fn joined(before: &Text, after: &Text) -> Option<Text> {
    let segments = |text: &Text| match text {
        Text::Static(text) => Some(vec![Segment::Literal(text.clone())]),
        Text::Segments(segments) => Some(segments.clone()),
        Text::Template(_) | Text::Rich(_) => None,
    };
    if *before == Text::Static(String::new()) {
        return Some(after.clone());
    }
    let mut all = segments(before)?;
    for segment in segments(after)? {
        match (all.last_mut(), segment) {
            (Some(Segment::Literal(last)), Segment::Literal(text)) => last.push_str(&text),
            (_, segment) => all.push(segment),
        }
    }
    Some(template::plain_text(all))
}
