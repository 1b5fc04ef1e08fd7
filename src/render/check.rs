//! Makes a form ready, once: resolves roles, sets every static text, and tells what is wrong with
//! the form as findings at their places. Static text is not personal: a finding shows its beginning.

use super::bands::BandItems;
use super::draw::{CardsItem, Known, Plan, TableItem, Work};
use super::flow::{Flow, Link};
use super::item::{Baseline, TextItem};
use super::letters::LetterTables;
use super::problem::{CODES, install, wanted, where_is};
use super::setting::{Scratch, Setting, Unset, baseline};
use super::slips::{Places, SlipsItem};
use super::{Renderer, WIDEST_MARK};
use crate::barcode::lay::Press;
use crate::diag::{Code, Diagnostic, Findings, Place};
use crate::font::{FontSet, Glyph, Missing};
use crate::form::{
    Align, Band, Cards, Compiled, Face, FaceRole, Filter, Item, Scope, Segment, Table, Templates,
    Text, TextBox,
};
use crate::measure::{Point, Rect, TypeSize};
use crate::model::FieldKind;
use crate::page::Blank;

/// How many characters of a static text a finding shows.
const SHOWN_MAX: usize = 16;

/// Makes a form ready.
pub(super) fn renderer<'a>(
    compiled: &'a Compiled,
    fonts: &'a FontSet,
) -> Result<Renderer<'a>, Findings> {
    let form = &compiled.form;
    let tables = LetterTables::new(fonts);
    let flow = Flow::new(form);
    let mut check = Check {
        compiled,
        fonts,
        place: &compiled.mark,
        roles: Vec::new(),
        scratch: Scratch::default(),
        taken: Vec::new(),
        uneven: Vec::new(),
        findings: Findings::new(),
    };
    let faces = form.faces.iter().enumerate();
    let mark = check.text(&tables, &form.mark, FaceRole::FirstFront);
    let mark_back =
        if form.duplex { check.text(&tables, &form.mark_back, FaceRole::FirstBack) } else { None };
    let plans = faces.map(|(index, face)| check.plan(&tables, &flow, index, face)).collect();
    let Check { findings, .. } = check;
    match mark {
        Some(mark) if findings.errors() == 0 => {
            let items = form.faces.iter().flat_map(|face| &face.items);
            let has_symbols = items.into_iter().any(holds_symbol);
            let (warnings, presses) = (findings, vec![Press::default()]);
            Ok(Renderer {
                form,
                tables,
                plans,
                flow,
                places: Places::of(form),
                mark,
                mark_back,
                warnings,
                presses,
                postcodes: None,
                has_symbols,
            })
        }
        _ => Err(findings),
    }
}

fn holds_symbol(item: &Item) -> bool {
    match item {
        Item::Symbol(_) => true,
        Item::Cards(cards) => cards.items.iter().any(holds_symbol),
        _ => false,
    }
}

struct Check<'a> {
    compiled: &'a Compiled,
    fonts: &'a FontSet,
    /// The place of the item that is being looked at.
    place: &'a Place,
    /// Roles met so far, with their baselines.
    roles: Vec<(&'a str, Option<Baseline>)>,
    scratch: Scratch,
    /// The other places in which static texts of the face stand.
    taken: Vec<Rect>,
    /// Roles whose figures were found to differ in width.
    uneven: Vec<&'a str>,
    findings: Findings,
}

impl<'a> Check<'a> {
    fn plan(
        &mut self,
        tables: &LetterTables<'_>,
        flow: &Flow<'_>,
        index: usize,
        face: &'a Face,
    ) -> Plan<'a> {
        let (role, taken) = (face.role, Vec::new());
        let (stock, fixed, dynamic) = (Vec::new(), Vec::new(), Vec::new());
        let mut plan = Plan { role, stock, fixed, dynamic, taken };
        let origins = self.compiled.origins.get(index);
        for (position, item) in face.items.iter().enumerate() {
            let origin = origins.and_then(|origins| origins.get(position));
            if let Some(origin) = origin {
                self.place = &origin.place;
            }
            let work = match item {
                Item::Text(text) => self.text(tables, text, face.role).map(Work::Text),
                Item::Rule(rule) => Some(Work::Rule(rule)),
                Item::Panel(panel) => Some(Work::Panel(panel)),
                Item::Image(image) => Some(Work::Image(image)),
                Item::Symbol(symbol) => Some(Work::Symbol(symbol)),
                Item::Crease(crease) => Some(Work::Crease(crease)),
                Item::Cards(cards) => flow
                    .link(index, position)
                    .map(|link| Work::Cards(self.cards(tables, cards, link, face.role))),
                Item::Slips(slips) => {
                    let blank = self.works(tables, &slips.blank, face.role);
                    Some(Work::Slips(SlipsItem { slips, blank }))
                }
                Item::Table(table) => flow
                    .link(index, position)
                    .map(|link| Work::Table(self.table(tables, flow, table, link, face.role))),
            };
            let works = match origin {
                Some(origin) if origin.preprinted => &mut plan.stock,
                // What readers compare with symbols stands on the page itself, not in its layer.
                _ if item.is_static() && origin.is_none_or(|of| of.prints.is_none()) => {
                    &mut plan.fixed
                }
                _ => &mut plan.dynamic,
            };
            works.extend(work);
        }
        plan.taken = std::mem::take(&mut self.taken);
        plan
    }

    fn table(
        &mut self,
        tables: &LetterTables<'_>,
        flow: &Flow<'_>,
        table: &'a Table,
        link: Link,
        role: FaceRole,
    ) -> TableItem<'a> {
        let cells = table.columns.iter().flat_map(|column| &column.cells);
        let cells = cells.filter_map(|cell| self.text(tables, cell, role)).collect();
        let layout = flow.chains[link.chain].banded;
        let bands = layout.map(|layout| Box::new(self.bands(tables, table, layout, role)));
        TableItem { table, link, cells, bands }
    }

    /// Cards made ready. What stands on each of them takes no other place from the page's texts.
    fn cards(
        &mut self,
        tables: &LetterTables<'_>,
        cards: &'a Cards,
        link: Link,
        role: FaceRole,
    ) -> CardsItem<'a> {
        let taken = self.taken.clone();
        let items = self.works(tables, &cards.items, role);
        let blank = self.works(tables, &cards.blank, role);
        self.taken = taken;
        CardsItem { cards, link, items, blank }
    }

    /// What stands on a card, or in a place without one.
    fn works(
        &mut self,
        tables: &LetterTables<'_>,
        items: &'a [Item],
        role: FaceRole,
    ) -> Vec<Work<'a>> {
        let work = |item: &'a Item| match item {
            Item::Text(text) => self.text(tables, text, role).map(Work::Text),
            Item::Rule(rule) => Some(Work::Rule(rule)),
            Item::Panel(panel) => Some(Work::Panel(panel)),
            Item::Image(image) => Some(Work::Image(image)),
            Item::Symbol(symbol) => Some(Work::Symbol(symbol)),
            Item::Table(_) | Item::Crease(_) | Item::Cards(_) | Item::Slips(_) => None,
        };
        items.iter().filter_map(work).collect()
    }

    fn bands(
        &mut self,
        tables: &LetterTables<'_>,
        table: &'a Table,
        layout: usize,
        role: FaceRole,
    ) -> BandItems<'a> {
        let source = table.bands.as_deref();
        let mut cells = |band: Option<&'a Band>| -> Vec<TextItem<'a>> {
            let cells = band.into_iter().flat_map(|band| &band.cells);
            cells.filter_map(|cell| self.text(tables, cell, role)).collect()
        };
        let group = source.and_then(|bands| bands.group.as_ref());
        let heading = cells(group.and_then(|group| group.heading.as_ref()));
        let heading_more = cells(group.and_then(|group| group.heading_more.as_ref()));
        let subtotal = cells(group.and_then(|group| group.subtotal.as_ref()));
        let total = cells(source.and_then(|bands| bands.total.as_ref()));
        let page_total = cells(source.and_then(|bands| bands.page_total.as_ref()));
        let end = cells(source.and_then(|bands| bands.end.as_ref()));
        let attach = source.and_then(|bands| bands.attach.as_ref());
        let attach = attach.and_then(|attach| self.text(tables, attach, role));
        let lines = source.and_then(|bands| bands.lines.as_ref());
        let head = lines.into_iter().flat_map(|lines| &lines.head);
        let head = head.filter_map(|item| match item {
            Item::Text(text) => self.text(tables, text, role).map(Work::Text),
            Item::Panel(panel) => Some(Work::Panel(panel)),
            _ => None,
        });
        let head = head.collect();
        BandItems { layout, heading, heading_more, subtotal, total, page_total, end, attach, head }
    }

    /// A text box made ready; `None`, with a finding, when its role is unknown.
    fn text(
        &mut self,
        tables: &LetterTables<'_>,
        source: &'a TextBox,
        face: FaceRole,
    ) -> Option<TextItem<'a>> {
        let item = TextItem::new(source, &mut |name| self.role(name, source, face))?;
        if let Some((note, setting)) = item.note() {
            self.set_note(tables, &item, note, setting, face);
        }
        match &source.text {
            text if text.is_static() => {
                // What is static says the same whatever the record.
                let _ = item.write(&Known, &Templates::default(), &mut self.scratch);
                self.set(tables, &item, face);
                if let Text::Static(text) = text {
                    self.figures(is_figures(text), &source.role, &item, face);
                }
            }
            Text::Static(_) | Text::Template(_) => {}
            Text::Rich(rich) => {
                let of_ruby = rich.rubies.iter().map(|ruby| (ruby.spans.start, &ruby.text));
                let of_spans = rich.spans.iter().map(|span| &span.text).enumerate();
                for (span, text) in of_spans.chain(of_ruby) {
                    let role = rich.spans[span].look.role.as_deref().unwrap_or(&source.role);
                    match text {
                        Text::Static(text) => self.glyphs(role, &item, text, face),
                        Text::Segments(segments) => self.segments(segments, role, &item, face),
                        Text::Template(_) | Text::Rich(_) => {}
                    }
                }
            }
            Text::Segments(segments) => {
                self.segments(segments, &source.role, &item, face);
                let form = &self.compiled.form;
                if [&form.mark, &form.mark_back].into_iter().any(|mark| std::ptr::eq(source, mark))
                {
                    WIDEST_MARK.clone_into(&mut self.scratch.text);
                    self.set(tables, &item, face);
                }
            }
        }
        Some(item)
    }

    fn role(&mut self, name: &'a str, source: &TextBox, face: FaceRole) -> Option<Baseline> {
        if let Some((_, known)) = self.roles.iter().find(|(met, _)| *met == name) {
            return *known;
        }
        let known = self.fonts.role(name).map(|role| (role, baseline(self.fonts, role)));
        self.roles.push((name, known));
        if known.is_none() {
            let names: Vec<&str> = self.fonts.role_names().collect();
            let message = format!(
                "no role `{name}` in `fonts/fonts.toml`, found: {}; first used by {}",
                names.join(", "),
                where_is(face, source.rect)
            );
            self.push("E504", message);
        }
        known
    }

    /// Sets the text in the scratch, in its other place if need be, and tells when it cannot be set.
    fn set(&mut self, tables: &LetterTables<'_>, item: &TextItem<'_>, face: FaceRole) {
        let by = Point::default();
        let text = self.scratch.text.clone();
        // A text that is not always printed leaves its other place to those that are.
        let mut own = self.taken.clone();
        let taken = if item.source.when.is_none() { &mut self.taken } else { &mut own };
        let set = item.set(tables, by, &mut self.scratch, taken, &mut Blank);
        if set == Err(Unset::Missing) {
            for (role, missing) in item.missing(tables, &self.scratch) {
                self.lacks(role, &[missing], item, &text, face);
            }
        }
        self.judge(set, item, &text, face);
    }

    /// The same for a note, which stands in the text's own box whatever happens.
    fn set_note(
        &mut self,
        tables: &LetterTables<'_>,
        item: &TextItem<'_>,
        note: &str,
        setting: &Setting,
        face: FaceRole,
    ) {
        note.clone_into(&mut self.scratch.text);
        let set = setting.compose(tables, &mut self.scratch).map(|_| ());
        if set == Err(Unset::Missing) {
            self.glyphs(&item.source.role, item, note, face);
        }
        self.judge(set, item, note, face);
    }

    fn judge(&mut self, set: Result<(), Unset>, item: &TextItem<'_>, text: &str, face: FaceRole) {
        let place = where_is(face, item.source.rect);
        match set {
            Ok(()) | Err(Unset::Missing) => {}
            Err(Unset::Reading(overflow)) => {
                let why = overflow.map_or("it has nothing to stand over".to_owned(), |overflow| {
                    overflow.sentence()
                });
                let message = format!("the ruby of `{}` in {place}: {why}", beginning(text));
                self.push("E507", message);
            }
            Err(Unset::Overflow(overflow)) => {
                let message = format!(
                    "{place} is too small for `{}`: {}",
                    beginning(text),
                    overflow.sentence()
                );
                self.push("E502", message);
            }
            Err(Unset::Taken) => {
                let text = beginning(text);
                let message = format!(
                    "{place} is too small for `{text}`, and another text stands in its \
                     alternative place"
                );
                self.push("E506", message);
            }
        }
    }

    /// Tells of the characters of a static text that have no glyph.
    fn glyphs(&mut self, role: &str, item: &TextItem<'_>, text: &str, face: FaceRole) {
        let Some(id) = self.fonts.role(role) else { return };
        let missing =
            text.split('\n').flat_map(|line| self.fonts.missing(id, line)).collect::<Vec<_>>();
        self.lacks(role, &missing, item, text, face);
    }

    fn lacks(
        &mut self,
        role: &str,
        missing: &[Missing],
        item: &TextItem<'_>,
        text: &str,
        face: FaceRole,
    ) {
        let mut listed: Vec<String> = Vec::new();
        for missing in missing {
            let missing = format!("`{}` {missing}", missing.text);
            if !listed.contains(&missing) {
                listed.push(missing);
            }
        }
        if !listed.is_empty() {
            let message = format!(
                "no face of role `{role}` can show {} in `{}` of {}",
                listed.join(", "),
                beginning(text),
                where_is(face, item.source.rect)
            );
            let listed: Vec<String> = missing.iter().map(ToString::to_string).collect();
            let absent = wanted(self.fonts, role, listed.iter().map(String::as_str));
            self.push_with("E501", message, install(&absent));
        }
    }

    /// Checks what segments write whatever the record holds.
    fn segments(
        &mut self,
        segments: &[Segment],
        role: &'a str,
        item: &TextItem<'a>,
        face: FaceRole,
    ) {
        for segment in segments {
            match segment {
                Segment::Literal(text) => self.glyphs(role, item, text, face),
                Segment::Value(_, filters) => {
                    for filter in filters {
                        if let Filter::Or { text, .. }
                        | Filter::Prefix(text)
                        | Filter::Suffix(text)
                        | Filter::Ending(text) = filter
                        {
                            self.glyphs(role, item, text, face);
                        }
                        if let Filter::Mask { with, .. } = filter {
                            self.glyphs(role, item, &with.to_string(), face);
                        }
                    }
                }
            }
        }
        let is_number = segments.iter().any(|segment| self.is_number(segment));
        self.figures(is_number, role, item, face);
    }

    /// Whether a segment prints a number in figures.
    fn is_number(&self, segment: &Segment) -> bool {
        let Segment::Value(scope, filters) = segment else { return false };
        let schema = &self.compiled.form.schema;
        let field = match scope {
            Scope::Field(at) => schema.fields.get(usize::from(*at)),
            Scope::Row(at) => schema.rows.get(usize::from(*at)),
            _ => None,
        };
        let kind = field.map(|field| &field.kind);
        let numeric = matches!(scope, Scope::Sum(_) | Scope::Running(_) | Scope::GroupRows)
            || matches!(
                kind,
                Some(FieldKind::Yen { .. } | FieldKind::Int { .. } | FieldKind::Decimal { .. })
            );
        let in_words = |filter: &Filter| {
            matches!(filter, Filter::Kanji | Filter::KanjiDigits | Filter::Daiji | Filter::Nendo)
        };
        let in_figures =
            |filter: &Filter| matches!(filter, Filter::Yen | Filter::YenMark | Filter::Comma);
        filters.iter().any(in_figures) || (numeric && !filters.iter().any(in_words))
    }

    /// Numbers that stand flush right over each other want figures of one width.
    fn figures(&mut self, is_number: bool, role: &'a str, item: &TextItem<'a>, face: FaceRole) {
        let is_right = item.source.align == Align::Right && !self.uneven.contains(&role);
        if !is_right || !is_number {
            return;
        }
        let mut glyphs = Vec::new();
        let id = self.fonts.role(role);
        let shown = id.is_some_and(|id| self.fonts.shape(id, "0123456789", &mut glyphs).is_ok());
        let width = |glyph: &Glyph| {
            let upem = self.fonts.face(glyph.face).units_per_em;
            TypeSize::pt(100).advance(glyph.advance.into(), upem, 100)
        };
        if shown && glyphs.windows(2).any(|pair| width(&pair[0]) != width(&pair[1])) {
            let message = format!(
                "the figures of role `{role}` differ in width; numbers stand flush right first in {}",
                where_is(face, item.source.rect)
            );
            self.uneven.push(role);
            self.push("W501", message);
        }
    }

    fn push(&mut self, code: &'static str, message: String) {
        self.push_with(code, message, None);
    }

    /// The same with a hint of its own.
    fn push_with(&mut self, code: &'static str, message: String, hint: Option<String>) {
        let finding = match code.strip_prefix('W') {
            Some(_) => Diagnostic::warning(Code(code), message),
            None => Diagnostic::error(Code(code), message),
        };
        let mut finding = finding.at(self.place.clone());
        if let Some(hint) = hint {
            finding = finding.hint(hint);
        } else if let Some((.., hint)) = CODES.iter().find(|(known, ..)| *known == code) {
            finding = finding.hint(*hint);
        }
        self.findings.push(finding);
    }
}

/// Whether a text is a number, with its signs and commas.
fn is_figures(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "+-,.%¥△▲円 ".contains(c))
}

/// The beginning of a text, on one line.
fn beginning(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_MAX).collect();
    if text.chars().count() > SHOWN_MAX {
        shown.push('…');
    }
    shown.replace('\n', "⏎")
}
