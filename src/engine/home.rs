//! The home: the operator's directory with `forms/`, `fonts/` and `jobs/`, and what is loaded from
//! it for one job.

use super::seen::Seen;
use super::{Error, artwork, colour, config, postcodes, store};
use crate::barcode::lay;
use crate::calendar::Date;
use crate::diag::{Diagnostic, Findings, Place};
use crate::font::FontSet;
use crate::form::{self, Compiled, FormSource};
use crate::model::{self, CheckDigit, Job, Postcodes, Stocks, Tenant, Vendor};
use crate::package;
use crate::pdf::{Artwork, OutputIntent};
use crate::render::Renderer;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The operator's directory.
#[derive(Debug, Clone)]
pub struct Home {
    root: PathBuf,
    /// Notes what is read, for those who watch.
    seen: Option<Arc<Seen>>,
}

/// Everything that a job needs, loaded and checked.
#[derive(Debug)]
pub struct Setup {
    /// The job.
    pub job: Job,
    /// Its tenant.
    pub tenant: Tenant,
    /// Its vendor.
    pub vendor: Vendor,
    /// What the vendor prints with.
    pub intent: OutputIntent,
    /// Papers and envelopes.
    pub stocks: Stocks,
    /// The form, compiled for this job.
    pub compiled: Compiled,
    /// The faces.
    pub fonts: Arc<FontSet>,
    /// The pictures of the form, in its order.
    pub artwork: Vec<Artwork>,
    /// The register of postcodes, when the home has one and the form asks it.
    pub postcodes: Option<Postcodes>,
    /// Warnings of the form and the configuration.
    pub findings: Findings,
}

impl Setup {
    /// The job's form, ready for the presses that may print it.
    ///
    /// # Errors
    /// What is wrong with it, as these faces set it.
    pub fn renderer(&self) -> Result<Renderer<'_>, Error> {
        let renderer = Renderer::new(&self.compiled, &self.fonts).map_err(Error::Configuration)?;
        let layouts = self.vendor.layout.iter();
        let of_leaf = layouts.filter(|layout| layout.leaf == self.compiled.form.leaf);
        let mut presses: Vec<lay::Press> = Vec::new();
        for press in of_leaf.filter_map(|layout| dots(self.vendor.press(&layout.press)?)) {
            if !presses.contains(&press) {
                presses.push(press);
            }
        }
        let renderer = renderer.on_presses(presses);
        Ok(match &self.postcodes {
            Some(register) => renderer.with_postcodes(register),
            None => renderer,
        })
    }

    /// The id of the job's bundle with this batch number.
    #[must_use]
    pub fn bundle_id(&self, batch: u16) -> String {
        package::bundle_id(&package::bundle_name(&self.tenant.id, &self.job.id), batch)
    }
}

/// A form that stands in the home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormEntry {
    /// The form's id.
    pub id: String,
    /// Its editions, oldest first.
    pub editions: Vec<Date>,
}

/// The dots of a press on which symbols lie; `None` when it has none that are known.
pub(super) fn dots(press: &model::vendor::Press) -> Option<lay::Press> {
    lay::Press::new(press.dpi.into(), press.bar_reduction.into())
}

impl Home {
    /// The home at `root`.
    ///
    /// # Errors
    /// When it has no `forms/` or no `fonts/`.
    pub fn open(root: &Path) -> Result<Self, Error> {
        for part in ["forms", "fonts"] {
            if !root.join(part).is_dir() {
                let message = format!("`{}` is no home: it has no `{part}/`", root.display());
                let hint = "name the directory with forms/, fonts/ and jobs/ by `--home DIR` or TAYORI_HOME";
                return Err(config(Diagnostic::error(super::NO_HOME, message).hint(hint)));
            }
        }
        Ok(Self { root: root.to_owned(), seen: None })
    }

    /// The home named by the environment variable `TAYORI_HOME`, else the current directory.
    ///
    /// # Errors
    /// As [`Home::open`].
    pub fn from_environment() -> Result<Self, Error> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let named = std::env::var_os("TAYORI_HOME");
        Self::open(&named.map_or_else(|| PathBuf::from("."), PathBuf::from))
    }

    /// The path of something in the home.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        let path = self.root.join(relative);
        // Fictional input stands elsewhere and is gone after each look.
        if Path::new(relative).is_relative() {
            self.note(&path);
        }
        path
    }

    /// The same home, and what will be seen of it from now on.
    pub(super) fn watched(&self) -> (Self, Arc<Seen>) {
        let seen = Arc::<Seen>::default();
        (Self { root: self.root.clone(), seen: Some(Arc::clone(&seen)) }, seen)
    }

    /// Notes that a file is read, in the home or not.
    pub(super) fn note(&self, path: &Path) {
        if let Some(seen) = &self.seen {
            seen.note(path);
        }
    }

    /// All jobs, as paths relative to the home, sorted by tenant and name.
    ///
    /// # Errors
    /// When a directory cannot be read.
    pub fn jobs(&self) -> Result<Vec<String>, Error> {
        let mut jobs = Vec::new();
        for tenant in self.tenants()? {
            for name in store::list(&self.path(&format!("jobs/{tenant}")))? {
                if name.ends_with(".toml") && !NO_JOBS.contains(&name.as_str()) {
                    jobs.push(format!("jobs/{tenant}/{name}"));
                }
            }
        }
        Ok(jobs)
    }

    /// The jobs that show what the home can do: those of `jobs/demo.toml`, else all.
    ///
    /// # Errors
    /// When the file or a directory cannot be read, or it names what is no job.
    pub fn demo_jobs(&self) -> Result<Vec<String>, Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Demo {
            jobs: Vec<String>,
        }
        if !self.path(DEMO).is_file() {
            return self.jobs();
        }
        let demo: Demo = self.toml(DEMO)?;
        demo.jobs.iter().map(|job| self.job_path(Path::new(job))).collect()
    }

    /// The ids of all tenants, sorted.
    ///
    /// # Errors
    /// When `jobs/` cannot be read.
    pub fn tenants(&self) -> Result<Vec<String>, Error> {
        let names = store::list(&self.path("jobs"))?;
        let is_tenant = |name: &String| self.path(&format!("jobs/{name}/tenant.toml")).is_file();
        Ok(names.into_iter().filter(is_tenant).collect())
    }

    /// All forms with their editions, sorted by id.
    ///
    /// # Errors
    /// When `forms/` cannot be read.
    pub fn forms(&self) -> Result<Vec<FormEntry>, Error> {
        let mut forms = Vec::new();
        for id in store::list(&self.path("forms"))? {
            let editions: Vec<Date> = store::list(&self.path(&format!("forms/{id}")))
                .unwrap_or_default()
                .iter()
                .filter_map(|name| form::edition_date(name))
                .collect();
            if !editions.is_empty() {
                forms.push(FormEntry { id, editions });
            }
        }
        Ok(forms)
    }

    /// Loads a job and all that it names.
    ///
    /// # Errors
    /// [`Error::Configuration`] with every finding of the job, tenant, vendor, form and fonts.
    pub fn load(&self, job: &Path) -> Result<Setup, Error> {
        let relative = self.job_path(job)?;
        let tenant_id = relative.split('/').nth(1).unwrap_or_default().to_owned();
        self.setup(self.job(&relative)?, &tenant_id)
    }

    /// Reads a job file, given by its path relative to the home.
    ///
    /// # Errors
    /// When it is missing or wrong.
    pub fn job(&self, relative: &str) -> Result<Job, Error> {
        let mut spec: Job = self.toml(relative)?;
        let name = relative.rsplit('/').next().unwrap_or_default();
        name.trim_end_matches(".toml").clone_into(&mut spec.id);
        Ok(spec)
    }

    /// The ids of all vendors, sorted.
    ///
    /// # Errors
    /// When `jobs/vendors` cannot be read.
    pub fn vendors(&self) -> Result<Vec<String>, Error> {
        let names = store::list(&self.path("jobs/vendors"))?;
        Ok(names.iter().filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect())
    }

    /// The heading of the key column in sample files of the job's form; `None` for forms without
    /// rows.
    ///
    /// # Errors
    /// When the form does not compile.
    pub fn key_heading(&self, job: &Job, tenant_id: &str) -> Result<Option<String>, Error> {
        let tenant = self.tenant(tenant_id)?;
        let form = self.compile(job, &tenant, &self.stocks()?)?.0.form;
        let key = &form.schema.fields[usize::from(form.schema.key)];
        Ok((!form.schema.rows.is_empty()).then(|| key.ja.clone()))
    }

    /// Loads what `job` of tenant `tenant_id` names.
    ///
    /// # Errors
    /// As [`Home::load`].
    pub fn setup(&self, job: Job, tenant_id: &str) -> Result<Setup, Error> {
        let tenant = self.tenant(tenant_id)?;
        let vendor_file = format!("jobs/vendors/{}.toml", job.vendor);
        let mut vendor: Vendor = self.toml(&vendor_file)?;
        vendor.id.clone_from(&job.vendor);
        if let Some(press) = vendor.press.iter().find(|press| dots(press).is_none()) {
            let known = lay::Press::RESOLUTIONS.map(|dpi| dpi.to_string()).join(", ");
            let message =
                format!("press `{}`: `dpi` is one of {known}, `bar_reduction` at most 8", press.id);
            let diagnostic = Diagnostic::error(super::BAD_TOML, message);
            return Err(config(diagnostic.at(Place::file(vendor_file))));
        }
        let intent = colour::output_intent(self, &vendor)?;
        let stocks = self.stocks()?;
        let (mut compiled, mut findings) = self.compile(&job, &tenant, &stocks)?;
        let fonts = self.tenant_fonts(tenant_id)?;
        let artwork = artwork::read(self, &mut compiled, intent.plates(), &mut findings)?;
        let postcodes = postcodes::of_form(self, &compiled.form)?;
        Ok(Setup {
            job,
            tenant,
            vendor,
            intent,
            stocks,
            compiled,
            fonts,
            artwork,
            postcodes,
            findings,
        })
    }

    /// A tenant.
    ///
    /// # Errors
    /// When `tenant.toml` is missing or wrong, or the 団体コード has a wrong check digit.
    pub fn tenant(&self, id: &str) -> Result<Tenant, Error> {
        let file = format!("jobs/{id}/tenant.toml");
        let mut tenant: Tenant = self.toml(&file)?;
        id.clone_into(&mut tenant.id);
        if !CheckDigit::LgCode.holds(&tenant.code) {
            let message = format!("`code` is no 団体コード: {}", tenant.code);
            let hint = "six digits, the last a check digit over the other five";
            let diagnostic = Diagnostic::error(super::TENANT_CODE, message);
            return Err(config(diagnostic.at(Place::file(file)).hint(hint)));
        }
        Ok(tenant)
    }

    /// Papers and envelopes.
    ///
    /// # Errors
    /// When `forms/stocks.toml` is missing or wrong.
    pub fn stocks(&self) -> Result<Stocks, Error> {
        let file = "forms/stocks.toml";
        let source = FormSource { file: file.to_owned(), text: self.text(file)? };
        form::read_stocks(&source).map_err(Error::Configuration)
    }

    /// The faces of the home.
    ///
    /// # Errors
    /// When `fonts.toml` or a face is missing, changed or no font.
    pub fn fonts(&self) -> Result<Arc<FontSet>, Error> {
        match &self.seen {
            Some(seen) => seen.fonts(|note| self.load_fonts(note)),
            None => self.load_fonts(&mut |_| {}).map(Arc::new),
        }
    }

    fn load_fonts(&self, note: &mut dyn FnMut(&Path)) -> Result<FontSet, Error> {
        let name = "fonts/fonts.toml";
        note(&self.root.join(name));
        let text = self.text(name)?;
        let directory = self.root.join("fonts");
        let mut read = |file: &str| {
            let path = directory.join(file);
            note(&path);
            store::read_bytes(&path, FONT_MAX).map_err(|error| error.source)
        };
        FontSet::load(&text, name, &mut read).map_err(Error::from)
    }

    /// The faces of the home with the user-defined characters (外字) of a tenant that has a table of
    /// them.
    ///
    /// # Errors
    /// As [`Home::fonts`], and when the table or one of its files is wrong.
    pub fn tenant_fonts(&self, tenant_id: &str) -> Result<Arc<FontSet>, Error> {
        let Some((name, text)) = self.gaiji(tenant_id)? else { return self.fonts() };
        let directory = self.path(&format!("jobs/{tenant_id}"));
        let mut read = |file: &str| {
            store::read_bytes(&directory.join(file), GAIJI_MAX).map_err(|error| error.source)
        };
        let fonts = self.load_fonts(&mut |_| {})?;
        fonts.with_gaiji(&text, &name, &mut read).map(Arc::new).map_err(Error::from)
    }

    /// The name and text of a tenant's table of user-defined characters, if it has one.
    pub(super) fn gaiji(&self, tenant_id: &str) -> Result<Option<(String, String)>, Error> {
        let name = format!("jobs/{tenant_id}/{GAIJI}");
        let text = store::read_text(&self.path(&name))?;
        Ok(text.map(|text| (name, text)))
    }

    /// The edition of the job's form that is in force on the day of issue, compiled and linted,
    /// with its warnings.
    ///
    /// # Errors
    /// [`Error::Configuration`] with all that is wrong with it.
    pub fn compile(
        &self,
        job: &Job,
        tenant: &Tenant,
        stocks: &Stocks,
    ) -> Result<(Compiled, Findings), Error> {
        let edition = self.edition(job)?;
        let file = format!("forms/{}/{edition}.toml", job.form);
        let source = FormSource { text: self.text(&file)?, file };
        let part = |name: &str| {
            let file = format!("forms/parts/{name}.toml");
            let text = store::read_text(&self.path(&file)).ok().flatten()?;
            Some(FormSource { file, text })
        };
        let sources = form::Sources {
            parts: &part,
            images: &|file| self.path(file).is_file(),
            params: &form::parameters(tenant, job),
            tenant,
            stocks,
        };
        let compiled = form::compile(&source, &sources).map_err(Error::Configuration)?;
        let mut findings = compiled.lint(stocks);
        let own = compiled.form.envelope.as_ref();
        let ids = job.plan.envelope.iter().map(|rule| &rule.envelope);
        let others: BTreeSet<&String> = ids.filter(|id| Some(*id) != own).collect();
        for envelope in others.into_iter().filter_map(|id| stocks.envelope.get(id)) {
            findings.append(compiled.lint_envelope(envelope));
        }
        if findings.errors() > 0 {
            return Err(Error::Configuration(findings));
        }
        Ok((compiled, findings))
    }

    fn edition(&self, job: &Job) -> Result<Date, Error> {
        let (forms, id, date) = (self.forms()?, &job.form, job.issue_date);
        let Some(form) = forms.iter().find(|form| form.id == *id) else {
            let known = forms.iter().map(|form| format!("`{}`", form.id)).collect::<Vec<_>>();
            let diagnostic =
                Diagnostic::error(super::NO_FORM, format!("no form `{id}` in `forms/`"))
                    .hint(format!("known forms: {}", known.join(", ")));
            return Err(config(diagnostic));
        };
        form::edition(&form.editions, date, job.edition).ok_or_else(|| {
            let named = job.edition.map(|named| format!(" {named}")).unwrap_or_default();
            let message = format!("form `{id}` has no edition{named} in force on {date}");
            let known = form.editions.iter().map(Date::to_string).collect::<Vec<_>>();
            let hint = format!("its editions: {}", known.join(", "));
            config(Diagnostic::error(super::NO_EDITION, message).hint(hint))
        })
    }

    /// The bytes of a file, at most `max`.
    pub(super) fn bytes(&self, file: &str, max: u64) -> Result<Vec<u8>, Error> {
        store::read_bytes(&self.path(file), max)?.ok_or_else(|| missing(file))
    }

    /// The path of a job file relative to the home, with forward slashes.
    fn job_path(&self, job: &Path) -> Result<String, Error> {
        let inside = job.strip_prefix(&self.root).unwrap_or(job);
        let parts: Vec<&str> = inside
            .components()
            .filter(|part| *part != Component::CurDir)
            .filter_map(|part| part.as_os_str().to_str())
            .collect();
        let wanted = match parts[..] {
            [.., "jobs", tenant, file] if file.ends_with(".toml") => {
                format!("jobs/{tenant}/{file}")
            }
            [tenant, file] if file.ends_with(".toml") => format!("jobs/{tenant}/{file}"),
            [tenant, job] => format!("jobs/{tenant}/{job}.toml"),
            _ => return Err(self.no_job(job)),
        };
        if self.path(&wanted).is_file() { Ok(wanted) } else { Err(self.no_job(job)) }
    }

    fn no_job(&self, job: &Path) -> Error {
        let mut diagnostic =
            Diagnostic::error(super::NO_JOB, format!("no job `{}`", job.display()));
        let known = self.jobs().unwrap_or_default();
        if !known.is_empty() {
            diagnostic = diagnostic.hint(format!("jobs of this home: {}", known.join(", ")));
        }
        config(diagnostic)
    }

    pub(super) fn text(&self, file: &str) -> Result<String, Error> {
        store::read_text(&self.path(file))?.ok_or_else(|| missing(file))
    }

    pub(super) fn toml<T: DeserializeOwned>(&self, file: &str) -> Result<T, Error> {
        let text = self.text(file)?;
        toml::from_str(&text).map_err(|error| {
            let place = error
                .span()
                .map_or_else(|| Place::file(file), |span| Place::in_text(file, &text, span));
            config(Diagnostic::error(super::BAD_TOML, error.message().trim().to_owned()).at(place))
        })
    }
}

/// The most bytes of a face.
const FONT_MAX: u64 = 128 << 20;

/// The most bytes of a file of user-defined characters.
const GAIJI_MAX: u64 = 32 << 20;

/// The table of user-defined characters, beside `tenant.toml`.
const GAIJI: &str = "gaiji.toml";

/// The jobs of a demo.
const DEMO: &str = "jobs/demo.toml";

/// The files of a tenant that are not jobs.
const NO_JOBS: [&str; 3] = ["tenant.toml", GAIJI, super::fit::WISHES];

fn missing(file: &str) -> Error {
    config(Diagnostic::error(super::MISSING_FILE, format!("`{file}` is missing from the home")))
}
