//! All codes of all rooms, for `tayori explain CODE`.

use crate::engine;

/// A code with its meaning and what to do.
pub(super) fn find(code: &str) -> Option<(&'static str, &'static str, &'static str)> {
    engine::codes().find(|(known, ..)| known.eq_ignore_ascii_case(code))
}
