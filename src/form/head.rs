//! Reads `[form]`: what the form is as a whole, and where its slot mark stands.

use super::codes;
use super::keys;
use super::layout::{Align, TextBox};
use super::names::Kind;
use super::nearest::nearest;
use super::reader::Keys;
use super::schema;
use super::source::TomlText;
use super::style::{self, Lines, Look};
use super::text::{Scope, Segment, Text};
use crate::measure::{Extent, Length, TypeSize};
use crate::model::{FieldIndex, Schema, Stocks};

/// What `[form]` says.
pub(super) struct Head<'d> {
    pub(super) title: Option<TomlText<'d>>,
    pub(super) leaf: Option<Extent>,
    pub(super) duplex: bool,
    pub(super) stock: Option<TomlText<'d>>,
    pub(super) envelope: Option<TomlText<'d>>,
    pub(super) safe_margin: Length,
    pub(super) name: Option<FieldIndex>,
    pub(super) amount: Option<FieldIndex>,
    pub(super) mark: Option<Keys<'d>>,
    /// The table itself.
    pub(super) keys: Keys<'d>,
}

/// Reads `[form]`.
pub(super) fn head<'d>(root: &Keys<'d>, schema: &Schema, known: &Stocks) -> Option<Head<'d>> {
    let doc = root.doc;
    let value = root.need("form")?;
    let keys = Keys::open_value(doc, "[form]", keys::FORM, value)?;
    keys.need("leaf");
    keys.need("sides");
    let title = keys.need_text("title");
    let leaf = keys.extent("leaf");
    let duplex = keys.word("sides", &[("simplex", false), ("duplex", true)]).unwrap_or(false);
    let stock = keys.need_text("stock");
    let envelope = keys.text("envelope");
    if let Some(stock) = stock {
        in_stocks(stock, "stock", known.stock.keys());
    }
    if let Some(envelope) = envelope {
        in_stocks(envelope, "envelope", known.envelope.keys());
    }
    let name = keys.need_text("name").and_then(|text| {
        let index = schema::field(text, schema)?;
        kind_of(text, schema, index, &[Kind::Text])
    });
    let amount = keys.text("amount").and_then(|text| {
        let index = schema::field(text, schema)?;
        kind_of(text, schema, index, &[Kind::Yen])
    });
    let mark = keys.need("mark").and_then(|value| Keys::open_value(doc, "mark", keys::MARK, value));
    let safe_margin = keys.length("safe_margin").unwrap_or(Length::mm(6));
    Some(Head { title, leaf, duplex, stock, envelope, safe_margin, name, amount, mark, keys })
}

/// Reads the slot mark: as it stands on fronts, and on backs.
pub(super) fn mark(keys: &Keys<'_>, duplex: bool) -> Option<[TextBox; 2]> {
    let mut look = Look {
        size: keys.size("size").unwrap_or(TypeSize::pt(6)),
        role: keys.text("role").map_or("mark", |role| role.text).to_owned(),
        leading: 100,
        squeeze: 100,
        align: Align::Right,
        lines: Lines::Most(1),
        ..Look::default()
    };
    look.align = keys.word("align", style::ALIGNS).unwrap_or(look.align);
    let text = Text::Segments(vec![Segment::Value(Scope::Mark, Vec::new())]);
    let front = look.text_box(keys.need_rect("box")?, text, None);
    let mut back = front.clone();
    if let Some(value) = keys.get("back") {
        back.rect = keys.need_rect("back")?;
        if !duplex {
            let message = "`back` is never printed: the form is simplex";
            let finding = keys.doc.error(codes::FACE, value.span(), message);
            keys.doc.push(finding.hint("write `sides = \"duplex\"`, or take it out"));
        }
    }
    Some([front, back])
}

fn kind_of(
    text: TomlText<'_>,
    schema: &Schema,
    index: FieldIndex,
    kinds: &[Kind],
) -> Option<FieldIndex> {
    let kind = Kind::of(&schema.fields[usize::from(index)].kind);
    if kinds.contains(&kind) {
        return Some(index);
    }
    let message = format!("`{}` is {}", text.text, kind.word());
    let wanted: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    let finding = text.error(codes::BAD_VALUE, 0..text.text.len(), message);
    text.push(finding.hint(format!("name a field of {}", wanted.join(" or "))));
    None
}

/// A stock or envelope must be one that is known.
fn in_stocks<'s>(
    text: TomlText<'_>,
    what: &str,
    mut known: impl Iterator<Item = &'s String> + Clone,
) {
    let ids = known.clone();
    if known.any(|id| id == text.text) {
        return;
    }
    let message = format!("unknown {what}: `{}`", text.text);
    let finding = text.error(codes::STOCK, 0..text.text.len(), message);
    text.push(match nearest(text.text, ids.map(String::as_str)) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint("forms/stocks.toml lists them"),
    });
}
