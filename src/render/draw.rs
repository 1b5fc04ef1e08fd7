//! The walk over the faces of a form: static items into layers, dynamic items onto pages.

use super::Renderer;
use super::bands::BandItems;
use super::bind::{Bound, PieceContext, Row, SerialText};
use super::flow::{Chain, Link, Misfit};
use super::item::TextItem;
use super::layout::Layout;
use super::letters::LetterTables;
use super::problem::{Problem, ProblemKind, wanted};
use super::setting::{Scratch, Unset};
use super::slips::{LeafPlace, SlipsItem};
use super::symbol;
use crate::form::{
    Cards, Condition, Crease, FaceRole, Image, Panel, Rule, Scope, Segment, Symbol, Table,
    Templates, Text, Values,
};
use crate::measure::{Length, Point, Rect};
use crate::model::{Cell, Value};
use crate::page::{Canvas, LayerId};

/// A face made ready: its static items for the layer, its dynamic items for every page.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) role: FaceRole,
    /// What is on the paper already.
    pub(super) stock: Vec<Work<'a>>,
    pub(super) fixed: Vec<Work<'a>>,
    pub(super) dynamic: Vec<Work<'a>>,
    /// The other places in which static texts stand.
    pub(super) taken: Vec<Rect>,
}

/// An item made ready.
#[derive(Debug)]
pub(super) enum Work<'a> {
    Text(TextItem<'a>),
    Rule(&'a Rule),
    Panel(&'a Panel),
    Image(&'a Image),
    Symbol(&'a Symbol),
    Crease(&'a Crease),
    Table(TableItem<'a>),
    Cards(CardsItem<'a>),
    Slips(SlipsItem<'a>),
}

/// Cards made ready: what stands on each, and on those without a row.
#[derive(Debug)]
pub(super) struct CardsItem<'a> {
    pub(super) cards: &'a Cards,
    pub(super) link: Link,
    pub(super) items: Vec<Work<'a>>,
    pub(super) blank: Vec<Work<'a>>,
}

/// A table made ready: the cells of all its columns.
#[derive(Debug)]
pub(super) struct TableItem<'a> {
    pub(super) table: &'a Table,
    pub(super) link: Link,
    pub(super) cells: Vec<TextItem<'a>>,
    /// Its bands, when it has any or draws its own lines.
    pub(super) bands: Option<Box<BandItems<'a>>>,
}

impl Work<'_> {
    /// Draws static items. Their texts were set without a finding when the form was checked.
    pub(super) fn draw_all(works: &[Self], tables: &LetterTables<'_>, canvas: &mut impl Canvas) {
        let (mut scratch, mut taken) = (Scratch::default(), Vec::new());
        for work in works {
            match work {
                Self::Text(item) => {
                    let by = Point::default();
                    // It is known and fits: the form was checked.
                    let _ = item.write(&Known, &Templates::default(), &mut scratch);
                    let _ = item.set(tables, by, &mut scratch, &mut taken, canvas);
                }
                Self::Rule(rule) => canvas.line(rule.from, rule.to, rule.stroke),
                Self::Panel(panel) => draw_panel(panel, canvas),
                Self::Image(image) => canvas.image(image.image, image.rect),
                Self::Crease(crease) => draw_crease(crease, canvas),
                Self::Table(_) | Self::Cards(_) | Self::Symbol(_) | Self::Slips(_) => {}
            }
        }
    }
}

fn draw_crease(crease: &Crease, canvas: &mut impl Canvas) {
    for Rule { from, to, stroke, .. } in &crease.marks {
        canvas.line(*from, *to, *stroke);
    }
}

/// The values of texts that have none.
pub(super) struct Known;

impl Values for Known {
    fn value(&self, _: Scope) -> Value<'_> {
        Value::Empty
    }
}

pub(super) fn draw_panel(panel: &Panel, canvas: &mut impl Canvas) {
    canvas.area(panel.rect, panel.radius, panel.fill, panel.stroke);
}

impl Renderer<'_> {
    /// Walks one side of one leaf over a canvas and collects what cannot be drawn.
    pub(super) fn walk<C: Canvas>(
        &self,
        piece: &PieceContext<'_>,
        back: bool,
        scratch: &mut Scratch,
        canvas: &mut C,
        problems: &mut Vec<Problem>,
    ) {
        let mark = if back { self.mark_back.as_ref() } else { Some(&self.mark) };
        let Some(mark) = mark else { return };
        let slips = self.slips(piece, scratch, problems);
        let place = self.leaf_place(piece, slips, back);
        let serial = SerialText::new(piece.serial);
        let bound = Bound { piece, serial: &serial, row: None, sums: None };
        let taken = Vec::new();
        let layouts = std::mem::take(&mut scratch.layouts);
        let mut walk = Walk {
            renderer: self,
            place,
            bound,
            layouts: &layouts,
            scratch,
            canvas,
            problems,
            taken,
        };
        if let Some((face, _)) = self.form.face(place.role) {
            walk.face(face);
        }
        walk.text(mark, Point::default());
        scratch.layouts = layouts;
    }

    /// The problem of a record whose rows cannot be printed.
    pub(super) fn misfit(&self, chain: &Chain<'_>, misfit: Misfit) -> Problem {
        let tables =
            self.plans.iter().flat_map(|plan| plan.dynamic.iter().map(move |w| (plan.role, w)));
        let mut places = tables.filter_map(|(role, work)| match work {
            Work::Table(item) if item.table.name == chain.name => Some((role, item.table.rect)),
            Work::Cards(item) if item.cards.name == chain.name => {
                Some((role, item.cards.rects().next_back()?))
            }
            _ => None,
        });
        let (face, rect) = places.next_back().unwrap_or((FaceRole::FirstFront, Rect::default()));
        let table = chain.name.to_owned();
        let (cells, kind) = match misfit {
            Misfit::TooMany { rows, capacity } => {
                (Vec::new(), ProblemKind::TooManyRows { table, rows, capacity })
            }
            Misfit::Sum(field) => (vec![Cell::Row(0, field)], ProblemKind::Sum { table }),
        };
        Problem { face, rect, cells, kind }
    }
}

/// A walk over one face.
pub(super) struct Walk<'w, 'a, C> {
    renderer: &'w Renderer<'a>,
    place: LeafPlace,
    pub(super) bound: Bound<'w>,
    /// Where the rows of tables with bands stand.
    pub(super) layouts: &'w [Layout],
    scratch: &'w mut Scratch,
    pub(super) canvas: &'w mut C,
    problems: &'w mut Vec<Problem>,
    /// The other places that texts of this page stand in.
    taken: Vec<Rect>,
}

impl<C: Canvas> Walk<'_, '_, C> {
    /// Draws what a face holds.
    fn face(&mut self, face: usize) {
        let renderer = self.renderer;
        let plan = &renderer.plans[face];
        self.taken.clone_from(&plan.taken);
        // Shading of rows lies under the layer, so that it does not cover the lines of the grid.
        for work in &plan.dynamic {
            match work {
                Work::Table(table) => self.shade(table),
                Work::Cards(cards) => self.cards(cards, true),
                _ => {}
            }
        }
        self.layer(face, Point::default());
        for work in &plan.dynamic {
            self.draw(work, Point::default());
        }
    }

    fn layer(&mut self, face: usize, at: Point) {
        self.canvas.layer(LayerId::try_from(face).expect("a form has few faces and slips"), at);
    }

    /// Draws the slips of this leaf, each with its layer, and what stands where there is none.
    fn slips(&mut self, item: &SlipsItem<'_>) {
        let renderer = self.renderer;
        for (position, corner) in item.slips.corners.iter().enumerate() {
            let slip = self.scratch.slips.get(self.place.slip + position).copied();
            let Some(face) = slip else {
                item.blank.iter().for_each(|work| self.draw(work, *corner));
                continue;
            };
            self.layer(face, *corner);
            for work in &renderer.plans[face].dynamic {
                self.draw(work, *corner);
            }
        }
    }

    /// Draws an item, moved by `by`.
    fn draw(&mut self, work: &Work<'_>, by: Point) {
        match work {
            Work::Text(item) => self.text(item, by),
            Work::Rule(rule) => {
                if self.holds(rule.when.as_ref(), Rect::default()) {
                    self.canvas.line(shifted(rule.from, by), shifted(rule.to, by), rule.stroke);
                }
            }
            Work::Panel(panel) => {
                if self.holds(panel.when.as_ref(), panel.rect) {
                    let rect = moved(panel.rect, by);
                    self.canvas.area(rect, panel.radius, panel.fill, panel.stroke);
                }
            }
            Work::Image(image) => {
                if self.holds(image.when.as_ref(), image.rect) {
                    self.canvas.image(image.image, moved(image.rect, by));
                }
            }
            Work::Symbol(symbol) => self.symbol(symbol, by),
            Work::Crease(crease) => draw_crease(crease, self.canvas),
            Work::Table(table) => self.table(table),
            Work::Cards(cards) => self.cards(cards, false),
            Work::Slips(slips) => self.slips(slips),
        }
    }

    /// Draws a card for each row of this leaf, and what stands on cards without one: what lies
    /// `under` the layer, which is all up to the last box, so that no shade covers a perforation;
    /// or the rest.
    fn cards(&mut self, item: &CardsItem<'_>, under: bool) {
        let first = self.select(&item.link);
        for (position, corner) in item.cards.corners.iter().enumerate() {
            let row = self.scratch.rows.get(position).copied();
            let number = first + u32::try_from(position).expect("cards are few") + 1;
            self.bound.row = row.map(|index| Row { index, number });
            let works = if row.is_some() { &item.items } else { &item.blank };
            let last_box = works.iter().rposition(|work| matches!(work, Work::Panel(_)));
            let (below, above) = works.split_at(last_box.map_or(0, |last| last + 1));
            for work in if under { below } else { above } {
                self.draw(work, *corner);
            }
        }
        self.bound.row = None;
    }

    /// Whether an item is to be printed; one whose condition fails is a problem.
    fn holds(&mut self, when: Option<&Condition>, rect: Rect) -> bool {
        let Some(condition) = when else { return true };
        let templates = &self.renderer.form.templates;
        let contexts = &mut self.scratch.contexts;
        condition.holds(&self.bound, templates, contexts).unwrap_or_else(|error| {
            let reason = error.to_string();
            self.report(rect, Vec::new(), ProblemKind::Template { reason });
            false
        })
    }

    /// Draws a symbol, moved by `by`, unless it says nothing.
    fn symbol(&mut self, source: &Symbol, by: Point) {
        if !self.holds(source.when.as_ref(), source.rect) {
            return;
        }
        let Scratch { text, contexts, symbols, .. } = &mut *self.scratch;
        text.clear();
        let templates = &self.renderer.form.templates;
        let piece = self.bound.piece;
        let kind = match source.text.write(&self.bound, templates, contexts, text) {
            Ok(()) if text.is_empty() => return,
            Ok(()) => {
                let known = (piece.notice, piece.press, self.renderer.postcodes);
                match symbol::draw(source, text, known, by, symbols, self.canvas) {
                    Ok(()) => return,
                    Err(error) => ProblemKind::Symbol(error),
                }
            }
            Err(error) => ProblemKind::Template { reason: error.to_string() },
        };
        let mut cells = self.cells(&source.text);
        cells.extend(source.kind.fields().map(Cell::Field));
        self.report(moved(source.rect, by), cells, kind);
    }

    /// Sets and draws a text box, moved by `by`.
    pub(super) fn text(&mut self, item: &TextItem<'_>, by: Point) {
        let source = item.source;
        if source.when.is_some() && !self.holds(source.when.as_ref(), source.rect) {
            return;
        }
        let templates = &self.renderer.form.templates;
        let written = item.write(&self.bound, templates, self.scratch);
        if let Err(error) = written {
            let reason = error.to_string();
            let cells = self.cells(&source.text);
            return self.report(moved(source.rect, by), cells, ProblemKind::Template { reason });
        }
        if self.scratch.text.is_empty() {
            return;
        }
        let tables = &self.renderer.tables;
        let set = item.set(tables, by, self.scratch, &mut self.taken, self.canvas);
        if let Err(unset) = set {
            self.refuse(item, by, unset);
        }
    }

    #[cold]
    fn refuse(&mut self, item: &TextItem<'_>, by: Point, unset: Unset) {
        let source = item.source;
        let mut cells = self.cells(&source.text);
        let kind = match unset {
            Unset::Overflow(overflow) => ProblemKind::Overflow(overflow),
            Unset::Taken => ProblemKind::Taken,
            Unset::Reading(overflow) => {
                if let Text::Rich(rich) = &source.text {
                    let readings = rich.rubies.iter().map(|ruby| self.cells(&ruby.text));
                    cells = readings.flatten().collect();
                    cells.dedup();
                }
                ProblemKind::Reading(overflow)
            }
            Unset::Missing => {
                let mut role = &*source.role;
                let mut code_points = Vec::new();
                let mut texts = Vec::new();
                for (of, missing) in item.missing(&self.renderer.tables, self.scratch) {
                    let listed = missing.to_string();
                    if !code_points.contains(&listed) {
                        role = if code_points.is_empty() { of } else { role };
                        code_points.push(listed);
                        texts.push(missing.text);
                    }
                }
                self.blame(&mut cells, &texts);
                let listed = code_points.iter().map(String::as_str);
                let absent = wanted(self.renderer.tables.fonts, role, listed);
                ProblemKind::MissingGlyph { role: role.to_owned(), code_points, absent }
            }
        };
        self.report(moved(source.rect, by), cells, kind);
    }

    /// Keeps of `cells` those that hold one of `texts`, when any does.
    fn blame(&self, cells: &mut Vec<Cell>, texts: &[String]) {
        let notice = self.bound.piece.notice;
        let holds = |cell: &Cell| {
            let value = match *cell {
                Cell::Field(field) => notice.field(field),
                Cell::Row(row, field) => notice.row_field(row as usize, field),
                Cell::Whole => return false,
            };
            texts.iter().any(|text| value.text().contains(text.as_str()))
        };
        if cells.iter().any(holds) {
            cells.retain(holds);
        }
    }

    /// The cells that feed a text, in its order, each once.
    fn cells(&self, text: &Text) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut add = |scope: Scope| {
            let cell = match scope {
                Scope::Field(field) => Some(Cell::Field(field)),
                Scope::Row(field) => self.bound.row.map(|row| Cell::Row(row.index, field)),
                _ => None,
            };
            if let Some(cell) = cell.filter(|cell| !cells.contains(cell)) {
                cells.push(cell);
            }
        };
        for text in text.texts() {
            match text {
                Text::Static(_) | Text::Rich(_) => {}
                Text::Segments(segments) => {
                    for segment in segments {
                        if let Segment::Value(scope, _) = segment {
                            add(*scope);
                        }
                    }
                }
                Text::Template(name) => {
                    self.renderer.form.templates.reads(name).for_each(&mut add);
                }
            }
        }
        cells
    }

    #[cold]
    fn report(&mut self, rect: Rect, cells: Vec<Cell>, kind: ProblemKind) {
        let problem = Problem { face: self.place.role, rect, cells, kind };
        // A field that stands in several boxes lacks its character in all of them: once is enough.
        let told = self.problems.iter().any(|told| {
            told.kind == problem.kind && told.cells == problem.cells && !told.cells.is_empty()
        });
        if !told {
            self.problems.push(problem);
        }
    }

    /// The rows that a table or cards hold on this leaf, into the scratch; and the number of the
    /// first.
    fn select(&mut self, link: &Link) -> u32 {
        let chain = &self.renderer.flow.chains[link.chain];
        let wanted = link.rows(chain, self.bound.piece.leaf);
        let first = wanted.start;
        chain.select(self.bound.piece.notice, wanted, &mut self.scratch.rows);
        first
    }

    fn shade(&mut self, item: &TableItem<'_>) {
        if let Some(bands) = &item.bands {
            return self.shade_bands(item, bands);
        }
        let Some(ink) = item.table.zebra else { return };
        self.select(&item.link);
        for position in (1..self.scratch.rows.len()).step_by(2) {
            let rect = row_rect(item.table, position);
            self.canvas.area(rect, Length::ZERO, Some(ink), None);
        }
    }

    fn table(&mut self, item: &TableItem<'_>) {
        if let Some(bands) = &item.bands {
            return self.bands(item, bands);
        }
        let first = self.select(&item.link);
        for position in 0..self.scratch.rows.len() {
            let index = self.scratch.rows[position];
            let number = first + u32::try_from(position).expect("rows are limited") + 1;
            self.bound.row = Some(Row { index, number });
            let rect = row_rect(item.table, position);
            for cell in &item.cells {
                self.text(cell, Point { x: rect.x, y: rect.y });
            }
            if let Some(stroke) = item.table.row_rule {
                let (left, right, y) = (rect.x, rect.right(), rect.bottom());
                self.canvas.line(Point { x: left, y }, Point { x: right, y }, stroke);
            }
        }
        self.bound.row = None;
    }
}

/// Where the row at `position` of a table stands: down the first block, then down the next.
fn row_rect(table: &Table, position: usize) -> Rect {
    let rows = usize::from(table.rows.max(1));
    let (block, row) = (position.checked_div(rows).unwrap_or(0), position % rows);
    let times = |length: Length, n: usize| length * i32::try_from(n).expect("rows are limited");
    let x = table.rect.x + times(table.block_step, block);
    let y = table.rect.y + times(table.row_height, row);
    Rect::new(x, y, table.rect.width, table.row_height)
}

fn shifted(point: Point, by: Point) -> Point {
    Point { x: point.x + by.x, y: point.y + by.y }
}

pub(super) fn moved(rect: Rect, by: Point) -> Rect {
    Rect { x: rect.x + by.x, y: rect.y + by.y, ..rect }
}
