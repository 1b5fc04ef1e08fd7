//! What is made: for each run one product for those who get a piece, and what it is put together from.

use super::xml::{Attribute, Xml};
use super::{Points, fold_catalog, general_id, panels, product_id, product_type};
use crate::package::manifest::{Manifest, RunInfo};
use std::fmt::Display;

/// Writes the list of products.
pub(super) fn write(manifest: &Manifest, xml: &mut Xml) {
    xml.element("ProductList", &[], |xml| {
        for run in &manifest.runs {
            product(manifest, run, xml);
        }
    });
}

fn product(manifest: &Manifest, run: &RunInfo, xml: &mut Xml) {
    let (id, number) = (product_id(run), run.number);
    let pieces = run.totals.pieces;
    let kind = product_type(run);
    let mut attributes: Vec<Attribute<'_>> = vec![
        ("ID", &id),
        ("IsRoot", &"true"),
        ("Amount", &pieces),
        ("DescriptiveName", &manifest.form.title),
    ];
    attributes.extend(kind.iter().map(|kind| ("ProductType", kind as &dyn Display)));
    let recipients = |xml: &mut Xml| general_id(xml, "RecipientCount", "integer", &pieces);
    let Some(envelope) = &run.envelope else {
        xml.element("Product", &attributes, |xml| {
            recipients(xml);
            intents(manifest, run, xml);
        });
        return;
    };
    let (container, letter) = (format!("Envelope{number:02}"), format!("Letter{number:02}"));
    xml.element("Product", &attributes, |xml| {
        recipients(xml);
        xml.element("Intent", &[("Name", &"AssemblingIntent")], |xml| {
            xml.element("AssemblingIntent", &[("Container", &container)], |xml| {
                xml.empty("BlowIn", &[("ChildRef", &letter)]);
            });
        });
    });
    // What goes into one product, so one of each.
    xml.empty(
        "Product",
        &[
            ("ID", &container),
            ("IsRoot", &"false"),
            ("Amount", &1),
            ("ProductType", &"Envelope"),
            ("DescriptiveName", &envelope.name),
            ("ExternalID", &envelope.id),
        ],
    );
    let letter: [Attribute<'_>; 4] =
        [("ID", &letter), ("IsRoot", &"false"), ("Amount", &1), ("ProductType", &"Letter")];
    xml.element("Product", &letter, |xml| intents(manifest, run, xml));
}

/// How the leaves of a piece are folded and printed, and on what.
fn intents(manifest: &Manifest, run: &RunInfo, xml: &mut Xml) {
    if let Some(catalog) = panels(manifest, run).and_then(fold_catalog) {
        xml.element("Intent", &[("Name", &"FoldingIntent")], |xml| {
            xml.empty("FoldingIntent", &[("FoldCatalog", &catalog)]);
        });
    }
    let [width, height] = manifest.form.leaf.map(Points::from);
    // The heads of both pages of a leaf always meet, whichever edge the press turns a sheet over.
    let sides = if run.duplex { "TwoSidedHeadToHead" } else { "OneSided" };
    let dimensions = format_args!("{width} {height}");
    xml.element("Intent", &[("Name", &"LayoutIntent")], |xml| {
        xml.empty("LayoutIntent", &[("Dimensions", &dimensions), ("Sides", &sides)]);
    });
    xml.element("Intent", &[("Name", &"MediaIntent")], |xml| {
        let stock = &run.stock;
        let (weight, thickness) = (stock.weight_gsm, stock.thickness_um);
        xml.empty(
            "MediaIntent",
            &[("MediaType", &"Paper"), ("Thickness", &thickness), ("Weight", &weight)],
        );
    });
}
