//! The pool of worker threads, and what the environment says of the terminal.

/// Runs `work` on a pool of so many threads; one a core when `None`.
///
/// # Errors
/// When the threads cannot be started.
pub fn with_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    Ok(pool.map_err(|error| error.to_string())?.install(work))
}

/// Whether the environment asks for no colour (`NO_COLOR`, not empty).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the engine reads the environment")]
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
