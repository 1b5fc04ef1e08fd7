//! Who a record is about: one invented person, household or body, whose name, address, age and bank
//! agree with each other, and the hard case that the record stands for.

use super::names::{self, Read};
use super::places::{self, Address, Town};
use super::random::Random;
use crate::calendar::Date;
use crate::model::schema::is_variation_selector;

/// What forms ask of people, gathered from all hints of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    /// Bodies among addressees, in percent.
    pub(super) bodies: u32,
    /// Foreign residents among addressees, in percent.
    pub(super) foreign: u32,
    /// The most characters of a name.
    pub(super) name_max: usize,
    /// Addresses with a 方書, in percent.
    pub(super) extra: u32,
    /// Notices to one of several owners, in percent.
    pub(super) co_owners: u32,
    /// Notices to somebody else than the taxpayer, in percent.
    pub(super) roles: u32,
    /// Addresses in care of somebody, in percent.
    pub(super) care_of: u32,
    /// Whether records are the members of households.
    pub(super) households: bool,
    /// Whether names must be writable in code page 932.
    pub(super) cp932: bool,
}

/// The hard cases, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hard {
    RareKanji,
    VariantKanji,
    ForeignName,
    OtherScript,
    LongExtra,
    ManyCoOwners,
    ZeroYen,
    DirectDebit,
    LongBody,
    ManyRows,
    OneRow,
    Elsewhere,
    CareOf,
    Role,
}

impl Hard {
    const ALL: [Self; 14] = [
        Self::RareKanji,
        Self::VariantKanji,
        Self::ForeignName,
        Self::OtherScript,
        Self::LongExtra,
        Self::ManyCoOwners,
        Self::ZeroYen,
        Self::DirectDebit,
        Self::LongBody,
        Self::ManyRows,
        Self::OneRow,
        Self::Elsewhere,
        Self::CareOf,
        Self::Role,
    ];

    /// The hard case of the `n`-th profile when `percent` of all are hard: evenly spread and in
    /// turn, so that a small sample has each of them too.
    pub(super) fn of(n: u64, percent: u32) -> Option<Self> {
        let percent = u64::from(percent.min(100));
        #[expect(clippy::integer_division, reason = "how many hard cases came before")]
        let (before, after) = (n * percent / 100, (n + 1) * percent / 100);
        let turn = usize::try_from(before % Self::ALL.len() as u64).unwrap_or(0);
        (before < after).then(|| Self::ALL[turn])
    }
}

/// A person or a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) body: bool,
    pub(super) man: bool,
    pub(super) birth: Date,
}

/// Everything that is known of a record's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) hard: Option<Hard>,
    /// The household's number, from 0.
    pub(super) household: u64,
    pub(super) party: Party,
    /// The insured person; the addressee where records are not members of households.
    pub(super) member: Party,
    /// From 1.
    pub(super) member_number: u32,
    /// The taxpayer, when it is not the addressee.
    pub(super) payer: Option<(Party, Address)>,
    pub(super) address: Address,
    pub(super) extra: String,
    pub(super) care_of: String,
    pub(super) role: &'static str,
    pub(super) co_owners: u32,
    pub(super) bank: (&'static str, &'static str),
    pub(super) account: u64,
}

/// Where and when profiles live.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) hard_percent: u32,
    pub(super) prefecture: String,
    pub(super) municipality: String,
    pub(super) towns: Vec<Town>,
    pub(super) today: Date,
}

impl World {
    /// How many records the household has.
    pub(super) fn members(&self, household: u64, policy: &Policy) -> u32 {
        if !policy.households {
            return 1;
        }
        let mut random = Random::of(&[self.seed, household, 1]);
        let size = random.weighted([55, 27, 11, 5, 2].into_iter());
        u32::try_from(size).unwrap_or(0) + 1
    }

    /// The profile of member `number` (from 1) of a household.
    pub(super) fn profile(&self, household: u64, number: u32, policy: &Policy) -> Profile {
        let mut random = Random::of(&[self.seed, household, 2]);
        let hard = Hard::of(household, self.hard_percent);
        let surname = surname(&mut random, hard, policy);
        let mut party = self.addressee(&mut random, surname, hard, policy);
        if party.name.chars().filter(|&c| !is_variation_selector(c)).count() > policy.name_max {
            party = self.person(&mut random, surname, 18, 98);
        }
        let chance = |random: &mut Random, percent, case| {
            random.percent(percent) || (percent > 0 && hard == Some(case))
        };
        let far = random.percent(14) || hard == Some(Hard::Elsewhere);
        let address = if far && !policy.households {
            Address::elsewhere(&mut random)
        } else {
            self.home(&mut random)
        };
        let mut extra = String::new();
        if chance(&mut random, policy.extra, Hard::LongExtra) {
            places::write_extra(&mut random, hard == Some(Hard::LongExtra), &mut extra);
        }
        let mut care_of = String::new();
        if chance(&mut random, policy.care_of, Hard::CareOf) && !party.body {
            care_of.push_str(random.choose(names::SURNAMES).0);
        }
        let (mut role, mut payer) = ("", None);
        if chance(&mut random, policy.roles, Hard::Role) && !party.body {
            role = *random.choose::<&str>(names::ROLES);
            payer = Some((self.person(&mut random, surname, 60, 99), self.home(&mut random)));
        }
        let shared = chance(&mut random, policy.co_owners, Hard::ManyCoOwners) && !party.body;
        let co_owners = match hard {
            _ if !shared => 0,
            Some(Hard::ManyCoOwners) => 14,
            _ => random.skewed(1, 4),
        };
        let member = self.member(household, number, &party, surname, policy);
        Profile {
            hard,
            household,
            member,
            member_number: number,
            payer,
            address,
            extra,
            care_of,
            role,
            co_owners: u32::try_from(co_owners).unwrap_or(0),
            bank: *random.choose(names::BANKS),
            account: random.below(10_000_000),
            party,
        }
    }

    /// The person of a row (from 1): the addressee, then others of the household.
    pub(super) fn person_of_row(&self, profile: &Profile, number: u32, policy: &Policy) -> Party {
        if number == 1 && !profile.party.body {
            return profile.party.clone();
        }
        let mut random = Random::of(&[self.seed, profile.household, 2]);
        let surname = surname(&mut random, profile.hard, policy);
        let mut random = Random::of(&[self.seed, profile.household, 3, u64::from(number)]);
        let (youngest, oldest) = if number > 2 { (0, 30) } else { (18, 74) };
        self.person(&mut random, surname, youngest, oldest)
    }

    fn home(&self, random: &mut Random) -> Address {
        Address::in_town(random, &self.towns, &self.prefecture, &self.municipality)
    }

    fn addressee(
        &self,
        random: &mut Random,
        surname: Read,
        hard: Option<Hard>,
        policy: &Policy,
    ) -> Party {
        let body = random.percent(policy.bodies);
        let foreign = random.percent(policy.foreign);
        match hard {
            Some(Hard::ForeignName) if policy.foreign > 0 => {
                self.foreigner(random, policy.name_max.min(60))
            }
            Some(Hard::OtherScript) if policy.foreign > 0 && !policy.cp932 => {
                self.other_script(random)
            }
            Some(Hard::LongBody) if policy.bodies > 0 => {
                self.body(*random.choose(names::LONG_FIRMS))
            }
            None if body => self.body(*random.choose(names::FIRMS)),
            None if foreign && !policy.cp932 && random.percent(30) => self.other_script(random),
            None if foreign => self.foreigner(random, 30),
            Some(_) | None => self.person(random, surname, 18, 98),
        }
    }

    fn body(&self, (name, kana): Read) -> Party {
        let (name, kana) = (name.to_owned(), kana.to_owned());
        Party { name, kana, body: true, man: false, birth: self.today }
    }

    fn person(&self, random: &mut Random, surname: Read, youngest: i64, oldest: i64) -> Party {
        let man = random.percent(50);
        let given = *random.choose(if man { names::MEN } else { names::WOMEN });
        let name = format!("{}　{}", surname.0, given.0);
        let kana = format!("{}　{}", surname.1, given.1);
        Party { name, kana, body: false, man, birth: self.birth(random, youngest, oldest) }
    }

    /// A name in the script of its country.
    fn other_script(&self, random: &mut Random) -> Party {
        let mut person = self.person(random, ("", ""), 18, 70);
        let (name, kana) = *random.choose(names::OTHER_SCRIPTS);
        (person.name, person.kana) = (name.to_owned(), kana.to_owned());
        person
    }

    /// A name of Latin letters, as near to `length` characters as its parts allow.
    fn foreigner(&self, random: &mut Random, length: usize) -> Party {
        let mut person = self.person(random, ("", ""), 18, 70);
        person.name.clear();
        person.kana.clear();
        for _ in 0..40 {
            let (part, kana) = *random.choose(names::FOREIGN);
            let between = usize::from(!person.name.is_empty());
            if person.name.len() + between + part.len() <= length {
                if between == 1 {
                    person.name.push(' ');
                    person.kana.push('　');
                }
                person.name.push_str(part);
                person.kana.push_str(kana);
            }
        }
        person
    }

    /// Born so that the age today lies in the range.
    fn birth(&self, random: &mut Random, youngest: i64, oldest: i64) -> Date {
        let days = random.between(youngest * 365 + 30, oldest * 365);
        self.today.saturating_sub(jiff::Span::new().days(days))
    }

    /// The first member is the head in four of five households; in others the head is addressed
    /// without being insured (擬制世帯主).
    fn member(
        &self,
        household: u64,
        number: u32,
        head: &Party,
        surname: Read,
        policy: &Policy,
    ) -> Party {
        let mut random = Random::of(&[self.seed, household, 3, u64::from(number)]);
        if !policy.households || (number == 1 && random.percent(80)) {
            return head.clone();
        }
        let (youngest, oldest) = if number > 2 { (0, 30) } else { (18, 74) };
        self.person(&mut random, surname, youngest, oldest)
    }
}

fn surname(random: &mut Random, hard: Option<Hard>, policy: &Policy) -> Read {
    let plain = *random.choose(names::SURNAMES);
    match hard {
        Some(Hard::VariantKanji) if !policy.cp932 => *random.choose(names::VARIANT_SURNAMES),
        Some(Hard::RareKanji | Hard::VariantKanji) => *random.choose(names::RARE_SURNAMES),
        _ if random.percent(2) => *random.choose(names::RARE_SURNAMES),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hard_cases_come_evenly_and_in_turn() {
        let cases: Vec<_> = (0..1000).filter_map(|n| Hard::of(n, 5)).collect();
        assert_eq!(cases.len(), 50);
        assert_eq!(cases[..14], Hard::ALL);
        assert_eq!(Hard::of(3, 0), None);
        assert_eq!(Hard::of(4, 100), Some(Hard::LongExtra));
    }
}
