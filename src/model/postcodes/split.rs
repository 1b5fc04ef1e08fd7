//! Where the part of an address begins that the postcode does not say (住所B): behind the town.

use super::plain::Plain;
use super::{Area, PlainArea, Postcodes, county};

impl Postcodes {
    /// What stands behind the town that the postcode names; `None` when the address does not name it.
    /// Of towns of one postcode the longest counts. Nothing is allocated for an address as the register
    /// writes it.
    #[must_use]
    pub fn behind_town<'t>(&self, postcode: u32, address: &'t str) -> Option<&'t str> {
        let range = self.range(postcode);
        let areas = &self.areas[range.clone()];
        let longest = |ends: &mut dyn Iterator<Item = usize>| ends.max().map(|at| &address[at..]);
        let exact = longest(&mut areas.iter().filter_map(|area| behind(area, address)));
        exact.or_else(|| {
            let mut plain = Plain::default();
            let towns = self.plain[range].iter().zip(areas);
            longest(&mut towns.filter_map(|(town, area)| alike(&mut plain, town, area, address)))
        })
    }
}

/// Where an address that is written as in the register goes on behind the town.
fn behind(area: &Area, address: &str) -> Option<usize> {
    let rest = address.strip_prefix(&*area.prefecture).unwrap_or(address);
    let short = &area.city[county(&area.city)..];
    let rest = [&*area.city, short].iter().find_map(|city| rest.strip_prefix(*city))?;
    let rest = rest.strip_prefix(&*area.town).filter(|_| !area.town.is_empty())?;
    Some(address.len() - rest.len())
}

/// The same for one that is written in another way.
#[cold]
fn alike(plain: &mut Plain, town: &PlainArea, area: &Area, address: &str) -> Option<usize> {
    if town.town.is_empty() {
        return None;
    }
    // In Kyoto the streets stand before the town.
    if area.city.starts_with("京都市")
        && let Some(at) = address.find(&*area.town)
    {
        return Some(at + area.town.len());
    }
    let figure = |c: Option<char>| {
        c.is_some_and(|c| {
            "〇一二三四五六七八九十百".contains(c)
                || c.is_ascii_digit()
                || ('０'..='９').contains(&c)
        })
    };
    let ends = address.char_indices().map(|(at, c)| at + c.len_utf8());
    for end in ends {
        let (before, rest) = address.split_at(end);
        // No number is cut in two.
        if figure(before.chars().next_back()) && figure(rest.chars().next()) {
            continue;
        }
        let said = plain.of(before);
        let said = said.strip_prefix(&*town.prefecture).unwrap_or(said);
        let cities = [&*town.city, town.short_city(), ""];
        if cities.iter().any(|city| said.strip_prefix(city) == Some(&*town.town)) {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::of_towns;

    #[test]
    fn what_is_behind_the_town() {
        let lines = [
            (340_014, "青森県", "十和田市", "東二十一番町"),
            (182_678, "秋田県", "山本郡八峰町", "八森八森"),
            (10_010, "北海道", "札幌市北区", "北十条西"),
            (6_048_081, "京都府", "京都市中京区", "上本能寺前町"),
            (9_000_001, "北潮県", "霞ヶ原市", "東"),
            (9_000_001, "北潮県", "霞ヶ原市", "東浜"),
            (9_000_000, "北潮県", "霞ヶ原市", ""),
        ];
        let register = of_towns(&lines);
        for (code, address, rest) in [
            (340_014, "青森県十和田市東二十一番町3番4号", Some("3番4号")),
            (340_014, "十和田市東21番町3-4", Some("3-4")),
            (340_014, "十和田市東２１番町　3-4", Some("　3-4")),
            (340_014, "十和田市西二十一番町3番4号", None),
            (182_678, "秋田県八峰町八森八森10", Some("10")),
            (182_678, "秋田県山本郡八峰町八森字八森10", Some("10")),
            (182_678, "八森字八森10", Some("10")),
            (10_010, "札幌市北区北10条西1-2", Some("1-2")),
            (10_010, "札幌市北区北十条西一丁目", Some("一丁目")),
            (6_048_081, "京都市中京区寺町通御池上る上本能寺前町488", Some("488")),
            (9_000_001, "北潮県霞ヶ原市東浜1", Some("1")),
            (9_000_001, "霞ケ原市東１番地", Some("１番地")),
            (9_000_001, "霞ケ原市大字東浜五番地", Some("五番地")),
            (9_000_000, "霞ヶ原市中央1番地", None),
            (1, "霞ヶ原市中央1番地", None),
            (9_000_001, "", None),
        ] {
            assert_eq!(register.behind_town(code, address), rest, "{code:07} {address}");
        }
    }
}
