//! The commands that show: forms, fictional input, where a piece is, what a code means.

use super::args::PreviewArgs;
use super::table::Table;
use super::{Outcome, Session, catalogue, exit};
use crate::diag::Findings;
use crate::engine::{self, BarcodeKind, Fiction, Found, Linted, Preview, Previewed, Sought};
use std::io::Write as _;
use std::path::Path;

impl Session<'_> {
    /// `tayori forms list`.
    pub(super) fn forms_list(&self) -> Outcome {
        let forms = self.home()?.forms()?;
        if self.global.json {
            let json: Vec<_> = forms
                .iter()
                .map(|form| {
                    let editions: Vec<String> =
                        form.editions.iter().map(ToString::to_string).collect();
                    serde_json::json!({ "form": form.id, "editions": editions })
                })
                .collect();
            Self::print_json(&json)?;
        } else {
            let mut table = Table::new(&["form", "editions in force from"]);
            for form in &forms {
                let editions: Vec<String> = form.editions.iter().map(ToString::to_string).collect();
                table.row(vec![form.id.clone(), editions.join(", ")]);
            }
            Self::print(&table.render())?;
        }
        Ok(exit::DONE)
    }

    /// `tayori forms lint`: each edition of each form, for each job.
    pub(super) fn forms_lint(&self, form: Option<&str>) -> Outcome {
        let home = self.home()?;
        let linted = engine::lint(&home, form)?;
        let mut all = Findings::new();
        for one in &linted {
            all.append(one.findings.clone());
        }
        let all = all.once();
        self.tell(&all);
        if self.global.json {
            let json = serde_json::json!({
                "forms": linted.iter().map(linted_json).collect::<Vec<_>>(),
                "errors": all.errors(),
                "warnings": all.warnings(),
            });
            Self::print_json(&json)?;
        } else if all.errors() == 0 {
            let mut table = Table::new(&["form", "edition", "tenant", "job"]);
            for one in &linted {
                let job = one.job.clone().unwrap_or_else(|| "-".to_owned());
                let edition = one.edition.to_string();
                table.row(vec![one.form.clone(), edition, one.tenant.clone(), job]);
            }
            Self::print(&table.render())?;
        }
        Ok(if all.errors() > 0 { exit::CONFIGURATION } else { exit::DONE })
    }

    /// `tayori forms preview`.
    pub(super) fn forms_preview(&self, arguments: &PreviewArgs) -> Outcome {
        let fiction = Fiction {
            form: &arguments.form,
            tenant: arguments.tenant.as_deref(),
            records: u64::from(arguments.records),
            seed: arguments.seed,
        };
        let preview = Preview {
            fiction,
            files: arguments.input.files(),
            page: arguments.page.map(u64::from),
            dpi: arguments.dpi,
            grid: arguments.grid,
        };
        let (home, out) = (self.home()?, &arguments.out);
        if arguments.watch {
            let tell = &mut |shown: &_, ms| self.tell_shown(shown, ms);
            engine::watch_preview(&home, &preview, out, arguments.watch_for, tell)?;
            return Ok(exit::DONE);
        }
        let shown = engine::preview(&home, &preview, out)?;
        self.tell(&shown.findings);
        if self.global.json {
            let json = serde_json::json!({
                "files": shown.files, "pages": shown.pages, "held": shown.held,
                "errors": shown.findings.errors(), "warnings": shown.findings.warnings(),
            });
            Self::print_json(&json)?;
        } else {
            Self::print(&format!("{}\n", files_and_pages(&shown)))?;
        }
        Ok(if shown.held > 0 { exit::HELD } else { exit::DONE })
    }

    /// `tayori forms schema`.
    pub(super) fn forms_schema(&self, form: Option<&str>, tenant: Option<&str>) -> Outcome {
        match form {
            Some(form) => Self::print_json(&engine::input_schema(&self.home()?, form, tenant)?)?,
            None => Self::print_json(&engine::form_schema())?,
        }
        Ok(exit::DONE)
    }

    /// What came of a preview that is watched: findings, and one line.
    fn tell_shown(&self, shown: &Result<Previewed, engine::Error>, milliseconds: u64) {
        let (what, findings) = match shown {
            Ok(shown) => {
                self.tell(&shown.findings);
                (files_and_pages(shown), Some(&shown.findings))
            }
            Err(error) => {
                self.fail(error);
                ("not shown".to_owned(), error.findings())
            }
        };
        let count = |count: fn(&Findings) -> u64| findings.map_or(0, count);
        let (errors, warnings) = (count(Findings::errors), count(Findings::warnings));
        Self::say(&format!("{what}, {errors} errors, {warnings} warnings, {milliseconds} ms"));
    }

    /// `tayori sample`.
    pub(super) fn sample(
        &self,
        form: &str,
        tenant: Option<&str>,
        records: u32,
        seed: u64,
        out: Option<&Path>,
    ) -> Outcome {
        let home = self.home()?;
        let fiction = Fiction { form, tenant, records: u64::from(records), seed };
        let Some(out) = out else {
            engine::sample_to(&home, &fiction, &mut std::io::stdout().lock())?;
            return Ok(exit::DONE);
        };
        let detail = engine::detail_beside(out);
        let made = engine::sample(&home, &fiction, out, &detail)?;
        if !self.global.quiet {
            let yen = made.amount;
            Self::say(&format!("{} records, {} detail rows, {yen} yen", made.records, made.rows));
        }
        Ok(exit::DONE)
    }

    /// `tayori barcode`: answers on standard output, line by line.
    pub(super) fn barcode(&self, kind: BarcodeKind, file: Option<&Path>) -> Outcome {
        let mut lines = engine::BarcodeLines::open(kind, file)?;
        let (mut out, mut text) = (std::io::stdout().lock(), Vec::new());
        while lines.next(&mut text)? {
            out.write_all(&text)?;
        }
        out.flush()?;
        self.tell(lines.findings());
        let (all, refused) = (lines.lines(), lines.refused());
        if refused > 0 && !self.global.quiet {
            Self::say(&format!("{refused} of {all} lines have no answer"));
        }
        Ok(match refused {
            0 => exit::DONE,
            _ if refused == all => exit::BAD_INPUT,
            _ => exit::HELD,
        })
    }

    /// `tayori find`.
    pub(super) fn find(&self, what: &str, out: &Path) -> Outcome {
        let Some(found) = self.look_for(what, out)? else { return Ok(exit::USAGE) };
        if self.global.json {
            Self::print_json(&found)?;
        } else {
            for one in &found {
                Self::print(&places(one))?;
            }
        }
        Ok(Self::none_found(&found, what, out))
    }

    /// `tayori explain`.
    pub(super) fn explain(&self, what: &str, out: &Path) -> Outcome {
        if let Some((code, meaning, remedy)) = catalogue::find(what) {
            if self.global.json {
                let json =
                    serde_json::json!({ "code": code, "meaning": meaning, "remedy": remedy });
                Self::print_json(&json)?;
            } else {
                Self::print(&format!("{code}: {meaning}\nwhat to do: {remedy}\n"))?;
            }
            return Ok(exit::DONE);
        }
        let Some(found) = self.look_for(what, out)? else { return Ok(exit::USAGE) };
        if self.global.json {
            Self::print_json(&found)?;
            return Ok(Self::none_found(&found, what, out));
        }
        for one in &found {
            let mut text = places(one);
            text += &format!("why it is in run {}:\n", one.run);
            for reason in &one.why {
                text += &format!("  - {reason}\n");
            }
            Self::print(&text)?;
        }
        Ok(Self::none_found(&found, what, out))
    }

    fn look_for(&self, what: &str, out: &Path) -> Result<Option<Vec<Found>>, super::Failure> {
        let Some(sought) = Sought::parse(what) else {
            Self::say(&format!("error: `{what}` is no serial, piece id, mark or code"));
            Self::say("hint: a serial has seven digits, a mark looks like K7Q2-0000123-1/3-8");
            return Ok(None);
        };
        Ok(Some(engine::find(out, &sought, &self.bar())?))
    }

    fn none_found(found: &[Found], what: &str, out: &Path) -> u8 {
        if found.is_empty() {
            Self::say(&format!("error: no bundle in `{}` has `{what}`", out.display()));
            Self::say("hint: name the directory of the bundles by `--out`");
            return exit::UNVERIFIED;
        }
        exit::DONE
    }
}

/// An edition that was linted for a job.
fn linted_json(one: &Linted) -> serde_json::Value {
    serde_json::json!({
        "form": one.form,
        "edition": one.edition.to_string(),
        "tenant": one.tenant,
        "job": one.job,
        "errors": one.findings.errors(),
        "warnings": one.findings.warnings(),
    })
}

/// The files of a preview, and how many pages they show.
fn files_and_pages(shown: &Previewed) -> String {
    let files = match &shown.files[..] {
        [first, .., last] => format!("{} … {}", first.display(), last.display()),
        [one] => one.display().to_string(),
        [] => "nothing".to_owned(),
    };
    format!("{files}  {} pages", shown.pages)
}

/// Where a piece is.
fn places(found: &Found) -> String {
    let Found { bundle, title, serial, piece, file, .. } = found;
    let mut text = format!("{bundle}  {title}\npiece {serial} ({piece}) in {file}\n");
    let mut table = Table::new(&["leaf", "side", "sheet", "slot", "page", "mark"]);
    for place in &found.leaves {
        table.row(vec![
            place.leaf.to_string(),
            place.side.clone(),
            place.sheet.to_string(),
            place.slot.to_string(),
            place.page.to_string(),
            place.mark.clone(),
        ]);
    }
    text += &table.render();
    text
}
