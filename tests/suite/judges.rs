//! Outside judges: programs of other people that look at what Tayori made. A judge that is missing
//! fails the test; `bash tests/run.sh` installs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs a judge and returns what it said; panics when it is missing.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Output {
    let path = venv().map_or_else(|| PathBuf::from(program), |bin| bin.join(program));
    let path = if path.exists() { path } else { PathBuf::from(program) };
    Command::new(&path).args(arguments).env("LC_ALL", "C.UTF-8").output().unwrap_or_else(|error| {
        panic!("the judge `{program}` cannot be run ({error}): run `bash tests/run.sh`, which installs it")
    })
}

/// Runs a judge, demands that it is content, and returns its standard output.
#[track_caller]
pub(crate) fn content(program: &str, arguments: &[&str]) -> String {
    let output = ask(program, arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?} objects:\n{out}{err}");
    out
}

/// Runs a judge, demands that it is content **and silent** on both streams.
#[track_caller]
pub(crate) fn silent(program: &str, arguments: &[&str]) {
    let output = ask(program, arguments);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(
        output.status.success() && said.trim().is_empty(),
        "{program} {arguments:?} says:\n{said}"
    );
}

/// The directory of the Python judges: named by `TAYORI_JUDGES`, else where `tests/run.sh` puts it.
fn venv() -> Option<PathBuf> {
    let named = std::env::var_os("TAYORI_JUDGES").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/judges/bin");
    named.or_else(|| usual.is_dir().then_some(usual))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
