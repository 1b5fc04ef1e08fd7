//! What goes before compiling: the edition that a job gets, the parameters that tenant and job
//! give, and the list of stocks. The files themselves are read elsewhere.

use super::codes;
use super::nearest::nearest;
use super::source::FormSource;
use crate::calendar::Date;
use crate::diag::{Diagnostic, Findings, Place};
use crate::measure::Length;
use crate::model::tenant::Contact;
use crate::model::{Job, Param, Params, Stocks, Tenant};

/// The edition for what is issued on a day: the one that its job names, else the latest that took
/// effect by then. None is used before it takes effect.
#[must_use]
pub fn edition(editions: &[Date], issued: Date, named: Option<Date>) -> Option<Date> {
    let wanted = |edition: &Date| named.is_none_or(|named| named == *edition);
    editions.iter().copied().filter(|date| *date <= issued && wanted(date)).max()
}

/// The date of a form file by its name: `2026-04-06.toml`.
#[must_use]
pub fn edition_date(file_name: &str) -> Option<Date> {
    let date = file_name.strip_suffix(".toml")?;
    (date.len() == 10).then(|| date.parse().ok())?
}

/// What templates may read of a tenant and a job: `tenant.*`, `job.*`, `param.*`, by what their
/// files say and what is taken for granted where they say nothing.
#[must_use]
pub fn parameters(tenant: &Tenant, job: &Job) -> Params {
    let mut params = Params::new();
    tenant_parameters(tenant, &mut params);
    text(&mut params, "job.id", &job.id);
    text(&mut params, "job.title", &job.title);
    params.set("job.levy_year", Param::Int(i64::from(job.levy_year)));
    params.set("job.issue_date", Param::Date(job.issue_date));
    text(&mut params, "job.purpose", job.purpose.as_deref().unwrap_or_default());
    for (id, printed) in &job.items {
        params.set(format!("job.items.{id}"), Param::Flag(*printed));
    }
    params.set_table("param", &job.params);
    params
}

fn tenant_parameters(tenant: &Tenant, params: &mut Params) {
    for (path, value) in [
        ("tenant.id", &tenant.id),
        ("tenant.code", &tenant.code),
        ("tenant.name", &tenant.name),
        ("tenant.kana", &tenant.kana),
        ("tenant.prefecture", &tenant.prefecture),
        ("tenant.mayor.title", &tenant.mayor.title),
        ("tenant.mayor.name", &tenant.mayor.name),
        ("tenant.style.honorific", &tenant.style.honorific),
        ("tenant.style.honorific_body", &tenant.style.honorific_body),
        ("tenant.style.co_owners", &tenant.style.co_owners),
    ] {
        text(params, path, value);
    }
    text(params, "tenant.style.address_inside", tenant.style.address_inside.word());
    params.set("tenant.population", Param::Int(i64::from(tenant.population)));
    text(params, "tenant.style.negative", tenant.style.negative.sign());
    params.set("tenant.style.gannen", Param::Flag(tenant.style.gannen));
    if let Some(seal) = &tenant.seal {
        text(params, "tenant.seal.file", &seal.file);
        text(params, "tenant.seal.size", &seal.size.to_string());
        params.set("tenant.seal.forms", Param::List(seal.forms.clone()));
    }
    for (business, contact) in &tenant.contact {
        let Contact { section, postcode, address, phone, note } = contact;
        for (name, value) in [
            ("section", section),
            ("postcode", postcode),
            ("address", address),
            ("phone", phone),
            ("note", note),
        ] {
            text(params, &format!("tenant.contact.{business}.{name}"), value);
        }
    }
    for (name, value) in &tenant.text {
        text(params, &format!("tenant.text.{name}"), value);
    }
    for (code, name) in &tenant.former {
        text(params, &format!("tenant.former.{code}"), name);
    }
}

fn text(params: &mut Params, path: &str, value: &str) {
    params.set(path, Param::Text(value.to_owned()));
}

/// Reads `forms/stocks.toml`.
///
/// # Errors
/// What is wrong with it.
pub fn read_stocks(source: &FormSource) -> Result<Stocks, Findings> {
    let stocks: Stocks = toml::from_str(&source.text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let place = Place::in_text(source.file.as_str(), &source.text, span);
        let message = error.message().lines().next().unwrap_or("not TOML");
        let code = if message.starts_with("unknown field") {
            codes::UNKNOWN_KEY
        } else if message.starts_with("missing field") {
            codes::MISSING_KEY
        } else if message.starts_with("invalid type") || message.contains("wanted") {
            codes::BAD_VALUE
        } else {
            codes::SYNTAX
        };
        let mut finding = Diagnostic::error(code, message.to_lowercase()).at(place);
        let mut quoted = message.split('`').skip(1).step_by(2);
        if let (true, Some(wrong)) = (code == codes::UNKNOWN_KEY, quoted.next())
            && let Some(near) = nearest(wrong, quoted)
        {
            finding = finding.hint(format!("did you mean `{near}`?"));
        }
        Findings::from(finding)
    })?;
    let mut findings = Findings::new();
    let mut wrong = |what: &str, id: &str, message: &str| {
        let message = format!("{what} `{id}` {message}");
        let place = Place::file(source.file.as_str());
        findings.push(Diagnostic::error(codes::BAD_VALUE, message).at(place));
    };
    let empty =
        |extent: &crate::measure::Extent| extent.width.as_um() <= 0 || extent.height.as_um() <= 0;
    for (id, stock) in &stocks.stock {
        let is_roll = stock.roll.is_some_and(|roll| {
            roll.width > Length::ZERO && roll.core >= Length::ZERO && roll.outer > roll.core
        });
        if (stock.sizes.is_empty() && !is_roll) || stock.sizes.iter().any(empty) {
            wrong("stock", id, "is bought in no size");
        }
        if stock.roll.is_some() && (!is_roll || !stock.sizes.is_empty() || stock.sprocket.is_some())
        {
            wrong("stock", id, "is a roll: it has a width, two diameters, and no sizes of sheets");
        }
        if stock.parts == 0 || stock.per_box == Some(0) {
            wrong("stock", id, "has no part, or boxes without sheets");
        }
        if stock.weight_gsm == 0 || stock.thickness_um == 0 {
            wrong("stock", id, "has no weight or no thickness");
        }
    }
    for (id, stock) in &stocks.stock {
        if let Some(other) =
            stock.alternatives.iter().find(|other| !stocks.stock.contains_key(*other))
        {
            wrong("stock", id, &format!("has the alternative `{other}`, which is not defined"));
        }
    }
    for (id, envelope) in &stocks.envelope {
        if empty(&envelope.size) {
            wrong("envelope", id, "has no size");
        }
        if envelope.leaves_max == 0 {
            wrong("envelope", id, "holds no leaf");
        }
    }
    if findings.is_empty() { Ok(stocks) } else { Err(findings) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edition_in_force_is_the_latest_that_took_effect() {
        let dates = ["2025-04-01", "2026-04-01", "2026-10-01"];
        let all = dates.map(|date| edition_date(&format!("{date}.toml")).expect("a date"));
        let date = |date: &str| date.parse().expect("a date");
        let on = |day: &str| edition(&all, date(day), None).map(|date| date.to_string());
        assert_eq!(on("2026-04-06").as_deref(), Some("2026-04-01"));
        assert_eq!(on("2026-04-01").as_deref(), Some("2026-04-01"));
        assert_eq!(on("2027-01-01").as_deref(), Some("2026-10-01"));
        assert_eq!(on("2025-03-31"), None);
        let named = |day: &str, name: &str| edition(&all, date(day), Some(date(name)));
        assert_eq!(named("2026-11-01", "2026-04-01"), Some(all[1]), "an earlier one by name");
        assert_eq!(named("2026-11-01", "2026-05-01"), None, "there is none of that name");
        assert_eq!(named("2026-04-06", "2026-10-01"), None, "it is not yet in force");
        assert_eq!(edition_date("draft.toml"), None);
    }

    #[test]
    fn a_wrong_stock_is_found_with_its_place() {
        let text = "[stock.plain]\nname = \"上質\"\nweight_gms = 64\n".to_owned();
        let source = FormSource { file: "forms/stocks.toml".into(), text };
        let findings = read_stocks(&source).expect_err("a key is misspelt");
        let finding = findings.iter().next().expect("one finding");
        assert_eq!(
            finding.place.as_ref().map(ToString::to_string).as_deref(),
            Some("forms/stocks.toml:3:1")
        );
        assert_eq!(finding.hints, ["did you mean `weight_gsm`?"]);
    }
}
