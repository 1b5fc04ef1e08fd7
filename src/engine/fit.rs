//! Fit and gap (適合・不適合): what a tenant set of each form's settings, what it takes as the library has it, and
//! which of its wishes no setting fulfils.

use super::{Error, Home};
use crate::model::Job;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The wishes of a tenant, beside `tenant.toml`.
pub(super) const WISHES: &str = "wishes.toml";

/// What fits a tenant, form by form.
#[derive(Debug, Clone, Serialize)]
pub struct Fit {
    /// The tenant's name.
    pub tenant: String,
    /// What holds for all of its forms.
    pub general: Vec<Setting>,
    /// The forms, those of its jobs first.
    pub forms: Vec<FormFit>,
    /// What it wishes.
    pub wishes: Vec<WishFit>,
}

/// A form.
#[derive(Debug, Clone, Serialize)]
pub struct FormFit {
    /// Its id.
    pub form: String,
    /// Its title.
    pub title: String,
    /// The tenant's jobs that use it.
    pub jobs: Vec<String>,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// Texts and contacts of the tenant that the form reads and that are not there.
    pub missing: Vec<String>,
}

/// Something that a tenant may set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its name, as jobs and tenants write it.
    pub name: String,
    /// What it is, where the form says it.
    pub about: String,
    /// What holds where nobody sets it.
    pub default: String,
    /// What each job sets, with the job; the tenant's own value without one.
    pub set: Vec<(String, String)>,
}

/// A wish, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WishFit {
    /// The form, where it is of one.
    pub form: Option<String>,
    /// What is wished.
    pub what: String,
    /// The setting that would fulfil it.
    pub setting: Option<String>,
    /// What became of it.
    pub state: WishState,
}

/// What became of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WishState {
    /// A setting fulfils it, and is set so.
    Met,
    /// A setting would fulfil it.
    CanBeSet,
    /// No setting fulfils it.
    Gap,
}

/// The file of wishes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wishes {
    #[serde(default)]
    wish: Vec<Wish>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    form: Option<String>,
    what: String,
    setting: Option<String>,
    value: Option<toml::Value>,
}

/// Compares the library with what a tenant set and wishes.
///
/// # Errors
/// When the tenant, one of its jobs or its wishes are missing or wrong.
pub fn fit(home: &Home, tenant_id: &str) -> Result<Fit, Error> {
    let tenant = home.tenant(tenant_id)?;
    let mine = format!("jobs/{tenant_id}/");
    let paths = home.jobs()?;
    let paths = paths.iter().filter(|path| path.starts_with(&mine));
    let jobs = paths.map(|path| home.job(path)).collect::<Result<Vec<_>, _>>()?;
    let own: toml::Table = home.toml(&format!("{mine}tenant.toml"))?;
    let mut forms = Vec::new();
    for entry in home.forms()? {
        let Some(edition) = entry.editions.iter().max() else { continue };
        let text = home.text(&format!("forms/{}/{edition}.toml", entry.id))?;
        let parsed: toml::Table = home.toml(&format!("forms/{}/{edition}.toml", entry.id))?;
        let users: Vec<&Job> = jobs.iter().filter(|job| job.form == entry.id).collect();
        let title = parsed.get("form").and_then(|form| form.get("title")?.as_str());
        forms.push(FormFit {
            title: title.unwrap_or(&entry.id).to_owned(),
            jobs: users.iter().map(|job| job.id.clone()).collect(),
            settings: settings(&parsed, &text, &users),
            missing: missing(home, &text, &parsed, &own)?,
            form: entry.id,
        });
    }
    forms.sort_by_key(|form| form.jobs.is_empty());
    let wishes = format!("{mine}{WISHES}");
    let wishes: Wishes =
        if home.path(&wishes).is_file() { home.toml(&wishes)? } else { Wishes::default() };
    let general = general(&own);
    let wishes = wishes.wish.into_iter().map(|wish| judged(wish, &forms, &general)).collect();
    Ok(Fit { tenant: tenant.name, general, forms, wishes })
}

/// The parameters of a form, its purposes and its items.
fn settings(form: &toml::Table, text: &str, jobs: &[&Job]) -> Vec<Setting> {
    let about = comments(text);
    let mut settings = Vec::new();
    let params = form.get("params").and_then(toml::Value::as_table);
    for (name, default) in params.into_iter().flatten() {
        let set =
            jobs.iter().filter_map(|job| Some((job.id.clone(), shown(job.params.get(name)?))));
        settings.push(Setting {
            name: format!("params.{name}"),
            about: about.get(name.as_str()).cloned().unwrap_or_default(),
            default: shown(default),
            set: set.collect(),
        });
    }
    if let Some(purposes) = form.get("purposes").and_then(toml::Value::as_table) {
        let set = jobs.iter().filter_map(|job| Some((job.id.clone(), job.purpose.clone()?)));
        let known: Vec<&str> = purposes.keys().map(String::as_str).collect();
        settings.push(Setting {
            name: "purpose".to_owned(),
            about: format!("使用目的：{}", known.join("、")),
            default: String::new(),
            set: set.collect(),
        });
    }
    let sort = jobs.iter().map(|job| (job.id.clone(), job.plan.sort.join(", ")));
    settings.push(Setting {
        name: "plan.sort".to_owned(),
        about: "並び順".to_owned(),
        default: String::new(),
        set: sort.filter(|(_, fields)| !fields.is_empty()).collect(),
    });
    settings
}

/// What holds for all forms of a tenant.
fn general(own: &toml::Table) -> Vec<Setting> {
    let all = [
        ("style.honorific", "個人の敬称", "様"),
        ("style.honorific_body", "法人の敬称", "御中"),
        ("style.co_owners", "共有者の表し方（外・他）", "外"),
        ("style.gannen", "元年の書き方", "true"),
        ("style.negative", "負の金額の記号", "△"),
        ("style.address_inside", "管内の住所の書き方", "full"),
        ("calendar.december", "12月の納期限", "25"),
        ("seal.file", "公印（なければ公印省略）", ""),
    ];
    let value = |name: &str| {
        let (table, key) = name.split_once('.')?;
        own.get(table)?.get(key).map(shown)
    };
    all.map(|(name, about, default)| Setting {
        name: name.to_owned(),
        about: about.to_owned(),
        default: default.to_owned(),
        set: value(name).map(|value| (String::new(), value)).into_iter().collect(),
    })
    .into()
}

/// The texts and contacts that a form and its parts read by a plain name, and the tenant does not have.
fn missing(
    home: &Home,
    text: &str,
    form: &toml::Table,
    own: &toml::Table,
) -> Result<Vec<String>, Error> {
    let mut texts = vec![text.to_owned()];
    let mut parts = BTreeSet::new();
    uses(form, &mut parts);
    for part in parts {
        let path = format!("forms/parts/{part}.toml");
        if home.path(&path).is_file() {
            texts.push(home.text(&path)?);
        }
    }
    let mut names = BTreeSet::new();
    for text in &texts {
        for table in ["text", "contact"] {
            let prefix = format!("tenant.{table}.");
            for (at, _) in text.match_indices(&prefix) {
                let rest = &text[at + prefix.len()..];
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let is_there = own.get(table).and_then(|it| it.get(&name)).is_some();
                if !name.is_empty() && !is_there {
                    names.insert(format!("{table}.{name}"));
                }
            }
        }
    }
    Ok(names.into_iter().collect())
}

/// The parts that a form names, wherever it does.
fn uses(table: &toml::Table, parts: &mut BTreeSet<String>) {
    for (key, value) in table {
        match value {
            toml::Value::String(name) if key == "use" => {
                parts.insert(name.clone());
            }
            toml::Value::Table(inner) => uses(inner, parts),
            toml::Value::Array(all) => {
                for value in all {
                    match value {
                        toml::Value::Table(inner) => uses(inner, parts),
                        toml::Value::String(name) if key == "parts" => {
                            parts.insert(name.clone());
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// What a form's comments say of its parameters: those right above each, or behind it.
fn comments(text: &str) -> BTreeMap<&str, String> {
    let mut about = BTreeMap::new();
    let mut above = String::new();
    let lines = text.lines().skip_while(|line| line.trim() != "[params]").skip(1);
    for line in lines.take_while(|line| !line.starts_with('[')) {
        if let Some(comment) = line.trim().strip_prefix('#') {
            above.push_str(comment.trim());
            continue;
        }
        if let Some((name, value)) = line.split_once('=') {
            let behind = value.rsplit_once(" # ").map(|(_, comment)| comment.trim());
            let said = behind.map_or_else(|| std::mem::take(&mut above), str::to_owned);
            about.insert(name.trim(), said);
        }
        above.clear();
    }
    about
}

/// A value as files write it, texts without quotes.
fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(all) => all.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn judged(wish: Wish, forms: &[FormFit], general: &[Setting]) -> WishFit {
    let Wish { form, what, setting, value } = wish;
    let of_form = form.as_deref().and_then(|id| forms.iter().find(|known| known.form == id));
    let of_form = of_form.map_or(&[][..], |form| &form.settings);
    let known = setting
        .as_deref()
        .and_then(|name| of_form.iter().chain(general).find(|known| known.name == name));
    let state = match (known, &value) {
        (None, _) => WishState::Gap,
        (Some(known), Some(value)) => {
            let wanted = shown(value);
            let by_default = known.set.is_empty() && known.default == wanted;
            let is_set = known.set.iter().any(|(_, set)| *set == wanted);
            if by_default || is_set { WishState::Met } else { WishState::CanBeSet }
        }
        (Some(known), None) if known.set.is_empty() => WishState::CanBeSet,
        (Some(_), None) => WishState::Met,
    };
    WishFit { form, what, setting, state }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_belong_to_the_parameter_below_or_beside_them() {
        let text = "[form]\na = 1\n\n[params]\n# 一つ目、\n# 続き\nfirst = 1\nsecond = \"x\" # 二つ目\n\
            # どれのでもない\n\nthird = true\n[input]\n# よそ\nother = 1\n";
        let about = comments(text);
        assert_eq!(about["first"], "一つ目、続き");
        assert_eq!(about["second"], "二つ目");
        assert_eq!(about["third"], "");
        assert_eq!(about.len(), 3);
    }

    #[test]
    fn a_wish_is_met_possible_or_a_gap() {
        let setting = |set: &[(&str, &str)]| Setting {
            name: "params.rows".to_owned(),
            about: String::new(),
            default: "15".to_owned(),
            set: set.iter().map(|(job, value)| ((*job).to_owned(), (*value).to_owned())).collect(),
        };
        let state = |set: &[(&str, &str)], name: Option<&str>, value: Option<i64>| {
            let forms = [FormFit {
                form: "f".to_owned(),
                title: String::new(),
                jobs: Vec::new(),
                settings: vec![setting(set)],
                missing: Vec::new(),
            }];
            let wish = Wish {
                form: Some("f".to_owned()),
                what: String::new(),
                setting: name.map(str::to_owned),
                value: value.map(toml::Value::Integer),
            };
            judged(wish, &forms, &[]).state
        };
        let name = Some("params.rows");
        assert_eq!(state(&[], name, Some(15)), WishState::Met);
        assert_eq!(state(&[], name, Some(3)), WishState::CanBeSet);
        assert_eq!(state(&[("job", "3")], name, Some(3)), WishState::Met);
        assert_eq!(state(&[("job", "7")], name, Some(3)), WishState::CanBeSet);
        assert_eq!(state(&[("job", "7")], name, None), WishState::Met);
        assert_eq!(state(&[], Some("params.colour"), Some(3)), WishState::Gap);
        assert_eq!(state(&[], None, None), WishState::Gap);
    }
}
