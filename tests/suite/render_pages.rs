//! Pages of a sample notice through the text dump, compared with goldens; and the fonts of the
//! deployment. `UPDATE=1` rewrites the goldens, and still fails.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tayori::calendar::Date;
use tayori::diag::{Findings, Place};
use tayori::digest::Digest;
use tayori::font::FontSet;
use tayori::form::{
    self, Align, Column, Compiled, Condition, Face, FaceRole, Filter, Fit, Form, FormSource, Item,
    Panel, Rule, Scope, Segment, Sources, Table, Templates, Text, TextBox, VAlign,
};
use tayori::measure::{Extent, Length, Point, Rect, TypeSize};
use tayori::model::{Field, FieldKind, Job, Notice, Record, Schema, Serial, Tenant};
use tayori::page::{Dump, Ink, Stroke};
use tayori::render::{Measured, PieceContext, Renderer, Scratch};

pub(crate) static FONTS: LazyLock<FontSet> = LazyLock::new(|| {
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let config = std::fs::read_to_string(fonts.join("fonts.toml")).expect("fonts.toml is there");
    let mut read = |file: &str| match file {
        // Faces that a home may add are passed over, so that the goldens are the same everywhere.
        "ipamjm.ttf" => Ok(None),
        file => std::fs::read(fonts.join(file)).map(Some),
    };
    let fonts = FontSet::load(&config, "fonts/fonts.toml", &mut read).expect("the fonts are good");
    let bitmaps = include_bytes!("../fixtures/fonts/Gaiji48.bdf");
    let digest = tayori::digest::Digest::of(bitmaps);
    let gaiji = format!(
        "[[file]]\nname = \"drawn\"\nfile = \"drawn.bdf\"\nsha256 = \"{digest}\"\n\
         [[character]]\ncode = \"E001\"\nfile = \"drawn\"\n\
         [[character]]\ncode = \"E002\"\nfile = \"drawn\"\n"
    );
    let mut read = |_: &str| Ok(Some(bitmaps.to_vec()));
    fonts.with_gaiji(&gaiji, "gaiji.toml", &mut read).expect("the table is good")
});

/// Japanese texts and names do not take Chinese shapes where the face of names is not there.
#[test]
fn kanji_of_no_japanese_face_are_shown_only_where_a_form_asks_for_it() {
    let mut glyphs = Vec::new();
    for name in ["static", "body", "name", "address", "bold", "heading"] {
        let role = FONTS.role(name).expect("a role");
        let missing = FONTS.shape(role, "劉\u{5218}", &mut glyphs).expect_err(name);
        assert_eq!(missing.text, "\u{5218}", "{name}");
        let absent: Vec<_> =
            FONTS.absent_of(role).map(|absent| absent.package.as_deref()).collect();
        let names = matches!(name, "name" | "address");
        assert_eq!(absent, if names { &[Some("fonts-ipamj-mincho")][..] } else { &[] }, "{name}");
    }
    for name in ["foreign", "chinese"] {
        let role = FONTS.role(name).expect("a role");
        FONTS.shape(role, "\u{5218}", &mut glyphs).expect(name);
    }
}

fn mm(tenths: i32) -> Length {
    Length::um(tenths * 100)
}

/// A box in tenths of a millimetre.
fn rect([x, y, width, height]: [i32; 4]) -> Rect {
    Rect::new(mm(x), mm(y), mm(width), mm(height))
}

const HAIR: Stroke = Stroke { width: Length::um(200), ink: Ink::BLACK, dash: None };

/// A text box of a sample: its box in tenths of a millimetre, role and size in points.
fn text(at: [i32; 4], text: Text, role: &str, size: u16) -> TextBox {
    let size = TypeSize::centipoints(size);
    TextBox {
        rect: rect(at),
        text,
        role: role.into(),
        size,
        leading: 150,
        align: Align::Left,
        valign: VAlign::Middle,
        fit: Fit { squeeze: 100, size_min: size, lines: 1 },
        ink: Ink::BLACK,
        ..TextBox::default()
    }
}

fn fixed(content: &str) -> Text {
    Text::Static(content.into())
}

fn field(index: u16, filters: &[Filter]) -> Segment {
    Segment::Value(Scope::Field(index), filters.to_vec())
}

fn row(index: u16, filters: &[Filter]) -> Segment {
    Segment::Value(Scope::Row(index), filters.to_vec())
}

fn literal(content: &str) -> Segment {
    Segment::Literal(content.into())
}

fn ladder(squeeze: u8, min: u16, lines: u16) -> Fit {
    Fit { squeeze, size_min: TypeSize::centipoints(min), lines }
}

/// The fields of the sample: number, postcode, two lines of address, name, total, four instalments
/// with their dates, and whether they are debited.
fn schema() -> Schema {
    let field = |id: &str, kind: FieldKind| Field {
        id: id.into(),
        ja: id.into(),
        kind,
        required: false,
        unique: false,
        sample: None,
    };
    let text = || FieldKind::Text { max: 100 };
    let yen = || FieldKind::Yen { min: 0, max: 99_999_999_999, step: 1 };
    let mut fields = vec![
        field("notice_no", FieldKind::Digits { min: 10, max: 10 }),
        field("postcode", FieldKind::Postcode),
        field("address_1", text()),
        field("address_2", text()),
        field("name", text()),
        field("tax_total", yen()),
    ];
    for n in 1..=4 {
        fields.push(field(&format!("amount_{n}"), yen()));
        fields.push(field(&format!("due_{n}"), FieldKind::Date));
    }
    fields.push(field("debit", FieldKind::Flag));
    let rows = vec![
        field("kind", FieldKind::Choice(vec!["土地".into(), "家屋".into()])),
        field("location", text()),
        field("area", FieldKind::Decimal { scale: 2 }),
        field("value", yen()),
        field("base", yen()),
        field("tax", yen()),
    ];
    Schema { fields, key: 0, rows }
}

fn address_block(items: &mut Vec<Item>) {
    let postcode = vec![literal("〒"), field(1, &[Filter::Postcode])];
    items.push(Item::Text(text([200, 140, 500, 50], Text::Segments(postcode), "address", 1_000)));
    for (y, index) in [(200, 2), (255, 3)] {
        let segments = Text::Segments(vec![field(index, &[])]);
        let mut line = text([200, y, 800, 50], segments, "address", 1_050);
        line.fit = ladder(70, 800, 1);
        items.push(Item::Text(line));
    }
    let name = Text::Segments(vec![field(4, &[]), literal("　様")]);
    let mut name = text([200, 330, 800, 120], name, "name", 1_400);
    name.fit = ladder(70, 900, 2);
    (name.leading, name.valign) = (120, VAlign::Top);
    items.push(Item::Text(name));
}

/// Labels spread over their boxes, values to the right of them.
fn amounts(items: &mut Vec<Item>) {
    for n in 0..5_i32 {
        let y = 1_200 + n * 80;
        let label = ["年税額", "第１期", "第２期", "第３期", "第４期"]
            [usize::try_from(n).expect("below five")];
        items.push(Item::Panel(Panel {
            rect: rect([150, y, 280, 80]),
            radius: Length::ZERO,
            fill: Some(Ink(8)),
            stroke: Some(HAIR),
            when: None,
        }));
        let mut label = text([170, y + 10, 240, 60], fixed(label), "static", 1_000);
        label.align = Align::Spread;
        items.push(Item::Text(label));
        let index = if n == 0 { 5 } else { u16::try_from(4 + 2 * n).expect("small") };
        let value = Text::Segments(vec![field(index, &[Filter::Yen]), literal("円")]);
        let mut value = text([430, y + 10, 380, 60], value, "number", 1_100);
        (value.align, value.fit) = (Align::Right, ladder(70, 700, 1));
        items.push(Item::Text(value));
        if n > 0 {
            let due = Text::Segments(vec![field(index + 1, &[Filter::Wareki])]);
            let mut due = text([830, y + 10, 420, 60], due, "number", 1_000);
            due.align = Align::Center;
            items.push(Item::Text(due));
        }
        let (from, to) = (Point { x: mm(150), y: mm(y) }, Point { x: mm(1_270), y: mm(y) });
        items.push(Item::Rule(Rule { from, to, stroke: HAIR, when: None }));
    }
}

const BODY: &str = "　地方税法及び霞ヶ原市市税条例の規定により、令和8年度の固定資産税・都市計画税を\
    上記のとおり決定しましたので通知します。納期限までに、最寄りの金融機関、コンビニエンスストア\
    又はスマートフォン決済アプリで納付してください。\n　納期限を過ぎると、年14.6%（納期限の翌日から\
    1月を経過する日までは年7.3%）以内の割合で延滞金がかかる場合があります。お問い合わせは税務課\
    （電話0999-12-3456、Web https://www.city.kasumigahara.example/）へ。";

fn table(at: [i32; 4], rows: u16) -> Item {
    let cell = |at: [i32; 4], segments: Vec<Segment>, role: &str, align: Align| {
        let mut cell = text(at, Text::Segments(segments), role, 800);
        (cell.align, cell.fit) = (align, ladder(70, 600, 1));
        cell
    };
    let number = vec![Segment::Value(Scope::RowNumber, Vec::new())];
    let mut location = cell([190, 5, 600, 80], vec![row(1, &[])], "address", Align::Left);
    location.fit.lines = 2;
    location.leading = 110;
    let columns = vec![
        vec![cell([10, 5, 60, 80], number, "number", Align::Right)],
        vec![cell([80, 5, 100, 80], vec![row(0, &[])], "static", Align::Center)],
        vec![location],
        vec![cell([800, 5, 200, 80], vec![row(2, &[])], "number", Align::Right)],
        vec![
            cell([1_010, 5, 300, 40], vec![row(3, &[Filter::Yen])], "number", Align::Right),
            cell([1_010, 45, 300, 40], vec![row(4, &[Filter::Yen])], "number", Align::Right),
        ],
        vec![cell([1_320, 5, 280, 80], vec![row(5, &[Filter::Yen])], "number", Align::Right)],
    ];
    Item::Table(Table {
        name: "assets".into(),
        rect: rect(at),
        rows_when: None,
        row_height: mm(90),
        rows,
        blocks: 1,
        block_step: Length::ZERO,
        columns: columns.into_iter().map(|cells| Column { cells }).collect(),
        zebra: Some(Ink(4)),
        row_rule: Some(HAIR),
        bands: None,
    })
}

/// A notice of property tax: 6 rows on the back of the first leaf, 10 on each further side.
fn form() -> Compiled {
    let mut front = Vec::new();
    address_block(&mut front);
    let title = fixed("令和８年度　固定資産税・都市計画税　納税通知書");
    let mut title = text([150, 700, 1_800, 120], title, "heading", 1_600);
    title.align = Align::Center;
    front.push(Item::Text(title));
    let number = Text::Segments(vec![literal("通知書番号 "), field(0, &[])]);
    let mut number = text([1_300, 850, 650, 60], number, "number", 1_000);
    number.align = Align::Right;
    front.push(Item::Text(number));
    amounts(&mut front);
    let mut body = text([150, 1_700, 1_800, 420], fixed(BODY), "body", 950);
    (body.align, body.valign, body.leading) = (Align::Justify, VAlign::Top, 170);
    body.fit.lines = 8;
    front.push(Item::Text(body));
    let mut debit =
        text([150, 2_150, 900, 80], fixed("口座振替により納付されます。"), "bold", 1_000);
    debit.when = Some(Condition::Given(Scope::Field(14)));
    front.push(Item::Text(debit));
    let back_title =
        || Item::Text(text([150, 120, 1_000, 80], fixed("課税明細書"), "heading", 1_200));
    let faces = [
        (FaceRole::FirstFront, front),
        (FaceRole::FirstBack, vec![back_title(), table([150, 300, 1_610, 540], 6)]),
        (FaceRole::MoreFront, vec![back_title(), table([150, 300, 1_610, 900], 10)]),
        (FaceRole::MoreBack, vec![back_title(), table([150, 300, 1_610, 900], 10)]),
    ];
    let mark = Text::Segments(vec![Segment::Value(Scope::Mark, Vec::new())]);
    let mut mark = text([1_500, 2_880, 540, 40], mark, "mark", 600);
    mark.align = Align::Right;
    let form = Form {
        id: "property-tax".into(),
        title: "固定資産税納税通知書".into(),
        edition: Date::constant(2026, 4, 1),
        digest: Digest::of(b"sample"),
        leaf: Extent { width: Length::mm(210), height: Length::mm(297) },
        duplex: true,
        stock: "plain-64".into(),
        envelope: None,
        safe_margin: Length::mm(6),
        schema: schema(),
        amount: Some(5),
        name: 4,
        checks: Vec::new(),
        faces: faces.into_iter().map(|(role, items)| Face { role, items }).collect(),
        mark_back: TextBox {
            rect: Rect::new(Length::mm(15), Length::mm(288), Length::mm(54), Length::mm(4)),
            ..mark.clone()
        },
        mark,
        images: Vec::new(),
        slips: Vec::new(),
        readings: Vec::new(),
        summed: Vec::new(),
        templates: Templates::default(),
    };
    let mark = Place::file("sample");
    Compiled { form, origins: Vec::new(), mark, warnings: Findings::new() }
}

/// A record of the sample with `rows` rows.
fn record(name: &str, address: [&str; 2], rows: usize) -> Record {
    let mut record = Record { number: 1, ..Record::default() };
    let [first, second] = address;
    for cell in ["0000012345", "9990001", first, second, name, "123400"] {
        record.fields.push(cell);
    }
    for (amount, due) in
        [("31000", "20260430"), ("30800", "20260731"), ("30800", "20261228"), ("30800", "20270301")]
    {
        record.fields.push(amount);
        record.fields.push(due);
    }
    record.fields.push("1");
    for row in 1..=rows {
        let location = match row % 3 {
            0 => {
                format!("霞ヶ原市大字沢渡字北{row}番地{row}　ハイツ・グリーンフィールド沢渡壱番館")
            }
            1 => format!("中央一丁目{row}番"),
            _ => format!("霞ヶ原市大字沢渡字北ノ内{row}番地"),
        };
        let kind = if row % 2 == 0 { "家屋" } else { "土地" };
        for cell in [kind, &location, "1234.56", "12345600", "2057600", "34900"] {
            record.rows.push(cell);
        }
    }
    record
}

/// The dump of all layers, then of all sides of a record.
pub(crate) fn dump(compiled: &Compiled, record: &Record, with_layers: bool) -> String {
    let renderer =
        Renderer::new(compiled, &FONTS).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let text_of = |face, cid| FONTS.text_of(face, cid);
    let mut out = String::new();
    for layer in 0..if with_layers { renderer.layers() } else { 0 } {
        let layer = u16::try_from(layer).expect("at most four");
        let mut canvas = Dump::new(&text_of);
        renderer.layer(layer, &mut canvas);
        let printed = canvas.finish();
        write!(out, "== layer {layer}\n{printed}").expect("a string takes everything");
        let mut canvas = Dump::new(&text_of);
        renderer.preview_layer(layer, &mut canvas);
        let shown = canvas.finish();
        if let Some(stock) = shown.strip_suffix(&*printed).filter(|stock| !stock.is_empty()) {
            write!(out, "== on the paper before layer {layer}\n{stock}").expect("as before");
        }
    }
    let notice =
        Notice::read(&compiled.form.schema, record, |cell, fault| panic!("{cell:?}: {fault:?}"));
    let mut scratch = Scratch::default();
    let Measured { leaves, problems } = renderer.measure(&notice, &mut scratch);
    assert_eq!(problems, []);
    for leaf in 1..=leaves {
        for back in [false, true] {
            let mark = format!("K7Q2-0000123-{leaf}/{leaves}-8");
            let piece = PieceContext {
                notice: &notice,
                serial: Serial(123),
                mark: &mark,
                leaf,
                leaves,
                press: tayori::barcode::lay::Press::default(),
            };
            let mut canvas = Dump::new(&text_of);
            renderer.page(&piece, back, &mut scratch, &mut canvas).expect("it was measured");
            let side = if back { "back" } else { "front" };
            write!(out, "== leaf {leaf}/{leaves} {side}\n{}", canvas.finish())
                .expect("a string takes everything");
        }
    }
    out
}

/// Compares with a golden file; `UPDATE=1` rewrites it, and still fails.
#[track_caller]
fn golden(name: &str, found: &str) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/golden/render", name].iter().collect();
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == found {
        return;
    }
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().expect("a file stands in a directory"))
            .and_then(|()| std::fs::write(&path, found))
            .expect("the golden can be written");
        panic!("{name} was rewritten: look at the change, then run again without UPDATE");
    }
    let line = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let (was, is) = (expected.lines().nth(line), found.lines().nth(line));
    panic!("{name}, line {}:\n was {was:?}\n  is {is:?}\nUPDATE=1 rewrites it", line + 1);
}

#[test]
fn a_notice_of_one_leaf() {
    let record = record("霞原　太郎", ["北潮県霞ヶ原市中央一丁目２番３号", ""], 4);
    golden("one-leaf.txt", &dump(&form(), &record, true));
}

#[test]
fn a_notice_that_needs_every_rung_and_more_leaves() {
    let name =
        "合同会社グリーンフィールド・ホールディングス霞ヶ原支店　代表社員　葛\u{E0100}城髙﨑";
    let address = [
        "北潮県霞ヶ原市大字沢渡字北ノ内１２３４番地５６７－８９０１",
        "ハイツ・グリーンフィールド沢渡壱番館ノースウイング１２０３号室",
    ];
    golden("every-rung.txt", &dump(&form(), &record(name, address, 20), false));
}

fn source(file: String) -> Option<FormSource> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(home.join(&file)).ok()?;
    Some(FormSource { file, text })
}

/// A form of the home, compiled for a job of a tenant.
fn compiled(tenant_id: &str, job_id: &str, form: &str) -> Compiled {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: String| source(file).expect("the file is in the home");
    let tenant = read(format!("jobs/{tenant_id}/tenant.toml"));
    let tenant: Tenant = toml::from_str(&tenant.text).expect("a tenant");
    let tenant = Tenant { id: tenant_id.to_owned(), ..tenant };
    let job: Job =
        toml::from_str(&read(format!("jobs/{tenant_id}/{job_id}.toml")).text).expect("a job");
    let job = Job { id: job_id.to_owned(), ..job };
    let stocks = form::read_stocks(&read("forms/stocks.toml".into())).expect("stocks");
    let sources = Sources {
        parts: &|name| source(format!("forms/parts/{name}.toml")),
        images: &|path| home.join(path).is_file(),
        params: &form::parameters(&tenant, &job),
        tenant: &tenant,
        stocks: &stocks,
    };
    form::compile(&read(form.to_owned()), &sources).expect("it compiles")
}

#[test]
fn the_forms_of_this_repository_can_be_set() {
    for (tenant, job, form) in [
        (
            "kasumigahara",
            "light-vehicle-tax-2026",
            "forms/light_vehicle_tax_notice/2026-04-01.toml",
        ),
        ("kasumigahara", "property-tax-2026", "forms/property_tax_notice/2026-04-01.toml"),
        ("kasumigahara", "payslip-2026-04", "forms/payslip/2026-04-01.toml"),
        ("mitsumori", "nhi-card-2026", "forms/nhi_card/2026-08-01.toml"),
        ("mitsumori", "property-tax-2026", "forms/property_tax_notice/2026-04-01.toml"),
        ("shiomigaura", "payslip-2026-04", "forms/payslip/2026-04-01.toml"),
    ] {
        let compiled = compiled(tenant, job, form);
        let renderer = Renderer::new(&compiled, &FONTS);
        let renderer = renderer.unwrap_or_else(|found| panic!("{tenant} {job}: {found:#?}"));
        assert_eq!(renderer.layers(), compiled.form.faces.len());
    }
}
