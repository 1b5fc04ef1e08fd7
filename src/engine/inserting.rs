//! The marks of inserters as they are drawn: on every leaf, and once beforehand, so that a box that is too
//! small is found before anything is made.

use super::{Error, home};
use crate::barcode::{self, lay::Press};
use crate::diag::Diagnostic;
use crate::model::inserter::Sheet;
use crate::model::{Inserter, Plan};
use crate::page::{Blank, Canvas};
use crate::plan;
use crate::render::MarkPen;

/// Buffers of one worker.
#[derive(Default)]
pub(super) struct Inserting {
    pen: MarkPen,
    said: String,
}

impl Inserting {
    /// Draws the mark of a sheet from the corner of its leaf.
    pub(super) fn draw(
        &mut self,
        inserter: &Inserter,
        sheet: &Sheet,
        press: Press,
        canvas: &mut impl Canvas,
    ) -> Result<(), Error> {
        self.said.clear();
        let said = inserter.says(sheet, &mut self.said);
        assert_eq!(said, Ok(()), "planning knows the largest numbers");
        self.pen
            .draw(&inserter.mark, &self.said, press, canvas)
            .map_err(|error| no_room(inserter, &error))
    }
}

/// Draws the mark of every run's inserter once.
pub(super) fn try_marks(plan: &Plan) -> Result<(), Error> {
    let mut inserting = Inserting::default();
    for run in &plan.runs {
        let Some(inserter) = &run.inserter else { continue };
        let press = home::dots(&run.press).expect("the setup knows its presses");
        let sheet =
            Sheet { job: 0, sequence: 0, sheet: 1, sheets: 1, inserts: 0, divert: 0, wrap: 0 };
        inserting.draw(inserter, &sheet, press, &mut Blank)?;
    }
    Ok(())
}

fn no_room(inserter: &Inserter, error: &barcode::Error) -> Error {
    let message = format!("inserter `{}`: its mark cannot be drawn: {error}", inserter.id);
    let hint = "make its box larger, or its digits fewer";
    Error::Configuration(Diagnostic::error(plan::MARK_HAS_NO_ROOM, message).hint(hint).into())
}
