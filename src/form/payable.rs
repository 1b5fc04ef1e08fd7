//! When a payment's symbol is printed, and the text that says why it is not: nothing to pay, a
//! corrected amount, a day that is over, more than stores take, no code.

use super::condition::When;
use super::keys;
use super::layout::{Align, Item, TextBox};
use super::reader::Keys;
use super::site::{Origin, Site};
use super::style::{Lines, Look};
use super::symbol::SymbolKind;
use super::text::{Condition, Filter, Scope, Segment, Text};
use crate::barcode::store::{LIMIT_YEN, NotTaken};
use crate::calendar::Date;
use crate::measure::{Rect, TypeSize};
use crate::model::{FieldIndex, Param};

/// What the symbols of a slip must agree with.
#[derive(Debug, Clone)]
pub(super) struct Pays {
    pub(super) amount: FieldIndex,
    /// 納期限.
    pub(super) due: Option<FieldIndex>,
    /// 支払期限, the last day on which codes pay.
    pub(super) limit: Option<FieldIndex>,
    /// Whether the amount was corrected.
    pub(super) corrected: Option<FieldIndex>,
    /// 期別 as codes say it.
    pub(super) period: Option<String>,
}

/// Why a symbol is not printed, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Corrected,
    Past,
    Over,
    Missing,
}

impl Why {
    const fn key(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Past => "past",
            Self::Over => "over",
            Self::Missing => "missing",
        }
    }

    /// What stands there unless the form says something else.
    const fn text(self, of_store: bool) -> &'static str {
        match (self, of_store) {
            (Self::Corrected, true) => {
                "金額を訂正したため、コンビニエンスストアではお支払いできません。"
            }
            (Self::Corrected, false) => "金額を訂正したため、お支払いに使えません。",
            (Self::Past, true) => NotTaken::PastDue.ja(),
            (Self::Past, false) => "支払期限を過ぎているため、お支払いに使えません。",
            (Self::Over, _) => NotTaken::OverLimit { limit_yen: LIMIT_YEN }.ja(),
            (Self::Missing, true) => "コンビニエンスストアではお支払いできません。",
            (Self::Missing, false) => "二次元コードによるお支払いはできません。",
        }
    }
}

impl Site<'_> {
    /// The condition under which a payment's symbol is printed, besides `when`; the texts that stand
    /// in its box otherwise are added.
    pub(super) fn payable(
        &mut self,
        keys: &Keys<'_>,
        (kind, text): (&SymbolKind, &Text),
        (rect, when): (Rect, Option<Condition>),
        origin: &Origin,
    ) -> Option<Condition> {
        let of_store = matches!(kind, SymbolKind::Store { .. });
        let Some(payment) = kind.payment() else { return when };
        let unpaid = self.unpaid(payment.amount, payment.due, of_store, text);
        let said = keys.has("reasons").then(|| keys.get("reasons")).flatten();
        let said =
            said.and_then(|value| Keys::open_value(keys.doc, "reasons", keys::REASONS, value));
        let mut look = Look {
            size: TypeSize::pt(7),
            min: Some(TypeSize::pt(5)),
            align: Align::Center,
            lines: Lines::Fill,
            ..self.style.look.clone()
        };
        if let Some(said) = &said {
            look.read(said);
        }
        // Without an amount there is nothing to pay, and nothing to explain.
        let mut printed =
            When::from(when).and(When::If(Condition::Given(Scope::Field(payment.amount))));
        for (why, condition) in unpaid {
            let own = said.as_ref().filter(|said| said.has(why.key()));
            let reason = match own.map(|said| said.text(why.key())) {
                Some(text) => text.and_then(|text| self.compile(text)),
                None => Some(Text::Static(why.text(of_store).to_owned())),
            };
            if let (Some(reason), When::If(when)) =
                (reason, printed.clone().and(When::If(condition.clone())))
            {
                let text = look.text_box(rect, reason, Some(when));
                self.add(Item::Text(text), origin);
            }
            printed = printed.and(When::If(condition).not());
        }
        match printed {
            When::If(condition) => Some(condition),
            // Taken for "always", a symbol that never may be printed would be.
            When::Always | When::Never => unreachable!("it depends on the amount"),
        }
    }

    /// The reasons that there may be, in their order.
    fn unpaid(
        &self,
        amount: FieldIndex,
        due: Option<FieldIndex>,
        of_store: bool,
        text: &Text,
    ) -> Vec<(Why, Condition)> {
        let mut unpaid = Vec::new();
        if let Some(corrected) = self.pays.as_ref().and_then(|pays| pays.corrected) {
            unpaid.push((Why::Corrected, Condition::Given(Scope::Field(corrected))));
        }
        if let Some((due, day)) = due.zip(self.issue_date()) {
            unpaid.push((Why::Past, Condition::Before(Scope::Field(due), day)));
        }
        if of_store {
            let most = i64::try_from(LIMIT_YEN).unwrap_or(i64::MAX);
            unpaid.push((Why::Over, Condition::Over(Scope::Field(amount), most)));
        }
        if let Some(scope) = only_value(text) {
            unpaid.push((Why::Missing, Condition::Missing(scope)));
        }
        unpaid
    }

    /// The day on which the notices of the job are issued.
    fn issue_date(&self) -> Option<Date> {
        const NAME: &str = "job.issue_date";
        self.names.asked.borrow_mut().insert(NAME.to_owned());
        match self.names.known.get(NAME) {
            Some(Param::Date(day)) => Some(*day),
            _ => None,
        }
    }

    /// `lines` of a store's code: the two lines for people, printed when the symbol is.
    pub(super) fn code_lines(
        &mut self,
        keys: &Keys<'_>,
        text: &Text,
        when: Option<&Condition>,
        origin: &Origin,
    ) {
        let Some(value) = keys.has("lines").then(|| keys.get("lines")).flatten() else { return };
        let Some(keys) = Keys::open_value(keys.doc, "lines", keys::CODE_LINES, value) else {
            return;
        };
        let mut look = Look {
            size: TypeSize::pt(7),
            role: "ocr".to_owned(),
            align: Align::Center,
            leading: 115,
            ..Look::default()
        };
        look.read(&keys);
        let Some(rect) = keys.need_rect("box") else { return };
        let Some(scope) = only_value(text) else {
            keys.blame("box", "the symbol's text is one field, whose digits these lines group");
            return;
        };
        let line = |row: u8| Segment::Value(scope, vec![Filter::StoreLine { row }]);
        let text = Text::Segments(vec![line(1), Segment::Literal("\n".into()), line(2)]);
        let text: TextBox = look.text_box(self.place(rect), text, when.cloned());
        self.add(Item::Text(text), origin);
    }
}

/// The value that a text consists of.
fn only_value(text: &Text) -> Option<Scope> {
    match text {
        Text::Segments(segments) => match segments.as_slice() {
            [Segment::Value(scope, filters)] if filters.is_empty() => Some(*scope),
            _ => None,
        },
        _ => None,
    }
}

impl From<Option<Condition>> for When {
    fn from(condition: Option<Condition>) -> Self {
        condition.map_or(Self::Always, Self::If)
    }
}
