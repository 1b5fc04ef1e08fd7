//! Writes compiled texts and decides conditions, and keeps the templates that only Tera can render.

use super::codes;
use super::context::Contexts;
use super::filter::{self, FilterStyle, Given, SPECS};
use super::names::Names;
use super::source::TomlText;
use super::text::{Condition, Filter, Program, Scope, Segment, Templates, Text, Values};
use super::trial;
use super::vet::Needs;
use crate::model::{Param, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use tera::{Context, ErrorKind, Kwargs, State, Tera};

/// The longest text that a template may give, in bytes.
pub const OUTPUT_MAX: usize = 64 * 1024;

/// A template that could not be rendered for a page. What it says never holds a value of the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template `{template}`: {message}")]
pub struct EvalError {
    /// The template's name in the form.
    pub template: String,
    /// What went wrong.
    pub message: String,
}

impl Text {
    /// Appends what the text says on a page to `out`; only texts that need Tera allocate, little
    /// once `contexts` has met them.
    ///
    /// # Errors
    /// [`EvalError`] when Tera cannot render it, or it says more than [`OUTPUT_MAX`] bytes.
    pub fn write(
        &self,
        values: &dyn Values,
        templates: &Templates,
        contexts: &mut Contexts,
        out: &mut String,
    ) -> Result<(), EvalError> {
        match self {
            Self::Static(text) => out.push_str(text),
            Self::Segments(segments) => {
                for segment in segments {
                    match segment {
                        Segment::Literal(text) => out.push_str(text),
                        Segment::Value(scope, filters) => {
                            filter::write(values.value(*scope), filters, templates.style, out);
                        }
                    }
                }
            }
            Self::Template(name) => templates.render(name, values, contexts, out)?,
            Self::Rich(rich) => {
                for span in &rich.spans {
                    span.text.write(values, templates, contexts, out)?;
                }
            }
        }
        Ok(())
    }
}

impl Condition {
    /// Whether it holds on a page.
    ///
    /// # Errors
    /// [`EvalError`] when Tera cannot tell.
    pub fn holds(
        &self,
        values: &dyn Values,
        templates: &Templates,
        contexts: &mut Contexts,
    ) -> Result<bool, EvalError> {
        Ok(match self {
            Self::Given(scope) => is_given(values.value(*scope)),
            Self::Missing(scope) => !is_given(values.value(*scope)),
            Self::Is(scope, text) => says(values.value(*scope), text),
            Self::IsNot(scope, text) => !says(values.value(*scope), text),
            Self::Over(scope, most) => {
                values.value(*scope).number().is_some_and(|number| number > *most)
            }
            Self::Before(scope, day) => {
                matches!(values.value(*scope), Value::Date(date) if date < *day)
            }
            Self::Template(name) => {
                let mut answer = contexts.take_answer();
                let rendered = templates.render(name, values, contexts, &mut answer);
                let holds = answer == "1";
                contexts.give_answer(answer);
                rendered?;
                holds
            }
            Self::Not(condition) => !condition.holds(values, templates, contexts)?,
            Self::All(conditions) => {
                for condition in conditions {
                    if !condition.holds(values, templates, contexts)? {
                        return Ok(false);
                    }
                }
                true
            }
        })
    }
}

/// Whether a value counts as given: a flag that is set, a number that is not zero, a text.
pub(super) fn is_given(value: Value<'_>) -> bool {
    match value {
        Value::Empty => false,
        Value::Text(text) => !text.is_empty(),
        Value::Yen(yen) => yen.0 != 0,
        Value::Int(n) => n != 0,
        Value::Decimal(n) => n.unscaled != 0,
        Value::Date(_) => true,
        Value::Flag(flag) => flag,
    }
}

fn says(value: Value<'_>, text: &str) -> bool {
    if let Value::Text(said) = value {
        return said == text;
    }
    if let Some(n) = value.number() {
        return text.parse() == Ok(n);
    }
    let mut said = String::new();
    filter::plain(value, &mut said);
    said == text
}

impl Templates {
    fn render(
        &self,
        name: &str,
        values: &dyn Values,
        contexts: &mut Contexts,
        out: &mut String,
    ) -> Result<(), EvalError> {
        let fault = |message: &str| EvalError { template: name.into(), message: message.into() };
        let program = self.programs.binary_search_by(|program| program.name.as_str().cmp(name));
        let (Ok(program), Some(tera)) = (program, &self.tera) else {
            return Err(fault("the form has no such template"));
        };
        let context = contexts.filled(tera, &self.programs, program, values);
        tera.render_to(name, context, Bounded::new(out)).map_err(|error| fault(&message(&error)))
    }
}

/// What Tera says went wrong, without its excerpt of the template.
fn message(error: &tera::Error) -> String {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            report.message().trim_end_matches('.').to_lowercase()
        }
        ErrorKind::Msg(text) => text.lines().next().unwrap_or_default().to_lowercase(),
        _ => "it could not be rendered".to_owned(),
    }
}

/// Takes text up to a limit.
pub(super) struct Bounded<'o> {
    left: usize,
    out: &'o mut String,
}

impl<'o> Bounded<'o> {
    pub(super) fn new(out: &'o mut String) -> Self {
        Self { left: OUTPUT_MAX, out }
    }
}

impl io::Write for Bounded<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(buffer).map_err(io::Error::other)?;
        self.left = self
            .left
            .checked_sub(buffer.len())
            .ok_or_else(|| io::Error::other(format!("a text has at most {OUTPUT_MAX} bytes")))?;
        self.out.push_str(text);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value as Tera takes it: numbers as numbers, decimals and dates as text, nothing as `none`.
pub(super) fn tera_value(value: Value<'_>) -> tera::Value {
    match value {
        Value::Empty => tera::Value::none(),
        Value::Text(text) => tera::Value::normal_string(text),
        Value::Yen(yen) => tera::Value::from(yen.0),
        Value::Int(n) => tera::Value::from(n),
        Value::Flag(flag) => tera::Value::from(flag),
        Value::Decimal(_) | Value::Date(_) => {
            let mut text = String::new();
            filter::plain(value, &mut text);
            tera::Value::from(text)
        }
    }
}

fn tera_param(param: &Param) -> tera::Value {
    match param {
        Param::Text(text) => tera::Value::normal_string(text),
        Param::Int(n) => tera::Value::from(*n),
        Param::Flag(flag) => tera::Value::from(*flag),
        Param::Decimal(number) => tera_value(Value::Decimal(*number)),
        Param::Date(date) => tera::Value::from(date.to_string()),
        Param::List(lines) => {
            let lines: Vec<tera::Value> =
                lines.iter().map(|line| tera::Value::normal_string(line)).collect();
            tera::Value::from(lines)
        }
    }
}

/// Collects the templates of a form while it is compiled.
#[derive(Debug)]
pub(super) struct Store {
    tera: RefCell<Tera>,
    programs: RefCell<Vec<Program>>,
    style: FilterStyle,
}

/// A template that was taken in.
#[derive(Debug)]
pub(super) enum Stored {
    /// It says the same on every page.
    Known(String),
    /// Its name.
    Named(String),
}

impl From<Stored> for Text {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Known(text) => Self::Static(text),
            Stored::Named(name) => Self::Template(name),
        }
    }
}

impl Store {
    pub(super) fn new(style: FilterStyle) -> Self {
        let mut tera = Tera::new();
        tera.autoescape_on(Vec::<&'static str>::new());
        for spec in SPECS {
            let name = spec.name;
            tera.register_filter(name, move |value: tera::Value, arguments: Kwargs, _: &State| {
                tera_filter(name, &value, &arguments, style)
            });
        }
        for name in ["range", "throw"] {
            tera.register_function(name, |_: Kwargs, _: &State| -> tera::TeraResult<tera::Value> {
                Err(tera::Error::message("forms have no functions"))
            });
        }
        Self { tera: RefCell::new(tera), programs: RefCell::default(), style }
    }

    /// Takes in a vetted template; `source` says `text` from byte `shift` on.
    pub(super) fn template(
        &self,
        text: TomlText<'_>,
        source: &str,
        shift: usize,
        needs: &Needs,
        names: &Names<'_>,
    ) -> Option<Stored> {
        let mut programs = self.programs.borrow_mut();
        let mut tera = self.tera.borrow_mut();
        let name = format!("text-{:05}", programs.len() + 1);
        let known = known(needs, names);
        let tried = tera
            .add_raw_template(&name, source)
            .and_then(|()| trial::run(&tera, &name, &known, needs, names));
        if let Err(error) = tried {
            let range = match error.kind() {
                ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                    report.span().range.clone()
                }
                _ => 0..source.len(),
            };
            let end = text.text.len();
            let clip = |at: usize| at.saturating_sub(shift).min(end);
            let range = clip(range.start)..clip(range.end);
            let message = message(&error);
            let empty = message.contains("none");
            let finding = text.error(codes::TEMPLATE, range, message);
            text.push(if empty {
                finding.hint("the field may be empty: ask `if` first, or make it `required`")
            } else {
                finding
            });
            return None;
        }
        if needs.varies.is_empty() {
            let mut out = String::new();
            let rendered = tera.render_to(&name, &known, Bounded::new(&mut out));
            if let Err(error) = rendered {
                let range = 0..text.text.len();
                text.push(text.error(codes::TEMPLATE, range, message(&error)));
                return None;
            }
            return Some(Stored::Known(out));
        }
        let mut fields = Vec::new();
        let mut dotted: BTreeMap<String, Vec<(tera::value::Key<'static>, Scope)>> = BTreeMap::new();
        for (name, scope) in &needs.varies {
            match name.split_once('.') {
                Some((root, name)) => {
                    dotted
                        .entry(root.to_owned())
                        .or_default()
                        .push((name.to_owned().into(), *scope));
                }
                None => fields.push((name.clone(), *scope)),
            }
        }
        let dotted = dotted.into_iter().collect();
        programs.push(Program { name: name.clone(), known, fields, dotted });
        Some(Stored::Named(name))
    }

    /// The templates of the finished form.
    pub(super) fn finish(self) -> Templates {
        let programs = self.programs.into_inner();
        let mut scopes: BTreeMap<String, Scope> = BTreeMap::new();
        for program in &programs {
            scopes.extend(program.fields.iter().cloned());
            for (root, names) in &program.dotted {
                scopes.extend(names.iter().map(|(name, scope)| (format!("{root}.{name}"), *scope)));
            }
        }
        Templates {
            tera: (!programs.is_empty()).then(|| Arc::new(self.tera.into_inner())),
            scopes: scopes.into_iter().collect(),
            programs,
            style: self.style,
        }
    }
}

/// The known values that a template reads, as tables.
fn known(needs: &Needs, names: &Names<'_>) -> Context {
    let mut context = Context::new();
    for root in &needs.roots {
        let mut tree = Tree::default();
        for (path, param) in names.under(root) {
            let path: Vec<&str> = path.split('.').skip(1).collect();
            tree.insert(&path, tera_param(param));
        }
        context.insert_value(root.clone(), tree.into_value());
    }
    context
}

/// A table of values on its way to Tera.
#[derive(Debug, Default)]
struct Tree {
    leaf: Option<tera::Value>,
    branches: BTreeMap<String, Tree>,
}

impl Tree {
    fn insert(&mut self, path: &[&str], value: tera::Value) {
        match path {
            [] => self.leaf = Some(value),
            [first, rest @ ..] => {
                self.branches.entry((*first).to_owned()).or_default().insert(rest, value);
            }
        }
    }

    fn into_value(self) -> tera::Value {
        if let Some(leaf) = self.leaf {
            return leaf;
        }
        let entries = self.branches.into_iter();
        let map: tera::Map = entries.map(|(name, tree)| (name.into(), tree.into_value())).collect();
        tera::Value::from(map)
    }
}

/// A filter of the trade, called by Tera.
fn tera_filter(
    name: &str,
    value: &tera::Value,
    arguments: &Kwargs,
    style: FilterStyle,
) -> tera::TeraResult<tera::Value> {
    let mut given = Vec::new();
    for (key, value) in arguments.iter() {
        let value = if let Some(text) = value.as_str() {
            Given::Text(text.to_owned())
        } else if let Some(flag) = value.as_bool() {
            Given::Flag(flag)
        } else if let Some(n) = value.as_i64() {
            Given::Whole(n)
        } else {
            continue;
        };
        given.extend(key.as_str().map(|key| (key.to_owned(), value)));
    }
    let filter = filter::build(name, &given)
        .ok_or_else(|| tera::Error::message(format!("wrong arguments of `{name}`")))?;
    let value = model_value(&filter, value)
        .ok_or_else(|| tera::Error::message(format!("`{name}` cannot be used on that value")))?;
    let mut out = String::new();
    filter::write(value, std::slice::from_ref(&filter), style, &mut out);
    Ok(tera::Value::from(out))
}

fn model_value<'v>(filter: &Filter, value: &'v tera::Value) -> Option<Value<'v>> {
    if value.is_none() || value.is_undefined() {
        Some(Value::Empty)
    } else if let Some(text) = value.as_str() {
        Some(filter::from_text(filter, text))
    } else if let Some(flag) = value.as_bool() {
        Some(Value::Flag(flag))
    } else {
        value.as_i64().map(Value::Int)
    }
}
