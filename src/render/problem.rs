//! What keeps a record from being printed, as values; and the findings they become.

use crate::barcode;
use crate::diag::{Code, Diagnostic};
use crate::font::{Absent, FontSet};
use crate::form::FaceRole;
use crate::measure::{Extent, Rect, TypeSize};
use crate::model::{Cell, Locate, Schema};
use std::fmt::Write as _;

/// The codes of this room: code, meaning, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "E501",
        "a text holds a character that no face of its role can show",
        "correct the character, or add a face that has it to the role in `fonts/fonts.toml`",
    ),
    (
        "E502",
        "a text does not fit its box even at the smallest size and squeeze the form allows",
        "shorten the text, or give the box more room, more `lines` or a smaller `min` in the form",
    ),
    (
        "E503",
        "a record has more rows than the form can hold",
        "give the form continuation faces (`more-front`) with a table of the same name",
    ),
    (
        "E504",
        "a form uses a role that `fonts/fonts.toml` does not have",
        "name one of the roles of `fonts/fonts.toml`",
    ),
    (
        "E505",
        "a template of the form failed on a record's values",
        "correct the template, or give it a default for values that may be empty",
    ),
    (
        "E506",
        "two texts of one page need the same alternative place",
        "shorten one of them, or give each an `alternative` of its own in the form",
    ),
    (
        "E507",
        "the ruby of a text does not fit, or has nothing to stand over",
        "shorten the reading, or give the text more room or a smaller `ruby_min` in the form",
    ),
    (
        "E511",
        "a field of rows adds up to more than a table can print exactly",
        "correct the amounts of the rows; sums stay below 9,223,372,036,854,775,807",
    ),
    (
        "W501",
        "a column of numbers is set in a role whose figures differ in width",
        "set it in a role whose figures stand in columns, such as `number`",
    ),
];

/// Something about a record that keeps it from being printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The face on which it was met.
    pub face: FaceRole,
    /// The box.
    pub rect: Rect,
    /// The cells that feed the box, only those at fault when that can be told; empty when no cell
    /// of the record does.
    pub cells: Vec<Cell>,
    /// What it is.
    pub kind: ProblemKind,
}

/// The kind of a [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// No face of the role has these characters.
    MissingGlyph {
        /// The role.
        role: String,
        /// The characters as code points, `U+845B U+E0105`; each once.
        code_points: Vec<String>,
        /// The faces of the role that are not there and may have them.
        absent: Vec<Absent>,
    },
    /// It does not fit, whatever the form allows.
    Overflow(Overflow),
    /// It does not fit, and in its other place stands another text that does not fit either.
    Taken,
    /// Its ruby does not fit; without measures it has nothing to stand over.
    Reading(Option<Overflow>),
    /// The record has more rows than the form holds.
    TooManyRows {
        /// The table's name.
        table: String,
        /// The rows.
        rows: u32,
        /// How many the form holds.
        capacity: u32,
    },
    /// A field of rows adds up to more than can be printed exactly.
    Sum {
        /// The table's name.
        table: String,
    },
    /// What it says makes no symbol, or another than the record wants.
    Symbol(barcode::Error),
    /// A template could not be rendered.
    Template {
        /// What the template language said; it speaks of names, not of values.
        reason: String,
    },
}

/// By how much a text does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow {
    /// How many characters the text has.
    pub characters: usize,
    /// The width of its widest line at the smallest size and squeeze, unbroken, and the height of
    /// its own lines; `None` for a text so long that it was not looked at.
    pub takes: Option<Extent>,
    /// The smallest size allowed.
    pub size: TypeSize,
    /// The narrowest squeeze allowed, in percent.
    pub squeeze: u8,
    /// The most lines allowed.
    pub lines: u16,
    /// The room it has.
    pub room: Extent,
    /// Whether that is its alternative place, after its own box was too small.
    pub elsewhere: bool,
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code(match self.kind {
            ProblemKind::MissingGlyph { .. } => "E501",
            ProblemKind::Overflow(_) => "E502",
            ProblemKind::TooManyRows { .. } => "E503",
            ProblemKind::Template { .. } => "E505",
            ProblemKind::Taken => "E506",
            ProblemKind::Reading(_) => "E507",
            ProblemKind::Sum { .. } => "E511",
            ProblemKind::Symbol(error) => return error.kind.code(),
        })
    }

    /// The finding, placed at the first cell concerned (or at the record).
    #[must_use]
    pub fn finding(&self, schema: &Schema, locate: &dyn Locate) -> Diagnostic {
        let names = self.names(schema, |field| &field.id, "`", "`", " and ");
        let names_ja = self.names(schema, |field| &field.ja, "「", "」", "と");
        let subject = if names.is_empty() { "a text of the form".to_owned() } else { names };
        let subject_ja = if names_ja.is_empty() { "帳票の文言".to_owned() } else { names_ja };
        let (message, message_ja) = match &self.kind {
            ProblemKind::MissingGlyph { role, code_points, .. } => {
                let list = code_points.join(", ");
                (
                    format!("{subject}: no face of role `{role}` can show {list}"),
                    format!("{subject_ja}に印字できない文字があります: {list}"),
                )
            }
            ProblemKind::Overflow(overflow) => (
                format!("{}: {}", verb(&subject, self.cells.len()), overflow.sentence()),
                format!(
                    "{subject_ja}が長すぎて印字枠{}に収まりません（{}文字）",
                    if overflow.elsewhere { "にも代替欄" } else { "" },
                    overflow.characters
                ),
            ),
            ProblemKind::Reading(Some(overflow)) => (
                format!("{} as ruby: {}", verb(&subject, self.cells.len()), overflow.sentence()),
                format!(
                    "{subject_ja}が長すぎてふりがなとして収まりません（{}文字）",
                    overflow.characters
                ),
            ),
            ProblemKind::Reading(None) => (
                format!("{subject} is ruby over nothing"),
                format!("{subject_ja}をふりがなとして付ける文字がありません"),
            ),
            ProblemKind::Taken => (
                format!(
                    "{}, and another text stands in the alternative place",
                    verb(&subject, self.cells.len())
                ),
                format!("{subject_ja}が印字枠に収まらず、代替欄は他の項目で埋まっています"),
            ),
            ProblemKind::TooManyRows { table, rows, capacity } => (
                format!("too many rows for table `{table}`: {rows}, the form holds {capacity}"),
                format!("明細が{rows}行あり、帳票に印字できる{capacity}行を超えています"),
            ),
            ProblemKind::Sum { table } => (
                format!("{subject} adds up to too much in table `{table}`"),
                format!("{subject_ja}の合計が大きすぎて印字できません"),
            ),
            ProblemKind::Symbol(error) => (
                format!("{subject} makes no symbol: {error}"),
                format!("{subject_ja}からバーコードを作れません"),
            ),
            ProblemKind::Template { reason } => (
                format!("the text in the box at {} failed: {reason}", place_of(self.rect)),
                "帳票の文言をこのデータから作れません".to_owned(),
            ),
        };
        let first = self.cells.first().copied();
        let mut finding = Diagnostic::error(self.code(), message)
            .ja(message_ja)
            .at(locate.place(first.unwrap_or(Cell::Whole)));
        if let Some(field) = first.and_then(|cell| field_of(schema, cell)) {
            finding = finding.field(field.id.clone());
        }
        self.hinted(finding)
    }

    /// The finding with what to do about it.
    fn hinted(&self, finding: Diagnostic) -> Diagnostic {
        let finding = match CODES.iter().find(|(code, ..)| *code == finding.code.0) {
            Some((.., hint)) => finding.hint(*hint),
            None => finding,
        };
        match &self.kind {
            ProblemKind::Symbol(error) => finding.hint(error.kind.hint()),
            ProblemKind::MissingGlyph { code_points, .. }
                if code_points.iter().any(|listed| is_private(listed)) =>
            {
                finding.hint(GAIJI)
            }
            ProblemKind::MissingGlyph { absent, .. } => match install(absent) {
                Some(hint) => finding.hint(hint),
                None => finding,
            },
            _ => finding,
        }
    }

    /// The fields concerned, each once, in the order of the text.
    fn names<'s>(
        &self,
        schema: &'s Schema,
        name: impl Fn(&'s crate::model::Field) -> &'s String,
        open: &str,
        close: &str,
        and: &str,
    ) -> String {
        let mut seen: Vec<&str> = Vec::new();
        let mut list = String::new();
        for field in self.cells.iter().filter_map(|&cell| field_of(schema, cell)) {
            let name = name(field).as_str();
            if seen.contains(&name) {
                continue;
            }
            let separator = if seen.is_empty() { "" } else { and };
            write!(list, "{separator}{open}{name}{close}")
                .expect("writing to a string cannot fail");
            seen.push(name);
        }
        list
    }
}

/// What to do about a character of the private use area.
pub(super) const GAIJI: &str =
    "U+E000 to U+F8FF are gaiji: enter the code in `gaiji.toml` beside the tenant's `tenant.toml`";

/// The first of the code points that a finding lists.
fn first_code(listed: &str) -> Option<u32> {
    let code = listed.strip_prefix("U+").and_then(|listed| listed.split(' ').next());
    code.and_then(|code| u32::from_str_radix(code, 16).ok())
}

/// Whether code points as a finding lists them begin with one of the private use area.
pub(super) fn is_private(listed: &str) -> bool {
    first_code(listed).is_some_and(|code| (0xE000..=0xF8FF).contains(&code))
}

/// Whether they begin with a kanji.
fn is_han(listed: &str) -> bool {
    first_code(listed).is_some_and(|code| {
        matches!(code, 0x2E80..=0x2FDF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF)
            || (0x2_0000..=0x3_FFFF).contains(&code)
    })
}

/// The faces of a role that are not there and may show what no other does: kanji of names.
pub(super) fn wanted<'l>(
    fonts: &FontSet,
    role: &str,
    mut listed: impl Iterator<Item = &'l str>,
) -> Vec<Absent> {
    let role = fonts.role(role).filter(|_| listed.any(is_han));
    role.into_iter().flat_map(|role| fonts.absent_of(role)).cloned().collect()
}

/// What to do about kanji that a face would have which is not there.
pub(super) fn install(absent: &[Absent]) -> Option<String> {
    let Absent { name, package } = absent.first()?;
    let package = package.as_ref().map(|package| format!(", of the package {package},"));
    let package = package.unwrap_or_default();
    Some(format!(
        "the face `{name}`{package} is not in `fonts/` and may have it: docs/fonts.md says how to \
         add it"
    ))
}

fn verb(subject: &str, cells: usize) -> String {
    if cells > 1 {
        format!("{subject} together do not fit")
    } else {
        format!("{subject} does not fit")
    }
}

fn field_of(schema: &Schema, cell: Cell) -> Option<&crate::model::Field> {
    match cell {
        Cell::Field(field) => schema.fields.get(usize::from(field)),
        Cell::Row(_, field) => schema.rows.get(usize::from(field)),
        Cell::Whole => None,
    }
}

/// How a finding names a box: its face and coordinates, as in the form file.
pub(super) fn where_is(face: FaceRole, rect: Rect) -> String {
    format!("the box {} on `{}`", place_of(rect), face.word())
}

/// A box as a form file writes it.
pub(super) fn place_of(Rect { x, y, width, height }: Rect) -> String {
    format!("[{x}, {y}, {width}, {height}]")
}

impl Overflow {
    /// The same, found in the alternative place.
    pub(super) fn elsewhere(self) -> Self {
        Self { elsewhere: true, ..self }
    }

    /// The measures, without the text.
    pub(super) fn sentence(&self) -> String {
        let Self { characters, takes, size, squeeze, lines, room, elsewhere } = self;
        let lines = if *lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
        let place = if *elsewhere { "alternative box" } else { "box" };
        let Extent { width, height } = room;
        let Some(takes) = takes else {
            return format!(
                "{characters} characters are more than the {place} of {width} × {height} mm could \
                 ever hold"
            );
        };
        format!(
            "{characters} characters take {} × {} mm at {size} pt and {squeeze} %, the {place} has \
             {width} × {height} mm for at most {lines}",
            takes.width, takes.height
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Place;
    use crate::measure::Length;
    use crate::model::{Field, FieldKind};

    struct Nowhere;

    impl Locate for Nowhere {
        fn place(&self, cell: Cell) -> Place {
            let column = match cell {
                Cell::Field(field) | Cell::Row(_, field) => u32::from(field) + 1,
                Cell::Whole => 0,
            };
            Place::at("data.csv", 7, column)
        }
    }

    fn schema() -> Schema {
        let field = |id: &str, ja: &str| Field {
            id: id.into(),
            ja: ja.into(),
            kind: FieldKind::Text { max: 40 },
            required: true,
            unique: false,
            sample: None,
        };
        let fields = vec![field("name", "氏名"), field("address", "住所")];
        Schema { fields, key: 0, rows: vec![field("location", "所在")] }
    }

    fn problem(cells: Vec<Cell>, kind: ProblemKind) -> Problem {
        let (x, y) = (Length::mm(20), Length::mm(30));
        let rect = Rect::new(x, y, Length::mm(60), Length::mm(6));
        Problem { face: FaceRole::FirstFront, rect, cells, kind }
    }

    #[test]
    fn a_finding_names_the_fields_and_never_their_values() {
        let overflow = Overflow {
            characters: 52,
            takes: Some(Extent { width: Length::um(80_250), height: Length::um(2_469) }),
            size: TypeSize::pt(7),
            squeeze: 70,
            lines: 1,
            room: Extent { width: Length::mm(60), height: Length::mm(6) },
            elsewhere: false,
        };
        let cells = vec![Cell::Field(1), Cell::Field(0), Cell::Field(1)];
        let finding = problem(cells, ProblemKind::Overflow(overflow)).finding(&schema(), &Nowhere);
        assert_eq!(finding.code.0, "E502");
        assert_eq!(
            finding.message,
            "`address` and `name` together do not fit: 52 characters take 80.25 × 2.469 mm at 7 pt \
             and 70 %, the box has 60 × 6 mm for at most 1 line"
        );
        assert_eq!(
            finding.message_ja,
            "「住所」と「氏名」が長すぎて印字枠に収まりません（52文字）"
        );
        assert_eq!(finding.place.map(|p| p.to_string()), Some("data.csv:7:2".to_owned()));
        assert_eq!(finding.field.as_deref(), Some("address"));
    }

    #[test]
    fn every_kind_has_a_code_of_the_table() {
        let kinds = [
            ProblemKind::MissingGlyph {
                role: "name".into(),
                code_points: vec!["U+20BB7".into()],
                absent: Vec::new(),
            },
            ProblemKind::TooManyRows { table: "assets".into(), rows: 30, capacity: 12 },
            ProblemKind::Template { reason: "no such name".into() },
            ProblemKind::Taken,
            ProblemKind::Sum { table: "assets".into() },
        ];
        for kind in kinds {
            let problem = problem(vec![Cell::Row(3, 0)], kind);
            let finding = problem.finding(&schema(), &Nowhere);
            assert!(CODES.iter().any(|(code, ..)| *code == problem.code().0));
            assert_eq!(finding.hints.len(), 1);
            assert!(!finding.message_ja.is_empty());
        }
    }
}
