//! Where fictional people live: in invented towns of a tenant, whose postcodes begin with 977, which
//! the post office does not use; or elsewhere in Japan, in real towns at invented lots.

use super::random::Random;
use crate::model::Tenant;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// A town or an old village (大字) inside a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Town {
    /// The name as it stands in addresses: `桜台`, `大字沢渡`.
    pub name: String,
    /// Seven digits.
    pub postcode: String,
    /// The former municipality's code; empty without one.
    pub former: String,
}

const CHOME_TOWNS: &[&str] = &[
    "中央",
    "桜台",
    "緑ヶ丘",
    "本町",
    "港町",
    "若葉町",
    "東雲町",
    "西原",
    "南浜",
    "北園",
    "松風台",
    "泉町",
];
const OLD_VILLAGES: &[&str] =
    &["大字沢渡", "大字上沢渡", "大字汐見", "大字三ツ森", "大字大久保谷", "大字川原田", "大字小戸"];

/// A real town elsewhere.
struct Elsewhere {
    prefecture: &'static str,
    municipality: &'static str,
    town: &'static str,
    postcode: &'static str,
    /// Whether its lots are counted in 丁目.
    chome: bool,
}

/// Ten towns of each prefecture, from the post office's list.
static ELSEWHERE: LazyLock<Vec<Elsewhere>> = LazyLock::new(|| {
    let lines = include_str!("elsewhere.csv").lines().filter(|line| !line.starts_with('#'));
    let town = |line: &'static str| {
        let mut cells = line.split(',');
        let mut cell = || cells.next().expect("a line has five cells");
        Elsewhere {
            prefecture: cell(),
            municipality: cell(),
            town: cell(),
            postcode: cell(),
            chome: cell() == "1",
        }
    };
    lines.map(town).collect()
});

/// The towns of a tenant: chosen from the list by its code, the old villages belonging to its last
/// former municipality.
pub(super) fn towns_of(tenant: &Tenant) -> Vec<Town> {
    let mut random = Random::of(&[super::random::key_of(&tenant.code)]);
    let area = random.below(90);
    let formers: Vec<&String> = tenant.former.keys().collect();
    let code = |first: bool| {
        let former = if first { formers.first() } else { formers.last() };
        former.map_or_else(String::new, |code| (*code).clone())
    };
    let chome = CHOME_TOWNS.iter().map(|name| (name, code(true)));
    let villages = OLD_VILLAGES.iter().map(|name| (name, code(false)));
    (1..)
        .zip(chome.chain(villages))
        .map(|(n, (name, former))| Town {
            name: (*name).to_owned(),
            postcode: format!("977{area:02}{n:02}"),
            former,
        })
        .collect()
}

/// An address in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// Seven digits.
    pub(super) postcode: String,
    /// The prefecture.
    pub(super) prefecture: String,
    /// The municipality.
    pub(super) municipality: String,
    /// Town and lot.
    pub(super) lot: String,
    /// The former municipality's code; empty elsewhere.
    pub(super) former: String,
    /// Whether it lies in the tenant's area.
    pub(super) in_town: bool,
}

impl Address {
    /// An address in one of `towns` of the municipality.
    pub(super) fn in_town(
        random: &mut Random,
        towns: &[Town],
        prefecture: &str,
        municipality: &str,
    ) -> Self {
        let town = random.choose(towns);
        let mut lot = town.name.clone();
        write_lot(random, &mut lot, Lot::Dwelling);
        Self {
            postcode: town.postcode.clone(),
            prefecture: prefecture.to_owned(),
            municipality: municipality.to_owned(),
            lot,
            former: town.former.clone(),
            in_town: true,
        }
    }

    /// An address in another municipality.
    pub(super) fn elsewhere(random: &mut Random) -> Self {
        let place = random.choose(&ELSEWHERE);
        let mut lot = place.town.to_owned();
        if place.chome {
            write_lot(random, &mut lot, Lot::Dwelling);
        } else {
            write_number(random, &mut lot, "番地");
        }
        Self {
            postcode: place.postcode.to_owned(),
            prefecture: place.prefecture.to_owned(),
            municipality: place.municipality.to_owned(),
            lot,
            former: String::new(),
            in_town: false,
        }
    }
}

/// What a lot number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lot {
    /// Where somebody lives: `二丁目3番4号`, `1234番地5`.
    Dwelling,
    /// What the land register calls it: `二丁目3番4`, `1234番5`.
    Land,
}

/// Adds a lot to a town's name.
pub(super) fn write_lot(random: &mut Random, out: &mut String, lot: Lot) {
    let dwelling = lot == Lot::Dwelling;
    if out.starts_with("大字") {
        return write_number(random, out, if dwelling { "番地" } else { "番" });
    }
    let chome = random.choose(&["一", "二", "三", "四", "五"]);
    let (block, house) = (random.between(1, 28), random.between(1, 35));
    let _ = write!(out, "{chome}丁目{block}番{house}{}", if dwelling { "号" } else { "" });
}

/// Adds a lot without 丁目: `1234番地5`.
fn write_number(random: &mut Random, out: &mut String, unit: &str) {
    let _ = write!(out, "{}{unit}", random.skewed(10, 3999));
    if random.percent(45) {
        let _ = write!(out, "{}", random.between(1, 19));
    }
}

const BUILDINGS: &[&str] = &[
    "桜台ハイツ",
    "コーポ若葉",
    "メゾン・ド・汐見",
    "グリーンパレス緑ヶ丘",
    "第２みどり荘",
    "市営住宅南浜団地３号棟",
    "サンシャイン霞",
    "ガーデンヒルズ東雲イースト",
];

/// Long houses for the hard cases; with the room they reach 60 characters.
const LONG_BUILDINGS: &[&str] = &[
    "グランドレジデンシャルスクエア霞ヶ原セントラルパークサイドウエスト弐番館プレミアムテラス棟",
    "特別養護老人ホームみつもり里山の家ユニット型個室棟「ひまわり」東館　社会福祉法人ほしぞら会",
];

/// A 方書: building and room.
pub(super) fn write_extra(random: &mut Random, long: bool, out: &mut String) {
    let buildings = if long { LONG_BUILDINGS } else { BUILDINGS };
    out.push_str(random.choose::<&str>(buildings));
    let _ = write!(out, "　{}{:02}号室", random.between(1, 12), random.between(1, 12));
}

/// A 行政区.
pub(super) fn write_district(random: &mut Random, out: &mut String) {
    let _ = write!(out, "{}第{}区", random.choose(CHOME_TOWNS), random.between(1, 4));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_buildings_reach_the_length_of_the_hard_cases() {
        for building in LONG_BUILDINGS {
            let count = building.chars().count();
            assert!((40..=60).contains(&(count + 8)), "{count}: {building}");
        }
    }

    #[test]
    fn towns_elsewhere_are_of_all_prefectures_and_have_their_postcodes() {
        let prefectures: std::collections::BTreeSet<_> =
            ELSEWHERE.iter().map(|place| place.prefecture).collect();
        assert_eq!((ELSEWHERE.len(), prefectures.len()), (470, 47));
        for place in ELSEWHERE.iter() {
            let digits = place.postcode.bytes().all(|b| b.is_ascii_digit());
            assert!(digits && place.postcode.len() == 7, "{}", place.town);
            assert!(!place.postcode.starts_with("977"), "{}", place.town);
            assert!(!place.municipality.is_empty() && !place.town.is_empty());
        }
    }

    #[test]
    fn lots_read_as_japanese_addresses() {
        let mut random = Random::of(&[3]);
        let mut dwelling = String::from("桜台");
        write_lot(&mut random, &mut dwelling, Lot::Dwelling);
        assert!(dwelling.contains("丁目") && dwelling.ends_with('号'), "{dwelling}");
        let mut land = String::from("大字沢渡");
        write_lot(&mut random, &mut land, Lot::Land);
        assert!(!land.contains("番地") && land.contains('番'), "{land}");
    }
}
