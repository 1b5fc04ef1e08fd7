//! Figures of a build: counts, bytes, seconds of each stage, peak memory.

#![expect(clippy::disallowed_methods, reason = "the one place that measures time")]

use serde::Serialize;
use std::time::{Duration, Instant};

/// What `--stats` writes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Stats {
    /// Input records.
    pub records: u64,
    /// Records held back.
    pub held: u64,
    /// Pieces.
    pub pieces: u64,
    /// Printed pages.
    pub pages: u64,
    /// Press sheets.
    pub sheets: u64,
    /// Lots.
    pub lots: u64,
    /// Bytes of the lots' PDF files.
    pub bytes: u64,
    /// The most memory that the process held, in bytes; 0 where the system does not tell.
    pub peak_rss_bytes: u64,
    /// Wall time by stage.
    pub seconds: Seconds,
}

/// Wall seconds of each stage.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Seconds {
    /// Reading, checking and measuring every record.
    pub validate: f64,
    /// Sorting and splitting.
    pub plan: f64,
    /// Rendering, imposing and writing the lots.
    pub render: f64,
    /// Manifest, lists, digests and zip.
    pub package: f64,
    /// All of it.
    pub total: f64,
}

/// A stopwatch for stages.
#[derive(Debug)]
pub(super) struct Watch(Instant);

impl Watch {
    /// Starts now.
    #[must_use]
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it is since the start.
    pub(super) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Seconds since the start, and starts again.
    pub(super) fn lap(&mut self) -> f64 {
        let elapsed: Duration = self.0.elapsed();
        self.0 = Instant::now();
        elapsed.as_secs_f64()
    }
}

/// The most memory that this process has held, in bytes; 0 where the system does not tell.
#[must_use]
pub(super) fn peak_rss_bytes() -> u64 {
    let path = std::path::Path::new("/proc/self/status");
    let Ok(Some(status)) = super::store::read_text(path) else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
