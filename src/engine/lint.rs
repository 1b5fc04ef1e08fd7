//! Lints forms: each edition, compiled for each job that uses it, with its static texts set.

use super::{Error, Home, artwork, fiction};
use crate::calendar::{self, Date};
use crate::diag::{Diagnostic, Findings};
use crate::font::FontSet;
use crate::form;
use crate::model::{Job, Stocks};
use crate::pdf::Plates;
use crate::render::Renderer;
use std::collections::BTreeMap;

/// An edition of a form, linted for a job.
#[derive(Debug)]
pub struct Linted {
    /// The form's id.
    pub form: String,
    /// The edition.
    pub edition: Date,
    /// The tenant.
    pub tenant: String,
    /// The job's id; `None` for an edition that no job of the tenant uses.
    pub job: Option<String>,
    /// What is wrong or doubtful.
    pub findings: Findings,
}

/// Lints a form, or all of them: every edition for every job that uses it, and for each tenant with
/// jobs for other editions only, as it is without parameters of a job. A form that no job uses is
/// linted for the first tenant.
///
/// # Errors
/// When the home or a job cannot be read; what is wrong with a form stands in its findings.
pub fn lint(home: &Home, form: Option<&str>) -> Result<Vec<Linted>, Error> {
    let (fonts, stocks, forms) = (home.fonts()?, home.stocks()?, home.forms()?);
    if let Some(form) = form
        && !forms.iter().any(|known| known.id == form)
    {
        let known =
            forms.iter().map(|form| format!("`{}`", form.id)).collect::<Vec<_>>().join(", ");
        let diagnostic = Diagnostic::error(super::NO_FORM, format!("no form `{form}` in `forms/`"));
        return Err(super::config(diagnostic.hint(format!("known forms: {known}"))));
    }
    // Tenants with gaiji have faces of their own.
    let (mut own_fonts, mut wrong) = (BTreeMap::new(), BTreeMap::new());
    for tenant_id in home.tenants()? {
        if home.gaiji(&tenant_id)?.is_some() {
            match home.tenant_fonts(&tenant_id) {
                Ok(fonts) => drop(own_fonts.insert(tenant_id, fonts)),
                Err(Error::Configuration(findings)) => drop(wrong.insert(tenant_id, findings)),
                Err(error) => return Err(error),
            }
        }
    }
    let jobs = jobs(home)?;
    let mut linted = Vec::new();
    for entry in forms.iter().filter(|entry| form.is_none_or(|form| form == entry.id)) {
        let of_form = jobs.iter().filter(|(_, job)| job.form == entry.id);
        let mut tenants: Vec<&str> = of_form.clone().map(|(tenant, _)| tenant.as_str()).collect();
        tenants.dedup();
        let all = home.tenants()?;
        if tenants.is_empty() {
            tenants.extend(all.first().map(String::as_str));
        }
        for &edition in &entry.editions {
            for &tenant in &tenants {
                let uses = |job: &Job| {
                    form::edition(&entry.editions, job.issue_date, job.edition) == Some(edition)
                };
                let own = of_form.clone().filter(|(of, job)| of == tenant && uses(job));
                let mut own: Vec<(Option<String>, Job)> =
                    own.map(|(_, job)| (Some(job.id.clone()), job.clone())).collect();
                if own.is_empty() {
                    own.push((None, dated(fiction::job_of(home, tenant, &entry.id)?, edition)));
                }
                for (id, job) in own {
                    let fonts = own_fonts.get(tenant).unwrap_or(&fonts);
                    let mut findings = compiled(home, &job, tenant, &stocks, fonts)?;
                    findings.append(wrong.get(tenant).cloned().unwrap_or_default());
                    let (form, tenant) = (entry.id.clone(), tenant.to_owned());
                    linted.push(Linted { form, edition, tenant, job: id, findings });
                }
            }
        }
    }
    Ok(linted)
}

/// All jobs of the home with their tenants.
fn jobs(home: &Home) -> Result<Vec<(String, Job)>, Error> {
    let (mut jobs, mut wrong) = (Vec::new(), Findings::new());
    for path in home.jobs()? {
        match home.job(&path) {
            Ok(job) => {
                let tenant = path.split('/').nth(1).unwrap_or_default();
                jobs.push((tenant.to_owned(), job));
            }
            Err(Error::Configuration(findings)) => wrong.append(findings),
            Err(error) => return Err(error),
        }
    }
    if wrong.errors() > 0 { Err(Error::Configuration(wrong)) } else { Ok(jobs) }
}

/// A job as of the day from which an edition holds; its parameters may be those of another edition.
fn dated(mut job: Job, edition: Date) -> Job {
    (job.issue_date, job.edition) = (edition, None);
    job.levy_year = calendar::fiscal_year(edition);
    job.params.clear();
    job
}

/// What is found when the edition of a job is compiled, its texts set and its pictures read.
fn compiled(
    home: &Home,
    job: &Job,
    tenant: &str,
    stocks: &Stocks,
    fonts: &FontSet,
) -> Result<Findings, Error> {
    let compiled = home.tenant(tenant).and_then(|tenant| home.compile(job, &tenant, stocks));
    let (mut form, mut findings) = match compiled {
        Err(Error::Configuration(findings)) => return Ok(findings),
        other => other?,
    };
    match Renderer::new(&form, fonts) {
        Ok(renderer) => findings.append(renderer.warnings().clone()),
        Err(unset) => findings.append(unset),
    }
    // Which vendor prints the form is not known: what no press takes is refused.
    match artwork::read(home, &mut form, Plates::Cmyk, &mut findings) {
        Err(Error::Configuration(wrong)) => findings.append(wrong),
        other => drop(other?),
    }
    Ok(findings)
}
