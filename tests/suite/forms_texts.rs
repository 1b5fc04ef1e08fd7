//! Compiled texts at work: what is folded, what is formatted, and that a template means the same
//! whether it is written directly or rendered by Tera.

use proptest::prelude::*;
use std::collections::BTreeMap;
use tayori::calendar::Date;
use tayori::form::{
    self, Align, Compiled, Condition, Contexts, FaceRole, Form, FormSource, Item, Scope, Sources,
    Text, TextBox, Values,
};
use tayori::measure::{Length, Rect};
use tayori::model::{Decimal, Param, Params, Stocks, Tenant, Value, Yen};

const HEAD: &str = r#"
[form]
title = "試験通知"
leaf = [210, 297]
sides = "simplex"
stock = "plain"
name = "name"
mark = { box = [144, 287, 54, 3], size = 6.5 }
[params]
note = ""
copies = 2
[input]
key = "no"
[input.fields]
no = { ja = "番号", type = "digits", min = 4, max = 10 }
name = { ja = "氏名", type = "text", max = 100, required = true }
amount = { ja = "税額", type = "yen" }
due = { ja = "納期限", type = "date" }
area = { ja = "地積", type = "decimal" }
debit = { ja = "口座振替", type = "flag" }
kind = { ja = "区分", type = "choice", of = ["土地", "家屋"] }
[input.rows]
tax = { ja = "税額", type = "yen" }
[face.first-front]
"#;

fn tenant() -> Tenant {
    let toml = r#"
code = "980001"
name = "試験市"
kana = "しけんし"
prefecture = "北潮県"
population = 1000
mayor = { title = "試験市長", name = "試験 太郎" }
style = { gannen = false }
[text]
rate = "1.4%"
"#;
    Tenant { id: "test".into(), ..toml::from_str(toml).expect("a tenant") }
}

fn stocks() -> Stocks {
    let toml =
        "[stock.plain]\nname = \"上質\"\nweight_gsm = 64\nthickness_um = 85\nsizes = [[210, 297]]";
    toml::from_str(toml).expect("stocks")
}

fn params() -> Params {
    let mut params = Params::new();
    for (path, text) in [("tenant.name", "試験市"), ("tenant.text.rate", "1.4%")] {
        params.set(path, Param::Text(text.into()));
    }
    params.set("tenant.style.gannen", Param::Flag(false));
    params.set("tenant.lines", Param::List(vec!["一".into(), "二".into()]));
    params.set("tenant.many", Param::List(vec!["行".into(); 30]));
    params.set("job.levy_year", Param::Int(2026));
    params.set("job.issue_date", Param::Date(Date::constant(2019, 5, 1)));
    params
}

fn compile(body: &str, parts: &BTreeMap<&str, &str>) -> Compiled {
    compile_text(format!("{HEAD}{body}"), parts, &params())
}

fn compile_text(text: String, parts: &BTreeMap<&str, &str>, params: &Params) -> Compiled {
    let source = FormSource { file: "forms/test/2026-04-01.toml".into(), text };
    let (tenant, stocks) = (tenant(), stocks());
    let sources = Sources {
        parts: &|name| {
            let text = (*parts.get(name)?).to_owned();
            Some(FormSource { file: format!("forms/parts/{name}.toml"), text })
        },
        images: &|_| true,
        params,
        tenant: &tenant,
        stocks: &stocks,
    };
    form::compile(&source, &sources)
        .unwrap_or_else(|found| panic!("{}\n{:#?}", source.text, found.iter().collect::<Vec<_>>()))
}

fn items(form: &Form) -> &[Item] {
    &form.face(FaceRole::FirstFront).expect("a front").1.items
}

fn boxes(form: &Form) -> Vec<&TextBox> {
    items(form)
        .iter()
        .filter_map(|item| match item {
            Item::Text(text) => Some(text),
            _ => None,
        })
        .collect()
}

/// A form with one text.
fn one(template: &str) -> Form {
    let template = template.replace('\\', "\\\\").replace('"', "\\\"");
    let body = format!("[[face.first-front.text]]\nbox = [20, 20, 100, 6]\ntext = \"{template}\"");
    compile(&body, &BTreeMap::new()).form
}

/// The values of a page.
#[derive(Debug, Clone)]
struct Page {
    name: String,
    amount: Option<i64>,
    due: Option<Date>,
    area: Option<i64>,
    debit: bool,
    kind: &'static str,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            name: "髙﨑 葛\u{E0100}子".into(),
            amount: Some(1_234_500),
            due: Some(Date::constant(2026, 4, 30)),
            area: Some(12_050),
            debit: true,
            kind: "土地",
        }
    }
}

impl Values for Page {
    fn value(&self, scope: Scope) -> Value<'_> {
        match scope {
            Scope::Field(0) => Value::Text("0012345"),
            Scope::Field(1) if self.name.is_empty() => Value::Empty,
            Scope::Field(1) => Value::Text(&self.name),
            Scope::Field(2) => self.amount.map_or(Value::Empty, |n| Value::Yen(Yen(n))),
            Scope::Field(3) => self.due.map_or(Value::Empty, Value::Date),
            Scope::Field(4) => self
                .area
                .map_or(Value::Empty, |unscaled| Value::Decimal(Decimal { unscaled, scale: 2 })),
            Scope::Field(5) => Value::Flag(self.debit),
            Scope::Field(_) => Value::Text(self.kind),
            Scope::Row(_) => Value::Yen(Yen(700)),
            Scope::Serial => Value::Text("0000123"),
            Scope::Mark => Value::Text("K7Q2-0000123-1/1-0"),
            Scope::Leaf | Scope::Leaves => Value::Int(1),
            Scope::RowNumber | Scope::RowCount | Scope::GroupRows => Value::Int(3),
            Scope::Sum(_) | Scope::Running(_) => Value::Yen(Yen(2_100)),
        }
    }
}

fn written(form: &Form, page: &Page) -> String {
    written_with(form, page, &mut Contexts::default())
}

fn written_with(form: &Form, page: &Page, contexts: &mut Contexts) -> String {
    let mut out = String::new();
    let text = &boxes(form)[0].text;
    text.write(page, &form.templates, contexts, &mut out).expect("it can be rendered");
    out
}

#[track_caller]
fn says(template: &str, expected: &str) {
    assert_eq!(written(&one(template), &Page::default()), expected, "{template}");
}

#[track_caller]
fn folds(template: &str, expected: &str) {
    assert_eq!(boxes(&one(template))[0].text, Text::Static(expected.into()), "{template}");
}

#[test]
fn what_is_known_beforehand_is_static() {
    folds("{{ tenant.name }}　{{ job.levy_year | nendo }}", "試験市　令和8年度");
    folds("{{ job.issue_date | wareki }}", "令和1年5月1日");
    folds("{{ param.note | or(text='なし') }}{# 注 #}", "なし");
    folds("{{ param.note | or(text=tenant.name) }}", "試験市");
    folds("{% if form.seal %}印{% else %}公印省略{% endif %}", "公印省略");
    folds("{{ tenant.lines | join(sep='・') }}", "一・二");
    folds("{% for line in tenant.lines %}〔{{ line }}〕{% endfor %}", "〔一〕〔二〕");
    folds("{{ param.copies * 3 }}部", "6部");
    folds("{% if tenant.seal %}有{% else %}無{% endif %}", "無");
    folds("{% set n = tenant.name %}{{ n | wide }}", "試験市");
}

#[test]
fn values_are_formatted() {
    says("第{{ no }}号", "第0012345号");
    says("{{ amount | yen }}円", "1,234,500円");
    says("{{ due | wareki }}（{{ due | month_day }}）", "令和8年4月30日（4月30日）");
    says("{{ name }}　様", "髙﨑 葛\u{E0100}子　様");
    says("{{ serial }}/{{ leaf }}", "0000123/1");
    says("{% if debit %}口座振替{% else %}納付書{% endif %}", "口座振替");
    says("{% if amount %}{{ (amount * 2) | yen }}{% endif %}", "2,469,000");
    says("{% if kind == '土地' %}{{ area | comma }}㎡{% endif %}", "120.50㎡");
}

#[test]
fn conditions_are_decided() {
    let page = Page::default();
    let none = Page { amount: Some(0), debit: false, kind: "家屋", ..Page::default() };
    for (when, with, without) in [
        ("debit", true, false),
        ("not debit", false, true),
        ("amount", true, false),
        ("amount == 0", false, true),
        ("kind == '土地'", true, false),
        ("kind != '土地'", false, true),
        ("amount and amount > 100 and kind == '土地'", true, false),
        ("debit or kind in ['家屋']", true, true),
        ("leaf == 1", true, true),
        ("not (debit and tenant.seal)", true, true),
    ] {
        let body = format!(
            "[[face.first-front.text]]\nbox = [20, 20, 100, 6]\ntext = \"a\"\nwhen = \"{when}\""
        );
        let form = compile(&body, &BTreeMap::new()).form;
        let condition = boxes(&form)[0].when.as_ref().expect("it depends on the page");
        let mut contexts = Contexts::default();
        let mut holds = |page| {
            condition.holds(page, &form.templates, &mut contexts).expect("it can be decided")
        };
        assert_eq!((holds(&page), holds(&none)), (with, without), "{when}");
    }
}

#[test]
fn conditions_known_beforehand_vanish() {
    for (when, items) in [
        ("param.copies == 2", 1),
        ("param.copies == 3", 0),
        ("tenant.seal", 0),
        ("not tenant.seal", 1),
        ("form.seal or param.note", 0),
        ("tenant.name == '試験市'", 1),
    ] {
        let body = format!(
            "[[face.first-front.text]]\nbox = [20, 20, 100, 6]\ntext = \"a\"\nwhen = \"{when}\""
        );
        let form = compile(&body, &BTreeMap::new()).form;
        assert_eq!(boxes(&form).len(), items, "{when}");
        assert!(boxes(&form).iter().all(|text| text.when.is_none()), "{when}");
    }
}

#[test]
fn parts_stand_at_their_corner_with_their_parameters() {
    let part = r#"
[part]
title = "見出し"
params = { title = "", boxed = true }
[[box]]
box = [0, 0, 50, 8]
line = 0.2
when = "with.boxed"
[[text]]
box = [1, 1, 40, 6]
text = "{{ with.title }}　{{ name }}"
when = "kind == '土地'"
"#;
    let body = r#"
[[face.first-front.part]]
use = "head"
at = [20, 30]
when = "debit"
with = { title = "{{ tenant.name }}の通知", boxed = "{{ form.seal }}" }
"#;
    let form = compile(body, &BTreeMap::from([("head", part)])).form;
    let [Item::Text(text)] = items(&form) else { panic!("{:?}", items(&form)) };
    assert_eq!(text.rect, Rect::from([21, 31, 40, 6].map(Length::mm)));
    assert_eq!(written(&form, &Page::default()), "試験市の通知　髙﨑 葛\u{E0100}子");
    let Some(Condition::All(conditions)) = &text.when else { panic!("{:?}", text.when) };
    assert_eq!(conditions.len(), 2);
}

#[test]
fn a_part_brings_a_series_of_fields_checks_and_elements() {
    let part = r#"
[part]
title = "期別"
params = { months = [4, 7], total = "amount" }
[fields."amount_{n}"]
each = "months"
ja = "第{n}期"
type = "yen"
[[check]]
each = "months"
sum = ["amount_{n}"]
equals = "{total}"
[[text]]
each = { of = "months", step = [40, 10], across = 2 }
box = [0, 0, 38, 8]
text = "第{n:wide}期{each}月 {{ amount_{n} | yen }}"
"#;
    let head = HEAD.replace("copies = 2", "copies = 2\nmonths = [7, 8, 9]").replace(
        "[input]\n",
        "[input]\nparts = [{ use = \"terms\", months = \"{{ param.months }}\" }]\n",
    );
    let body = "[[face.first-front.part]]\nuse = \"terms\"\nat = [20, 30]\n";
    let parts = BTreeMap::from([("terms", part)]);
    let form = compile_text(format!("{head}{body}"), &parts, &params()).form;
    let corners: Vec<_> = boxes(&form).iter().map(|text| (text.rect.x, text.rect.y)).collect();
    assert_eq!(
        corners,
        [(20, 30), (60, 30), (20, 40)].map(|(x, y)| (Length::mm(x), Length::mm(y)))
    );
    let ids: Vec<&str> = form.schema.fields.iter().map(|field| field.id.as_str()).collect();
    let [.., first, second, third] = ids[..] else { panic!("{ids:?}") };
    assert_eq!([first, second, third], ["amount_1", "amount_2", "amount_3"]);
    let index = |id| form.schema.field(id).expect("a field");
    let terms = vec![index("amount_1"), index("amount_2"), index("amount_3")];
    let (less, equals) = (Vec::new(), index("amount"));
    assert_eq!(form.checks, [form::Check::Sum { terms, less, floor: 1, equals }]);
    // A job may ask for another number of them, and that is another form.
    let mut other = params();
    other.set("param.months", Param::List(vec!["1".into()]));
    let less = compile_text(format!("{head}{body}"), &parts, &other).form;
    assert_eq!(boxes(&less).len(), 1);
    assert_ne!(less.digest, form.digest);
}

#[test]
fn a_grid_becomes_shades_lines_and_texts() {
    let body = r#"
[[face.first-front.grid]]
at = [20, 20]
columns = [20, 40, 40]
rows = [6, 8]
labels = [0]
frame = 0.4
pad = 2
align = ["spread", "left", "right"]
cells = [["氏名", "{{ name }}", "<"], ["税額", "{{ amount | yen }}", { text = "円", align = "left" }]]
"#;
    let form = compile(body, &BTreeMap::new()).form;
    let texts = boxes(&form);
    let rects: Vec<Rect> = texts.iter().map(|text| text.rect).collect();
    let expected =
        [[22, 20, 16, 6], [42, 20, 76, 6], [22, 26, 16, 8], [42, 26, 36, 8], [82, 26, 36, 8]];
    assert_eq!(rects, expected.map(|rect| Rect::from(rect.map(Length::mm))));
    assert_eq!(texts[0].align, Align::Spread);
    assert_eq!(texts[4].align, Align::Left);
    let lines: Vec<_> = items(&form)
        .iter()
        .filter_map(|item| match item {
            Item::Rule(rule) => Some((rule.from, rule.to)),
            _ => None,
        })
        .map(|(from, to)| [from.x, from.y, to.x, to.y].map(tayori::measure::Length::as_um))
        .collect();
    assert_eq!(
        lines,
        [[20, 26, 120, 26], [40, 20, 40, 34], [80, 26, 80, 34]]
            .map(|line| line.map(|mm| mm * 1000))
    );
}

#[test]
fn a_table_keeps_its_cells_and_draws_the_rest_once() {
    let body = r#"
[[face.first-front.table]]
name = "rows"
at = [20, 50]
heading_height = 8
row_height = 9
rows = 3
blocks = 2
block_step = 80
columns = [
  { title = "番号", width = 20, text = "{{ row_number }}", align = "center" },
  { title = "税額", width = 50, stack = ["{{ row.tax | yen }}", "{{ name }}"], align = "right" },
]
[face.more-front]
[[face.more-front.table]]
name = "rows"
at = [20, 20]
rows = 20
"#;
    let compiled = compile(body, &BTreeMap::new());
    assert!(compiled.lint(&stocks()).is_empty(), "{:?}", compiled.lint(&stocks()));
    let form = compiled.form;
    let table = |role| {
        let (_, face) = form.face(role).expect("a face");
        face.items.iter().find_map(|item| match item {
            Item::Table(table) => Some(table),
            _ => None,
        })
    };
    let first = table(FaceRole::FirstFront).expect("a table");
    assert_eq!(first.rect, Rect::from([20, 58, 70, 27].map(Length::mm)));
    assert_eq!((first.capacity(), first.block_step), (6, Length::mm(80)));
    let cells: Vec<Rect> = first.columns[1].cells.iter().map(|cell| cell.rect).collect();
    let halves = [[21_000, 0, 48_000, 4_500], [21_000, 4_500, 48_000, 4_500]];
    assert_eq!(cells, halves.map(|rect| Rect::from(rect.map(Length::um))));
    let more = table(FaceRole::MoreFront).expect("its continuation");
    assert_eq!((more.rows, more.columns.len(), more.rect.y), (20, 2, Length::mm(28)));
    assert_eq!(items(&form).iter().filter(|item| matches!(item, Item::Table(_))).count(), 1);
    let titles =
        boxes(&form).iter().filter(|text| text.text == Text::Static("税額".into())).count();
    assert_eq!(titles, 2, "one heading a block");
}

#[test]
fn the_digest_follows_the_form_and_what_it_reads() {
    let digest = |body: &str| compile(body, &BTreeMap::new()).form.digest;
    assert_eq!(digest(""), digest(""));
    assert_ne!(digest(""), digest("# a remark"));
}

#[test]
fn what_a_template_may_say_is_bounded() {
    let form = one(
        "{% for a in tenant.many %}{% for b in tenant.many %}{{ name }}{% endfor %}{% endfor %}",
    );
    let page = Page { name: "い".repeat(100), ..Page::default() };
    let mut out = String::new();
    let contexts = &mut Contexts::default();
    let fault = boxes(&form)[0].text.write(&page, &form.templates, contexts, &mut out);
    assert!(fault.is_err(), "it would say 270 kB");
    assert!(out.len() <= form::OUTPUT_MAX);
}

/// A worker keeps its contexts from text to text: nothing of a page may be seen on the next, and
/// nothing of a form in another, though their templates have the same names.
#[test]
fn what_a_worker_keeps_is_never_seen() {
    let forms = [
        one("{% if debit %}{{ tenant.name }}{{ name }}{% else %}{{ kind }}{% endif %}"),
        one("{% if debit %}{{ tenant.text.rate }}{% else %}{{ name }}{% endif %}"),
        one("{% if debit or not name %}{{ name | or(text='なし') }}{% endif %}{{ amount }}"),
    ];
    let pages = [
        Page::default(),
        Page { debit: false, ..Page::default() },
        Page { name: String::new(), amount: None, kind: "家屋", ..Page::default() },
    ];
    let mut contexts = Contexts::default();
    for n in 0..50 {
        let (form, page) = (&forms[(n >> 1) % 3], &pages[(n * 7) % 3]);
        assert_eq!(written_with(form, page, &mut contexts), written(form, page), "{n}");
    }
    let (first, again) = (written(&forms[0], &pages[0]), written(&forms[0], &pages[2]));
    assert_eq!((first.as_str(), again.as_str()), ("試験市髙﨑 葛\u{E0100}子", "試験市"));
}

const CHAINS: [&str; 20] = [
    "amount | yen",
    "amount | yen_mark | or(text='***', zero=true)",
    "amount | comma | wide",
    "amount | kanji | suffix(text='円')",
    "amount | or(text='なし', zero=true)",
    "amount",
    "due | wareki | or(text='－')",
    "due | wareki_short | prefix(text='至')",
    "due | nendo",
    "due | month_day | wide",
    "due",
    "area | comma",
    "area | suffix(text='㎡')",
    "name | mask(keep=2)",
    "name | mask(keep=1, char='＊')",
    "name | wide(kana=true)",
    "name | narrow(kana=true) | kanji_digits",
    "amount | daiji | prefix(text='金')",
    "name | narrow | or(text='氏名なし')",
    "name | wide | prefix(text='（') | suffix(text='）')",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A template means the same written directly and rendered by Tera.
    #[test]
    fn both_paths_say_the_same(
        name in "[ -~あ-んァ-ヶ一-龠！-～　]{0,12}",
        amount in proptest::option::of(prop_oneof![Just(0), -99_999_999_999_i64..99_999_999_999]),
        due in proptest::option::of((1870_i16..2100, 1_i8..=12, 1_i8..=28)),
        area in proptest::option::of(-99_999_999_i64..99_999_999),
    ) {
        let due = due.map(|(y, m, d)| Date::constant(y, m, d));
        let page = Page { name, amount, due, area, ..Page::default() };
        for chain in CHAINS {
            let direct = one(&format!("〔{{{{ {chain} }}}}〕"));
            let tera = one(&format!("〔{{% if leaf > 0 %}}{{{{ {chain} }}}}{{% endif %}}〕"));
            prop_assert!(matches!(boxes(&direct)[0].text, Text::Segments(_)));
            prop_assert!(matches!(boxes(&tera)[0].text, Text::Template(_)));
            prop_assert_eq!(written(&direct, &page), written(&tera, &page), "{}", chain);
        }
    }
}
