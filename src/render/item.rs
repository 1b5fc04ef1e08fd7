//! A text box made ready, with the other place that it may have.

use super::letters::LetterTables;
use super::problem::Overflow;
use super::rich::RichSetting;
use super::setting::{Scratch, Setting, Unset};
use crate::font::{Missing, RoleId};
use crate::form::{EvalError, Templates, Text, TextBox, Values};
use crate::measure::{Point, Rect};
use crate::page::{Blank, Canvas};

/// A role, and its baseline as a fraction of the em.
pub(super) type Baseline = (RoleId, (i64, i64));

/// A box made ready, plain or rich.
#[derive(Debug)]
struct Typeset<'a> {
    setting: Setting,
    rich: Option<Box<RichSetting<'a>>>,
}

/// A text box made ready.
#[derive(Debug)]
pub(super) struct TextItem<'a> {
    pub(super) source: &'a TextBox,
    typeset: Typeset<'a>,
    /// Where it stands when it does not fit its box.
    other: Option<Box<Other<'a>>>,
}

/// The other place of a text, made ready.
#[derive(Debug)]
struct Other<'a> {
    rect: Rect,
    typeset: Typeset<'a>,
    /// What stands in the text's own box then.
    note: Option<(&'a str, Setting)>,
}

impl<'a> Typeset<'a> {
    fn new(source: &'a TextBox, role: &mut dyn FnMut(&'a str) -> Option<Baseline>) -> Option<Self> {
        let (own, baseline) = role(&source.role)?;
        let setting = Setting::new(source, own, baseline);
        let rich = match &source.text {
            Text::Rich(rich) => {
                Some(Box::new(RichSetting::new(source, rich, |name| Some(role(name)?.0))?))
            }
            _ => None,
        };
        Some(Self { setting, rich })
    }

    /// Sets and draws the text in the scratch.
    fn set(
        &self,
        tables: &LetterTables<'_>,
        by: Point,
        scratch: &mut Scratch,
        canvas: &mut impl Canvas,
    ) -> Result<(), Unset> {
        match &self.rich {
            None => {
                let rung = self.setting.compose(tables, scratch)?;
                self.setting.draw(rung, by, scratch, canvas);
            }
            Some(rich) => {
                let rung = rich.compose(&self.setting, tables, scratch)?;
                rich.draw(&self.setting, rung, by, scratch, canvas);
            }
        }
        Ok(())
    }
}

impl<'a> TextItem<'a> {
    /// A text box made ready; `role` finds a role by its name.
    pub(super) fn new(
        source: &'a TextBox,
        role: &mut dyn FnMut(&'a str) -> Option<Baseline>,
    ) -> Option<Self> {
        let typeset = Typeset::new(source, role)?;
        let other = match &source.alternative {
            None => None,
            Some(other) => {
                let note = match &other.note {
                    Some(note @ TextBox { text: Text::Static(said), .. }) => {
                        let (role, baseline) = role(&note.role)?;
                        Some((said.as_str(), Setting::new(note, role, baseline)))
                    }
                    _ => None,
                };
                let (rect, place) = (other.place.rect, Typeset::new(&other.place, role)?);
                Some(Box::new(Other { rect, typeset: place, note }))
            }
        };
        Some(Self { source, typeset, other })
    }

    /// The role of its face.
    pub(super) const fn role(&self) -> RoleId {
        self.typeset.setting.role
    }

    /// The note that stands in its box when the text stands elsewhere, and how.
    pub(super) fn note(&self) -> Option<&(&'a str, Setting)> {
        self.other.as_ref()?.note.as_ref()
    }

    /// Writes what it says into the scratch.
    ///
    /// # Errors
    /// What a template says went wrong.
    #[inline]
    pub(super) fn write(
        &self,
        values: &dyn Values,
        templates: &Templates,
        scratch: &mut Scratch,
    ) -> Result<(), EvalError> {
        scratch.text.clear();
        match &self.typeset.rich {
            None => {
                let Scratch { text, contexts, .. } = scratch;
                self.source.text.write(values, templates, contexts, text)
            }
            Some(rich) => rich.write(values, templates, scratch),
        }
    }

    /// The characters of the text in the scratch that no face of their role has, with its name.
    pub(super) fn missing(
        &self,
        tables: &LetterTables<'_>,
        scratch: &Scratch,
    ) -> Vec<(&'a str, Missing)> {
        match &self.typeset.rich {
            None => {
                let lines = scratch.text.split('\n');
                let missing = lines.flat_map(|line| tables.fonts.missing(self.role(), line));
                missing.map(|missing| (self.source.role.as_str(), missing)).collect()
            }
            Some(rich) => rich.missing(self.source, tables, scratch),
        }
    }

    /// Sets and draws the text in the scratch, moved by `by`, in its box or in its other place.
    /// `taken` are the other places that texts of the page stand in.
    pub(super) fn set(
        &self,
        tables: &LetterTables<'_>,
        by: Point,
        scratch: &mut Scratch,
        taken: &mut Vec<Rect>,
        canvas: &mut impl Canvas,
    ) -> Result<(), Unset> {
        match (self.typeset.set(tables, by, scratch, canvas), &self.other) {
            (Err(Unset::Overflow(_) | Unset::Reading(Some(_))), Some(other)) => {
                other.set(tables, by, scratch, taken, canvas)
            }
            (set, _) => set,
        }
    }
}

impl Other<'_> {
    #[cold]
    fn set(
        &self,
        tables: &LetterTables<'_>,
        by: Point,
        scratch: &mut Scratch,
        taken: &mut Vec<Rect>,
        canvas: &mut impl Canvas,
    ) -> Result<(), Unset> {
        let rect = Rect { x: self.rect.x + by.x, y: self.rect.y + by.y, ..self.rect };
        // Nothing is drawn where another text stands; whether it would fit is asked first.
        let free = !taken.iter().any(|other| other.overlaps(&rect));
        let set = if free {
            self.typeset.set(tables, by, scratch, canvas)
        } else {
            self.typeset.set(tables, by, scratch, &mut Blank)
        };
        set.map_err(|unset| match unset {
            Unset::Overflow(overflow) => Unset::Overflow(overflow.elsewhere()),
            Unset::Reading(overflow) => Unset::Reading(overflow.map(Overflow::elsewhere)),
            other => other,
        })?;
        if !free {
            return Err(Unset::Taken);
        }
        taken.push(rect);
        if let Some((said, setting)) = &self.note {
            scratch.text.clear();
            scratch.text.push_str(said);
            let rung = setting.compose(tables, scratch)?;
            setting.draw(rung, by, scratch, canvas);
        }
        Ok(())
    }
}
