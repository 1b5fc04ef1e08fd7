//! The job ticket: a golden of all its kinds of runs, the judges' word on it, the totals that a reader of
//! XML finds in it, and what verification says to one that was changed.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use crate::bundle_maker::{Bag, SOUND, bundle, seal};
use crate::judges;
use std::fs;
use std::path::{Path, PathBuf};
use tayori::measure::Length;
use tayori::model::Yen;
use tayori::package::manifest::RunInfo;
use tayori::package::{Manifest, Outcome, paths, ticket_xjdf, verify};

/// The golden ticket.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/ticket.xjdf");

/// The manifest of the bundle that the bundle maker makes: runs that are cut and stacked and runs that are
/// not, in envelopes.
fn manifest() -> Manifest {
    Manifest::from_bytes(&bundle(&SOUND).0[paths::MANIFEST]).expect("a sound manifest")
}

/// The same, with a run that is folded, one in no envelope and one that is turned over its short edge.
fn varied() -> Manifest {
    let mut manifest = manifest();
    "検査 <&> \"\t\u{1}".clone_into(&mut manifest.job.title);
    manifest.job.posting_date = None;
    let [first, second, third] = &mut manifest.runs[..] else { panic!("three runs") };
    first.envelope = None;
    let fold = |run: &mut RunInfo, height: i32| {
        let folded = [Length::mm(210), Length::um(height)];
        run.envelope.as_mut().expect("an envelope").folded = Some(folded);
    };
    fold(second, 99_000);
    fold(third, 74_250);
    third.press.flip = tayori::model::vendor::Flip::ShortEdge;
    "速達".clone_into(&mut third.class.delivery);
    third.class.by_hand = true;
    manifest
}

fn on_disk(directory: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory.join(name);
    fs::write(&path, bytes).expect("the disk takes it");
    path
}

#[test]
fn the_golden_ticket() {
    let ticket = String::from_utf8(ticket_xjdf(&manifest())).expect("UTF-8");
    // The program's version and digests of press files change with the program.
    let manifest = manifest();
    let mut steady = ticket;
    for (_, lot) in manifest.lots() {
        steady = steady.replace(&lot.sha256.to_string(), &format!("sha256 of {}", lot.name));
        let size = format!("FileSize=\"{}\"", lot.bytes);
        steady = steady.replace(&size, "FileSize=\"0\"");
    }
    let wanted = fs::read_to_string(GOLDEN).unwrap_or_default();
    if steady != wanted && std::env::var_os("UPDATE").is_some() {
        fs::write(GOLDEN, &steady).expect("the golden can be written");
    }
    assert!(steady == wanted, "{steady}\nUPDATE=1 rewrites {GOLDEN}");
}

#[test]
fn judges_read_every_ticket() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, manifest) in [("sound.xjdf", manifest()), ("varied.xjdf", varied())] {
        let path = on_disk(directory.path(), name, &ticket_xjdf(&manifest));
        judge(&path);
    }
}

/// `xmllint` reads it; with `XJDF_XSD` it is content with it by the schema of CIP4, which is not ours to
/// bring along.
fn judge(ticket: &Path) {
    let ticket = ticket.to_str().expect("a plain path");
    judges::silent("xmllint", &["--noout", "--nonet", ticket]);
    match std::env::var("XJDF_XSD") {
        Ok(schema) => {
            judges::content("xmllint", &["--noout", "--nonet", "--schema", &schema, ticket]);
        }
        #[expect(clippy::print_stderr, reason = "a judge that was not asked is named")]
        Err(_) => eprintln!("XJDF_XSD is unset: {ticket} was not judged by the schema of XJDF 2.2"),
    }
}

/// Adds up what a reader of XML finds, and compares it with the manifest's own sums.
const TOTALS: &str = "
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
manifest = json.load(open(sys.argv[2], encoding='utf-8'))
name = '{http://www.CIP4.org/JDFSchema_2_0}'
assert root.tag == name + 'XJDF' and root.get('Version') == '2.2', root.tag
def total(path, attribute='Amount'):
    return sum(int(each.get(attribute)) for each in root.findall(path.replace('~', name)))
def ids(path, usage):
    found = root.findall(path.replace('~', name))
    return [each.get('IDValue') for each in found if each.get('IDUsage') == usage]
planned = manifest['balance']['planned']
pieces = planned['pieces']
assert total('~ProductList/~Product[@IsRoot=\"true\"]') == pieces
assert total('.//~DropItem') == pieces
assert total('~ResourceSet[@Usage=\"Output\"][@Name=\"Component\"]/~Resource/~AmountPool/~PartAmount') == pieces
assert ids('~GeneralID', 'RecipientCount') == [str(pieces)]
lots = '~ResourceSet[@Name=\"RunList\"]/~Resource'
assert sum(map(int, ids(lots + '/~GeneralID', 'RecipientCount'))) == pieces
assert total('~ResourceSet[@Name=\"Media\"]/~Resource/~AmountPool/~PartAmount') == planned['sheets']
every = [lot for run in manifest['runs'] for lot in run['lots']]
assert total(lots + '/~RunList', 'NPage') == sum(lot['sides'] for lot in every)
files = root.findall((lots + '/~RunList/~FileSpec').replace('~', name))
assert [(each.get('URL'), int(each.get('FileSize'))) for each in files] == \\
    [(lot['file'].removeprefix('data/'), lot['bytes']) for lot in every]
assert ids(lots + '/~GeneralID', 'SHA256') == [lot['sha256'] for lot in every]
enveloped = sum(run['totals']['pieces'] for run in manifest['runs'] if run['envelope'])
assert total('~ResourceSet[@ProcessUsage=\"Mother\"]/~Resource/~AmountPool/~PartAmount') == enveloped
slots = sum(run['layout']['columns'] * run['layout']['rows'] for run in manifest['runs'])
assert len(root.findall('.//' + name + 'Position')) == slots
folds = [[each.get('FoldCatalog') for each in root.iter(name + kind)] for kind in ('FoldingIntent', 'FoldingParams')]
assert folds[0] == [each for each in folds[1] if each], folds
types = root.get('Types').split()
for each in root.findall(name + 'ResourceSet'):
    index = each.get('CombinedProcessIndex')
    asked = {'CuttingParams': 'Cutting', 'FoldingParams': 'Folding', 'InsertingParams': 'Inserting',
             'DeliveryParams': 'Delivery', 'DigitalPrintingParams': 'DigitalPrinting', 'RunList': 'Interpreting'}
    wanted = asked.get(each.get('Name'))
    assert wanted is None or types[int(index)] == wanted, (each.get('Name'), index, types)
";

#[test]
fn a_reader_of_xml_finds_the_manifests_totals() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, manifest) in [("sound", manifest()), ("varied", varied())] {
        let ticket = on_disk(directory.path(), &format!("{name}.xjdf"), &ticket_xjdf(&manifest));
        let list = on_disk(directory.path(), &format!("{name}.json"), &manifest.to_bytes());
        let paths = [ticket.to_str().expect("plain"), list.to_str().expect("plain")];
        judges::content("python3", &["-c", TOTALS, paths[0], paths[1]]);
    }
}

#[test]
fn a_changed_ticket_is_refused() {
    let bag = bundle(&SOUND);
    let manifest = manifest();
    let changed = |text: &str, to: &str| {
        let mut files = bag.0.clone();
        let ticket = String::from_utf8(files[paths::TICKET].clone()).expect("UTF-8");
        assert!(ticket.contains(text), "{text}");
        files.insert(paths::TICKET.to_owned(), ticket.replacen(text, to, 1).into_bytes());
        seal(&manifest, files)
    };
    for (text, to) in [
        ("Sides=\"TwoSided\"", "Sides=\"OneSidedFront\""),
        ("Amount=\"103\"", "Amount=\"104\""),
        ("  <ProductList>", " <ProductList>"),
    ] {
        let report = verify(&changed(text, to), &mut |_| {});
        let failed: Vec<_> =
            report.checks.iter().filter(|check| check.outcome == Outcome::Failed).collect();
        assert_eq!(failed.iter().map(|check| check.id).collect::<Vec<_>>(), ["ticket"], "{text}");
        assert_eq!(report.findings.iter().next().map(|finding| finding.code.0), Some("E821"));
    }
    let mut files = bag.0.clone();
    files.remove(paths::TICKET);
    assert!(!verify(&seal(&manifest, files), &mut |_| {}).passed());
}

/// A manifest may come from anybody.
#[test]
fn figures_of_a_hostile_manifest_do_not_overflow() {
    let mut manifest = manifest();
    let far = Length::mm(100_000);
    for run in &mut manifest.runs {
        run.layout.origin = [far; 2];
        run.layout.gutter = [far; 2];
        run.layout.sheet = [-far; 2];
        (run.layout.columns, run.layout.rows) = (1_000, 1);
        run.totals.yen = Yen(i64::MAX);
        run.totals.pieces = u64::MAX;
    }
    manifest.form.leaf = [far; 2];
    assert!(ticket_xjdf(&manifest).len() > 3_000 * 50);
    manifest.runs[0].layout.columns = u16::MAX;
    let mut files = bundle(&SOUND).0;
    files.insert(paths::MANIFEST.to_owned(), manifest.to_bytes());
    assert!(!verify(&Bag(files), &mut |_| {}).passed());
}
