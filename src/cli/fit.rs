//! `tayori forms fit`.

use super::table::Table;
use super::{Outcome, Session, exit};
use crate::engine::{self, FitSetting as Setting, WishState};

/// Longer values are cut in the table.
const WIDTH: usize = 40;

impl Session<'_> {
    /// `tayori forms fit TENANT`.
    pub(super) fn forms_fit(&self, tenant: &str, form: Option<&str>) -> Outcome {
        let mut fit = engine::fit(&self.home()?, tenant)?;
        if let Some(form) = form {
            fit.forms.retain(|known| known.form == form);
            fit.wishes.retain(|wish| wish.form.as_deref() == Some(form));
        }
        if self.global.json {
            Self::print_json(&fit)?;
            return Ok(exit::DONE);
        }
        let mut text = format!("{}　帳票の設定と要望（フィット・ギャップ）\n\n", fit.tenant);
        let mut table = Table::new(&["全帳票", "内容", "標準", "設定"]);
        fit.general.iter().for_each(|setting| table.row(cells(setting)));
        text += &table.render();
        for form in &fit.forms {
            let jobs = if form.jobs.is_empty() {
                "業務なし".to_owned()
            } else {
                form.jobs.join("、")
            };
            text += &format!("\n{}（{}）　{jobs}\n", form.title, form.form);
            let mut table = Table::new(&["項目", "内容", "標準", "設定"]);
            form.settings.iter().for_each(|setting| table.row(cells(setting)));
            text += &table.render();
            if !form.missing.is_empty() {
                text += &format!("tenant.tomlにない文言・問合せ先：{}\n", form.missing.join("、"));
            }
        }
        let mut table = Table::new(&["要望", "帳票", "項目", "結果"]);
        for wish in &fit.wishes {
            let state = match wish.state {
                WishState::Met => "設定済み",
                WishState::CanBeSet => "設定できる",
                WishState::Gap => "対応なし",
            };
            let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
            table.row(vec![
                wish.what.clone(),
                or_none(&wish.form),
                or_none(&wish.setting),
                state.to_owned(),
            ]);
        }
        if !fit.wishes.is_empty() {
            text += &format!("\n{}", table.render());
        }
        Self::print(&text)?;
        Ok(exit::DONE)
    }
}

fn cells(setting: &Setting) -> Vec<String> {
    let set: Vec<String> = setting
        .set
        .iter()
        .map(
            |(job, value)| {
                if job.is_empty() { cut(value) } else { format!("{job}: {}", cut(value)) }
            },
        )
        .collect();
    let set = if set.is_empty() { "（標準のまま）".to_owned() } else { set.join("; ") };
    vec![setting.name.clone(), cut(&setting.about), cut(&setting.default), set]
}

fn cut(text: &str) -> String {
    let line = text.replace('\n', " ");
    let short: String = line.chars().take(WIDTH).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}
