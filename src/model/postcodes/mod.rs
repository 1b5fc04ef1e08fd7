//! The register of postcodes (郵便番号簿): which towns a postcode stands for, whether it fits an
//! address, and which postcode an address has. Nothing is ever corrected by it: it finds and hints.

mod plain;
mod split;

use plain::Plain;
use std::ops::Range;

/// What a postcode stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AreaKind {
    /// A town (町域), or the rest of a municipality where `town` is empty.
    Town,
    /// One large addressee (事業所) with a postcode of its own.
    Office,
    /// Boxes of a post office (私書箱).
    Box,
}

impl AreaKind {
    /// The kinds by the words of a register file.
    pub const ALL: [(&'static str, Self); 3] =
        [("town", Self::Town), ("office", Self::Office), ("box", Self::Box)];
}

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area {
    /// Seven digits, as a number.
    pub postcode: u32,
    /// 都道府県.
    pub prefecture: Box<str>,
    /// 市区町村 with its county (郡).
    pub city: Box<str>,
    /// 町域; empty for the rest of the municipality (以下に掲載がない場合).
    pub town: Box<str>,
    /// What it stands for.
    pub kind: AreaKind,
}

/// How a postcode and an address fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostcodeFit {
    /// The address lies where the postcode says.
    Right,
    /// The register cannot say: a place that it does not know.
    Unjudged,
    /// No postcode of the register.
    Unknown,
    /// The postcode is of another municipality.
    OtherMunicipality,
    /// The municipality is right, the town is not.
    OtherTown,
}

/// All postcodes, ready for questions. About 20 MB for the whole country.
#[derive(Debug, Default)]
pub struct Postcodes {
    /// Sorted by postcode.
    areas: Vec<Area>,
    /// For each area: its municipality without the county, and its town, as they are compared.
    plain: Vec<PlainArea>,
    /// Areas in the order of their municipalities.
    by_city: Vec<u32>,
    prefectures: Vec<Box<str>>,
}

#[derive(Debug, Default)]
struct PlainArea {
    prefecture: Box<str>,
    city: Box<str>,
    /// Where the name without the county begins.
    short: usize,
    town: Box<str>,
}

impl Postcodes {
    /// A register of these lines.
    #[must_use]
    pub fn new(mut areas: Vec<Area>) -> Self {
        areas.sort_unstable();
        areas.dedup();
        let mut plain = Plain::default();
        let plain: Vec<PlainArea> = areas
            .iter()
            .map(|area| {
                let city: Box<str> = plain.of(&area.city).into();
                let short = county(&city);
                let prefecture = plain.of(&area.prefecture).into();
                PlainArea { prefecture, short, town: plain.of(&area.town).into(), city }
            })
            .collect();
        let count = u32::try_from(areas.len()).unwrap_or(u32::MAX);
        let mut by_city: Vec<u32> = (0..count).collect();
        let city_of = |&n: &u32| plain[n as usize].short_city();
        by_city.sort_by(|one, two| city_of(one).cmp(city_of(two)));
        let mut prefectures: Vec<Box<str>> = Vec::new();
        for area in &plain {
            if !prefectures.contains(&area.prefecture) {
                prefectures.push(area.prefecture.clone());
            }
        }
        Self { areas, plain, by_city, prefectures }
    }

    /// How many lines it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// The lines of a postcode.
    #[must_use]
    pub fn of_code(&self, postcode: u32) -> &[Area] {
        &self.areas[self.range(postcode)]
    }

    fn range(&self, postcode: u32) -> Range<usize> {
        let from = self.areas.partition_point(|area| area.postcode < postcode);
        let to = self.areas[from..].partition_point(|area| area.postcode == postcode);
        from..from + to
    }

    /// Whether the address lies where the postcode says. An address may leave out the prefecture, and
    /// in its own municipality that too; figures and variants of letters are compared alike.
    /// `home`: the tenant's prefecture and name; if the register does not know it, its addresses are
    /// not judged.
    #[must_use]
    pub fn judge(&self, postcode: u32, address: &str, home: (&str, &str)) -> PostcodeFit {
        let mut plain = Plain::default();
        let address = Spoken::of(self, &mut plain, address);
        let range = self.range(postcode);
        if range.is_empty() {
            let unknown_home = !self.knows(&mut plain, home);
            let place = address.prefecture.is_none();
            return if unknown_home && place {
                PostcodeFit::Unjudged
            } else {
                PostcodeFit::Unknown
            };
        }
        let mut fit = PostcodeFit::OtherMunicipality;
        for area in &self.plain[range] {
            match address.lies_in(area) {
                PostcodeFit::Right => return PostcodeFit::Right,
                PostcodeFit::OtherTown => fit = PostcodeFit::OtherTown,
                _ => {}
            }
        }
        fit
    }

    /// The lines of towns that fit an address best, at most so many: those with the longest name of a
    /// town, else the rest of the municipality.
    #[must_use]
    pub fn of_address(&self, address: &str, most: usize) -> Vec<&Area> {
        let mut plain = Plain::default();
        let address = Spoken::of(self, &mut plain, address);
        let mut best: Vec<&Area> = Vec::new();
        let mut longest = 0;
        for start in address.starts() {
            for index in self.cities_at(&address.plain[start..]) {
                let (area, plain) = (&self.areas[index], &self.plain[index]);
                let fits = area.kind == AreaKind::Town
                    && address.lies_in(plain) == PostcodeFit::Right
                    && plain.town.len() >= longest;
                if !fits {
                    continue;
                }
                if plain.town.len() > longest {
                    longest = plain.town.len();
                    best.clear();
                }
                if best.len() < most && !best.contains(&area) {
                    best.push(area);
                }
            }
        }
        best
    }

    /// The areas of municipalities whose name the text begins with.
    fn cities_at<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
        ends.take(plain::CITY_MAX).flat_map(move |end| {
            let name = &text[..end];
            let city = |&n: &u32| self.plain[n as usize].short_city();
            let from = self.by_city.partition_point(|n| city(n) < name);
            let same = self.by_city[from..].iter().take_while(move |n| city(n) == name);
            same.map(|&n| n as usize)
        })
    }

    fn knows(&self, plain: &mut Plain, (prefecture, name): (&str, &str)) -> bool {
        let name = plain.of(name).to_owned();
        let prefecture = plain.of(prefecture);
        self.cities_at(&name).any(|n| *self.plain[n].prefecture == *prefecture)
    }
}

impl PlainArea {
    fn short_city(&self) -> &str {
        &self.city[self.short..]
    }
}

/// Where the name begins behind the county: 山本郡八峰町.
fn county(city: &str) -> usize {
    let behind = city.find('郡').map(|at| at + '郡'.len_utf8());
    // 郡山市 and 大和郡山市 have no county.
    behind.filter(|&at| at > '郡'.len_utf8() && !city[at..].starts_with('山')).unwrap_or(0)
}

/// An address as it is compared.
struct Spoken {
    plain: String,
    /// Behind the prefecture, when it begins with one of the register.
    prefecture: Option<usize>,
}

impl Spoken {
    fn of(register: &Postcodes, plain: &mut Plain, address: &str) -> Self {
        let plain = plain.of(address).to_owned();
        let found = register.prefectures.iter().find(|name| plain.starts_with(&***name));
        Self { prefecture: found.map(|name| name.len()), plain }
    }

    /// Where the municipality's name may begin: behind the prefecture, and behind a county.
    fn starts(&self) -> impl Iterator<Item = usize> + '_ {
        let start = self.prefecture.unwrap_or(0);
        let behind = county(&self.plain[start..]);
        [start, start + behind].into_iter().take(if behind > 0 { 2 } else { 1 })
    }

    /// Whether it lies in an area: [`PostcodeFit::Right`], `OtherTown` or `OtherMunicipality`.
    fn lies_in(&self, area: &PlainArea) -> PostcodeFit {
        if self.prefecture.is_some() && !self.plain.starts_with(&*area.prefecture) {
            return PostcodeFit::OtherMunicipality;
        }
        let rest = &self.plain[self.prefecture.unwrap_or(0)..];
        let behind = [&*area.city, area.short_city()].iter().find_map(|c| rest.strip_prefix(*c));
        let Some(town) = behind else {
            // 霞ヶ原1-2-3: an address that names no municipality.
            let bare = self.prefecture.is_none() && !area.town.is_empty();
            let right = bare && rest.starts_with(&*area.town);
            return if right { PostcodeFit::Right } else { PostcodeFit::OtherMunicipality };
        };
        // In Kyoto the streets stand before the town: 寺町通御池上る上本能寺前町.
        let inside = area.city.starts_with("京都市") && town.contains(&*area.town);
        if town.starts_with(&*area.town) || inside {
            PostcodeFit::Right
        } else {
            PostcodeFit::OtherTown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PostcodeFit::{OtherMunicipality, OtherTown, Right, Unjudged, Unknown};
    use super::{Area, AreaKind, Postcodes};

    const HOME: (&str, &str) = ("北潮県", "霞ヶ原市");

    /// A register of towns: postcode, prefecture, municipality, town.
    pub(super) fn of_towns(lines: &[(u32, &str, &str, &str)]) -> Postcodes {
        let area = |&(postcode, prefecture, city, town): &(u32, &str, &str, &str)| Area {
            postcode,
            prefecture: prefecture.into(),
            city: city.into(),
            town: town.into(),
            kind: AreaKind::Town,
        };
        Postcodes::new(lines.iter().map(area).collect())
    }

    fn register() -> Postcodes {
        let lines = [
            (10_000, "北海道", "札幌市北区", ""),
            (10_010, "北海道", "札幌市北区", "北十条西"),
            (10_024, "北海道", "札幌市北区", "北二十四条西"),
            (182_678, "秋田県", "山本郡八峰町", "八森八森"),
            (9_630_101, "福島県", "郡山市", "安積町日出山"),
            (6_048_081, "京都府", "京都市中京区", "上本能寺前町"),
            (6_048_082, "京都府", "京都市中京区", "丁子屋町"),
            (1_008_994, "東京都", "中央区", "八重洲一丁目"),
            (6_391_000, "大阪府", "岬町", "淡輪"),
            (2_790_031, "千葉県", "浦安市", "舞浜"),
        ];
        of_towns(&lines)
    }

    #[test]
    fn a_postcode_fits_its_towns_only() {
        let register = register();
        for (code, address, fit) in [
            (10_010, "北海道札幌市北区北十条西1丁目2番", Right),
            (10_010, "北海道札幌市北区北１０条西一丁目", Right),
            (10_010, "札幌市北区北10条西1-2", Right),
            (10_010, "北海道　札幌市北区　北10条西1-2", Right),
            (10_010, "北海道札幌市北区北二十四条西1丁目", OtherTown),
            (10_024, "北海道札幌市北区北24条西1丁目", Right),
            (10_000, "北海道札幌市北区あいの里", Right),
            (10_010, "千葉県浦安市舞浜1-1", OtherMunicipality),
            (182_678, "秋田県八峰町八森字八森10", Right),
            (182_678, "秋田県山本郡八峰町八森字八森10", Right),
            (182_678, "秋田県八峰町八森八森10", Right),
            (182_678, "山本郡八峰町大字八森八森10", Right),
            (9_630_101, "福島県郡山市安積町日出山", Right),
            (9_630_101, "郡山市安積町日出山1", Right),
            (6_048_081, "京都府京都市中京区寺町通御池上る上本能寺前町488", Right),
            (6_048_082, "京都府京都市中京区寺町通御池上る上本能寺前町488", OtherTown),
            (2_790_031, "舞浜1番地", Right),
            (9_999_999, "千葉県浦安市舞浜1番地", Unknown),
            (9_990_001, "北潮県霞ヶ原市中央1番地", Unjudged),
            (9_990_001, "霞ヶ原市中央1番地", Unjudged),
            (2_790_031, "北潮県霞ヶ原市中央1番地", OtherMunicipality),
            (2_790_031, "", OtherMunicipality),
        ] {
            assert_eq!(register.judge(code, address, HOME), fit, "{code:07} {address}");
        }
        let at_home = ("千葉県", "浦安市");
        assert_eq!(register.judge(9_990_001, "浦安市舞浜", at_home), Unknown);
    }

    #[test]
    fn an_address_has_the_postcode_of_its_longest_town() {
        let register = register();
        for (address, codes) in [
            ("北海道札幌市北区北10条西1-2", &[10_010][..]),
            ("札幌市北区北二十四条西1", &[10_024]),
            ("札幌市北区あいの里", &[10_000]),
            ("八峰町八森八森10", &[182_678]),
            ("秋田県山本郡八峰町八森八森10", &[182_678]),
            ("福島県郡山市安積町日出山", &[9_630_101]),
            ("北潮県霞ヶ原市中央1番地", &[]),
            ("", &[]),
        ] {
            let found: Vec<u32> =
                register.of_address(address, 9).iter().map(|area| area.postcode).collect();
            assert_eq!(found, codes, "{address}");
        }
    }
}
