//! Lints forms: each edition, compiled for each tenant, with its static texts set.

use super::{Error, Home, artwork, fiction};
use crate::calendar::Date;
use crate::diag::{Diagnostic, Findings};
use crate::render::Renderer;

/// An edition of a form, linted for a tenant.
#[derive(Debug)]
pub struct Linted {
    /// The form's id.
    pub form: String,
    /// The edition.
    pub edition: Date,
    /// The tenant.
    pub tenant: String,
    /// What is wrong or doubtful.
    pub findings: Findings,
}

/// Lints a form, or all of them, for the tenants that use it; a form that no job uses is linted for
/// the first tenant.
///
/// # Errors
/// When the home itself cannot be read; what is wrong with a form stands in its findings.
pub fn lint(home: &Home, form: Option<&str>) -> Result<Vec<Linted>, Error> {
    let fonts = home.fonts()?;
    let stocks = home.stocks()?;
    let forms = home.forms()?;
    if let Some(form) = form
        && !forms.iter().any(|known| known.id == form)
    {
        let known =
            forms.iter().map(|form| format!("`{}`", form.id)).collect::<Vec<_>>().join(", ");
        let diagnostic = Diagnostic::error(super::NO_FORM, format!("no form `{form}` in `forms/`"));
        return Err(super::config(diagnostic.hint(format!("known forms: {known}"))));
    }
    let mut linted = Vec::new();
    for entry in forms.iter().filter(|entry| form.is_none_or(|form| form == entry.id)) {
        for tenant_id in users(home, &entry.id)? {
            let tenant = home.tenant(&tenant_id)?;
            for &edition in &entry.editions {
                let mut job = fiction::job_of(home, &tenant_id, &entry.id)?;
                job.issue_date = edition;
                let findings = match home.compile(&job, &tenant, &stocks) {
                    Err(Error::Configuration(findings)) => findings,
                    Err(error) => return Err(error),
                    Ok((mut form, mut findings)) => {
                        match Renderer::new(&form, &fonts) {
                            Ok(renderer) => findings.append(renderer.warnings().clone()),
                            Err(unset) => findings.append(unset),
                        }
                        match artwork::read(home, &mut form, &mut findings) {
                            Err(Error::Configuration(wrong)) => findings.append(wrong),
                            Err(error) => return Err(error),
                            Ok(_) => {}
                        }
                        findings
                    }
                };
                let (form, tenant) = (entry.id.clone(), tenant_id.clone());
                linted.push(Linted { form, edition, tenant, findings });
            }
        }
    }
    Ok(linted)
}

/// The tenants that have a job for the form; the first tenant when none has.
fn users(home: &Home, form: &str) -> Result<Vec<String>, Error> {
    let mut users = Vec::new();
    for job in home.jobs()? {
        if home.job(&job)?.form == form {
            users.extend(job.split('/').nth(1).map(str::to_owned));
        }
    }
    users.dedup();
    if users.is_empty() {
        users.extend(home.tenants()?.into_iter().next());
    }
    Ok(users)
}
