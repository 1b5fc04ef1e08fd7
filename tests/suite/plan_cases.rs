//! Planning by cases: which runs, layouts and lots come of which candidates, what is refused and
//! why, and what must hold for every plan.

use proptest::prelude::*;
use tayori::diag::{Diagnostic, Findings};
use tayori::form::{Align, Fit, Form, Templates, Text, TextBox, VAlign};
use tayori::impose;
use tayori::measure::{Extent, Length, Rect, TypeSize};
use tayori::model::process::Process;
use tayori::model::run::Sizing;
use tayori::model::vendor::FileKind;
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
        field("tax", FieldKind::Yen { min: 0, max: 1_000_000, step: 1 }),
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
            arithmetic: SheetArithmetic {
                sheets: &impose::sheets,
                fit: &impose::fit,
                sound: &impose::sound,
            },
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

const PRICES: &str = r"
[finishing]
cut = { setup_yen = 1000, yen_per_1000 = 500 }
fold = { setup_yen = 100, yen_per_1000 = 50 }
insert = { setup_yen = 300, yen_per_1000 = 2000, permille = 5 }
";

/// A vendor with prices: the sheet-fed presses and a web.
fn priced() -> Case {
    let text = VENDOR
        .replacen(
            "sheets_per_lot = 100",
            "sheets_per_lot = 3000\nrate = { setup_yen = 4000, yen_per_1000 = 2000 }",
            1,
        )
        .replacen(
            "sheets_per_lot = 200",
            "sheets_per_lot = 2500\nrate = { setup_yen = 500, lot_yen = 100, yen_per_1000 = 2500 }",
            1,
        )
        .replace("leaves_min = 100\n", "");
    let web = r#"
[[press]]
id = "web"
name = "輪転機"
process = "web"
web = { widths = [330, 520], lengths = [148, 1000] }
duplex = true
margin = 6
dpi = 600
sheets_per_lot = 40000
rate = { setup_yen = 60000, yen_per_1000 = 900 }
[[layout]]
id = "web-2up"
name = "帯2列"
press = "web"
sheet = [520, 297]
leaf = [210, 297]
columns = 2
rows = 1
origin = [50, 0]
scheme = "stack-by-column"
stack_depth = 1000
"#;
    let stocks = STOCKS.replacen(
        "weight_gsm = 64",
        "weight_gsm = 64\nyen_per_1000 = 1000\nalternatives = [\"roll\"]",
        1,
    ) + r#"
[stock.roll]
name = "巻取紙"
weight_gsm = 64
thickness_um = 85
roll = { width = 520, outer = 1270, core = 76 }
yen_per_1000 = 3000
"#;
    Case {
        vendor: toml::from_str(&(text + web + PRICES)).expect("a sound vendor"),
        stocks: toml::from_str(&stocks).expect("sound stocks"),
        ..Case::new()
    }
}

#[test]
fn the_cheapest_layout_is_taken_and_says_what_the_others_cost() {
    let case = priced();
    let run = |count: usize| {
        let (plan, _) = case.plan(&candidates(&vec![(1, ORDINARY); count])).expect("a plan");
        let run = plan.runs[0].clone();
        (run.layout.id, run.class.stock, run.sizing, run.why)
    };
    // 1,000 pieces on A4: 20 + 10 sheets are spoilt in printing, 5 in inserting. Both sides of 1,035 sheets
    // for 2.5 yen are 5,175, paper 1,035; folding 50 and inserting 2,000; set-up 500 + 100 + 100 + 300.
    let (layout, stock, sizing, why) = run(1000);
    assert_eq!((layout.as_str(), stock.as_str()), ("a4-1up", "plain-64"));
    let expected = Sizing {
        sheets: 1000,
        spoiled: 35,
        lots: 1,
        setup_yen: 1000,
        print_yen: 5175,
        paper_yen: 1035,
        finishing_yen: 2050,
    };
    assert_eq!(sizing, expected);
    assert_eq!(
        why[1],
        "layout `a4-1up`: 9260 yen: 1000 sheets and 35 to spoil, one lot (set-up 1000, printing 5175, paper 1035, finishing 2050)"
    );
    assert!(
        why[2].starts_with("not layout `a3-2up`: 1080 yen more, 10340 yen: 500 sheets and 28"),
        "{why:?}"
    );
    assert!(why[3].starts_with("not layout `web-2up`: "), "{why:?}");
    // More of them on A3, and many on the roll, which is another form of the paper.
    assert_eq!(run(5000).0, "a3-2up");
    let (layout, stock, sizing, why) = run(60_000);
    assert_eq!((layout.as_str(), stock.as_str()), ("web-2up", "roll"));
    // 300 m are 1,011 sheets of 297 mm; 15 and 5 of a thousand.
    assert_eq!((sizing.sheets, sizing.spoiled, sizing.lots), (30_000, 1011 + 450 + 150, 1));
    assert!(why.iter().any(|why| why == "stock `roll`: the same paper as `plain-64`"), "{why:?}");
    // (31,611 sheets of 0.297 m, 3 yen a metre.)
    assert_eq!(sizing.paper_yen, 28_166);
}

#[test]
fn booklets_and_copies_are_taken_only_when_a_job_names_them() {
    use tayori::model::Scheme;
    let pieces = candidates(&[(4, ORDINARY); 100]);
    for scheme in [Scheme::Booklet, Scheme::StepAndRepeat] {
        let mut case = Case::new();
        case.vendor.layout[0].scheme = scheme;
        let taken = |case: &Case| case.plan(&pieces).expect("a plan").0.runs[0].layout.id.clone();
        assert_eq!(taken(&case), "a4-1up", "first and cheap as it is");
        case.job.plan.layouts = vec!["a3-2up".into()];
        assert_eq!(taken(&case), "a3-2up");
        // A form without backs passes over what needs them, and says so.
        case.form.duplex = false;
        if scheme == Scheme::Booklet {
            let finding = case.refused(&pieces);
            assert_eq!(finding.code.0, "E406");
            assert_eq!(finding.hints[0], "not layout `a3-2up`: it is for forms with backs");
        }
    }
    let mut case = Case::new();
    case.job.plan.layouts = vec!["no-such".into()];
    assert_eq!(case.refused(&pieces).code.0, "E406");
}

#[test]
fn lots_end_with_the_roll_the_box_and_the_shift() {
    let mut case = priced();
    case.vendor.layout.retain(|layout| layout.id == "web-2up");
    let many = candidates(&vec![(1, ORDINARY); 110_000]);
    let lots = |case: &Case| {
        let (plan, _) = case.plan(&many).expect("a plan");
        (lot_sheets(&plan, 0).len(), plan.runs[0].why.last().expect("a reason").clone())
    };
    assert_eq!(lots(&case).0, 2, "55,000 sheets, the press holds 40,000");
    // A thinner roll: π (600² - 76²) / 4 · 0.085 mm is 3.27 km, less 300 m of run-in: 10,010 sheets.
    case.stocks.stock.get_mut("roll").and_then(|s| s.roll.as_mut()).expect("a roll").outer =
        Length::mm(600);
    let (count, why) = lots(&case);
    assert_eq!(count, 6);
    assert!(why.ends_with("a roll gives 10010"), "{why}");
    case.vendor.press[2].sheets_per_shift = Some(9000);
    assert!(lots(&case).1.ends_with("a shift prints 9000"), "{}", lots(&case).1);
    case.stocks.stock.get_mut("roll").expect("a roll").per_box = Some(8000);
    assert!(lots(&case).1.ends_with("a box holds 8000"), "{}", lots(&case).1);
}

#[test]
fn small_leaf_classes_join_their_neighbours() {
    let mut case = Case::new();
    case.vendor.merge_below = 3;
    let of = |leaves: &[u16]| {
        let list: Vec<_> = leaves.iter().map(|&leaves| (leaves, ORDINARY)).collect();
        let (plan, _) = case.plan(&candidates(&list)).expect("a plan");
        assert_eq!(plan.balance.planned.records, leaves.len() as u64);
        plan.runs.iter().map(|run| (run.class.leaves, run.pieces.len())).collect::<Vec<_>>()
    };
    assert_eq!(of(&[1, 1, 1, 2, 2, 2]), [((1, 1), 3), ((2, 2), 3)]);
    assert_eq!(of(&[1, 2, 2, 2]), [((1, 2), 4)], "upwards");
    assert_eq!(of(&[1, 1, 1, 2]), [((1, 2), 4)], "the last one downwards");
    assert_eq!(of(&[1, 2, 3, 4, 4, 4]), [((1, 3), 3), ((4, 4), 3)], "until there are enough");
    assert_eq!(of(&[1, 1, 5]), [((1, 1), 2), ((5, u16::MAX), 1)], "never with hand work");
    assert_eq!(of(&[1]), [((1, 1), 1)]);
}

fn plain(case: &mut Case) -> &mut tayori::model::Stock {
    case.stocks.stock.get_mut("plain-64").expect("a stock")
}

#[test]
fn paper_that_a_press_cannot_take_is_refused() {
    let one = candidates(&[(1, ORDINARY)]);
    let refused = |change: &dyn Fn(&mut Case)| {
        let mut case = priced();
        case.vendor.layout.retain(|layout| layout.id == "a4-1up");
        change(&mut case);
        let finding = case.refused(&one);
        format!("{} {}", finding.code, finding.hints.first().unwrap_or(&finding.message))
    };
    let stock = plain;
    let said = refused(&|case| stock(case).parts = 3);
    assert_eq!(said, "E405 not layout `a4-1up`: press `a4` does not strike through 3 parts");
    let said = refused(&|case| stock(case).sprocket = Some(Length::um(12_700)));
    assert_eq!(said, "E405 not layout `a4-1up`: press `a4` is not fed with paper like `plain-64`");
    let said = refused(&|case| {
        stock(case).sprocket = Some(Length::um(12_700));
        case.vendor.press[1].process = Process::Continuous;
    });
    assert_eq!(
        said,
        "E405 not layout `a4-1up`: its slots reach into the sprocket strips of 12.7 mm"
    );
    let said = refused(&|case| case.vendor.layout[0].origin.x = Length::mm(3));
    assert!(said.starts_with("E601 "), "{said}");
    let said = refused(&|case| {
        stock(case).cards =
            vec![Rect::new(Length::mm(20), Length::mm(80), Length::mm(86), Length::mm(54))];
    });
    assert!(said.starts_with("E416 "), "{said}");
    let mut case = priced();
    stock(&mut case).cards =
        vec![Rect::new(Length::mm(20), Length::mm(110), Length::mm(86), Length::mm(54))];
    assert!(case.plan(&one).is_ok(), "between the folds at 99 and 198 mm");
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
    case.vendor.layout[0].file = FileKind::PdfVt1;
    let finding = case.refused(&one);
    assert_eq!(finding.code.0, "E415");
    assert!(finding.message.contains("`a3-2up`") && finding.message.contains("2 slots"));

    let mut case = Case::new();
    case.vendor.layout[1].file = FileKind::PdfVt1;
    let (plan, _) = case.plan(&one).expect("a leaf is a sheet");
    assert_eq!(plan.runs[0].layout.file, FileKind::PdfVt1);

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
