//! The printing condition that a file is made for: its output intent (ISO 32000-1, 14.11.5) with the
//! profile of the press, the engine's own for black only or the operator's for four inks.

use super::metadata::text_string;
use super::objects::Objects;
use crate::diag::{Code, Diagnostic, Findings, Place};
use crate::digest::Digest;
use std::fmt::Write as _;
use std::io::{self, Write};

/// A colour profile that a press file cannot have.
const BAD_PROFILE: Code = Code("E714");
/// The most bytes of a colour profile.
pub const PROFILE_MAX: u64 = 8 << 20;
/// More tags than any profile of a press has.
const TAGS_MAX: usize = 100;
/// The tags that a profile of a press with four inks has at least (ICC.1:2010, 8.4).
const TAGS: [&[u8; 4]; 5] = [b"desc", b"cprt", b"wtpt", b"A2B0", b"B2A0"];

/// Printing conditions in the registry of the ICC, by their names there.
const REGISTERED: [&str; 12] = [
    "FOGRA39",
    "FOGRA47",
    "FOGRA51",
    "FOGRA52",
    "CGATS TR 001",
    "CGATS TR 003",
    "CGATS TR 005",
    "CGATS TR 006",
    "JC200103",
    "JC200104",
    "JCW2003",
    "JCN2002",
];

/// The plates that a press has, and thereby the device colours that its files may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plates {
    /// Black: `DeviceGray`.
    #[default]
    Grey,
    /// Cyan, magenta, yellow and black: `DeviceCMYK` and `DeviceGray`.
    Cmyk,
}

/// The printing condition of a press, and its profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputIntent {
    plates: Plates,
    /// `OutputConditionIdentifier`.
    identifier: String,
    /// What the condition is, for people; needed where the identifier is in no registry.
    info: Option<String>,
    profile: Vec<u8>,
}

impl OutputIntent {
    /// Black ink only, with a profile of the engine's own.
    #[must_use]
    pub fn grey() -> Self {
        Self {
            plates: Plates::Grey,
            identifier: "Custom".to_owned(),
            info: Some("K only: black ink on white paper".to_owned()),
            profile: black_profile(),
        }
    }

    /// Four inks, with the profile of a press in the bytes of `file`; `condition` is a name in the
    /// ICC's registry of printing conditions, or says in words what is printed on.
    ///
    /// # Errors
    /// `E714` when it is no profile of a press with four inks.
    pub fn cmyk(file: &str, data: Vec<u8>, condition: &str) -> Result<Self, Findings> {
        check_profile(&data).map_err(|why| {
            Diagnostic::error(BAD_PROFILE, format!("the colour profile cannot be used: {why}"))
                .at(Place::file(file))
                .hint("an ICC profile of class `prtr` with CMYK, as the print vendor gives it")
        })?;
        let registered = REGISTERED.contains(&condition);
        Ok(Self {
            plates: Plates::Cmyk,
            identifier: if registered { condition } else { "Custom" }.to_owned(),
            info: (!registered).then(|| condition.to_owned()),
            profile: data,
        })
    }

    /// The plates of the press.
    #[must_use]
    pub const fn plates(&self) -> Plates {
        self.plates
    }

    /// A digest of all that it is.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let info = self.info.as_deref().unwrap_or_default();
        Digest::of_parts(&[self.identifier.as_bytes(), info.as_bytes(), &self.profile])
    }

    /// Writes the profile, and gives the output intent of a subtype that refers to it.
    pub(super) fn write<W: Write>(
        &self,
        objects: &mut Objects<W>,
        subtype: &str,
    ) -> io::Result<String> {
        let profile = objects.reserve();
        let components = match self.plates {
            Plates::Grey => "/N 1",
            Plates::Cmyk => "/N 4",
        };
        objects.deflated(profile, components.as_bytes(), &self.profile)?;
        let identifier = text_string(&self.identifier);
        let mut intent = format!(
            "<</Type/OutputIntent/S/{subtype}/OutputConditionIdentifier{identifier}\
             /DestOutputProfile {profile} 0 R"
        );
        match &self.info {
            Some(info) => write!(intent, "/Info{}", text_string(info)),
            None => write!(intent, "/RegistryName(http://www.color.org)"),
        }
        .expect("writing to a string cannot fail");
        intent.push_str(">>");
        Ok(intent)
    }
}

/// What is wrong with a profile for a press with four inks; its tables are not looked into.
fn check_profile(data: &[u8]) -> Result<(), String> {
    let at = |at: usize| data.get(at..at + 4).unwrap_or_default();
    let number = |place: usize| {
        at(place).iter().fold(0_usize, |number, &byte| number << 8 | usize::from(byte))
    };
    if at(36) != b"acsp" || data.len() < 132 {
        return Err("it is no ICC profile".to_owned());
    }
    if number(0) != data.len() {
        return Err(format!("it says that it has {} bytes, not {}", number(0), data.len()));
    }
    if data.len() as u64 > PROFILE_MAX {
        return Err(format!("it is larger than {} MiB", PROFILE_MAX >> 20));
    }
    let shown = |at: &[u8]| String::from_utf8_lossy(at).trim_end().to_owned();
    for (place, wanted, what) in
        [(12, &[b"prtr"][..], "class"), (16, &[b"CMYK"], "space"), (20, &[b"Lab ", b"XYZ "], "PCS")]
    {
        if !wanted.iter().any(|wanted| &wanted[..] == at(place)) {
            let wanted = shown(wanted[0]);
            return Err(format!("its {what} is `{}`, not `{wanted}`", shown(at(place))));
        }
    }
    if !matches!(data[8], 2 | 4) {
        return Err(format!("its version is {}, not 2 or 4", data[8]));
    }
    let tags = number(128);
    if tags > TAGS_MAX {
        return Err(format!("it has {tags} tags"));
    }
    let places: Vec<usize> = (0..tags).map(|tag| 132 + tag * 12).collect();
    let inside = |&place: &usize| {
        at(place + 8).len() == 4
            && number(place + 4).saturating_add(number(place + 8)) <= data.len()
    };
    if !places.iter().all(inside) {
        return Err("its tags are cut off".to_owned());
    }
    let missing = TAGS.iter().find(|tag| !places.iter().any(|&place| at(place) == &tag[..]));
    missing.map_or(Ok(()), |tag| Err(format!("it has no tag `{}`", shown(&tag[..]))))
}

/// The profile of a press with black only (ICC.1:2001-04, 6.3.1.1): paper is the white of D50, and
/// half tones gain some 20 % as dots do (gamma 1.75).
fn black_profile() -> Vec<u8> {
    const NAME: &[u8] = b"Black ink only\0";
    const RIGHTS: &[u8] = b"No rights reserved\0";
    const WHITE: [u32; 3] = [0x0000_F6D6, 0x0001_0000, 0x0000_D32D];
    let white: Vec<u8> = WHITE.iter().flat_map(|part| part.to_be_bytes()).collect();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a few bytes").to_be_bytes();
    // A text description has three notations; only ASCII is given (ICC.1:2001-04, 6.5.17).
    let name = [&length(NAME)[..], NAME, &[0; 4 + 4 + 2 + 1 + 67]].concat();
    let gamma = [&1_u32.to_be_bytes()[..], &0x01C0_u16.to_be_bytes()].concat();
    let tags: [(&[u8; 4], &[u8; 4], &[u8]); 4] = [
        (b"desc", b"desc", &name),
        (b"cprt", b"text", RIGHTS),
        (b"wtpt", b"XYZ ", &white),
        (b"kTRC", b"curv", &gamma),
    ];
    let (mut table, mut data) = (Vec::new(), Vec::new());
    let start = 128 + 4 + tags.len() * 12;
    for (tag, kind, content) in tags {
        let content = [&kind[..], &[0; 4], content].concat();
        table.extend_from_slice(tag);
        let offset = u32::try_from(start + data.len()).expect("a few bytes");
        table.extend_from_slice(&offset.to_be_bytes());
        table.extend_from_slice(&length(&content));
        data.extend_from_slice(&content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let size = u32::try_from(start + data.len()).expect("a few bytes");
    let mut profile = Vec::with_capacity(start + data.len());
    profile.extend_from_slice(&size.to_be_bytes());
    profile.extend_from_slice(&[0; 4]);
    profile.extend_from_slice(&0x0210_0000_u32.to_be_bytes());
    profile.extend_from_slice(b"prtrGRAYXYZ ");
    // Made on the first of January 2026.
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        profile.extend_from_slice(&part.to_be_bytes());
    }
    profile.extend_from_slice(b"acsp");
    profile.resize(64, 0);
    // Relative colorimetric, under D50.
    profile.extend_from_slice(&1_u32.to_be_bytes());
    profile.extend_from_slice(&white);
    profile.resize(128, 0);
    profile.extend_from_slice(&4_u32.to_be_bytes());
    profile.extend_from_slice(&table);
    profile.extend_from_slice(&data);
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of a press with four inks, as far as it is looked at.
    fn press() -> Vec<u8> {
        let mut profile = vec![0; 132 + 5 * 12 + 4];
        let size = u32::try_from(profile.len()).expect("small");
        profile[..4].copy_from_slice(&size.to_be_bytes());
        profile[8] = 2;
        profile[12..24].copy_from_slice(b"prtrCMYKLab ");
        profile[36..40].copy_from_slice(b"acsp");
        profile[131] = 5;
        for (n, tag) in TAGS.iter().enumerate() {
            let place = 132 + n * 12;
            profile[place..place + 4].copy_from_slice(&tag[..]);
            profile[place + 7] = 192;
            profile[place + 11] = 4;
        }
        profile
    }

    #[test]
    fn the_profile_of_black_is_small_and_complete() {
        let profile = black_profile();
        assert!(profile.len() <= 400, "{}", profile.len());
        assert_eq!(profile[..4], u32::try_from(profile.len()).expect("small").to_be_bytes());
        assert_eq!(profile.len() % 4, 0);
    }

    #[test]
    fn conditions_are_registered_or_explained() {
        let written = |condition: &str| {
            let intent = OutputIntent::cmyk("p.icc", press(), condition).expect("a profile");
            let mut objects = Objects::new(Vec::new());
            intent.write(&mut objects, "GTS_PDFX").expect("memory")
        };
        let registered = written("JC200103");
        assert!(registered.contains("/OutputConditionIdentifier(JC200103)"), "{registered}");
        assert!(registered.contains("/RegistryName(http://www.color.org)"), "{registered}");
        assert!(!registered.contains("/Info"), "{registered}");
        let own = written("上質紙 64g");
        assert!(own.contains("/OutputConditionIdentifier(Custom)"), "{own}");
        assert!(own.contains("/Info<FEFF4E0A8CEA7D19") && !own.contains("RegistryName"), "{own}");
    }

    #[test]
    fn other_profiles_are_refused_with_a_reason() {
        let why = |spoil: &dyn Fn(&mut Vec<u8>)| {
            let mut profile = press();
            spoil(&mut profile);
            let refused = OutputIntent::cmyk("p.icc", profile, "FOGRA39").expect_err("refused");
            let finding = refused.iter().next().expect("a finding").clone();
            assert_eq!(finding.code, BAD_PROFILE);
            assert!(finding.place.is_some());
            finding.message
        };
        assert!(why(&Vec::clear).contains("no ICC profile"));
        assert!(why(&|p| p.truncate(140)).contains("bytes"));
        assert!(why(&|p| p[12..16].copy_from_slice(b"mntr")).contains("class is `mntr`"));
        assert!(why(&|p| p[16..20].copy_from_slice(b"RGB ")).contains("space is `RGB`"));
        assert!(why(&|p| p[20..24].copy_from_slice(b"GRAY")).contains("PCS"));
        assert!(why(&|p| p[8] = 9).contains("version is 9"));
        assert!(why(&|p| p[128] = 1).contains("tags"));
        assert!(why(&|p| p[131] = 6).contains("cut off"));
        assert!(why(&|p| p[132..136].copy_from_slice(b"xxxx")).contains("no tag `desc`"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = check_profile(&bytes);
            let mut profile = press();
            for (place, byte) in profile.iter_mut().zip(&bytes) {
                *place ^= byte & 0x11;
            }
            let _ = check_profile(&profile);
        }
    }
}
