//! The commands that make and check bundles: what each prints, and its exit code.

use super::args::{InputArgs, ReadBack, Reading};
use super::table::Table;
use super::{Outcome, Session, exit, report};
use crate::engine::{self, DemoRow};
use crate::model::{Balance, Tally};
use std::path::Path;

impl Session<'_> {
    /// `tayori demo`.
    pub(super) fn demo(&self, out: &Path, all: bool) -> Outcome {
        let home = self.home()?;
        let jobs = if all { home.jobs()? } else { home.demo_jobs()? };
        let bar = self.bar();
        let mut rows = Vec::with_capacity(jobs.len());
        for job in &jobs {
            if !self.global.quiet {
                Self::say(&format!("building {job}"));
            }
            rows.push(engine::demo(&home, job, out, &bar)?);
        }
        let passed = rows.iter().all(|row| row.bag_report.passed() && row.zip_report.passed());
        for row in rows.iter().filter(|row| !row.bag_report.passed() || !row.zip_report.passed()) {
            self.tell(&row.bag_report.findings);
            self.tell(&row.zip_report.findings);
        }
        if self.global.json {
            let json: Vec<_> = rows.iter().map(demo_json).collect();
            Self::print_json(&json)?;
        } else {
            Self::print(&demo_table(&rows))?;
        }
        Ok(if passed { exit::DONE } else { exit::UNVERIFIED })
    }

    /// `tayori validate`.
    pub(super) fn validate(&self, job: &Path, input: &InputArgs) -> Outcome {
        let home = self.home()?;
        let (findings, balance) = engine::validate(&home, job, &input.files(), &self.bar())?;
        self.tell(&findings);
        if self.global.json {
            Self::print_json(&serde_json::json!({
                "balance": balance,
                "errors": findings.errors(),
                "warnings": findings.warnings(),
                "by_code": engine::held_by_code(&findings)
                    .into_iter()
                    .map(|(code, count)| (code.0.to_owned(), count.into()))
                    .collect::<serde_json::Map<_, _>>(),
            }))?;
        } else {
            Self::print(&balance_table(&balance))?;
        }
        Ok(if findings.errors() > 0 { exit::HELD } else { exit::DONE })
    }

    /// `tayori plan`.
    pub(super) fn plan(&self, job: &Path, input: &InputArgs) -> Outcome {
        let home = self.home()?;
        let planned = engine::plan_job(&home, job, &input.files(), &self.bar())?;
        if planned.held > 0 && !self.global.quiet {
            Self::say(&format!("{} records are held: see `tayori validate`", planned.held));
        }
        if self.global.json {
            Self::print_json(&planned.summary)?;
        } else {
            Self::print(&report::plan(&planned.summary))?;
        }
        Ok(if planned.held > 0 { exit::HELD } else { exit::DONE })
    }

    /// `tayori build`.
    pub(super) fn build(
        &self,
        job: &Path,
        options: &engine::BuildOptions,
        stats: Option<&Path>,
    ) -> Outcome {
        let home = self.home()?;
        let built = engine::build(&home, job, options, &self.bar())?;
        self.tell(&built.findings);
        if let Some(path) = stats {
            let text = serde_json::to_vec_pretty(&built.stats).map_err(std::io::Error::from)?;
            engine::store::write_file(path, &text).map_err(engine::Error::from)?;
        }
        if self.global.json {
            Self::print_json(&serde_json::json!({
                "bundle": built.bundle,
                "zip": built.zip,
                "held": built.held,
                "balance": built.manifest.balance,
                "stats": built.stats,
            }))?;
        } else {
            let mut text = balance_table(&built.manifest.balance);
            text += &format!("\nbundle  {}\n", built.bundle.display());
            if let Some(zip) = &built.zip {
                text += &format!("zip     {}\n", zip.display());
            }
            if let Some(held) = &built.held {
                text += &format!("held    {}  (stays with the tenant)\n", held.display());
            }
            Self::print(&text)?;
        }
        Ok(if built.held.is_some() { exit::HELD } else { exit::DONE })
    }

    /// `tayori archive`
    pub(super) fn archive(&self, job: &Path, options: &engine::ArchiveOptions) -> Outcome {
        let home = self.home()?;
        let kept = engine::archive(&home, job, options, &self.bar())?;
        self.tell(&kept.findings);
        let engine::Archived { directory, documents, pages, bytes, conformance, held, .. } = &kept;
        if self.global.json {
            Self::print_json(&serde_json::json!({
                "archive": directory,
                "documents": documents,
                "pages": pages,
                "bytes": bytes,
                "conformance": conformance,
                "held": held,
            }))?;
        } else {
            let claim = conformance.unwrap_or("PDF that claims nothing: pages of other PDF files");
            Self::print(&format!(
                "archive  {}  (stays with the tenant)\n{documents} documents of {pages} pages: {claim}\n",
                directory.display()
            ))?;
        }
        Ok(if *held > 0 { exit::HELD } else { exit::DONE })
    }

    /// `tayori verify`, and all of `tayori-verify`.
    pub(super) fn verify(&self, bundle: &Path, reading: Reading, japanese: bool) -> Outcome {
        let extent = match reading.read_back {
            None => None,
            Some(ReadBack::All) => Some(engine::ReadExtent::All),
            Some(ReadBack::Sample) => Some(engine::ReadExtent::Sample),
        };
        let report = match extent {
            None => engine::verify(bundle, &self.bar())?,
            Some(extent) => {
                let how = engine::ReadBack { extent, dpi: reading.dpi };
                engine::verify_and_read(bundle, how, &self.bar())?
            }
        };
        self.tell(&report.findings);
        if self.global.json {
            Self::print_json(&serde_json::json!({
                "passed": report.passed(),
                "checks": report.checks,
            }))?;
        } else {
            Self::print(&report::verification(&report, japanese))?;
        }
        Ok(if report.passed() { exit::DONE } else { exit::UNVERIFIED })
    }
}

fn demo_json(row: &DemoRow) -> serde_json::Value {
    serde_json::json!({
        "job": row.job,
        "title": row.title,
        "verified": row.bag_report.passed() && row.zip_report.passed(),
        "bundle": row.bundle,
        "zip": row.zip,
        "stats": row.stats,
    })
}

fn demo_table(rows: &[DemoRow]) -> String {
    let mut table = Table::new(&[
        "job", "records", "held", "pieces", "pages", "sheets", "lots", "MB", "seconds", "verified",
        "bundle",
    ]);
    let number = super::table::number;
    for row in rows {
        let stats = &row.stats;
        let verified = row.bag_report.passed() && row.zip_report.passed();
        table.row(vec![
            row.job.trim_start_matches("jobs/").trim_end_matches(".toml").to_owned(),
            number(stats.records),
            number(stats.held),
            number(stats.pieces),
            number(stats.pages),
            number(stats.sheets),
            number(stats.lots),
            super::table::megabytes(stats.bytes),
            format!("{:.2}", stats.seconds.total),
            if verified { "yes".into() } else { "NO".into() },
            row.bundle.display().to_string(),
        ]);
    }
    table.render()
}

fn balance_table(balance: &Balance) -> String {
    let mut table = Table::new(&["", "records", "pieces", "leaves", "pages", "sheets", "yen"]);
    let number = super::table::number;
    let mut row = |name: &str, tally: &Tally| {
        table.row(vec![
            name.to_owned(),
            number(tally.records),
            number(tally.pieces),
            number(tally.leaves),
            number(tally.pages),
            number(tally.sheets),
            tally.yen.to_string(),
        ]);
    };
    row("input", &balance.input);
    row("rejected", &balance.rejected);
    row("excluded", &balance.excluded);
    row("held", &balance.held);
    if balance.planned.records > 0 {
        row("planned", &balance.planned);
    }
    table.render()
}
