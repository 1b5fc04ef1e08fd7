//! `ticket.xjdf`: the job ticket in CIP4's XJDF 2.2, a projection of the manifest and of nothing else, so that
//! whoever has the manifest can write it again and compare every byte. `docs/bundle.md` says what it holds.
//!
//! Elements stand in the order in which the schema wants them. Lengths are points, the origin is the
//! bottom left corner of the sheet's front, as the specification has it.

mod products;
mod resources;
mod xml;

use super::manifest::{Manifest, RunInfo};
use crate::measure::{Length, div_round};
use std::fmt;
use xml::{Attribute, Xml};

/// The zone of all times: Japan has one, and no summer time.
const ZONE: &str = "+09:00";

/// The bytes of the ticket.
#[must_use]
pub fn ticket_xjdf(manifest: &Manifest) -> Vec<u8> {
    let mut xml = Xml::new();
    let processes = Processes::of(manifest);
    let types = processes.types();
    let attributes: [Attribute<'_>; 6] = [
        ("xmlns", &"http://www.CIP4.org/JDFSchema_2_0"),
        ("Version", &"2.2"),
        ("JobID", &manifest.bundle.id),
        ("ProjectID", &format_args!("{}-{}", manifest.tenant.id, manifest.job.id)),
        ("DescriptiveName", &manifest.job.title),
        ("Types", &types),
    ];
    xml.element("XJDF", &attributes, |xml| {
        audit(manifest, xml);
        let total = manifest.balance.planned;
        general_id(xml, "RecipientCount", "integer", &total.pieces);
        general_id(xml, "JobCode", "string", &manifest.job.code);
        general_id(xml, "LevyYear", "integer", &manifest.job.levy_year);
        products::write(manifest, xml);
        resources::write(manifest, &processes, xml);
    });
    xml.finish()
}

/// Who wrote it. The time is the day of issue: a ticket knows no clock.
fn audit(manifest: &Manifest, xml: &mut Xml) {
    let time = Time { day: &manifest.job.issue_date, clock: "00:00:00" };
    let attributes: [Attribute<'_>; 4] = [
        ("AgentName", &manifest.generator.name),
        ("AgentVersion", &manifest.generator.version),
        ("DeviceID", &manifest.generator.name),
        ("Time", &time),
    ];
    xml.element("AuditPool", &[], |xml| {
        xml.element("AuditCreated", &[], |xml| xml.empty("Header", &attributes));
    });
}

/// An identifier or figure for which XJDF has no attribute.
fn general_id(xml: &mut Xml, usage: &str, kind: &str, value: &dyn fmt::Display) {
    xml.empty("GeneralID", &[("DataType", &kind), ("IDUsage", &usage), ("IDValue", value)]);
}

/// The processes of a ticket, each with its index in `Types`.
struct Processes {
    cutting: Option<usize>,
    folding: Option<usize>,
    inserting: Option<usize>,
}

/// The index of `DigitalPrinting`.
const PRINTING: usize = 2;

impl Processes {
    fn of(manifest: &Manifest) -> Self {
        let any = |wanted: &dyn Fn(&RunInfo) -> bool| manifest.runs.iter().any(wanted);
        let mut next = PRINTING;
        let mut index = |wanted: bool| {
            next += usize::from(wanted);
            wanted.then_some(next)
        };
        Self {
            cutting: index(any(&|run| is_cut(manifest, run))),
            folding: index(any(&|run| panels(manifest, run).is_some())),
            inserting: index(any(&|run| run.envelope.is_some())),
        }
    }

    fn types(&self) -> String {
        let mut types = "Interpreting Rendering DigitalPrinting".to_owned();
        let optional =
            [(self.cutting, "Cutting"), (self.folding, "Folding"), (self.inserting, "Inserting")];
        for (_, name) in optional.iter().filter(|(index, _)| index.is_some()) {
            types.push(' ');
            types.push_str(name);
        }
        types.push_str(" Delivery");
        types
    }

    /// The index of `Delivery`.
    fn delivery(&self) -> usize {
        let before = [self.cutting, self.folding, self.inserting];
        before.into_iter().flatten().max().unwrap_or(PRINTING) + 1
    }
}

/// Whether sheets of a run are cut: a sheet that is its leaf is not.
fn is_cut(manifest: &Manifest, run: &RunInfo) -> bool {
    run.layout.sheet != manifest.form.leaf
}

/// The panels of a leaf that is folded for its envelope; `None` when it goes in flat or nowhere.
fn panels(manifest: &Manifest, run: &RunInfo) -> Option<i32> {
    let [_, height] = run.envelope.as_ref()?.folded?;
    let leaf = manifest.form.leaf[1].as_um();
    let panels = leaf.checked_div(height.as_um())?;
    (panels > 1).then_some(panels)
}

/// The name in CIP4's catalog of a leaf folded into so many panels, when it has one: across into two,
/// or into three as a letter is (巻三つ折).
const fn fold_catalog(panels: i32) -> Option<&'static str> {
    match panels {
        2 => Some("F4-1"),
        3 => Some("F6-1"),
        _ => None,
    }
}

/// The name under which all resources of a run stand.
fn sheet_name(run: &RunInfo) -> String {
    format!("R{:02}", run.number)
}

/// The product that goes to whoever gets a piece of the run.
fn product_id(run: &RunInfo) -> String {
    format!("Piece{:02}", run.number)
}

/// What kind of product a run makes, where that is known: a leaf in no envelope may be a card or a letter.
fn product_type(run: &RunInfo) -> Option<&'static str> {
    run.envelope.as_ref().map(|_| "FilledEnvelope")
}

/// A length in points; micrometres, so many that what a manifest says can be added up.
#[derive(Clone, Copy)]
struct Points(i64);

impl From<Length> for Points {
    fn from(length: Length) -> Self {
        Self(length.as_um().into())
    }
}

impl fmt::Display for Points {
    #[expect(clippy::integer_division, reason = "whole points and their rest are wanted apart")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = div_round(self.0 * 3600, 1270);
        let (sign, all) = (if all < 0 { "-" } else { "" }, all.abs());
        let (whole, rest) = (all / 1000, all % 1000);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let rest = format!("{rest:03}");
        write!(f, "{sign}{whole}.{}", rest.trim_end_matches('0'))
    }
}

/// A day and a time of it.
struct Time<'a> {
    day: &'a crate::calendar::Date,
    clock: &'a str,
}

impl fmt::Display for Time<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}{ZONE}", self.day, self.clock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_points() {
        for (um, wanted) in [(0, "0"), (25_400, "72"), (210_000, "595.276"), (-12_700, "-36")] {
            assert_eq!(Points(um).to_string(), wanted);
        }
        assert_eq!(Points(352_778).to_string(), "1000.001");
        assert_eq!(Points(35_278).to_string(), "100.001");
        assert_eq!(Points(176).to_string(), "0.499");
    }
}
