//! Planning by cases: which runs, layouts and lots come of which candidates, what is refused and
//! why, and what must hold for every plan.

use proptest::prelude::*;
use tayori::diag::{Diagnostic, Findings};
use tayori::form::{Align, Fit, Form, Templates, Text, TextBox, VAlign};
use tayori::impose;
use tayori::measure::{Extent, Length, Rect, TypeSize};
use tayori::model::{
    Balance, Field, FieldKind, Job, Layout, Notice, Piece, Plan, Record, Schema, Serial, Stocks,
    Tally, Tenant, Vendor, Yen,
};
use tayori::page::Ink;
use tayori::plan::{
    Candidates, Class, Classifier, Measured, Setting, SheetArithmetic, Summary, Unclassed,
    describe, locate, plan,
};

const STOCKS: &str = r#"
[stock.plain-64]
name = "上質64"
weight_gsm = 64
thickness_um = 85
sizes = [[210, 297], [420, 297], [210, 594]]
[envelope.naga3]
name = "長3窓"
size = [120, 235]
weight_mg = 5000
leaves_max = 4
[envelope.kaku2]
name = "角2"
size = [240, 332]
weight_mg = 12000
leaves_max = 20
"#;

const VENDOR: &str = r#"
name = "北潮印刷センター"
contact = "生産管理課"
[[press]]
id = "a3"
name = "A3両面機"
sheets = [[297, 420]]
duplex = true
margin = 4
dpi = 600
sheets_per_lot = 100
[[press]]
id = "a4"
name = "A4両面機"
sheets = [[210, 297]]
duplex = true
margin = 4
dpi = 600
sheets_per_lot = 200
[[layout]]
id = "a3-2up"
name = "A3 2面"
press = "a3"
sheet = [420, 297]
leaf = [210, 297]
columns = 2
rows = 1
origin = [0, 0]
scheme = "cut-and-stack"
stack_depth = 50
leaves_min = 100
[[layout]]
id = "a4-1up"
name = "A4 1面"
press = "a4"
sheet = [210, 297]
leaf = [210, 297]
columns = 1
rows = 1
origin = [0, 0]
scheme = "n-up"
"#;

const JOB: &str = r#"
title = "納税通知書"
form = "property-tax"
vendor = "v"
levy_year = 2026
issue_date = 2026-04-06
[input]
file = "in.csv"
[plan]
"#;

pub(crate) const TENANT: &str = r#"
code = "980013"
name = "霞ヶ原市"
kana = "かすみがはらし"
prefecture = "北潮県"
population = 92000
mayor = { title = "霞ヶ原市長", name = "早乙女 遥" }
[former]
01 = "旧霞ヶ原市"
02 = "旧沢渡町"
"#;

fn mm(width: i32, height: i32) -> Extent {
    Extent { width: Length::mm(width), height: Length::mm(height) }
}

fn field(id: &str, kind: FieldKind) -> Field {
    Field { id: id.into(), ja: id.into(), kind, required: false, unique: false, sample: None }
}

pub(crate) fn form() -> Form {
    let fields = vec![
        field("no", FieldKind::Digits { min: 1, max: 10 }),
        field("name", FieldKind::Text { max: 20 }),
        field("tax", FieldKind::Yen { min: 0, max: 1_000_000 }),
        field("route", FieldKind::Text { max: 10 }),
        field("former", FieldKind::Text { max: 10 }),
    ];
    let mark = TextBox {
        rect: Rect::default(),
        text: Text::Static(String::new()),
        role: "mark".into(),
        size: TypeSize::pt(6),
        leading: 100,
        align: Align::Right,
        valign: VAlign::Middle,
        fit: Fit { squeeze: 100, size_min: TypeSize::pt(6), lines: 1 },
        ink: Ink::BLACK,
        ..TextBox::default()
    };
    Form {
        id: "property-tax".into(),
        title: "納税通知書".into(),
        edition: "2026-04-01".parse().expect("a date"),
        digest: tayori::digest::Digest::of(b"form"),
        leaf: mm(210, 297),
        duplex: true,
        stock: "plain-64".into(),
        envelope: Some("naga3".into()),
        safe_margin: Length::mm(6),
        schema: Schema { fields, key: 0, rows: vec![] },
        amount: Some(2),
        name: 1,
        checks: vec![],
        faces: vec![],
        mark: mark.clone(),
        mark_back: mark,
        images: vec![],
        slips: Vec::new(),
        readings: Vec::new(),
        summed: Vec::new(),
        templates: Templates::default(),
    }
}

pub(crate) fn stocks() -> Stocks {
    toml::from_str(STOCKS).expect("sound stocks")
}

pub(crate) fn vendor() -> Vendor {
    toml::from_str(VENDOR).expect("a sound vendor")
}

pub(crate) fn job(planning: &str) -> Job {
    toml::from_str(&format!("{JOB}{planning}")).expect("a sound job")
}

/// Everything a plan is made of, to be spoilt by a case.
struct Case {
    job: Job,
    form: Form,
    vendor: Vendor,
    stocks: Stocks,
    first_serial: u32,
}

impl Case {
    fn new() -> Self {
        Self { job: job(""), form: form(), vendor: vendor(), stocks: stocks(), first_serial: 1 }
    }

    fn plan(&self, candidates: &Candidates) -> Result<(Plan, Findings), Findings> {
        let setting = Setting {
            job: &self.job,
            form: &self.form,
            vendor: &self.vendor,
            stocks: &self.stocks,
            arithmetic: SheetArithmetic { sheets: &impose::sheets, fit: &impose::fit },
            first_serial: Serial(self.first_serial),
        };
        let mut warnings = Findings::new();
        let records = candidates.len() as u64;
        let taken = Balance {
            input: Tally { records: records + 2, yen: Yen(7_000), ..Tally::default() },
            held: Tally { records: 2, yen: Yen(7_000), ..Tally::default() },
            ..Balance::default()
        };
        plan(candidates, setting, taken, &mut warnings).map(|plan| (plan, warnings))
    }

    #[track_caller]
    fn refused(&self, candidates: &Candidates) -> Diagnostic {
        let findings = self.plan(candidates).expect_err("a refusal");
        findings.into_iter().next().expect("a finding")
    }
}

const ORDINARY: Class<'_> =
    Class { stock: "plain-64", envelope: "naga3", delivery: "ordinary", former: "" };

/// Candidates without yen, numbered as they stand, with keys that turn their order around.
fn candidates(leaves: &[(u16, Class<'_>)]) -> Candidates {
    let mut candidates = Candidates::new();
    for (record, &(leaves, class)) in (0_u32..).zip(leaves) {
        let measured = Measured { record, leaves, amount: Yen(0) };
        candidates.push(measured, class, |key| key.extend((u32::MAX - record).to_be_bytes()));
    }
    candidates
}

fn lot_sheets(plan: &Plan, run: usize) -> Vec<u32> {
    plan.runs[run].lots.iter().map(|lot| lot.sheets).collect()
}

#[test]
fn runs_divide_by_class_and_pieces_by_key() {
    let remote = Class { former: "02", ..ORDINARY };
    let wide = Class { envelope: "kaku2", ..ORDINARY };
    let list = [(1, ORDINARY), (2, ORDINARY), (1, remote), (5, ORDINARY), (1, ORDINARY), (6, wide)];
    let (plan, warnings) = Case::new().plan(&candidates(&list)).expect("a plan");
    assert!(warnings.is_empty());
    let runs: Vec<String> = plan.runs.iter().map(|run| describe(&run.class)).collect();
    let expected = [
        "plain-64, kaku2, ordinary, 4 to 20 leaves",
        "plain-64, naga3, ordinary, 1 leaves",
        "plain-64, naga3, ordinary, 02, 1 leaves",
        "plain-64, naga3, ordinary, 2 leaves",
        "plain-64, naga3, ordinary, 5 leaves and more, by hand",
    ];
    assert_eq!(runs, expected);
    let records: Vec<u32> = plan.pieces.iter().map(|piece| piece.record).collect();
    assert_eq!(records, [5, 4, 0, 2, 1, 3]);
    assert_eq!(plan.balance.planned.records, 6);
    assert_eq!(plan.balance.planned.pages, 32);
    let place = locate(&plan, Serial(3)).expect("a piece");
    assert_eq!((place.run.number, place.index, place.piece.record), (2, 1, 0));
    assert!(locate(&plan, Serial(0)).is_none() && locate(&plan, Serial(7)).is_none());
}

#[test]
fn few_leaves_go_to_a4_and_many_to_a3_in_stacks() {
    let run = |count: usize| {
        let (plan, _) = Case::new().plan(&candidates(&vec![(1, ORDINARY); count])).expect("a plan");
        let run = &plan.runs[0];
        (run.layout.id.clone(), run.press.id.clone(), lot_sheets(&plan, 0), run.why.clone())
    };
    let (layout, press, lots, why) = run(99);
    assert_eq!((layout.as_str(), press.as_str(), lots.as_slice()), ("a4-1up", "a4", &[99][..]));
    let expected = [
        "not layout `a3-2up`: 99 leaves are fewer than its 100",
        "layout `a4-1up`: the vendor's first for 210 x 297 mm and any number of leaves, the run has 99",
        "press `a4`: prints 210 x 297 mm on both sides",
        "one lot: 99 of the 200 sheets that the press holds",
    ];
    assert_eq!(why, expected);
    // 100 leaves, two up: 50 sheets. 420 leaves are 210 sheets, three lots of the press's 100: in
    // whole stacks of 50 it is 100, 100 and a rest of 10, so the shares are made even.
    let (layout, _, lots, _) = run(100);
    assert_eq!((layout.as_str(), lots.as_slice()), ("a3-2up", &[50][..]));
    let (_, _, lots, why) = run(420);
    assert_eq!(lots, [70, 70, 70]);
    assert_eq!(
        why.last().expect("a reason"),
        "3 lots of up to 70 sheets: even shares, the press holds 100"
    );
    // 520 leaves are 260 sheets: 100, 100 and 60 are whole stacks, and the last is no tiny rest.
    let (_, _, lots, why) = run(520);
    assert_eq!(lots, [100, 100, 60]);
    let reason = "3 lots of up to 100 sheets: whole stacks of 50, the press holds 100";
    assert_eq!(why.last().expect("a reason"), reason);
}

#[test]
fn stacks_are_a_multiple_of_the_leaves() {
    let (plan, _) = Case::new().plan(&candidates(&[(3, ORDINARY); 60])).expect("a plan");
    assert_eq!(plan.runs[0].layout.stack_depth, Some(48));
    assert!(plan.runs[0].why.iter().any(|why| why.starts_with("stacks of 48 sheets, not 50")));
}

#[test]
fn a_run_outside_all_thresholds_is_printed_with_a_warning() {
    let mut case = Case::new();
    case.vendor.layout.truncate(1);
    let (plan, warnings) = case.plan(&candidates(&[(1, ORDINARY); 3])).expect("a plan");
    assert_eq!(plan.runs[0].layout.id, "a3-2up");
    assert_eq!(warnings.iter().map(|finding| finding.code.0).collect::<Vec<_>>(), ["W414"]);
}

#[test]
fn what_cannot_be_printed_is_refused_with_a_reason() {
    let one = candidates(&[(1, ORDINARY)]);
    let mut case = Case::new();
    case.form.leaf = mm(86, 54);
    let finding = case.refused(&one);
    assert_eq!(finding.code.0, "E403");
    assert_eq!(finding.message, "no layout of the vendor is for leaves of 86 x 54 mm");

    let mut case = Case::new();
    case.vendor.layout[0].press = "b2".into();
    case.vendor.layout[1].press = "b2".into();
    assert_eq!(case.refused(&one).code.0, "E404");

    let mut case = Case::new();
    case.stocks.stock.get_mut("plain-64").expect("the stock").sizes = vec![mm(320, 450)];
    let finding = case.refused(&one);
    assert_eq!(finding.code.0, "E405");
    assert_eq!(
        finding.message,
        "no press takes stock `plain-64` in a layout for leaves of 210 x 297 mm"
    );
    let reason = "not layout `a3-2up`: stock `plain-64` does not come in 420 x 297 mm";
    assert_eq!(finding.hints[0], reason);
    assert_eq!(finding.field.as_deref(), Some("run 1: plain-64, naga3, ordinary, 1 leaves"));

    let mut case = Case::new();
    for press in &mut case.vendor.press {
        press.duplex = false;
    }
    assert_eq!(case.refused(&one).code.0, "E406");

    let mut case = Case::new();
    case.vendor.layout.truncate(1);
    assert_eq!(case.refused(&candidates(&[(60, ORDINARY); 9])).code.0, "E406");

    let mut case = Case::new();
    case.vendor.layout.remove(0);
    let finding = case.refused(&candidates(&[(1, ORDINARY), (201, ORDINARY)]));
    assert_eq!(finding.code.0, "E409");
    assert_eq!(finding.message, "piece 1 of the run takes more sheets than the press holds: 200");

    let case = Case { first_serial: 9_999_999, ..Case::new() };
    assert!(case.plan(&one).is_ok());
    assert_eq!(case.refused(&candidates(&[(1, ORDINARY); 2])).code.0, "E412");
}

#[test]
fn a_balance_that_does_not_close_is_refused() {
    let mut candidates = candidates(&[(1, ORDINARY)]);
    let measured = Measured { record: 1, leaves: 1, amount: Yen(1) };
    candidates.push(measured, ORDINARY, |key| key.push(0));
    assert_eq!(Case::new().refused(&candidates).code.0, "E413");
}

fn classifier(planning: &str) -> Result<Classifier, Findings> {
    let tenant: Tenant = toml::from_str(TENANT).expect("a sound tenant");
    Classifier::new(&job(planning), &form(), &tenant, &stocks())
}

#[test]
fn planning_rules_are_resolved_or_refused() {
    let refused = |planning: &str| {
        let finding = classifier(planning).expect_err("a refusal").into_iter().next();
        let finding = finding.expect("a finding");
        (finding.code.0, finding.message, finding.hints.concat())
    };
    let (code, message, hint) = refused("sort = [\"rout\"]");
    assert_eq!((code, message.as_str()), ("E407", "there is no field `rout`"));
    assert_eq!(hint, "did you mean `route`");
    assert_eq!(refused("leaf_classes = [1, 3, 2]").0, "E408");
    assert_eq!(refused("leaf_classes = [2]").0, "E408");
    let rule = "envelope = [{ field = \"route\", is = \"A\", envelope = \"naga4\" }]";
    assert_eq!(refused(rule).0, "E402");
}

#[test]
fn records_are_classed_by_the_jobs_rules() {
    let rules = "delivery_field = \"route\"\nformer_field = \"former\"\nsort = [\"tax\"]\n\
        envelope = [{ field = \"tax\", is = \"900\", envelope = \"kaku2\" }]";
    let classifier = classifier(rules).expect("sound rules");
    let push = |cells: [&str; 5], candidates: &mut Candidates| {
        let mut record = Record::default();
        for cell in cells {
            record.fields.push(cell);
        }
        let form = form();
        let notice = Notice::read(&form.schema, &record, |_, _| {});
        let record_number = u32::try_from(candidates.len()).expect("few");
        let measured = Measured { record: record_number, leaves: 1, amount: Yen(0) };
        classifier.push(candidates, measured, &record, &notice)
    };
    let mut list = Candidates::new();
    assert_eq!(push(["2", "あ", "900", "A", "01"], &mut list), Ok(()));
    assert_eq!(push(["1", "い", "1000", "A", ""], &mut list), Ok(()));
    assert_eq!(push(["3", "う", "30", "A", ""], &mut list), Ok(()));
    assert_eq!(push(["4", "え", "30", "", "01"], &mut list), Err(Unclassed::Delivery(3)));
    assert_eq!(push(["5", "お", "30", "A", "09"], &mut list), Err(Unclassed::Former(4)));
    let finding = Unclassed::Former(4).diagnostic(&form());
    assert_eq!((finding.code.0, finding.field.as_deref()), ("E411", Some("former")));
    let (plan, _) = Case::new().plan(&list).expect("a plan");
    let runs: Vec<String> = plan.runs.iter().map(|run| describe(&run.class)).collect();
    assert_eq!(runs, ["plain-64, kaku2, A, 01, 1 leaves", "plain-64, naga3, A, 1 leaves"]);
    let records: Vec<u32> = plan.pieces.iter().map(|piece| piece.record).collect();
    assert_eq!(records, [0, 2, 1], "30 yen come before 1000");
}

#[test]
fn a_summary_adds_up() {
    let list = [(1, Class { former: "01", ..ORDINARY }), (2, ORDINARY), (2, ORDINARY)];
    let case = Case::new();
    let (plan, _) = case.plan(&candidates(&list)).expect("a plan");
    let summary = Summary::of(&plan, case.form.leaf, &case.stocks);
    assert_eq!(summary.runs.len(), 2);
    assert_eq!(summary.former.len(), 2);
    // A4 of 64 g/m² is 3.99168 g; five leaves and three envelopes of 5 g, rounded up a run.
    assert_eq!(summary.weight_g, 9 + 26);
    assert_eq!(summary.balance, plan.balance);
}

fn shuffled() -> impl Strategy<Value = (Vec<(u16, bool)>, Vec<usize>)> {
    prop::collection::vec((1_u16..7, any::<bool>()), 1..400).prop_flat_map(|list| {
        let order = (0..list.len()).collect::<Vec<_>>();
        (Just(list), Just(order).prop_shuffle())
    })
}

proptest! {
    #[test]
    fn every_plan_keeps_every_piece(
        (list, order) in shuffled(), press_sheets in 10_u32..60, depth in 7_u32..30,
    ) {
        let mut case = Case::new();
        for press in &mut case.vendor.press {
            press.sheets_per_lot = press_sheets;
        }
        case.vendor.layout[0].stack_depth = Some(depth);
        case.form.envelope = None;
        let class = |remote: bool| Class { former: if remote { "02" } else { "" }, ..ORDINARY };
        let build = |order: &mut dyn Iterator<Item = usize>| {
            let mut candidates = Candidates::new();
            for record in order {
                let (leaves, remote) = list[record];
                let record = u32::try_from(record).expect("few");
                let measured = Measured { record, leaves, amount: Yen(0) };
                candidates.push(measured, class(remote), |key| key.push((record % 7) as u8));
            }
            candidates
        };
        let (plan, _) = case.plan(&build(&mut (0..list.len()))).expect("a plan");
        let (again, _) = case.plan(&build(&mut order.into_iter())).expect("a plan");
        prop_assert_eq!(&plan.pieces, &again.pieces, "the order of candidates does not matter");

        let mut records: Vec<u32> = plan.pieces.iter().map(|piece| piece.record).collect();
        records.sort_unstable();
        prop_assert!(records.into_iter().eq(0..u32::try_from(list.len()).expect("few")));
        let mut next = 0;
        for run in &plan.runs {
            prop_assert_eq!(run.pieces.start, next);
            for lot in &run.lots {
                prop_assert_eq!(lot.pieces.start, next);
                prop_assert!(!lot.pieces.is_empty() && lot.sheets <= press_sheets);
                next = lot.pieces.end;
                let pieces = &plan.pieces[lot.pieces.start as usize..next as usize];
                prop_assert_eq!(impose::sheets(&run.layout, pieces), Some(lot.sheets));
                let leaves: u32 = pieces.iter().map(|piece| u32::from(piece.leaves)).sum();
                prop_assert_eq!(leaves, lot.leaves);
                let inside = |piece: &Piece| run.class.leaves.0 <= piece.leaves
                    && piece.leaves <= run.class.leaves.1;
                prop_assert!(pieces.iter().all(inside));
            }
            prop_assert_eq!(run.pieces.end, next);
            let fewest = fewest_lots(&run.layout, &plan, run, press_sheets);
            prop_assert_eq!(run.lots.len(), fewest, "no more lots than needed");
        }
        prop_assert_eq!(next as usize, list.len());
        prop_assert!(plan.balance.closes());
    }
}

/// How many lots there must be at least.
fn fewest_lots(layout: &Layout, plan: &Plan, run: &tayori::model::Run, most: u32) -> usize {
    let mut pieces = &plan.pieces[run.pieces.start as usize..run.pieces.end as usize];
    let mut lots = 0;
    while !pieces.is_empty() {
        pieces = &pieces[impose::fit(layout, pieces, most)..];
        lots += 1;
    }
    lots
}
