//! Series: an element, field or check that says `each` stands for several, one for each item of a
//! list, with `{n}` (its number; `{n:wide}`), `{each}` (the item; `{each:name}`, `{each:00}`) and `{count}` in its texts. Series are written
//! out before anything else reads the file; a copy keeps in `each` only how far it was moved.

use super::codes;
use super::parts;
use super::reader::{self, Node};
use super::source::Document;
use crate::measure::Length;
use crate::model::{Param, Params};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Under which prefix the parameters of a part stand.
pub(super) const PART: &str = "with";

/// Items of one series, at most; and copies of all series of a file together.
const ITEMS_MAX: usize = 100;
const COPIES_MAX: usize = 2_000;

/// A key of a table.
type Key<'d> = Spanned<Cow<'d, str>>;

/// Writes out the series of one file.
pub(super) struct Writer<'w, 'd> {
    doc: &'w Document<'d>,
    /// Where a series finds the parameter it names, and under which prefix.
    params: &'w Params,
    prefix: &'static str,
    copies: Cell<usize>,
    /// A part's own parameters, as its texts may name them: `{total}`.
    constants: Vec<(String, String)>,
    /// The parameters that series asked for, by path.
    asked: RefCell<BTreeSet<String>>,
}

/// One item of a series as it replaces the placeholders.
struct Item {
    words: [(&'static str, String); 6],
    shift: [Length; 2],
}

/// What `each` says.
struct Series {
    items: Vec<String>,
    step: [Length; 2],
    across: usize,
}

/// Whether a node is a table with this key.
fn says(node: &Node<'_>, key: &str) -> bool {
    node.get_ref().as_table().is_some_and(|table| table.contains_key(key))
}

/// Whether a check stays one in a series: only its lists grow. Lines and dates have a check each.
fn has_lists(check: &Node<'_>) -> bool {
    !says(check, "ocr_line") && !says(check, "date")
}

/// The table of a file with all its series written out; and the parameters that they asked for.
pub(super) fn write_out<'d>(
    doc: &Document<'d>,
    table: DeTable<'d>,
    params: &Params,
    prefix: &'static str,
) -> (DeTable<'d>, BTreeSet<String>) {
    let constants = params.iter().filter_map(|(path, value)| {
        let name = path.strip_prefix(prefix)?.strip_prefix('.')?;
        match value {
            Param::Text(text) => Some((format!("{{{name}}}"), text.clone())),
            Param::Int(number) => Some((format!("{{{name}}}"), number.to_string())),
            Param::Decimal(_) | Param::Flag(_) | Param::Date(_) | Param::List(_) => None,
        }
    });
    let constants = if prefix == PART { constants.collect() } else { Vec::new() };
    let (copies, asked) = (Cell::new(0), RefCell::default());
    let writer = Writer { doc, params, prefix, copies, constants, asked };
    let table = writer.table(table, None);
    (table, writer.asked.into_inner())
}

impl Writer<'_, '_> {
    fn table<'d>(&self, table: DeTable<'d>, item: Option<&Item>) -> DeTable<'d> {
        let mut out = DeTable::new();
        for (key, node) in table {
            let Some(series) = self.series_of(&node) else {
                let (name, node) = (key.get_ref().clone(), self.node(node, &key, item));
                let name = self.said(&name, item).map_or(name, Into::into);
                out.insert(Spanned::new(key.span(), name), node);
                continue;
            };
            for one in items(&series) {
                if !self.may_copy(&node) {
                    break;
                }
                let name = replaced(key.get_ref(), Some(&one), &[]);
                let copy = self.copy(node.clone(), &key, &one);
                out.insert(Spanned::new(key.span(), name.into()), copy);
            }
        }
        out
    }

    fn node<'d>(&self, node: Node<'d>, key: &Key<'d>, item: Option<&Item>) -> Node<'d> {
        let span = node.span();
        let value = match node.into_inner() {
            DeValue::Table(table) => DeValue::Table(self.table(table, item)),
            DeValue::Array(nodes) => {
                let mut out = Vec::with_capacity(nodes.len());
                for node in nodes {
                    match self.series_of(&node) {
                        Some(series) if key.get_ref() == "check" && has_lists(&node) => {
                            out.push(self.check(node, key, &series));
                        }
                        Some(series) => {
                            for one in items(&series) {
                                if !self.may_copy(&node) {
                                    break;
                                }
                                out.push(self.copy(node.clone(), key, &one));
                            }
                        }
                        None => out.push(self.node(node, key, item)),
                    }
                }
                DeValue::Array(out.into_iter().collect())
            }
            DeValue::String(text) => {
                let said = self.said(&text, item);
                DeValue::String(said.map_or(text, Into::into))
            }
            other => other,
        };
        Spanned::new(span, value)
    }

    /// One copy of a node that said `each`.
    fn copy<'d>(&self, node: Node<'d>, key: &Key<'d>, item: &Item) -> Node<'d> {
        let node_span = node.span();
        let mut node = without_each(node);
        if let DeValue::Table(table) = node.get_mut()
            && item.shift != <[Length; 2]>::default()
        {
            let (name, said) = (Spanned::new(node_span.clone(), "each".into()), shifted(item));
            table.insert(name, Spanned::new(node_span, DeValue::String(said.into())));
        }
        self.node(node, key, Some(item))
    }

    /// A check that says `each` stays one check: its lists are written out.
    fn check<'d>(&self, node: Node<'d>, key: &Key<'d>, series: &Series) -> Node<'d> {
        let (span, mut out) = (node.span(), DeTable::new());
        let DeValue::Table(table) = node.into_inner() else {
            unreachable!("only a table says `each`")
        };
        for (name, value) in table {
            if name.get_ref() == "each" {
                continue;
            }
            let (span, value) = (value.span(), value.into_inner());
            let value = match value {
                DeValue::Array(texts) => DeValue::Array(
                    texts.into_iter().flat_map(|text| texts_of(text, series)).collect(),
                ),
                other => other,
            };
            out.insert(name, Spanned::new(span, value));
        }
        self.node(Spanned::new(span, DeValue::Table(out)), key, None)
    }

    /// A text with its placeholders replaced; `None` when it has none. Outside a series a part's
    /// own parameters may stand in the texts of its fields and checks.
    fn said(&self, text: &str, item: Option<&Item>) -> Option<String> {
        let plain = item.is_none() && self.constants.is_empty();
        (!plain && text.contains('{')).then(|| replaced(text, item, &self.constants))
    }

    fn may_copy(&self, node: &Node<'_>) -> bool {
        self.copies.set(self.copies.get() + 1);
        if self.copies.get() == COPIES_MAX + 1 {
            let message = format!("the series of a file make more than {COPIES_MAX} copies");
            self.doc.push(self.doc.error(codes::BAD_VALUE, node.span(), message));
        }
        self.copies.get() <= COPIES_MAX
    }

    /// The series that a node says, when it is a table with `each`.
    fn series_of(&self, node: &Node<'_>) -> Option<Series> {
        let each = node.get_ref().as_table()?.get("each")?;
        let none = Series { items: Vec::new(), step: <[Length; 2]>::default(), across: 1 };
        let (of, step, across) = match each.get_ref() {
            DeValue::Table(table) => {
                if let Some(key) =
                    table.keys().find(|key| !matches!(&**key.get_ref(), "of" | "step" | "across"))
                {
                    let message = format!("unknown key in `each`: `{}`", key.get_ref());
                    let finding = self.doc.error(codes::UNKNOWN_KEY, key.span(), message);
                    self.doc.push(finding.hint("keys here: `of`, `step`, `across`"));
                }
                (table.get("of"), table.get("step"), table.get("across"))
            }
            _ => (Some(each), None, None),
        };
        let items = of.and_then(|of| self.items_of(of));
        if items.is_none() {
            let wanted = "`each` is a number, a list, the name of a parameter, or `{ of = …, step = [x, y], across = n }`";
            self.doc.push(self.doc.error(codes::BAD_VALUE, each.span(), wanted));
        }
        let Some(items) = items else { return Some(none) };
        if items.len() > ITEMS_MAX {
            let message = format!("a series has at most {ITEMS_MAX} items");
            self.doc.push(self.doc.error(codes::BAD_VALUE, each.span(), message));
            return Some(none);
        }
        let step = match step {
            None => <[Length; 2]>::default(),
            Some(node) => pair(node).unwrap_or_else(|| {
                reader::wrong(self.doc, "step", "two numbers in millimetres", node);
                <[Length; 2]>::default()
            }),
        };
        let count = items.len().max(1);
        let across = match across {
            None => count,
            Some(node) => reader::integer(node)
                .and_then(|across| usize::try_from(across).ok())
                .filter(|across| (1..=ITEMS_MAX).contains(across))
                .unwrap_or_else(|| {
                    reader::wrong(self.doc, "across", "a whole number from 1 to 100", node);
                    count
                }),
        };
        Some(Series { items, step, across })
    }

    /// The items: `3`, `[7, 8, 9]`, `"months"`.
    fn items_of(&self, of: &Node<'_>) -> Option<Vec<String>> {
        match of.get_ref() {
            DeValue::Integer(_) => numbered(reader::integer(of)?),
            DeValue::Array(_) => match parts::param(of)? {
                Param::List(items) => Some(items),
                _ => None,
            },
            DeValue::String(name) => {
                let path = format!("{}.{name}", self.prefix);
                let items = match self.params.get(&path)? {
                    Param::List(items) => Some(items.clone()),
                    Param::Int(count) => numbered(*count),
                    _ => None,
                };
                self.asked.borrow_mut().insert(path);
                items
            }
            _ => None,
        }
    }
}

fn numbered(count: i64) -> Option<Vec<String>> {
    let count = usize::try_from(count).ok()?;
    // One more than allowed is enough to be told that it is too many.
    Some((1..=count.min(ITEMS_MAX + 1)).map(|n| n.to_string()).collect())
}

/// The items of a series with what they replace and how far they stand from the first.
fn items(series: &Series) -> impl Iterator<Item = Item> + '_ {
    let count = series.items.len();
    series.items.iter().enumerate().map(move |(index, item)| {
        let (down, right) = (index.checked_div(series.across).unwrap_or(0), index % series.across);
        let times = |length: Length, n: usize| length * i32::try_from(n).unwrap_or(0);
        let (id, name) = item.split_once('=').unwrap_or((item, item));
        Item {
            words: [
                ("{n}", (index + 1).to_string()),
                ("{n:wide}", wide(index + 1)),
                ("{each}", id.to_owned()),
                ("{each:name}", name.to_owned()),
                ("{each:00}", format!("{:02}", id.parse::<u8>().unwrap_or(0))),
                ("{count}", count.to_string()),
            ],
            shift: [times(series.step[0], right), times(series.step[1], down)],
        }
    })
}

/// A number in full-width digits.
fn wide(number: usize) -> String {
    let digits = number.to_string();
    digits.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect()
}

/// `text` with the placeholders of an item and the constants of a part replaced. A placeholder
/// right after another brace is left alone: `{{n}}` belongs to the template.
fn replaced(text: &str, item: Option<&Item>, constants: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        let inside = (before.is_empty() && out.ends_with('{')) || before.ends_with('{');
        out.push_str(before);
        let of_item = item.into_iter().flat_map(|item| &item.words);
        let of_item = of_item.map(|(word, said)| (*word, said.as_str()));
        let mut words =
            of_item.chain(constants.iter().map(|(w, said)| (w.as_str(), said.as_str())));
        let word = words.find(|(word, _)| !inside && from.starts_with(word));
        let (said, length) = word.map_or(("{", 1), |(word, said)| (said, word.len()));
        out.push_str(said);
        rest = &from[length..];
    }
    out.push_str(rest);
    out
}

/// How far a copy stands from the first, as the reader of places understands it.
fn shifted(item: &Item) -> String {
    format!("{} {}", item.shift[0].as_um(), item.shift[1].as_um())
}

/// What [`write_out`] left in `each` of a copy: how far it is moved.
pub(super) fn shift(table: &DeTable<'_>) -> Option<[Length; 2]> {
    let (x, y) = table.get("each")?.get_ref().as_str()?.split_once(' ')?;
    Some([Length::um(x.parse().ok()?), Length::um(y.parse().ok()?)])
}

fn without_each(mut node: Node<'_>) -> Node<'_> {
    if let DeValue::Table(table) = node.get_mut() {
        table.remove("each");
    }
    node
}

/// A text of a check's list, once for each item when it has a placeholder.
fn texts_of<'d>(text: Node<'d>, series: &Series) -> Vec<Node<'d>> {
    let span = text.span();
    let copies: Option<Vec<String>> = match text.get_ref() {
        DeValue::String(said) if said.contains("{n}") || said.contains("{each}") => {
            Some(items(series).map(|item| replaced(said, Some(&item), &[])).collect())
        }
        _ => None,
    };
    let Some(copies) = copies else { return vec![text] };
    let node = |said: String| Spanned::new(span.clone(), DeValue::String(said.into()));
    copies.into_iter().map(node).collect()
}

/// Two lengths in millimetres.
fn pair(node: &Node<'_>) -> Option<[Length; 2]> {
    let array = node.get_ref().as_array()?;
    let lengths: Option<Vec<Length>> =
        array.iter().map(|item| reader::number(item).and_then(Length::from_mm)).collect();
    <[Length; 2]>::try_from(lengths?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Findings;
    use crate::form::FormSource;

    /// What a file says after its series were written out, and the findings about it.
    fn written(text: &str) -> (String, Vec<String>) {
        let source = FormSource { file: "f.toml".into(), text: text.to_owned() };
        let findings = RefCell::new(Findings::new());
        let said = {
            let doc = Document::new(&source, &findings);
            let mut params = Params::new();
            params.set("with.months", Param::List(vec!["7".into(), "8".into()]));
            params.set("with.total", Param::Text("tax_total".into()));
            let table = crate::form::compile::parse(&doc);
            let (table, asked) = write_out(&doc, table, &params, PART);
            format!("{} {asked:?}", show(&DeValue::Table(table)))
        };
        let findings = findings.into_inner().into_iter();
        (said, findings.map(|f| format!("{} {}", f.code.0, f.message)).collect())
    }

    fn show(value: &DeValue<'_>) -> String {
        match value {
            DeValue::Table(table) => {
                let entries = table
                    .iter()
                    .map(|(key, value)| format!("{}={}", key.get_ref(), show(value.get_ref())));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
            DeValue::Array(items) => {
                let items = items.iter().map(|item| show(item.get_ref()));
                format!("[{}]", items.collect::<Vec<_>>().join(" "))
            }
            DeValue::String(text) => format!("{text:?}"),
            DeValue::Integer(number) => number.to_string(),
            _ => "?".into(),
        }
    }

    #[track_caller]
    fn case(text: &str, expected: &str, findings: &[&str]) {
        let (said, found) = written(text);
        assert_eq!(
            (said.as_str(), found.iter().map(String::as_str).collect()),
            (expected, findings.to_vec())
        );
    }

    #[test]
    fn elements_stand_in_lines_of_their_series() {
        case(
            "[[text]]\neach = { of = 3, step = [40, 10], across = 2 }\nbox = [1, 2, 3, 4]\ntext = '第{n:wide}期/{count} {{n}} {x}'\n",
            "{text=[{box=[1 2 3 4] text=\"第１期/3 {{n}} {x}\"} \
             {box=[1 2 3 4] text=\"第２期/3 {{n}} {x}\" each=\"40000 0\"} \
             {box=[1 2 3 4] text=\"第３期/3 {{n}} {x}\" each=\"0 10000\"}]} {}",
            &[],
        );
    }

    #[test]
    fn fields_and_checks_are_written_out_with_the_parts_parameters() {
        case(
            "[fields.'due_{n}']\neach = 'months'\nja = '第{n}期'\nsample = 'due({each})'\n\
             [[check]]\neach = 'months'\nsum = ['due_{n}', 'more']\nequals = '{total}'\n",
            "{fields={due_1={ja=\"第1期\" sample=\"due(7)\"} due_2={ja=\"第2期\" sample=\"due(8)\"}} \
             check=[{sum=[\"due_1\" \"due_2\" \"more\"] equals=\"tax_total\"}]} {\"with.months\"}",
            &[],
        );
    }

    #[test]
    fn what_cannot_be_a_series_is_said_once_and_nothing_is_written() {
        let wrong = "E304 `each` is a number, a list, the name of a parameter, or \
                     `{ of = …, step = [x, y], across = n }`";
        case("[[text]]\neach = 'no'\n", "{text=[]} {}", &[wrong]);
        case("[[text]]\neach = true\n", "{text=[]} {}", &[wrong]);
        case("[[text]]\neach = 101\n", "{text=[]} {}", &["E304 a series has at most 100 items"]);
        let nested =
            "[[text]]\neach = 100\n[[text.text]]\neach = 100\n[[text.text.text]]\neach = 100\n";
        let (_, found) = written(nested);
        assert_eq!(found, ["E304 the series of a file make more than 2000 copies"]);
    }
}
