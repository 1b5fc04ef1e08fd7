//! The gallery of forms: a page of the manual with a small picture of every form, front and back, each the
//! form as it is printed. `UPDATE=1` rewrites page and pictures, and fails.

#![expect(clippy::disallowed_methods, reason = "tests read the home")]

use crate::pictures::Grey;
use crate::program::repository;
use std::fmt::Write as _;
use std::fs;
use tayori::engine::{Fiction, Filled, FormEntry, Home, InputFiles, Picture, Preview};

/// Small, and yet a line that moved is seen.
const DPI: u16 = 42;
/// White between front and back.
const GAP: usize = 8;
const PAGE: &str = "docs/forms-gallery.md";
const PICTURES: &str = "docs/pictures/gallery";

const HEAD: &str = "# Gallery of forms

Every form of the library with the edition that is in force last, filled with fictional people: the front of its first leaf, and its back where it
has one. `tayori forms preview FORM --out FORM.pdf` shows them at full size, with the longest names and the most rows among them;
`tayori inventory` says who sends them, when, and how many. This page and its pictures are made by a test.

";

/// Front and back of the first leaf side by side.
fn picture(home: &Home, form: &FormEntry) -> Grey {
    let fiction = Fiction { form: &form.id, tenant: None, records: 1, seed: 1 };
    let preview =
        Preview { fiction, files: InputFiles::default(), page: None, dpi: DPI, grid: false };
    let filled =
        Filled::load(home, &preview).unwrap_or_else(|error| panic!("{}: {error:?}", form.id));
    assert_eq!(filled.held(), 0, "{}: {:?}", form.id, filled.into_findings());
    let mut pages = Vec::new();
    let mut take = |_, picture: Picture| {
        if pages.len() < 2 {
            pages.push(Grey::of(&picture));
        }
        Ok(())
    };
    filled.pictures(DPI, &mut take).expect("pictures");
    let [front, backs @ ..] = pages.as_slice() else { panic!("{} has no page", form.id) };
    let gap = vec![0xAA_u8; GAP];
    let width = front.width + backs.iter().map(|back| GAP + back.width).sum::<usize>();
    let mut samples = Vec::with_capacity(width * front.height);
    for y in 0..front.height {
        let row = |page: &Grey| page.samples[y * page.width..(y + 1) * page.width].to_vec();
        samples.extend(row(front));
        for back in backs {
            samples.extend(&gap);
            samples.extend(row(back));
        }
    }
    Grey { width, height: front.height, samples }
}

#[test]
fn every_form_has_its_picture_in_the_gallery() {
    let root = repository();
    let home = Home::open(&root).expect("the repository is a home");
    let update = std::env::var_os("UPDATE").is_some();
    let mut page = HEAD.to_owned();
    let mut wrong = Vec::new();
    let mut names = Vec::new();
    fs::create_dir_all(root.join(PICTURES)).expect("a directory");
    for form in home.forms().expect("the forms") {
        let edition = form.editions.iter().max().expect("an edition");
        let file = root.join(format!("forms/{}/{edition}.toml", form.id));
        let text = fs::read_to_string(&file).expect("a form");
        let table: toml::Table = text.parse().expect("TOML");
        let head = &table["form"];
        let leaf: Vec<String> = head["leaf"]
            .as_array()
            .expect("a leaf")
            .iter()
            .map(std::string::ToString::to_string)
            .collect();
        let editions = form.editions.len();
        let stock = head["stock"].as_str().expect("a stock");
        write!(
            page,
            "## {}\n\n`{}` · {} mm · {} · `{stock}` · {editions} edition{}\n\n![{}]({}/{}.png)\n\n",
            head["title"].as_str().expect("a title"),
            form.id,
            leaf.join(" × "),
            head["sides"].as_str().expect("sides"),
            if editions == 1 { "" } else { "s" },
            head["title"].as_str().expect("a title"),
            PICTURES.trim_start_matches("docs/"),
            form.id,
        )
        .expect("writing to a string cannot fail");
        let kept = root.join(PICTURES).join(format!("{}.png", form.id));
        let grey = picture(&home, &form);
        if update {
            fs::write(&kept, grey.png()).expect("the disk takes it");
        } else {
            wrong.extend(grey.differs_from(&kept));
        }
        names.push(format!("{}.png", form.id));
    }
    let path = root.join(PAGE);
    if update {
        fs::write(&path, &page).expect("the disk takes it");
        panic!("the gallery was rewritten: look at it, and run again without UPDATE");
    }
    for entry in fs::read_dir(root.join(PICTURES)).expect("pictures") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if !names.contains(&name) {
            wrong.push(format!("{name} is of no form"));
        }
    }
    if fs::read_to_string(&path).unwrap_or_default() != page {
        wrong.push(format!("{PAGE} is not what the forms say; UPDATE=1 rewrites it"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
