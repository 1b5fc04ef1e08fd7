//! Writes what a hint asks about the record's people, addresses, bank and job.

use super::places::{self, Address};
use super::random::Random;
use super::source::{AddressStyle, Fact};
use super::values::{Context, Maker};
use crate::model::{CheckDigit, Field, FieldKind};
use std::fmt::Write as _;

pub(super) fn write(
    fact: Fact,
    maker: &Maker<'_>,
    cx: &Context<'_>,
    field: &Field,
    random: &mut Random,
    out: &mut String,
) {
    let profile = cx.profile;
    let options = maker.options;
    match fact {
        Fact::Name => out.push_str(&profile.party.name),
        Fact::Kana => out.push_str(&profile.party.kana),
        Fact::Holder => holder(&profile.party.kana, field, out),
        Fact::Honorific { full } => match profile.party.body {
            true => out.push_str(&options.honorifics.1),
            false if full => out.push_str(&options.honorifics.0),
            false => {}
        },
        Fact::CoOwners if profile.co_owners > 0 => number(profile.co_owners.into(), 0, out),
        Fact::CoOwners => {}
        Fact::RoleLabel => out.push_str(profile.role),
        Fact::CareOf => out.push_str(&profile.care_of),
        Fact::Postcode => out.push_str(&profile.address.postcode),
        Fact::Address(style) => address(&profile.address, style, out),
        Fact::Extra => out.push_str(&profile.extra),
        Fact::Former if profile.address.former.is_empty() => {
            out.push_str(&random.choose(&maker.world.towns).former);
        }
        Fact::Former => out.push_str(&profile.address.former),
        Fact::District => {
            places::write_district(random, out);
        }
        Fact::PayerName => {
            let payer = profile.payer.as_ref().map_or(&profile.party, |(payer, _)| payer);
            out.push_str(&payer.name);
        }
        Fact::PayerAddress => {
            let home = profile.payer.as_ref().map_or(&profile.address, |(_, home)| home);
            address(home, AddressStyle::Usual, out);
        }
        Fact::Sex if profile.party.body => {}
        Fact::Sex => sex(profile.party.man, out),
        Fact::MemberName => out.push_str(&profile.member.name),
        Fact::MemberKana => out.push_str(&profile.member.kana),
        Fact::MemberSex => sex(profile.member.man, out),
        Fact::MemberNumber => number(profile.member_number.into(), least(field), out),
        Fact::HouseholdNumber => number(profile.household + 1, most(field), out),
        Fact::Bank => out.push_str(profile.bank.0),
        Fact::Branch => out.push_str(profile.bank.1),
        Fact::Account => number(profile.account, least(field).max(7), out),
        Fact::LevyYear => number(options.levy_year.unsigned_abs().into(), 0, out),
        Fact::TenantCode => out.push_str(&options.tenant_code),
        Fact::TenantName => out.push_str(&maker.world.municipality),
        Fact::InsurerNumber => insurer(&options.tenant_code, most(field), out),
    }
}

fn number(n: u64, width: usize, out: &mut String) {
    let _ = write!(out, "{n:0width$}");
}

fn sex(man: bool, out: &mut String) {
    out.push(if man { '男' } else { '女' });
}

fn address(address: &Address, style: AddressStyle, out: &mut String) {
    let full = style == AddressStyle::Full || !address.in_town;
    if full {
        out.push_str(&address.prefecture);
    }
    if full || style == AddressStyle::Usual {
        out.push_str(&address.municipality);
    }
    out.push_str(&address.lot);
}

const fn least(field: &Field) -> usize {
    match field.kind {
        FieldKind::Digits { min, .. } => min as usize,
        _ => 0,
    }
}

const fn most(field: &Field) -> usize {
    match field.kind {
        FieldKind::Digits { max, .. } => max as usize,
        _ => 0,
    }
}

/// Banks cut the reading of a holder's name to their length.
fn holder(kana: &str, field: &Field, out: &mut String) {
    let most = match field.kind {
        FieldKind::Text { max } => max as usize,
        _ => usize::MAX,
    };
    out.extend(kana.chars().take(most));
}

/// The insurer number of the municipality's own national health insurance: prefecture and
/// municipality of its code with a check digit, blank 法別番号 written `00` where there is room.
fn insurer(code: &str, width: usize, out: &mut String) {
    let body = code.get(..5).unwrap_or("00000");
    let body = if width >= 8 { format!("00{body}") } else { body.to_owned() };
    out.push_str(&CheckDigit::Insurer.complete(&body).unwrap_or_default());
}
