//! What a customer barcode says of an address: how much of it, by what its postcode stands for.

use crate::barcode::customer::{Postcode, PostcodeKind};
use crate::model::{AreaKind, Postcodes};

/// The word by which addresses of post-office boxes are known.
const BOX: &str = "私書箱";

/// What a postcode stands for, and the part of the address that its barcode is made of. Without a
/// register, the digits must do: representative codes end in 00, those of all boxes of a post office
/// (包括番号) in 91.
pub(super) fn of<'t>(
    postcode: Postcode,
    address: &'t str,
    register: Option<&Postcodes>,
) -> (PostcodeKind, &'t str) {
    let code = postcode.as_str();
    let number = code.parse().unwrap_or(0);
    let areas = register.map_or(&[][..], |register| register.of_code(number));
    if areas.is_empty() {
        let kind = if postcode.is_representative() {
            PostcodeKind::Representative
        } else if code.ends_with("91") && address.contains(BOX) {
            PostcodeKind::PostOfficeBox
        } else {
            PostcodeKind::Town
        };
        return (kind, address);
    }
    // Boxes of the register are single addressees', as offices are.
    if areas.iter().all(|area| area.kind != AreaKind::Town) {
        return (PostcodeKind::Business, address);
    }
    if areas.iter().all(|area| area.town.is_empty()) {
        return (PostcodeKind::Representative, address);
    }
    let rest = register.and_then(|register| register.behind_town(number, address));
    (PostcodeKind::Town, rest.unwrap_or(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::barcode::customer::Customer;
    use crate::model::Area;

    fn register() -> Postcodes {
        let lines = [
            ("1008994", "東京都", "千代田区", "大手町", AreaKind::Office),
            ("0100595", "秋田県", "男鹿市", "船川港船川", AreaKind::Box),
            ("0340014", "青森県", "十和田市", "東二十一番町", AreaKind::Town),
            ("9770000", "北潮県", "霞ヶ原市", "", AreaKind::Town),
            ("9770012", "北潮県", "霞ヶ原市", "", AreaKind::Town),
            ("1988700", "東京都", "青梅市", "東青梅", AreaKind::Office),
        ];
        let area = |(postcode, prefecture, city, town, kind): (&str, &str, &str, &str, _)| Area {
            postcode: postcode.parse().expect("digits"),
            prefecture: prefecture.into(),
            city: city.into(),
            town: town.into(),
            kind,
        };
        Postcodes::new(lines.map(area).to_vec())
    }

    /// What the barcode says; empty when there is none.
    #[track_caller]
    fn case(register: Option<&Postcodes>, postcode: &str, address: &str, says: &str) {
        let postcode = Postcode::parse(postcode).expect("a postcode");
        let (kind, rest) = of(postcode, address, register);
        let symbol = Customer::of_address(postcode, kind, rest, &mut String::new());
        let symbol = symbol.expect("a number").map(|symbol| symbol.font_string());
        let said = symbol.map(|said| String::from_utf8(said[..20].to_vec()).expect("ASCII"));
        assert_eq!(said.unwrap_or_default().trim_end_matches('d'), says, "{address}");
    }

    #[test]
    fn a_barcode_says_what_its_postcode_leaves_open() {
        let register = register();
        let known = Some(&register);
        case(known, "100-8994", "東京都千代田区大手町二丁目3番1号", "1008994");
        case(None, "100-8994", "東京都千代田区大手町二丁目3番1号", "10089942-3-1");
        case(known, "010-0595", "秋田県男鹿市船川港船川 男鹿郵便局私書箱第6号", "0100595");
        case(known, "034-0014", "青森県十和田市東二十一番町3番4号", "03400143-4");
        case(None, "034-0014", "青森県十和田市東二十一番町3番4号", "034001421-3-4");
        case(known, "034-0014", "十和田市ひがし3番4号", "03400143-4");
        case(known, "977-0012", "北潮県霞ヶ原市本町1番2号", "");
        case(known, "977-0000", "北潮県霞ヶ原市本町1番2号", "");
        case(None, "977-0000", "北潮県霞ヶ原市本町1番2号", "");
        case(known, "198-8700", "東京都青梅市東青梅1-1", "1988700");
        case(known, "977-0001", "北潮県霞ヶ原市本町1番2号", "97700011-2");
        case(None, "980-8691", "仙台中央郵便局私書箱第215号", "9808691215");
        case(known, "980-8691", "宮城県仙台市青葉区一番町1-2　私書箱215", "9808691215");
        case(None, "002-8091", "北海道札幌市北区南あいの里3丁目", "00280913");
    }
}
