//! A text box made ready, with the other place that it may have.

use super::letters::LetterTables;
use super::setting::{Scratch, Setting, Unset};
use crate::form::{Text, TextBox};
use crate::measure::{Point, Rect};
use crate::page::Canvas;

/// A text box made ready.
#[derive(Debug)]
pub(super) struct TextItem<'a> {
    pub(super) source: &'a TextBox,
    pub(super) setting: Setting,
    /// Where it stands when it does not fit its box.
    other: Option<Box<Other<'a>>>,
}

/// The other place of a text, made ready.
#[derive(Debug)]
struct Other<'a> {
    rect: Rect,
    setting: Setting,
    /// What stands in the text's own box then.
    note: Option<(&'a str, Setting)>,
}

impl<'a> TextItem<'a> {
    /// A text box made ready; `prepare` makes the setting of a box, `None` when its role is unknown.
    pub(super) fn new(
        source: &'a TextBox,
        mut prepare: impl FnMut(&'a TextBox) -> Option<Setting>,
    ) -> Option<Self> {
        let setting = prepare(source)?;
        let other = match &source.alternative {
            None => None,
            Some(other) => {
                let note = match &other.note {
                    Some(TextBox { text: Text::Static(said), .. }) => Some(said.as_str()),
                    _ => None,
                };
                let (rect, place) = (other.place.rect, prepare(&other.place)?);
                Some(Box::new(Other { rect, setting: place, note: note.map(|n| (n, setting)) }))
            }
        };
        Some(Self { source, setting, other })
    }

    /// The note that stands in its box when the text stands elsewhere.
    pub(super) fn note(&self) -> Option<&'a str> {
        self.other.as_ref()?.note.map(|(said, _)| said)
    }

    /// Sets and draws `scratch.text`, moved by `by`, in its box or in its other place. `taken` are
    /// the other places that texts of the page stand in.
    pub(super) fn set(
        &self,
        tables: &LetterTables<'_>,
        by: Point,
        scratch: &mut Scratch,
        taken: &mut Vec<Rect>,
        canvas: &mut impl Canvas,
    ) -> Result<(), Unset> {
        match (self.setting.compose(tables, scratch), &self.other) {
            (Ok(rung), _) => {
                self.setting.draw(rung, by, scratch, canvas);
                Ok(())
            }
            (Err(Unset::Overflow(_)), Some(other)) => other.set(tables, by, scratch, taken, canvas),
            (Err(unset), _) => Err(unset),
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
        let rung = self.setting.compose(tables, scratch).map_err(|unset| match unset {
            Unset::Overflow(overflow) => Unset::Overflow(overflow.elsewhere()),
            other => other,
        })?;
        let rect = Rect { x: self.rect.x + by.x, y: self.rect.y + by.y, ..self.rect };
        if taken.iter().any(|other| other.overlaps(&rect)) {
            return Err(Unset::Taken);
        }
        taken.push(rect);
        self.setting.draw(rung, by, scratch, canvas);
        if let Some((said, setting)) = &self.note {
            scratch.text.clear();
            scratch.text.push_str(said);
            let rung = setting.compose(tables, scratch)?;
            setting.draw(rung, by, scratch, canvas);
        }
        Ok(())
    }
}
