//! `[[image]]`: pictures in files of the home, and the tenant's seal.

use super::Check;
use super::codes;
use super::condition::When;
use super::keys;
use super::layout::{Area, Image, Item, Picture};
use super::names::{Kind, Meaning};
use super::reader::{self, Keys, Node};
use super::site::{Reach, Site};
use super::source::{Document, TomlText};
use super::text::{Condition, Scope};
use crate::diag::Diagnostic;
use crate::measure::{Length, Rect};
use crate::model::{FieldKind, Param};

/// What of a page of a PDF file is shown.
const AREAS: &[(&str, Area)] =
    &[("crop", Area::Crop), ("trim", Area::Trim), ("bleed", Area::Bleed), ("media", Area::Media)];

/// Files of one image, at most.
const FILES_MAX: usize = 500;

/// Whether an image is painted before everything else; a wrong value is reported with the image.
fn is_background(node: &Node<'_>) -> bool {
    let value = node.get_ref().as_table().and_then(|image| image.get("background"));
    value.and_then(|value| value.get_ref().as_bool()).unwrap_or(false)
}

impl Site<'_> {
    /// The images of a face or part that lie under everything, or the others.
    pub(super) fn images<'d>(&mut self, doc: &'d Document<'d>, keys: &Keys<'d>, background: bool) {
        for node in keys.tables("image") {
            if is_background(node) == background {
                self.image(doc, node);
            }
        }
    }

    /// `[[image]]`
    fn image<'d>(&mut self, doc: &'d Document<'d>, node: &'d Node<'d>) {
        let Some(keys) = Keys::open_value(doc, "[[image]]", keys::IMAGE, node) else { return };
        let rect = keys.need_rect("box");
        let own = self.condition(&keys);
        let files = match keys.get("file_by") {
            Some(_) => self.by_value(&keys),
            None => keys.need_text("file").map(|file| vec![(When::Always, file)]),
        };
        let (Some(rect), Some(files), Ok(own)) = (rect, files, own) else { return };
        let rect = self.place(rect);
        let own = own.map_or(When::Always, When::If);
        for (when, file) in files {
            self.one_image(&keys, rect, own.clone().and(when), file);
        }
    }

    /// One file of an image, printed when it is that one's turn.
    fn one_image(&mut self, keys: &Keys<'_>, mut rect: Rect, when: When, file: TomlText<'_>) {
        let (page, area) = (keys.whole("page", 1..=9999), keys.word("area", AREAS));
        let path = if file.text == "tenant:seal" {
            let reduced = keys.flag("reduced").unwrap_or(false);
            self.seal(&mut rect, file, reduced)
        } else {
            self.picture(file)
        };
        let Some(path) = path else { return };
        for key in ["page", "area"] {
            if keys.has(key) && !path.ends_with(".pdf") {
                keys.blame(key, format!("`{key}` is for PDF files"));
            }
        }
        let when = match when {
            When::Never => return,
            When::Always => None,
            When::If(condition) => Some(condition),
        };
        let (page, area) = (page.unwrap_or(1), area.unwrap_or_default());
        let picture = Picture { file: path, page, area };
        let mut images = self.desk.images.borrow_mut();
        let known = images.iter().position(|image| *image == picture);
        let image = known.unwrap_or_else(|| {
            images.push(picture);
            images.len() - 1
        });
        drop(images);
        let image = u16::try_from(image).expect("a form file holds fewer images than 65,536");
        let mut origin = self.origin(keys);
        if keys.flag("background").unwrap_or_default() {
            origin.reach = Reach::Background;
        }
        self.add(Item::Image(Image { rect, image, when }), &origin);
    }

    /// `file_by` and `files`: the file for each text of a value, and when it is printed. A text of
    /// the record without a file holds the record, unless the image has a condition of its own.
    fn by_value<'d>(&self, keys: &Keys<'d>) -> Option<Vec<(When, TomlText<'d>)>> {
        if keys.has("file") {
            keys.blame("file", "an image has either `file`, or `file_by` and `files`");
        }
        let by = keys.need_text("file_by")?;
        keys.need("files")?;
        let entries = keys.entries("files");
        if entries.is_empty() || entries.len() > FILES_MAX {
            keys.blame("files", format!("`files` has from 1 to {FILES_MAX} files"));
            return None;
        }
        let whole = 0..by.text.len();
        let meaning = match self.names.resolve(by.text) {
            Ok(meaning) => meaning,
            Err(unknown) => {
                let finding = by.error(codes::UNKNOWN_NAME, whole, unknown.message);
                by.push(match unknown.hint {
                    Some(hint) => finding.hint(hint),
                    None => finding,
                });
                return None;
            }
        };
        let mut files = Vec::new();
        for entry in &entries {
            let file = reader::text(keys.doc, entry.name, entry.value)?;
            let when = match meaning {
                Meaning::Varies(scope, Kind::Text | Kind::Digits) => {
                    When::If(Condition::Is(scope, entry.name.to_owned()))
                }
                Meaning::Known(Param::Text(text)) => When::known(text == entry.name),
                _ => {
                    let message = format!("`{}` is no text, digits or choice", by.text);
                    by.push(by.error(codes::IMAGE, whole, message));
                    return None;
                }
            };
            files.push((when, file));
        }
        let texts: Vec<String> = entries.iter().map(|entry| entry.name.to_owned()).collect();
        match meaning {
            Meaning::Varies(scope, _) => self.each_has_one(keys, by, scope, texts),
            Meaning::Known(Param::Text(text)) if !text.is_empty() && !texts.contains(text) => {
                let message = format!("no file for `{text}`, which `{}` says", by.text);
                by.push(by.error(codes::IMAGE, whole, message));
            }
            _ => {}
        }
        Some(files)
    }

    /// Every choice has a file; whether every other text of the record has one, validation sees.
    fn each_has_one(&self, keys: &Keys<'_>, by: TomlText<'_>, scope: Scope, texts: Vec<String>) {
        let field = self.names.field(scope);
        if let Some(FieldKind::Choice(choices)) = field.map(|field| &field.kind) {
            for entry in keys.entries("files") {
                if !choices.iter().any(|choice| choice == entry.name) {
                    let message = format!("`{}` is never `{}`", by.text, entry.name);
                    let span = entry.start..entry.end;
                    keys.doc.push(keys.doc.error(codes::BAD_VALUE, span, message));
                }
            }
            for choice in choices.iter().filter(|choice| !texts.contains(choice)) {
                let message = format!("no file for `{choice}` of `{}`", by.text);
                keys.doc.push(keys.doc.error(codes::IMAGE, by.span(), message));
            }
        } else if let Scope::Field(field) = scope
            && self.when == When::Always
            && !["when", "item", "lang"].iter().any(|key| keys.has(key))
        {
            self.desk.pictured.borrow_mut().push(Check::Pictured { field, texts });
        }
    }

    /// The tenant's seal, in its registered size in the middle of `rect`; in a smaller box it is
    /// printed reduced (縮小刷込み), which the form must say.
    fn seal(&self, rect: &mut Rect, file: TomlText<'_>, reduced: bool) -> Option<String> {
        let whole = 0..file.text.len();
        let Some(seal) = &self.desk.tenant.seal else {
            let message = "the tenant has no seal";
            let hint = "print the seal `when = \"form.seal\"`, else （公印省略）";
            file.push(file.error(codes::IMAGE, whole, message).hint(hint));
            return None;
        };
        if !seal.forms.iter().any(|form| form == self.desk.form_id) {
            let message =
                format!("the tenant's seal is not registered for `{}`", self.desk.form_id);
            let hint =
                "add the form to [seal] forms of tenant.toml once it is in the seal register";
            file.push(file.error(codes::IMAGE, whole, message).hint(hint));
            return None;
        }
        let side = seal.size.min(rect.width).min(rect.height);
        if side < seal.size && !reduced {
            let message = format!("the seal of {} mm is printed reduced to {side} mm", seal.size);
            let hint = "write `reduced = true` when the seal register allows it";
            let finding = Diagnostic::warning(codes::REDUCED, message);
            file.push(finding.at(file.doc.place(file.span())).hint(hint));
        }
        rect.x += half(rect.width - side);
        rect.y += half(rect.height - side);
        (rect.width, rect.height) = (side, side);
        let path = format!("jobs/{}/{}", self.desk.tenant.id, seal.file);
        self.check_file(path, file)
    }

    fn picture(&self, file: TomlText<'_>) -> Option<String> {
        let steps_out = file.text.split('/').any(|step| matches!(step, "" | "." | ".."));
        let plain = file.text.chars().all(|c| !c.is_control() && c != '\\' && c != ':');
        let end = file.text.rsplit_once('.').map(|(_, end)| end);
        if steps_out || !plain || !matches!(end, Some("png" | "svg" | "pdf")) {
            let message = "an image is a PNG, SVG or PDF file under forms/, or `tenant:seal`";
            file.push(file.error(codes::IMAGE, 0..file.text.len(), message));
            return None;
        }
        self.check_file(format!("forms/{}", file.text), file)
    }

    fn check_file(&self, path: String, file: TomlText<'_>) -> Option<String> {
        if (self.desk.exists)(&path) {
            return Some(path);
        }
        let message = format!("no such image: `{path}`");
        file.push(file.error(codes::IMAGE, 0..file.text.len(), message));
        None
    }
}

#[expect(clippy::integer_division, reason = "half a micrometre does not matter to a margin")]
fn half(length: Length) -> Length {
    Length::um(length.as_um() / 2)
}
