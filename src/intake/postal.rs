//! Files of postcodes: Japan Post's `KEN_ALL.CSV` (in either encoding) and `JIGYOSYO.CSV` as they are
//! published, and tables with a heading row, such as the register that we keep ourselves.

use super::source::Source;
use super::{Error, charset, codes};
use crate::diag::Diagnostic;
use crate::model::job::Encoding;
use crate::model::{Area, AreaKind};
use std::borrow::Cow;

/// The headings of a register of our own.
pub const REGISTER_HEADINGS: [&str; 5] = ["postcode", "prefecture", "city", "town", "kind"];

/// The words that stand for the rest of a municipality.
const REST: [&str; 2] = ["以下に掲載がない場合", "場合"];

/// Reads a file of postcodes; what it is follows from its rows.
///
/// # Errors
/// [`Error::Refused`] with the line when a row is none of a file of postcodes.
pub fn read_postcodes(file: &str, bytes: &[u8]) -> Result<Vec<Area>, Error> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let utf8 = std::str::from_utf8(bytes).ok();
    let encoding = utf8.map_or(Encoding::Cp932, |_| Encoding::Utf8);
    let source = Source::new(file, encoding);
    let text = match utf8 {
        Some(text) => Cow::Borrowed(text),
        None => charset::decode_lossy(Encoding::Cp932, bytes),
    };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut row = csv::StringRecord::new();
    let (mut table, mut areas): (Option<Table>, Vec<Area>) = (None, Vec::new());
    loop {
        let line = u32::try_from(reader.position().line()).unwrap_or(u32::MAX);
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return Err(no_row(&source, line, "the row is no row of a CSV file")),
        }
        let Some(table) = &mut table else {
            let found = Table::of(&row)
                .ok_or_else(|| no_row(&source, line, "the file holds no postcodes that are known"));
            let mut found = found?;
            if !found.heading {
                areas.extend(found.area(&row).map_err(|said| no_row(&source, line, said))?);
            }
            table = Some(found);
            continue;
        };
        areas.extend(table.area(&row).map_err(|said| no_row(&source, line, said))?);
    }
    if areas.is_empty() {
        return Err(no_row(&source, 1, "the file holds no postcode"));
    }
    Ok(areas)
}

fn no_row(source: &Source, line: u32, said: &str) -> Error {
    let place = source.line(line);
    let hint = "give KEN_ALL.CSV, JIGYOSYO.CSV or a table with the headings postcode, prefecture, city, town";
    Diagnostic::error(codes::POSTCODES, said).at(place).hint(hint).into()
}

/// Where a file has what, and what the row before left open.
#[derive(Debug)]
struct Table {
    heading: bool,
    postcode: usize,
    prefecture: usize,
    city: usize,
    town: usize,
    /// Words about the town, or the kind.
    note: Option<usize>,
    kind: Kind,
    /// The postcode of a town whose bracket goes on in the next rows.
    open: Option<u32>,
}

#[derive(Debug)]
enum Kind {
    Towns,
    Offices(usize),
    Named(Option<usize>),
}

impl Table {
    fn of(row: &csv::StringRecord) -> Option<Self> {
        let is_code = |n: usize| row.get(n).is_some_and(|cell| postcode(cell).is_some());
        let plain = |columns: [usize; 4], kind| Self {
            heading: false,
            postcode: columns[0],
            prefecture: columns[1],
            city: columns[2],
            town: columns[3],
            note: None,
            kind,
            open: None,
        };
        if row.len() >= 15 && is_code(2) {
            return Some(plain([2, 6, 7, 8], Kind::Towns));
        }
        if row.len() >= 13 && is_code(7) {
            return Some(plain([7, 3, 4, 5], Kind::Offices(10)));
        }
        let column = |name: &str| row.iter().position(|cell| cell.trim() == name);
        let columns =
            [column("postcode")?, column("prefecture")?, column("city")?, column("town")?];
        let kind = Kind::Named(column("kind").or_else(|| column("type")));
        Some(Self { heading: true, note: column("note"), ..plain(columns, kind) })
    }

    /// The area of a row; `None` for one that only goes on with the row before.
    fn area(&mut self, row: &csv::StringRecord) -> Result<Option<Area>, &'static str> {
        let cell = |n: usize| row.get(n).unwrap_or("").trim();
        let postcode = postcode(cell(self.postcode)).ok_or("a postcode has seven digits")?;
        let (prefecture, city) = (cell(self.prefecture), cell(self.city));
        if prefecture.is_empty() || city.is_empty() {
            return Err("prefecture or municipality is empty");
        }
        let written = cell(self.town);
        if self.open.take_if(|open| *open == postcode).is_some() {
            if !written.contains('）') {
                self.open = Some(postcode);
            }
            return Ok(None);
        }
        if matches!(self.kind, Kind::Towns) && written.contains('（') && !written.contains('）') {
            self.open = Some(postcode);
        }
        let kind = match self.kind {
            Kind::Towns => AreaKind::Town,
            Kind::Offices(column) if cell(column) == "1" => AreaKind::Box,
            Kind::Offices(_) => AreaKind::Office,
            Kind::Named(column) => match column.map_or("", cell) {
                "" => AreaKind::Town,
                "po_box" => AreaKind::Box,
                word => {
                    let known = AreaKind::ALL.iter().find(|(known, _)| *known == word);
                    known.ok_or("the kind is town, office or box")?.1
                }
            },
        };
        let rest = self.note.is_some_and(|note| REST.contains(&cell(note)));
        let town = if rest { "" } else { town(written) };
        Ok(Some(Area {
            postcode,
            prefecture: prefecture.into(),
            city: city.into(),
            town: town.into(),
            kind,
        }))
    }
}

/// The name of a town without what is said about it in brackets; empty where it says that it is the
/// rest of the municipality.
fn town(written: &str) -> &str {
    let name = written.split('（').next().unwrap_or("");
    let rest = name.ends_with("場合") || (name.ends_with("一円") && name != "一円");
    if rest { "" } else { name }
}

fn postcode(cell: &str) -> Option<u32> {
    let digits = cell.trim();
    (digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::read_postcodes;
    use crate::intake::Error;

    fn shown(bytes: &[u8]) -> Vec<String> {
        let areas = read_postcodes("x.csv", bytes).expect("postcodes");
        let shown = areas.iter().map(|area| {
            format!("{:07} {} {} {:?}", area.postcode, area.city, area.town, area.kind)
        });
        shown.collect()
    }

    const KEN_ALL: &str = "\
01102,\"001  \",\"0010000\",\"ﾎﾂｶｲﾄﾞｳ\",\"ｻﾂﾎﾟﾛｼｷﾀｸ\",\"ｲｶﾆｹｲｻｲｶﾞﾅｲﾊﾞｱｲ\",\"北海道\",\"札幌市北区\",\"以下に掲載がない場合\",0,0,0,0,0,0
01102,\"001  \",\"0010010\",\"ﾎﾂｶｲﾄﾞｳ\",\"ｻﾂﾎﾟﾛｼｷﾀｸ\",\"ｷﾀ10\",\"北海道\",\"札幌市北区\",\"北十条西（１〜４丁目）\",1,0,1,0,0,0
03202,\"027  \",\"0270028\",\"ｲﾜﾃｹﾝ\",\"ﾐﾔｺｼ\",\"ｶﾝﾊﾞﾔｼ\",\"岩手県\",\"宮古市\",\"神林（一番地、\",0,0,0,0,0,0
03202,\"027  \",\"0270028\",\"ｲﾜﾃｹﾝ\",\"ﾐﾔｺｼ\",\"ｶﾝﾊﾞﾔｼ\",\"岩手県\",\"宮古市\",\"二番地、\",0,0,0,0,0,0
03202,\"027  \",\"0270028\",\"ｲﾜﾃｹﾝ\",\"ﾐﾔｺｼ\",\"ｶﾝﾊﾞﾔｼ\",\"岩手県\",\"宮古市\",\"三番地）\",0,0,0,0,0,0
03202,\"027  \",\"0270027\",\"ｲﾜﾃｹﾝ\",\"ﾐﾔｺｼ\",\"ﾊﾞｱｲ\",\"岩手県\",\"宮古市\",\"宮古市の次に番地がくる場合\",0,0,0,0,0,0
25443,\"52203\",\"5220317\",\"ｼｶﾞｹﾝ\",\"ﾀｶﾞ\",\"ｲﾁｴﾝ\",\"滋賀県\",\"犬上郡多賀町\",\"一円\",0,0,0,0,0,0
13362,\"10003\",\"1000301\",\"ﾄｳｷﾖｳﾄ\",\"ﾄｼﾏﾑﾗ\",\"ﾄｼﾏﾑﾗｲﾁｴﾝ\",\"東京都\",\"利島村\",\"利島村一円\",0,0,0,0,0,0
";

    #[test]
    fn published_files_are_read() {
        let expected = [
            "0010000 札幌市北区  Town",
            "0010010 札幌市北区 北十条西 Town",
            "0270028 宮古市 神林 Town",
            "0270027 宮古市  Town",
            "5220317 犬上郡多賀町 一円 Town",
            "1000301 利島村  Town",
        ];
        assert_eq!(shown(KEN_ALL.as_bytes()), expected);
        let (cp932, ..) = encoding_rs::SHIFT_JIS.encode(KEN_ALL);
        assert_eq!(shown(&cp932), expected, "as it is published");
        let offices = "\
01102,\"(ｶﾌﾞ) ﾆﾎﾝ\",\"株式会社　架空\",\"北海道\",\"札幌市北区\",\"北十条西\",\"３丁目\",\"0018511\",\"001  \",\"札幌北\",0,0,0
01102,\"ﾊｺ\",\"架空私書箱\",\"北海道\",\"札幌市北区\",\"北十条西\",\"１丁目\",\"0018521\",\"001  \",\"札幌北\",1,0,0
";
        let expected = ["0018511 札幌市北区 北十条西 Office", "0018521 札幌市北区 北十条西 Box"];
        assert_eq!(shown(offices.as_bytes()), expected);
        let table =
            "postcode,prefecture,city,town,note\n0010000,北海道,札幌市北区,,以下に掲載がない場合\n";
        assert_eq!(shown(table.as_bytes()), ["0010000 札幌市北区  Town"]);
    }

    #[test]
    fn other_files_are_refused() {
        for (text, line) in [
            ("", 1),
            ("a,b\n", 1),
            ("postcode,prefecture,city,town\n", 1),
            ("postcode,prefecture,city,town\n123,北海道,札幌市,\n", 2),
            ("postcode,prefecture,city,town\n0010000,,札幌市,\n", 2),
            ("postcode,prefecture,city,town,kind\n0010000,北海道,札幌市,,other\n", 2),
        ] {
            let Err(Error::Refused(findings)) = read_postcodes("x.csv", text.as_bytes()) else {
                panic!("{text:?} is refused");
            };
            let place = findings.iter().next().and_then(|f| f.place.clone()).expect("a place");
            assert_eq!(place.line, line, "{text:?}");
        }
    }
}
