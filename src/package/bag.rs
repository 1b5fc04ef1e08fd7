//! The tag files of the bag (`BagIt` 1.0, RFC 8493): canonical texts, so that a reader can write them
//! again from what it found and compare every byte.

use super::manifest::Manifest;
use super::paths;
use crate::digest::Digest;
use std::fmt::Write as _;

/// A file of a bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagFile {
    /// Its path, relative to the bag, with `/`.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: u64,
}

impl BagFile {
    /// A file from its content.
    #[must_use]
    pub fn of(path: impl Into<String>, content: &[u8]) -> Self {
        Self { path: path.into(), sha256: Digest::of(content), bytes: content.len() as u64 }
    }
}

/// `bagit.txt`.
pub const BAGIT_TXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// The tag files of a bag, by path, each with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// `bagit.txt`, `bag-info.txt`, `manifest-sha256.txt`.
    pub files: Vec<(String, String)>,
    /// `tagmanifest-sha256.txt`, over the other three.
    pub tagmanifest: String,
}

/// The tag files for a payload, all files under `data/`, in any order.
#[must_use]
pub fn tags(manifest: &Manifest, payload: &[BagFile]) -> Tags {
    let files = vec![
        (paths::BAGIT.to_owned(), BAGIT_TXT.to_owned()),
        (paths::BAG_INFO.to_owned(), bag_info(manifest, payload)),
        (paths::PAYLOAD_MANIFEST.to_owned(), sums(payload)),
    ];
    let tags: Vec<BagFile> =
        files.iter().map(|(path, text)| BagFile::of(path.as_str(), text.as_bytes())).collect();
    Tags { tagmanifest: sums(&tags), files }
}

/// Lines of `sha256sum`, by path.
#[must_use]
pub fn sums(files: &[BagFile]) -> String {
    let mut sorted: Vec<&BagFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut text = String::new();
    for file in sorted {
        writeln!(text, "{}  {}", file.sha256, file.path).expect("a string takes it");
    }
    text
}

/// Reads lines of `sha256sum`; `None` when a line is none.
pub(super) fn read_sums(text: &str) -> Option<Vec<(Digest, &str)>> {
    let line = |line: &'_ str| -> Option<(Digest, usize)> {
        let (hex, path) = line.split_once("  ")?;
        (!path.is_empty()).then_some((Digest::parse(hex)?, line.len() - path.len()))
    };
    text.lines().map(|text| line(text).map(|(digest, at)| (digest, &text[at..]))).collect()
}

fn bag_info(manifest: &Manifest, payload: &[BagFile]) -> String {
    let bytes: u64 = payload.iter().map(|file| file.bytes).sum();
    let one_line = |text: &str| text.replace(char::is_control, " ");
    let Manifest { bundle, generator, job, tenant, .. } = manifest;
    let mut text = format!(
        "Bag-Software-Agent: {} {}\nBagging-Date: {}\nExternal-Description: {}\nExternal-Identifier: {}\n",
        one_line(&generator.name),
        one_line(&generator.version),
        job.issue_date,
        one_line(&job.title),
        one_line(&bundle.id),
    );
    writeln!(text, "Payload-Oxum: {bytes}.{}", payload.len()).expect("a string takes it");
    writeln!(text, "Source-Organization: {}", one_line(&tenant.name)).expect("a string takes it");
    text
}
