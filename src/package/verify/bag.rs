//! Files, digests and tag files: what any bagit tool checks too, and that no byte of the tag files
//! is other than its maker writes it.

use super::super::bag::{BagFile, read_sums, sums, tags};
use super::super::{codes, paths};
use super::{BundleSource, Manifest, Report, Subject};
use crate::digest::{Digest, Digesting};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// More files than any bundle has.
const FILES_MAX: usize = 100_000;
/// Larger than any tag file, manifest or count table of a bundle.
const SMALL_MAX: u64 = 64 << 20;

const TAG_FILES: [&str; 3] = [paths::BAGIT, paths::BAG_INFO, paths::PAYLOAD_MANIFEST];

/// Checks the bag; the manifest when everything is there and as listed.
pub(super) fn check(source: &dyn BundleSource, report: &mut Report) -> Option<Manifest> {
    let files = list(source, report)?;
    let payload = digest_payload(source, &files, report);
    let listed = read_text(source, paths::PAYLOAD_MANIFEST, report)?;
    compare(&payload, &listed, paths::PAYLOAD_MANIFEST, report);
    let mut tag_files = Vec::new();
    for path in TAG_FILES {
        let text = read_text(source, path, report)?;
        tag_files.push(BagFile::of(path, text.as_bytes()));
    }
    let listed = read_text(source, paths::TAG_MANIFEST, report)?;
    compare(&tag_files, &listed, paths::TAG_MANIFEST, report);
    if report.failed(Subject::Files) || report.failed(Subject::Digests) {
        return None;
    }
    let bytes = read_small(source, paths::MANIFEST, report, Subject::Manifest)?;
    report.begin(Subject::Manifest);
    let manifest = match Manifest::from_bytes(&bytes) {
        Ok(manifest) => manifest,
        Err(why) => {
            report.fail(Subject::Manifest, codes::MANIFEST, paths::MANIFEST, why);
            return None;
        }
    };
    check_tags(source, &manifest, &payload, report);
    check_payload_names(&manifest, &payload, report);
    (!report.failed(Subject::Files)).then_some(manifest)
}

/// The files by path; `None` when they cannot be those of a bundle.
fn list(source: &dyn BundleSource, report: &mut Report) -> Option<BTreeMap<String, u64>> {
    report.begin(Subject::Files);
    let files = match source.files() {
        Ok(files) => files,
        Err(error) => {
            report.fail(Subject::Files, codes::UNREADABLE, "", error.to_string());
            return None;
        }
    };
    if files.len() > FILES_MAX {
        let message = format!("more than {FILES_MAX} files");
        report.fail(Subject::Files, codes::TOO_LARGE, "", message);
        return None;
    }
    report.count(Subject::Files, files.len() as u64);
    for (path, _) in &files {
        let known = path.starts_with("data/")
            || TAG_FILES.contains(&path.as_str())
            || path == paths::TAG_MANIFEST;
        if !paths::is_safe(path) || !known {
            let message = format!("a file that no bundle has: {path:?}");
            report.fail(Subject::Files, codes::UNLISTED, "", message);
        }
    }
    let files: BTreeMap<String, u64> = files.into_iter().collect();
    for path in TAG_FILES.iter().chain([&paths::TAG_MANIFEST, &paths::MANIFEST]) {
        if !files.contains_key(*path) {
            report.fail(Subject::Files, codes::MISSING, path, "the file is missing");
        }
    }
    (!report.failed(Subject::Files)).then_some(files)
}

fn digest_payload(
    source: &dyn BundleSource,
    files: &BTreeMap<String, u64>,
    report: &mut Report,
) -> Vec<BagFile> {
    report.begin(Subject::Digests);
    let mut payload = Vec::new();
    for path in files.keys().filter(|path| path.starts_with("data/")) {
        match digest(source, path) {
            Ok((sha256, bytes)) => {
                report.count(Subject::Digests, bytes);
                payload.push(BagFile { path: path.clone(), sha256, bytes });
            }
            Err(error) => {
                report.fail(Subject::Digests, codes::UNREADABLE, path, error.to_string());
            }
        }
    }
    payload
}

fn digest(source: &dyn BundleSource, path: &str) -> io::Result<(Digest, u64)> {
    let mut reader = Digesting::new(source.open(path)?);
    io::copy(&mut reader, &mut io::sink())?;
    let (_, digest, bytes) = reader.finish();
    Ok((digest, bytes))
}

/// Compares files with a list of digests, and the list with what its maker would write.
fn compare(files: &[BagFile], listed: &str, list: &str, report: &mut Report) {
    if sums(files) == listed {
        return;
    }
    let Some(lines) = read_sums(listed) else {
        return report.fail(Subject::Digests, codes::TAG, list, "a line is no digest and path");
    };
    let mut named: BTreeMap<&str, Digest> = BTreeMap::new();
    for (digest, path) in lines {
        if named.insert(path, digest).is_some() {
            let message = format!("a file is listed twice: {path:?}");
            report.fail(Subject::Files, codes::TAG, list, message);
        }
    }
    for file in files {
        match named.remove(file.path.as_str()) {
            None => {
                report.fail(Subject::Files, codes::UNLISTED, &file.path, "the file is not listed");
            }
            Some(digest) if digest != file.sha256 => {
                let message = "the file has another digest than listed";
                report.fail(Subject::Digests, codes::DIGEST, &file.path, message);
            }
            Some(_) => {}
        }
    }
    for path in named.into_keys() {
        let message = format!("a listed file is missing: {path:?}");
        report.fail(Subject::Files, codes::MISSING, list, message);
    }
    if !report.failed(Subject::Files) && !report.failed(Subject::Digests) {
        let message = "the list is not as its maker writes it";
        report.fail(Subject::Digests, codes::TAG, list, message);
    }
}

/// Every tag file must be what its maker writes for this manifest and payload.
fn check_tags(
    source: &dyn BundleSource,
    manifest: &Manifest,
    payload: &[BagFile],
    report: &mut Report,
) {
    let expected = tags(manifest, payload);
    for (path, text) in &expected.files {
        report.count(Subject::Tags, 1);
        if read_text(source, path, report).is_some_and(|found| found != *text) {
            let message = "the tag file is not as its maker writes it";
            report.fail(Subject::Tags, codes::TAG, path, message);
        }
    }
    report.count(Subject::Tags, 1);
}

/// The payload is the manifest, its lists, the count table, the ticket and the lots, and nothing else.
fn check_payload_names(manifest: &Manifest, payload: &[BagFile], report: &mut Report) {
    let mut expected: BTreeMap<&str, Option<(Digest, u64)>> = BTreeMap::new();
    expected.insert(paths::MANIFEST, None);
    expected.insert(paths::TALLY, None);
    expected.insert(paths::TICKET, None);
    for file in &manifest.files {
        expected.insert(&file.path, Some((file.sha256, file.bytes)));
    }
    let control: Vec<String> = manifest
        .lots()
        .filter(|(run, _)| run.inserter.is_some())
        .map(|(_, lot)| paths::control(&lot.name))
        .collect();
    expected.extend(control.iter().map(|path| (path.as_str(), None)));
    for (_, lot) in manifest.lots() {
        expected.insert(&lot.file, Some((lot.sha256, lot.bytes)));
        if let Some(slips) = &lot.slips {
            expected.insert(&slips.file, Some((slips.sha256, slips.bytes)));
        }
    }
    for file in payload {
        match expected.remove(file.path.as_str()) {
            None => {
                let message = "the manifest does not know the file";
                report.fail(Subject::Files, codes::UNLISTED, &file.path, message);
            }
            Some(Some(known)) if known != (file.sha256, file.bytes) => {
                let message = "the manifest has another digest or size for the file";
                report.fail(Subject::Digests, codes::DIGEST, &file.path, message);
            }
            Some(_) => {}
        }
    }
    for path in expected.into_keys() {
        report.fail(Subject::Files, codes::MISSING, path, "the file is missing");
    }
}

/// Reads a small file whole.
pub(super) fn read_small(
    source: &dyn BundleSource,
    path: &str,
    report: &mut Report,
    subject: Subject,
) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let read =
        source.open(path).and_then(|reader| reader.take(SMALL_MAX + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > SMALL_MAX => {
            let message = format!("the file is larger than {SMALL_MAX} bytes");
            report.fail(subject, codes::TOO_LARGE, path, message);
            None
        }
        Ok(_) => Some(bytes),
        Err(error) => {
            report.fail(subject, codes::UNREADABLE, path, error.to_string());
            None
        }
    }
}

fn read_text(source: &dyn BundleSource, path: &str, report: &mut Report) -> Option<String> {
    let bytes = read_small(source, path, report, Subject::Digests)?;
    let text = String::from_utf8(bytes).ok();
    if text.is_none() {
        report.fail(Subject::Digests, codes::TAG, path, "the tag file is no UTF-8 text");
    }
    text
}
