//! Stands in for the evaluation of texts until it arrives.
use crate::form::text::Values;
use crate::form::{Condition, Segment, Templates, Text};
use crate::model::Value;
use std::fmt::Write as _;
pub(super) trait Stub {
    fn write(&self, values: &dyn Values, t: &Templates, out: &mut String) -> Result<(), String>;
}
pub(super) trait StubHolds {
    fn holds(&self, values: &dyn Values, t: &Templates) -> Result<bool, String>;
}
fn put(v: Value<'_>, out: &mut String) {
    match v {
        Value::Empty => {}
        Value::Text(t) => out.push_str(t),
        Value::Yen(y) => {
            let mut b = [0; 27];
            out.push_str(y.with_commas(&mut b));
        }
        Value::Int(n) => write!(out, "{n}").unwrap(),
        Value::Decimal(d) => write!(out, "{d}").unwrap(),
        Value::Date(d) => write!(out, "{d}").unwrap(),
        Value::Flag(b) => write!(out, "{b}").unwrap(),
    }
}
impl Stub for Text {
    fn write(&self, values: &dyn Values, _: &Templates, out: &mut String) -> Result<(), String> {
        match self {
            Text::Static(t) => out.push_str(t),
            Text::Segments(s) => {
                for s in s {
                    match s {
                        Segment::Literal(t) => out.push_str(t),
                        Segment::Value(s, _) => put(values.value(*s), out),
                    }
                }
            }
            Text::Template(_) => return Err("no".into()),
        }
        Ok(())
    }
}
impl StubHolds for Condition {
    fn holds(&self, values: &dyn Values, _: &Templates) -> Result<bool, String> {
        Ok(match self {
            Condition::Given(s) => !values.value(*s).is_empty(),
            Condition::Missing(s) => values.value(*s).is_empty(),
            Condition::Is(s, t) => values.value(*s).text() == t,
            Condition::IsNot(s, t) => values.value(*s).text() != t,
            Condition::Template(_) => return Err("no".into()),
        })
    }
}
