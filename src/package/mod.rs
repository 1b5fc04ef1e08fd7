//! Packaging: the manifest and its projections, the bag, the zip, and the verification that trusts
//! none of them. `docs/bundle.md` is the contract with vendors.

pub mod manifest;

mod archive;
mod bag;
mod compose;
mod control;
mod iso;
mod rows;
mod tally;
mod ticket;
mod unpack;
mod verify;

pub use archive::Packer;
pub use bag::{BAGIT_TXT, BagFile, Tags, sums, tags};
pub use compose::{Contents, MadeLot, bundle_id, bundle_name, slips_title};
pub use control::control_file;
pub use manifest::Manifest;
pub use rows::{PIECES_HEADING, PieceRow, SHEETS_HEADING, SlotRow, side_text};
pub use tally::tally_csv;
pub use ticket::ticket_xjdf;
pub use unpack::ZipSource;
pub use verify::{
    BundleSource, Check, CheckedLot, LeafOnPage, Look, Outcome, PageText, Report, verify,
    verify_looking,
};

/// The paths of a bundle's files, relative to the bag.
pub mod paths {
    /// The bag declaration.
    pub const BAGIT: &str = "bagit.txt";
    /// The bag's description.
    pub const BAG_INFO: &str = "bag-info.txt";
    /// Digests of the payload.
    pub const PAYLOAD_MANIFEST: &str = "manifest-sha256.txt";
    /// Digests of the tag files.
    pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
    /// The manifest.
    pub const MANIFEST: &str = "data/manifest.json";
    /// One row a piece.
    pub const PIECES: &str = "data/pieces.csv";
    /// One row an occupied slot.
    pub const SHEETS: &str = "data/sheets.csv";
    /// The count table.
    pub const TALLY: &str = "data/tally.csv";
    /// The job ticket.
    pub const TICKET: &str = "data/ticket.xjdf";

    /// The press file of a lot.
    #[must_use]
    pub fn lot(name: &str) -> String {
        format!("data/lots/{name}.pdf")
    }

    /// The control file of a lot for its inserter.
    #[must_use]
    pub fn control(name: &str) -> String {
        format!("data/inserter/{name}.csv")
    }

    /// The slip sheets of a lot.
    #[must_use]
    pub fn slips(name: &str) -> String {
        format!("data/slips/{name}.pdf")
    }

    /// Whether a path may stand in a bundle: plain ASCII, relative, no dot segments, not long.
    #[must_use]
    pub fn is_safe(path: &str) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        let segment =
            |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
        path.len() <= 200 && path.split('/').all(segment)
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn only_plain_relative_paths_are_safe() {
            for path in ["bagit.txt", "data/lots/01-001.pdf", "a_b-c.d"] {
                assert!(super::is_safe(path), "{path}");
            }
            let long = "a".repeat(201);
            for path in ["", "/a", "a//b", "../a", "a/..", "a/.b", "C:\\a", "あ", "a b", &long] {
                assert!(!super::is_safe(path), "{path}");
            }
        }
    }
}

/// The codes of this room: code, what it means, what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "E801",
        "this is no bundle, or a file of it cannot be read",
        "get the bundle again from its maker",
    ),
    ("E802", "a file of the bundle is missing", "get the bundle again from its maker"),
    ("E803", "a file is in the bundle that is not listed", "do not print: somebody added it"),
    ("E804", "a file has another digest than listed", "do not print: get the bundle again"),
    ("E805", "a tag file is not as its maker writes it", "do not print: get the bundle again"),
    (
        "E806",
        "the manifest cannot be read, or its own figures contradict each other",
        "do not print: report it to the maker",
    ),
    ("E807", "a list is not as the manifest says", "do not print: report it to the maker"),
    (
        "E808",
        "a press file cannot be read, or has the wrong pages",
        "do not print: report it to the maker",
    ),
    ("E809", "pieces and slots do not match one to one", "do not print: report it to the maker"),
    ("E810", "cut stacks would not be in sequence", "do not print: report it to the maker"),
    (
        "E811",
        "a slot's mark is missing, unreadable or wrong",
        "do not print: report it to the maker",
    ),
    (
        "E812",
        "a leaf belongs to another job",
        "stop: a leaf of another job or tenant is in the bundle",
    ),
    ("E813", "counts or yen do not balance", "do not print: report it to the maker"),
    ("E814", "the bundle is larger than any bundle may be", "do not open it"),
    (
        "E815",
        "a press file is not what it claims to conform to",
        "do not print: report it to the maker",
    ),
    (
        "E816",
        "the slip sheets of a lot are not what the manifest says",
        "do not tell piles apart by them: report it to the maker",
    ),
    (
        "E821",
        "the job ticket is not what the manifest says",
        "do not set up machines from it: report it to the maker",
    ),
    (
        "E822",
        "an inserter's control file, or what the list of pieces says of inserts, is wrong",
        "do not insert by it: report it to the maker",
    ),
];

mod codes {
    use crate::diag::Code;
    pub(super) const UNREADABLE: Code = Code("E801");
    pub(super) const MISSING: Code = Code("E802");
    pub(super) const UNLISTED: Code = Code("E803");
    pub(super) const DIGEST: Code = Code("E804");
    pub(super) const TAG: Code = Code("E805");
    pub(super) const MANIFEST: Code = Code("E806");
    pub(super) const LIST: Code = Code("E807");
    pub(super) const PRESS_FILE: Code = Code("E808");
    pub(super) const BIJECTION: Code = Code("E809");
    pub(super) const SEQUENCE: Code = Code("E810");
    pub(super) const MARK: Code = Code("E811");
    pub(super) const FOREIGN: Code = Code("E812");
    pub(super) const BALANCE: Code = Code("E813");
    pub(super) const TOO_LARGE: Code = Code("E814");
    pub(super) const CONFORMANCE: Code = Code("E815");
    pub(super) const SLIPS: Code = Code("E816");
    pub(super) const TICKET: Code = Code("E821");
    pub(super) const CONTROL: Code = Code("E822");
}
