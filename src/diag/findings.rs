//! A collection of findings: capped in what it keeps, exact in what it counts.

use super::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

/// How many findings are kept in full; beyond that only counts grow, so that an input of a million
/// broken rows costs no memory.
const KEPT_MAX: usize = 1_000;

/// Findings in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    kept: Vec<Diagnostic>,
    counts: BTreeMap<(Severity, Code), u64>,
}

impl Findings {
    /// No findings yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding: counted always, kept while there is room.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        *self.counts.entry((diagnostic.severity, diagnostic.code)).or_default() += 1;
        if self.kept.len() < KEPT_MAX {
            self.kept.push(diagnostic);
        }
    }

    /// Adds all findings of `other`, in its order.
    pub fn append(&mut self, other: Self) {
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
        let room = KEPT_MAX.saturating_sub(self.kept.len());
        self.kept.extend(other.kept.into_iter().take(room));
    }

    /// The same findings with none that was kept standing twice.
    #[must_use]
    pub fn once(self) -> Self {
        let mut once = Self::new();
        let mut seen: Vec<Diagnostic> = Vec::new();
        for diagnostic in self {
            if !seen.contains(&diagnostic) {
                seen.push(diagnostic.clone());
                once.push(diagnostic);
            }
        }
        once
    }

    /// The findings that were kept, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.iter()
    }

    /// How many findings of each severity and code there were, all counted.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<(Severity, Code), u64> {
        &self.counts
    }

    /// The exact number of errors.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.total(Severity::Error)
    }

    /// The exact number of warnings.
    #[must_use]
    pub fn warnings(&self) -> u64 {
        self.total(Severity::Warning)
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many findings were counted but not kept.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.errors() + self.warnings() - self.kept.len() as u64
    }

    fn total(&self, severity: Severity) -> u64 {
        self.counts.iter().filter(|((s, _), _)| *s == severity).map(|(_, n)| n).sum()
    }
}

impl From<Diagnostic> for Findings {
    fn from(diagnostic: Diagnostic) -> Self {
        let mut findings = Self::new();
        findings.push(diagnostic);
        findings
    }
}

impl IntoIterator for Findings {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}
