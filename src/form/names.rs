//! What the names in a template mean: fields of the record and the row, what the builder of pages
//! knows, and what tenant, job, parameters and part say.

use super::nearest::nearest;
use super::text::Scope;
use crate::model::schema::FieldKind;
use crate::model::{Field, FieldIndex, Param, Params, Schema};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The kind of a named value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Digits,
    Postcode,
    Yen,
    Int,
    Decimal,
    Date,
    Flag,
    List,
}

impl Kind {
    pub(super) const fn of(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Text { .. } | FieldKind::Choice(_) => Self::Text,
            FieldKind::Digits { .. } => Self::Digits,
            FieldKind::Postcode => Self::Postcode,
            FieldKind::Yen { .. } => Self::Yen,
            FieldKind::Int { .. } => Self::Int,
            FieldKind::Decimal { .. } => Self::Decimal,
            FieldKind::Date => Self::Date,
            FieldKind::Flag => Self::Flag,
        }
    }

    pub(super) const fn of_param(param: &Param) -> Self {
        match param {
            Param::Text(_) => Self::Text,
            Param::Int(_) => Self::Int,
            Param::Decimal(_) => Self::Decimal,
            Param::Flag(_) => Self::Flag,
            Param::Date(_) => Self::Date,
            Param::List(_) => Self::List,
        }
    }

    /// The word for messages.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Digits => "digits",
            Self::Postcode => "a postcode",
            Self::Yen => "yen",
            Self::Int => "a whole number",
            Self::Decimal => "a decimal",
            Self::Date => "a date",
            Self::Flag => "a flag",
            Self::List => "a list",
        }
    }
}

/// What a name means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning<'a> {
    /// It differs from page to page.
    Varies(Scope, Kind),
    /// It is known when the form is compiled.
    Known(&'a Param),
    /// A table of known values (`tenant.seal`); only conditions may ask for it.
    Group,
    /// A table that this tenant does not have (`tenant.seal`); only conditions may ask for it.
    Absent,
}

/// Why a name means nothing.
#[derive(Debug)]
pub(super) struct Unknown {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// Names that every page knows.
const BUILTINS: &[(&str, Scope, Kind)] = &[
    ("serial", Scope::Serial, Kind::Digits),
    ("mark", Scope::Mark, Kind::Text),
    ("leaf", Scope::Leaf, Kind::Int),
    ("leaves", Scope::Leaves, Kind::Int),
    ("row_number", Scope::RowNumber, Kind::Int),
    ("row_count", Scope::RowCount, Kind::Int),
    ("group_rows", Scope::GroupRows, Kind::Int),
];

/// First words of known values.
const ROOTS: [&str; 5] = ["tenant", "job", "param", "form", "with"];

/// Words that no field may have as its id: they mean something in templates.
const RESERVED: &[&str] = &[
    "tenant", "job", "param", "form", "with", "row", "sum", "running", "loop", "and", "or", "not",
    "in", "is", "if", "else", "elif", "for", "set", "true", "false", "none", "null", "True",
    "False", "None",
];

/// Tables that a tenant may lack.
const OPTIONAL: [&str; 4] = ["tenant.seal", "tenant.contact", "tenant.text", "tenant.former"];

/// What of the rows a template may name where it stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rows {
    /// `row.*` and `row_number`.
    pub(super) row: bool,
    /// `sum.*` and `group_rows`.
    pub(super) sum: bool,
    /// `running.*`.
    pub(super) running: bool,
}

impl Rows {
    /// In the columns of a table.
    pub(super) const ROW: Self = Self { row: true, sum: false, running: false };
    /// In the heading and the subtotal of a group.
    pub(super) const GROUP: Self = Self { row: true, sum: true, running: false };
    /// In the line that adds up a table.
    pub(super) const TOTAL: Self = Self { row: false, sum: true, running: false };
    /// In the line that adds up a page.
    pub(super) const PAGE: Self = Self { row: false, sum: true, running: true };
}

/// Whether `id` may be the id of a field.
pub(super) fn may_be_field(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(plain)
        && id.len() <= 60
        && !RESERVED.contains(&id)
        && !BUILTINS.iter().any(|(name, ..)| *name == id)
}

/// The names that a template may use where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) schema: &'a Schema,
    /// `tenant.*`, `job.*`, `param.*`, `form.*`.
    pub(super) known: &'a Params,
    /// `with.*`, inside parts.
    pub(super) with: &'a Params,
    /// What of the rows may be named here.
    pub(super) rows: Rows,
    /// Every name that was asked for.
    pub(super) asked: &'a RefCell<BTreeSet<String>>,
}

impl<'a> Names<'a> {
    /// What `path` means.
    pub(super) fn resolve(&self, path: &str) -> Result<Meaning<'a>, Unknown> {
        self.asked.borrow_mut().insert(path.to_owned());
        let root = path.split('.').next().unwrap_or(path);
        if ROOTS.contains(&root) {
            return self.known(path, root);
        }
        match path.split_once('.') {
            Some(("row", id)) => return self.row(id, path),
            Some(("sum", id)) => return self.sum(id, path, self.rows.sum, Scope::Sum),
            Some(("running", id)) => {
                return self.sum(id, path, self.rows.running, Scope::Running);
            }
            _ => {}
        }
        if let Some(index) = self.schema.field(path) {
            let kind = Kind::of(&self.schema.fields[usize::from(index)].kind);
            return Ok(Meaning::Varies(Scope::Field(index), kind));
        }
        if path == "row_number" && !self.rows.row {
            return Err(outside_rows(path));
        }
        if path == "group_rows" && !self.rows.sum {
            return Err(outside_sums(path));
        }
        match BUILTINS.iter().find(|(name, ..)| *name == path) {
            Some((_, scope, kind)) => Ok(Meaning::Varies(*scope, *kind)),
            None => Err(self.unknown(path, "field")),
        }
    }

    /// The field behind a scope.
    pub(super) fn field(&self, scope: Scope) -> Option<&'a Field> {
        match scope {
            Scope::Field(index) => self.schema.fields.get(usize::from(index)),
            Scope::Row(index) | Scope::Sum(index) | Scope::Running(index) => {
                self.schema.rows.get(usize::from(index))
            }
            Scope::Serial
            | Scope::Mark
            | Scope::Leaf
            | Scope::Leaves
            | Scope::RowNumber
            | Scope::RowCount
            | Scope::GroupRows => None,
        }
    }

    /// The values that `path` and what lies under it have.
    pub(super) fn under(&self, root: &str) -> impl Iterator<Item = (&'a str, &'a Param)> + 'a {
        let table = if root == "with" { self.with } else { self.known };
        let prefix = format!("{root}.");
        table.iter().filter(move |(path, _)| path.starts_with(&prefix))
    }

    fn known(&self, path: &str, root: &str) -> Result<Meaning<'a>, Unknown> {
        let table = if root == "with" { self.with } else { self.known };
        if let Some(param) = table.get(path) {
            return Ok(Meaning::Known(param));
        }
        let prefix = format!("{path}.");
        if path != root && table.iter().any(|(name, _)| name.starts_with(&prefix)) {
            return Ok(Meaning::Group);
        }
        let within = |table: &str| {
            path == table || path.strip_prefix(table).is_some_and(|p| p.starts_with('.'))
        };
        if OPTIONAL.into_iter().any(within) {
            return Ok(Meaning::Absent);
        }
        let what = match root {
            "tenant" => "tenant value",
            "job" => "job value",
            "param" => "parameter",
            "form" => "form value",
            _ => "part parameter",
        };
        Err(self.unknown(path, what))
    }

    fn row(&self, id: &str, path: &str) -> Result<Meaning<'a>, Unknown> {
        if !self.rows.row {
            return Err(outside_rows(path));
        }
        match self.schema.row_field(id) {
            Some(index) => {
                let kind = Kind::of(&self.schema.rows[usize::from(index)].kind);
                Ok(Meaning::Varies(Scope::Row(index), kind))
            }
            None => Err(self.unknown(path, "row field")),
        }
    }

    /// A row field added up; `here` says whether that means anything where it stands.
    fn sum(
        &self,
        id: &str,
        path: &str,
        here: bool,
        scope: fn(FieldIndex) -> Scope,
    ) -> Result<Meaning<'a>, Unknown> {
        if !here {
            return Err(outside_sums(path));
        }
        let Some(index) = self.schema.row_field(id) else {
            return Err(self.unknown(path, "row field"));
        };
        let kind = Kind::of(&self.schema.rows[usize::from(index)].kind);
        if matches!(kind, Kind::Yen | Kind::Int | Kind::Decimal) {
            return Ok(Meaning::Varies(scope(index), kind));
        }
        let message = format!("`{path}` adds nothing up: `{id}` is {}", kind.word());
        Err(Unknown { message, hint: Some("name a field of yen, int or decimal".to_owned()) })
    }

    /// The finding about a name that nothing has.
    fn unknown(&self, path: &str, what: &str) -> Unknown {
        let root = path.split_once('.').map_or("row", |(root, _)| root);
        let rows: Vec<String> =
            self.schema.rows.iter().map(|field| format!("{root}.{}", field.id)).collect();
        let fields = self.schema.fields.iter().map(|field| field.id.as_str());
        let known = self.known.iter().chain(self.with.iter()).map(|(name, _)| name);
        let builtins = BUILTINS.iter().map(|(name, ..)| *name);
        let rows = rows.iter().map(String::as_str).filter(|_| self.rows.row || self.rows.sum);
        let japanese = self.schema.fields.iter().find(|field| field.ja == path);
        let near = match japanese {
            Some(field) => Some(field.id.as_str()),
            None => nearest(path, fields.chain(builtins).chain(rows).chain(known)),
        };
        let hint = near.map(|near| format!("did you mean `{near}`?")).or_else(|| {
            self.rows
                .row
                .then(|| self.schema.row_field(path))
                .flatten()
                .map(|_| format!("it is a field of rows: `row.{path}`"))
        });
        Unknown { message: format!("unknown {what}: `{path}`"), hint }
    }
}

fn outside_rows(path: &str) -> Unknown {
    Unknown {
        message: format!("`{path}` means nothing outside the columns of a table"),
        hint: Some("print rows with `[[table]]`".to_owned()),
    }
}

fn outside_sums(path: &str) -> Unknown {
    let (message, hint) = if path.starts_with("running.") {
        ("in the line that adds up a page", "`page_total` of a table")
    } else {
        ("in lines that add up", "`subtotal`, `total` and `page_total` of a table")
    };
    Unknown {
        message: format!("`{path}` means something only {message}"),
        hint: Some(format!("sums stand in {hint}")),
    }
}
