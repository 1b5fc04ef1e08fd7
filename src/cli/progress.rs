//! Progress bars on standard error, when it is a terminal.

use crate::engine;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::Mutex;

/// One bar at a time: the stage that runs.
pub(super) struct Bar {
    visible: bool,
    current: Mutex<Option<ProgressBar>>,
}

impl Bar {
    /// Bars that are seen when standard error is a terminal and `quiet` is not asked for.
    pub(super) fn new(quiet: bool) -> Self {
        Self { visible: !quiet && std::io::stderr().is_terminal(), current: Mutex::new(None) }
    }

    fn with(&self, work: impl FnOnce(&mut Option<ProgressBar>)) {
        work(&mut self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

impl engine::Progress for Bar {
    fn begin(&self, stage: &str, total: Option<u64>) {
        if !self.visible {
            return;
        }
        let (bar, template) = match total {
            Some(total) => (
                ProgressBar::new(total),
                "{msg:10} {bar:32} {human_pos:>9}/{human_len} {per_sec:>12} {eta:>4}",
            ),
            None => (ProgressBar::new_spinner(), "{msg:10} {spinner} {human_pos:>9} {per_sec:>12}"),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(stage.to_owned());
        self.with(|current| *current = Some(bar));
    }

    fn advance(&self, units: u64) {
        self.with(|current| {
            if let Some(bar) = current {
                bar.inc(units);
            }
        });
    }

    fn end(&self) {
        self.with(|current| {
            if let Some(bar) = current.take() {
                bar.finish_and_clear();
            }
        });
    }
}
