//! Runs the `tayori` program in a home, as an operator would.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What the program said and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The repository: a complete home.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs `tayori` with `arguments` in the home `home`.
pub(crate) fn tayori(home: &Path, arguments: &[&str]) -> Said {
    run(env!("CARGO_BIN_EXE_tayori"), home, arguments)
}

/// Runs `tayori-verify`, the vendor's program.
pub(crate) fn tayori_verify(arguments: &[&str]) -> Said {
    run(env!("CARGO_BIN_EXE_tayori-verify"), Path::new("."), arguments)
}

fn run(program: &str, directory: &Path, arguments: &[&str]) -> Said {
    let output: Output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env_remove("TAYORI_HOME")
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A copy of the repository's home in a temporary directory, to break and build in. Faces are
/// linked, since they are large and never written.
pub(crate) fn home_copy() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary directory");
    for part in ["forms", "jobs", "samples", "fonts"] {
        copy_tree(&repository().join(part), &home.path().join(part));
    }
    home
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a listing") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_tree(&from, &to);
        } else if from.extension().is_some_and(|e| e == "ttf" || e == "otf") {
            std::fs::hard_link(&from, &to)
                .or_else(|_| std::fs::copy(&from, &to).map(drop))
                .expect("a face");
        } else {
            std::fs::copy(&from, &to).expect("a copy");
        }
    }
}

/// Every file below `root` with its bytes, sorted by path.
pub(crate) fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    collect(root, root, &mut files);
    files.sort();
    files
}

fn collect(root: &Path, directory: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(directory).expect("a listing") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("below root").to_string_lossy().into_owned();
            files.push((name, std::fs::read(&path).expect("a file")));
        }
    }
}
