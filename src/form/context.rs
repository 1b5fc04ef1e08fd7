//! Contexts of Tera, kept from one text to the next: what is known beforehand stands in them once,
//! and what differs from page to page is written over.

use super::eval::tera_value;
use super::text::{Program, Values};
use std::sync::Arc;
use tera::{Context, Map, Tera, Value};

/// The contexts of the templates that a worker has met. They belong to one form at a time: meeting
/// another form empties them.
#[derive(Debug, Default)]
pub struct Contexts {
    /// The instance of the form that they belong to.
    of: Option<Arc<Tera>>,
    /// By the template's position in the form.
    by_template: Vec<Option<Context>>,
    /// A buffer for what conditions answer.
    answer: String,
}

impl Contexts {
    /// The context of a template with the values of a page.
    pub(super) fn filled(
        &mut self,
        tera: &Arc<Tera>,
        programs: &[Program],
        at: usize,
        values: &dyn Values,
    ) -> &Context {
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, tera)) {
            self.by_template.clear();
            self.of = Some(Arc::clone(tera));
        }
        if self.by_template.len() <= at {
            self.by_template.resize(programs.len(), None);
        }
        let program = &programs[at];
        let context = self.by_template[at].get_or_insert_with(|| program.known.clone());
        for (name, scope) in &program.fields {
            context.insert_value(name.clone(), tera_value(values.value(*scope)));
        }
        for (root, names) in &program.dotted {
            // The table of the page before is written over; every name of it is set anew.
            let mut table: Map = context.remove(root).and_then(Value::into_map).unwrap_or_default();
            for (name, scope) in names {
                table.insert(name.clone(), tera_value(values.value(*scope)));
            }
            context.insert_value(root.clone(), Value::from(table));
        }
        context
    }

    /// The buffer for an answer, empty.
    pub(super) fn take_answer(&mut self) -> String {
        let mut answer = std::mem::take(&mut self.answer);
        answer.clear();
        answer
    }

    /// Gives the buffer back.
    pub(super) fn give_answer(&mut self, answer: String) {
        self.answer = answer;
    }
}
