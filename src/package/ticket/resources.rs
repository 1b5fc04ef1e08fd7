//! What it is made of and how: one set of resources for each kind, in it one resource for each run, or
//! for each lot where lots differ.

use super::xml::{Attribute, Xml};
use super::{
    PRINTING, Points, Processes, Time, fold_catalog, general_id, is_cut, panels, product_id,
    product_type, sheet_name,
};
use crate::measure::Length;
use crate::model::Scheme;
use crate::model::layout::WorkStyle;
use crate::model::vendor::Flip;
use crate::package::manifest::{LayoutInfo, LotInfo, Manifest, RunInfo};
use std::fmt::Display;

/// Where press files lie, seen from the ticket.
const HERE: &str = "data/";

/// Writes all sets.
pub(super) fn write(manifest: &Manifest, processes: &Processes, xml: &mut Xml) {
    node_info(manifest, xml);
    contacts(manifest, xml);
    run_list(manifest, xml);
    let set = |xml: &mut Xml, name, index: usize, resources: &dyn Fn(&mut Xml, &RunInfo)| {
        let attributes: [Attribute<'_>; 3] =
            [("Name", &name), ("Usage", &"Input"), ("CombinedProcessIndex", &index)];
        xml.element("ResourceSet", &attributes, |xml| {
            manifest.runs.iter().for_each(|run| resources(xml, run));
        });
    };
    set(xml, "Media", PRINTING, &media);
    set(xml, "Layout", PRINTING, &|xml, run| layout(manifest, run, xml));
    set(xml, "DigitalPrintingParams", PRINTING, &printing);
    if let Some(index) = processes.cutting {
        set(xml, "CuttingParams", index, &|xml, run| cutting(manifest, run, xml));
    }
    if let Some(index) = processes.folding {
        set(xml, "FoldingParams", index, &|xml, run| folding(manifest, run, xml));
    }
    if let Some(index) = processes.inserting {
        set(xml, "InsertingParams", index, &inserting);
        envelopes(manifest, index, xml);
    }
    delivery(manifest, processes.delivery(), xml);
    products(manifest, xml);
}

/// A resource of a run; `general` and `specific` are written in the order of the schema, before and
/// after the part that it is for.
fn resource(
    xml: &mut Xml,
    run: &RunInfo,
    attributes: &[Attribute<'_>],
    general: impl FnOnce(&mut Xml),
    specific: impl FnOnce(&mut Xml),
) {
    let name = sheet_name(run);
    xml.element("Resource", attributes, |xml| {
        general(xml);
        xml.empty("Part", &[("SheetName", &name)]);
        specific(xml);
    });
}

fn node_info(manifest: &Manifest, xml: &mut Xml) {
    let Some(day) = &manifest.job.posting_date else { return };
    xml.element("ResourceSet", &[("Name", &"NodeInfo"), ("Usage", &"Input")], |xml| {
        xml.element("Resource", &[], |xml| {
            xml.empty("NodeInfo", &[("LastEnd", &end_of(day)), ("Status", &"Waiting")]);
        });
    });
}

/// The end of the day until when pieces are posted.
const fn end_of(day: &crate::calendar::Date) -> Time<'_> {
    Time { day, clock: "23:59:59" }
}

/// The delivery classes, each once, in the order of runs: a drop each.
fn drops(manifest: &Manifest) -> Vec<&str> {
    let mut drops: Vec<&str> = Vec::new();
    for run in &manifest.runs {
        if !drops.contains(&run.class.delivery.as_str()) {
            drops.push(&run.class.delivery);
        }
    }
    drops
}

fn drop_id(index: usize) -> String {
    format!("Drop{:02}", index + 1)
}

fn contacts(manifest: &Manifest, xml: &mut Xml) {
    let tenant = &manifest.tenant;
    let contact = |xml: &mut Xml| {
        xml.element("Contact", &[], |xml| {
            xml.empty(
                "Company",
                &[("CompanyID", &tenant.code), ("OrganizationName", &tenant.name)],
            );
        });
    };
    xml.element("ResourceSet", &[("Name", &"Contact"), ("Usage", &"Input")], |xml| {
        xml.element("Resource", &[], |xml| {
            xml.empty("Part", &[("ContactType", &"Customer")]);
            contact(xml);
        });
        for index in 0..drops(manifest).len() {
            xml.element("Resource", &[], |xml| {
                let drop = drop_id(index);
                xml.empty("Part", &[("ContactType", &"Delivery"), ("DropID", &drop)]);
                contact(xml);
            });
        }
    });
}

/// The press files: sheets that are imposed already.
fn run_list(manifest: &Manifest, xml: &mut Xml) {
    let attributes: [Attribute<'_>; 3] =
        [("Name", &"RunList"), ("Usage", &"Input"), ("CombinedProcessIndex", &0)];
    xml.element("ResourceSet", &attributes, |xml| {
        for (run, lot) in manifest.lots() {
            let sheet = sheet_name(run);
            xml.element("Resource", &[], |xml| {
                lot_ids(lot, xml);
                xml.empty("Part", &[("Run", &lot.name), ("SheetName", &sheet)]);
                xml.element("RunList", &[("NPage", &lot.sides)], |xml| {
                    let url = lot.file.strip_prefix(HERE).unwrap_or(&lot.file);
                    let file: [Attribute<'_>; 4] = [
                        ("FileSize", &lot.bytes),
                        ("MimeType", &"application/pdf"),
                        ("NPage", &lot.sides),
                        ("URL", &url),
                    ];
                    xml.empty("FileSpec", &file);
                });
            });
        }
    });
}

fn lot_ids(lot: &LotInfo, xml: &mut Xml) {
    general_id(xml, "SHA256", "string", &lot.sha256);
    general_id(xml, "RecipientCount", "integer", &lot.pieces);
    general_id(xml, "FirstSerial", "string", &lot.first_serial);
    general_id(xml, "LastSerial", "string", &lot.last_serial);
    if !lot.stacks.is_empty() {
        let depths: Vec<String> = lot.stacks.iter().map(ToString::to_string).collect();
        general_id(xml, "StackDepths", "string", &depths.join(" "));
    }
}

/// The paper of a run, and how many sheets of it each lot takes.
fn media(xml: &mut Xml, run: &RunInfo) {
    let (stock, id) = (&run.stock, media_id(run));
    let attributes: [Attribute<'_>; 3] =
        [("ID", &id), ("DescriptiveName", &stock.name), ("ExternalID", &stock.id)];
    let amounts = |xml: &mut Xml| {
        xml.element("AmountPool", &[], |xml| {
            for lot in &run.lots {
                xml.element("PartAmount", &[("Amount", &lot.sheets)], |xml| {
                    xml.empty("Part", &[("Run", &lot.name)]);
                });
            }
        });
    };
    let [width, height] = run.layout.sheet.map(Points::from);
    resource(xml, run, &attributes, amounts, |xml| {
        xml.empty(
            "Media",
            &[
                ("Dimension", &format_args!("{width} {height}")),
                ("MediaType", &"Paper"),
                ("MediaUnit", &"Sheet"),
                ("Thickness", &stock.thickness_um),
                ("Weight", &stock.weight_gsm),
            ],
        );
    });
}

fn media_id(run: &RunInfo) -> String {
    format!("Media{:02}", run.number)
}

/// Where slots lie on the front: for information, the press files are imposed.
fn layout(manifest: &Manifest, run: &RunInfo, xml: &mut Xml) {
    let style = match (run.duplex, run.layout.work_style, run.press.flip) {
        (false, ..) => "Simplex",
        (true, WorkStyle::WorkAndTurn, _) | (true, WorkStyle::Sheetwise, Flip::LongEdge) => {
            "WorkAndTurn"
        }
        (true, WorkStyle::WorkAndTumble, _) | (true, WorkStyle::Sheetwise, Flip::ShortEdge) => {
            "WorkAndTumble"
        }
    };
    let attributes: [Attribute<'_>; 2] =
        [("DescriptiveName", &run.layout.name), ("ExternalID", &run.layout.id)];
    let paper = media_id(run);
    let depth = run.lots.iter().flat_map(|lot| &lot.stacks).max();
    resource(
        xml,
        run,
        &attributes,
        |_| {},
        |xml| {
            xml.element("Layout", &[("PaperRef", &paper), ("WorkStyle", &style)], |xml| {
                for (slot, rect) in slots(&run.layout, manifest.form.leaf) {
                    let name = block(slot);
                    let mut attributes: Vec<Attribute<'_>> =
                        vec![("AbsoluteBox", &rect), ("BlockName", &name)];
                    if let (Scheme::CutAndStack, Some(depth)) = (run.layout.scheme, &depth) {
                        attributes
                            .extend([("StackDepth", depth as &dyn Display), ("StackOrd", &slot)]);
                    }
                    xml.empty("Position", &attributes);
                }
            });
        },
    );
}

/// The slots of the front from 0 in reading order, each with its box: left, bottom, right, top.
fn slots(layout: &LayoutInfo, leaf: [Length; 2]) -> impl Iterator<Item = (u32, String)> {
    let um = |length: Length| i64::from(length.as_um());
    let ([width, height], [left, top]) = (leaf.map(um), layout.origin.map(um));
    let (gutter, sheet) = (layout.gutter.map(um), um(layout.sheet[1]));
    let columns = 0..i64::from(layout.columns);
    let cells = (0..i64::from(layout.rows))
        .flat_map(move |row| columns.clone().map(move |column| (column, row)));
    (0..).zip(cells).map(move |(slot, (column, row))| {
        let left = left + (width + gutter[0]) * column;
        let top = sheet - top - (height + gutter[1]) * row;
        let (bottom, right) = (Points(top - height), Points(left + width));
        (slot, format!("{} {bottom} {right} {}", Points(left), Points(top)))
    })
}

fn block(slot: u32) -> String {
    format!("B{}", slot + 1)
}

fn printing(xml: &mut Xml, run: &RunInfo) {
    let sides = if run.duplex { "TwoSided" } else { "OneSidedFront" };
    let attributes: [Attribute<'_>; 2] =
        [("DescriptiveName", &run.press.name), ("ExternalID", &run.press.id)];
    resource(
        xml,
        run,
        &attributes,
        |_| {},
        |xml| {
            xml.empty("DigitalPrintingParams", &[("Sides", &sides)]);
        },
    );
}

fn cutting(manifest: &Manifest, run: &RunInfo, xml: &mut Xml) {
    if !is_cut(manifest, run) {
        return;
    }
    resource(
        xml,
        run,
        &[],
        |_| {},
        |xml| {
            xml.element("CuttingParams", &[], |xml| {
                for (slot, rect) in slots(&run.layout, manifest.form.leaf) {
                    xml.empty("CutBlock", &[("BlockName", &block(slot)), ("Box", &rect)]);
                }
            });
        },
    );
}

fn folding(manifest: &Manifest, run: &RunInfo, xml: &mut Xml) {
    let Some(panels) = panels(manifest, run) else { return };
    let catalog = fold_catalog(panels);
    let general = |xml: &mut Xml| general_id(xml, "Panels", "integer", &panels);
    resource(xml, run, &[], general, |xml| match &catalog {
        Some(catalog) => xml.empty("FoldingParams", &[("FoldCatalog", catalog)]),
        None => xml.empty("FoldingParams", &[]),
    });
}

/// How leaves get into envelopes. Pieces that are too thick for the inserter are enveloped by hand.
fn inserting(xml: &mut Xml, run: &RunInfo) {
    if run.envelope.is_none() {
        return;
    }
    let general = |xml: &mut Xml| {
        general_id(xml, "ByHand", "boolean", &run.class.by_hand);
        for count in &run.by_leaves {
            let usage = format!("PiecesOf{}Leaves", count.leaves);
            general_id(xml, &usage, "integer", &count.pieces);
        }
    };
    resource(xml, run, &[], general, |xml| {
        xml.empty("InsertingParams", &[("InsertLocation", &"Front"), ("Method", &"BlowIn")]);
    });
}

/// The envelopes that inserting takes.
fn envelopes(manifest: &Manifest, index: usize, xml: &mut Xml) {
    let attributes: [Attribute<'_>; 4] = [
        ("Name", &"Component"),
        ("Usage", &"Input"),
        ("CombinedProcessIndex", &index),
        ("ProcessUsage", &"Mother"),
    ];
    xml.element("ResourceSet", &attributes, |xml| {
        for run in &manifest.runs {
            let Some(envelope) = &run.envelope else { continue };
            let attributes: [Attribute<'_>; 2] =
                [("DescriptiveName", &envelope.name), ("ExternalID", &envelope.id)];
            let [width, height] = envelope.size.map(Points::from);
            resource(
                xml,
                run,
                &attributes,
                |xml| amount(xml, run.totals.pieces),
                |xml| {
                    let dimensions = format_args!("{width} {height} 0");
                    xml.empty(
                        "Component",
                        &[("Dimensions", &dimensions), ("ProductType", &"Envelope")],
                    );
                },
            );
        }
    });
}

fn amount(xml: &mut Xml, amount: u64) {
    xml.element("AmountPool", &[], |xml| xml.empty("PartAmount", &[("Amount", &amount)]));
}

/// Until when pieces are posted, by delivery class.
fn delivery(manifest: &Manifest, index: usize, xml: &mut Xml) {
    let attributes: [Attribute<'_>; 3] =
        [("Name", &"DeliveryParams"), ("Usage", &"Input"), ("CombinedProcessIndex", &index)];
    let required = manifest.job.posting_date.as_ref().map(end_of);
    xml.element("ResourceSet", &attributes, |xml| {
        for (index, class) in drops(manifest).into_iter().enumerate() {
            xml.element("Resource", &[("DescriptiveName", &class)], |xml| {
                xml.empty("Part", &[("DropID", &drop_id(index))]);
                let required: Vec<Attribute<'_>> =
                    required.iter().map(|time| ("Required", time as &dyn Display)).collect();
                xml.element("DeliveryParams", &required, |xml| {
                    for run in manifest.runs.iter().filter(|run| run.class.delivery == class) {
                        let item = product_id(run);
                        let amount = run.totals.pieces;
                        xml.empty("DropItem", &[("Amount", &amount), ("ItemRef", &item)]);
                    }
                });
            });
        }
    });
}

/// What comes out: as many pieces as somebody gets.
fn products(manifest: &Manifest, xml: &mut Xml) {
    xml.element("ResourceSet", &[("Name", &"Component"), ("Usage", &"Output")], |xml| {
        for run in &manifest.runs {
            resource(
                xml,
                run,
                &[],
                |xml| amount(xml, run.totals.pieces),
                |xml| {
                    let kind = product_type(run);
                    let kind: Vec<Attribute<'_>> =
                        kind.iter().map(|kind| ("ProductType", kind as &dyn Display)).collect();
                    xml.empty("Component", &kind);
                },
            );
        }
    });
}
