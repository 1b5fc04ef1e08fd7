//! What the fuzz targets share: the repository's own parts, stocks, tenant and faces, and the ways
//! in which hostile texts come to the program. A target's only claim is that nothing panics, hangs
//! or grows without bound; what is wrong is a finding.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tayori::diag::Findings;
use tayori::font::FontSet;
use tayori::form::{self, FormSource, Sources};
use tayori::model::{Job, Params, Stocks, Tenant};
use tayori::page::Dump;
use tayori::render::Renderer;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &str) -> Option<String> {
    fs::read_to_string(root().join(file)).ok()
}

struct House {
    stocks: Stocks,
    tenant: Tenant,
    params: Params,
    fonts: FontSet,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let text = read("forms/stocks.toml").expect("stocks are listed");
    let stocks = form::read_stocks(&FormSource { file: "forms/stocks.toml".into(), text });
    let stocks = stocks.expect("the stocks are good");
    let tenant = read("jobs/kasumigahara/tenant.toml").expect("the tenant is there");
    let tenant: Tenant = toml::from_str(&tenant).expect("the tenant is good");
    let job = read("jobs/kasumigahara/property-tax-2026.toml").expect("the job is there");
    let mut job: Job = toml::from_str(&job).expect("the job is good");
    // A form is only asked for parameters that it has.
    job.params.clear();
    let params = form::parameters(&tenant, &job);
    let config = read("fonts/fonts.toml").expect("the faces are listed");
    let mut face = |file: &str| {
        let path = root().join("fonts").join(file);
        if path.is_file() { fs::read(path).map(Some) } else { Ok(None) }
    };
    let fonts = FontSet::load(&config, "fonts.toml", &mut face).expect("the faces are good");
    House { stocks, tenant, params, fonts }
});

/// Compiles a form as the engine does, looks over it and draws its layers.
pub fn form(text: &str) {
    let house = &*HOUSE;
    let source = FormSource { file: "forms/fuzz/2026-04-01.toml".into(), text: text.into() };
    let part = |name: &str| {
        let file = format!("forms/parts/{name}.toml");
        read(&file).map(|text| FormSource { file, text })
    };
    let sources = Sources {
        parts: &part,
        images: &|path| root().join(path).is_file(),
        params: &house.params,
        tenant: &house.tenant,
        stocks: &house.stocks,
    };
    let Ok(compiled) = form::compile(&source, &sources) else { return };
    let _ = compiled.lint(&house.stocks);
    let Ok(renderer) = Renderer::new(&compiled, &house.fonts) else { return };
    let text_of = |face, cid| house.fonts.text_of(face, cid);
    for face in 0..renderer.layers() {
        let mut dump = Dump::new(&text_of);
        renderer.layer(face.try_into().expect("a form has few faces"), &mut dump);
        let _ = dump.finish();
    }
}

/// A small form around one template.
pub fn template(text: &str) {
    let quoted = toml::Value::String(text.to_owned()).to_string();
    form(&format!("{FORM}text = {quoted}\n"));
}

const FORM: &str = r#"
[form]
title = "試験"
leaf = [210, 297]
sides = "simplex"
stock = "plain-64"
name = "name"
mark = { box = [144, 287.4, 54, 3.2] }
[params]
flag = true
list = ["a", "b"]
[input]
key = "no"
[input.fields]
no = { ja = "番号", type = "digits", required = true }
name = { ja = "氏名", type = "text", required = true }
amount = { ja = "税額", type = "yen" }
due = { ja = "納期限", type = "date" }
rate = { ja = "率", type = "decimal" }
debit = { ja = "口座", type = "flag" }
postcode = { ja = "郵便番号", type = "postcode" }
[[face.first-front.text]]
box = [20, 60, 170, 200]
lines = "fill"
min = 5
"#;

/// Loads a font file, shapes with it, subsets it.
pub fn font(data: &[u8]) {
    use tayori::digest::Digest;
    let digest = Digest::of(data);
    let config = format!(
        "[[face]]\nname = \"f\"\nfile = \"f.ttf\"\nsha256 = \"{digest}\"\nlicence = \"l\"\n[roles]\nname = [\"f\"]\n"
    );
    let mut read = |file: &str| {
        Ok(Some(if file == "f.ttf" { data.to_vec() } else { b"free".to_vec() }))
    };
    let Ok(fonts) = FontSet::load(&config, "fonts.toml", &mut read) else { return };
    let role = fonts.role("name").expect("the role is there");
    let (mut glyphs, mut usage) = (Vec::new(), tayori::font::Usage::new());
    for text in ["0123ABCxyz", "霞ヶ原市葛\u{E0100}か\u{3099}", "Nguye\u{302}\u{303}n", "\u{E000}（、）ー"] {
        for c in text.chars() {
            let mut one = [0; 4];
            let _ = fonts.shape(role, c.encode_utf8(&mut one), &mut glyphs);
        }
        let _ = fonts.shape(role, text, &mut glyphs);
    }
    for glyph in &glyphs {
        usage.mark(glyph.face, &[glyph.cid]);
    }
    for (id, face) in fonts.faces() {
        let _ = face.subset(id, &usage);
    }
}

/// Reads an input file as the notice's job would.
pub fn input(data: &[u8]) {
    use tayori::intake::{Master, RowBatch};
    use tayori::model::job::Input;
    static SCHEMA: LazyLock<tayori::model::Schema> = LazyLock::new(|| {
        let house = &*HOUSE;
        let text = format!("{FORM}text = \"x\"\n");
        let source = FormSource { file: "forms/fuzz/2026-04-01.toml".into(), text };
        let sources = Sources {
            parts: &|_| None,
            images: &|_| false,
            params: &house.params,
            tenant: &house.tenant,
            stocks: &house.stocks,
        };
        form::compile(&source, &sources).map(|c| c.form.schema).expect("the form is good")
    });
    let (encoding, data) = match data {
        [0, rest @ ..] => ("cp932", rest),
        rest => ("utf-8", rest),
    };
    let input: Input = toml::from_str(&format!("file = \"f.csv\"\nencoding = \"{encoding}\""))
        .expect("the input is described");
    let Ok(mut master) = Master::open("f.csv", &input, &SCHEMA, data) else { return };
    let mut batch = RowBatch::default();
    while let Ok(true) = master.next(&mut batch) {}
    let _ = master.finish();
}

/// A drawing of a designer.
pub fn drawing(text: &str) {
    let _ = tayori::pdf::Drawing::from_svg("art.svg", text.as_bytes(), &mut Findings::new());
}

/// A page of a designer's PDF.
pub fn page(data: &[u8]) {
    let area = tayori::pdf::Area::Trim;
    let plates = tayori::pdf::Plates::Grey;
    let _ = tayori::pdf::Page::from_pdf("art.pdf", data, (1, area), plates, &mut Findings::new());
}
