//! What is on the paper already, and what would be printed over it.

use super::{Lint, outlines};
use crate::diag::Diagnostic;
use crate::form::codes;
use crate::form::compile::Compiled;
use crate::form::layout::Item;
use crate::measure::Rect;

impl Compiled {
    /// Nothing that is read is printed over a text or picture that the paper brings.
    pub(super) fn on_stock(&self, lint: &mut Lint<'_>) {
        for (face, origins) in self.form.faces.iter().zip(&self.origins) {
            let all = || face.items.iter().zip(origins);
            let is_read =
                |item: &Item| matches!(item, Item::Text(_) | Item::Image(_) | Item::Symbol(_));
            let stock: Vec<Rect> = all()
                .filter(|(item, origin)| origin.preprinted && is_read(item))
                .flat_map(|(item, _)| outlines(item))
                .collect();
            for (item, origin) in all().filter(|(_, origin)| !origin.preprinted) {
                let is_over = is_read(item) || matches!(item, Item::Table(_));
                if is_over
                    && outlines(item).iter().any(|rect| stock.iter().any(|s| s.overlaps(rect)))
                {
                    let message = "this is printed over what is on the paper already";
                    let finding = Diagnostic::warning(codes::OVER_STOCK, message);
                    let hint = "move it beside the pre-printed text or picture";
                    lint.findings.push(finding.at(origin.place.clone()).hint(hint));
                }
            }
        }
    }
}
