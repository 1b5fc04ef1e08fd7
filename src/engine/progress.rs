//! How long work tells how far it is; the command line draws it, tests and cron stay silent.

/// Hears of the progress of long work.
pub trait Progress: Sync {
    /// A stage begins; `total` units of work are known, or not.
    fn begin(&self, stage: &str, total: Option<u64>);
    /// Units of work were done.
    fn advance(&self, units: u64);
    /// The stage is over.
    fn end(&self);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}
