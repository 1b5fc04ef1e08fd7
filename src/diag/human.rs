//! The form for people at a terminal: header, place, source row with a caret, notes. The caret
//! stands right under full-width text, which is the work of `annotate-snippets`.

use super::{Diagnostic, Place, Severity, mask};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// One finding as rustc would print it, with a line end.
pub(super) fn render(diagnostic: &Diagnostic, reveal: bool, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.0);
    let mut group = Group::with_title(title);
    let mut header = None;
    if let Some(place) = &diagnostic.place {
        let file = printable(&place.file);
        if let Some(source) = &place.source {
            let source = mask::shown(source, reveal);
            let column = source.line[..source.span.start].chars().count() + 1;
            let line = place.line.max(1);
            let shown = format!("{file}:{line}:{column}");
            header = Some((shown, printable(&place.to_string())));
            let caret = AnnotationKind::Primary.span(source.span);
            let snippet = Snippet::source(source.line).line_start(line as usize).path(file);
            group = group.element(snippet.annotation(caret));
        } else {
            group = group.element(origin(file, place));
        }
    }
    if let Some(field) = &diagnostic.field {
        group = group.element(Level::NOTE.with_name("field").message(printable(field)));
    }
    for hint in &diagnostic.hints {
        group = group.element(Level::HELP.with_name("hint").message(printable(hint)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.render(&[group]);
    if let Some((shown, place)) = header {
        // The renderer counts columns in the row as shown; the place counts them in the file.
        text = text.replacen(&shown, &place, 1);
    }
    text.push('\n');
    text
}

fn origin(file: String, place: &Place) -> Origin<'static> {
    let mut origin = Origin::path(file);
    if place.line > 0 {
        origin = origin.line(place.line as usize);
        if place.column > 0 {
            origin = origin.char_column(place.column as usize);
        }
    }
    origin
}

/// `text` without characters that command a terminal or turn the direction of reading.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if is_command(c) { '\u{FFFD}' } else { c }).collect()
}

/// Whether a terminal would obey `c` instead of printing it.
pub(super) fn is_command(c: char) -> bool {
    let turns = matches!(c,
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns
}
