//! `[[image]]`: pictures in files of the home, and the tenant's seal.

use super::codes;
use super::keys;
use super::layout::{Area, Image, Item, Picture};
use super::reader::{Keys, Node};
use super::site::{Reach, Site};
use super::source::{Document, TomlText};
use crate::diag::Diagnostic;
use crate::measure::{Length, Rect};

/// What of a page of a PDF file is shown.
const AREAS: &[(&str, Area)] =
    &[("crop", Area::Crop), ("trim", Area::Trim), ("bleed", Area::Bleed), ("media", Area::Media)];

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
        let file = keys.need_text("file");
        let when = self.condition(&keys);
        let (Some(rect), Some(file), Ok(when)) = (rect, file, when) else { return };
        let mut rect = self.place(rect);
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
        let mut origin = self.origin(&keys);
        if keys.flag("background").unwrap_or_default() {
            origin.reach = Reach::Background;
        }
        self.add(Item::Image(Image { rect, image, when }), &origin);
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
