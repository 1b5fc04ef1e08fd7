//! From a tree of shapes to operators. Coordinates are rounded to thousandths of a point of the
//! drawing, so that the last bits of a float decide nothing.

use super::check::Source;
use super::{NEARLY_BLACK, NOT_PRINTABLE, NOT_SVG, TOO_COMPLEX};
use crate::diag::{Code, Diagnostic, Findings, Place};
use crate::measure::div_round;
use crate::pdf::number::{integer, thousandths};
use std::collections::BTreeSet;
use usvg::tiny_skia_path::{Path, PathSegment};
use usvg::{BlendMode, Color, FillRule, Group, LineCap, LineJoin, Node, Paint, PaintOrder, Tree};

/// Thousandths of a point in a pixel of CSS.
const PIXEL: f64 = 750.0;
/// The longer side of a drawing is from here to ten times as long, in thousandths of a point: fine
/// enough to be placed large, coarse enough for short numbers.
const SIDE_MIN: i64 = 200_000;
/// How far a coordinate may lie outside, in thousandths of a point.
const FAR: f64 = 1e9;
/// The most segments of all paths.
const SEGMENTS_MAX: u32 = 200_000;
/// Greys darker than this, in thousandths of white, were meant to be black.
const DARK: i64 = 200;
/// How unlike the scales both ways may be for a line to keep its shape.
const SIMILAR: f64 = 1e-4;
/// So many findings are enough to see what is wrong with a file.
const FINDINGS_MAX: usize = 20;

/// The size, in thousandths of a point, and the operators of a drawing.
pub(super) fn drawing(
    tree: &Tree,
    source: &Source<'_, '_>,
    doubts: &mut Findings,
) -> Result<([i64; 2], Vec<u8>), Findings> {
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let mut unit = PIXEL;
    let longer = |unit: f64| rounded(width.max(height) * unit).unwrap_or(i64::MAX);
    while longer(unit) < SIDE_MIN {
        unit *= 10.0;
    }
    while longer(unit) >= SIDE_MIN * 10 && unit > 1e-30 {
        unit /= 10.0;
    }
    let size = [rounded(width * unit), rounded(height * unit)];
    let [Some(width), Some(height)] = size.map(|side| side.filter(|&side| side > 0)) else {
        let message = "the drawing is a thousand times longer than wide, or more";
        return Err(Diagnostic::error(NOT_SVG, message).at(Place::file(source.file)).into());
    };
    let mut pen = Pen {
        source,
        out: Vec::new(),
        state: State::default(),
        segments: 0,
        findings: Vec::new(),
        dark: BTreeSet::new(),
    };
    // The drawing's y runs down, the page's up.
    let top = f64::from(tree.size().height()) * unit;
    let unit = Matrix { x: [unit, 0.0, 0.0], y: [0.0, -unit, top] };
    pen.group(tree.root(), unit);
    if pen.segments > SEGMENTS_MAX {
        let message = format!("the drawing has more than {SEGMENTS_MAX} lines and curves");
        pen.report(TOO_COMPLEX, "", message, "simplify its paths");
    }
    for colour in std::mem::take(&mut pen.dark) {
        let message = format!("`{colour}` becomes a dark grey, made of dots");
        doubts.push(
            Diagnostic::warning(NEARLY_BLACK, message)
                .at(Place::file(source.file))
                .hint("write `#000000` for what is solid black"),
        );
    }
    if pen.findings.is_empty() {
        return Ok(([width, height], pen.out));
    }
    let mut findings = Findings::new();
    for finding in pen.findings {
        findings.push(finding);
    }
    Err(findings)
}

/// A number to the nearest whole; `None` when it is none, or far outside.
fn rounded(n: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked on this line")]
    (n.abs() < FAR).then(|| n.round() as i64)
}

/// Where a point comes to stand: each coordinate is a sum of x, y and 1 in these parts.
#[derive(Debug, Clone, Copy)]
struct Matrix {
    x: [f64; 3],
    y: [f64; 3],
}

impl Matrix {
    fn of(t: usvg::Transform) -> Self {
        Self { x: [t.sx, t.kx, t.tx].map(f64::from), y: [t.ky, t.sy, t.ty].map(f64::from) }
    }

    /// First `inner`, then this.
    fn of_inner(self, inner: Self) -> Self {
        let sum = |row: [f64; 3]| {
            let part = |n: usize| row[0] * inner.x[n] + row[1] * inner.y[n];
            [part(0), part(1), part(2) + row[2]]
        };
        Self { x: sum(self.x), y: sum(self.y) }
    }

    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let sum = |row: [f64; 3]| row[0] * x + row[1] * y + row[2];
        (sum(self.x), sum(self.y))
    }

    /// By how much lengths grow, when they grow alike in all directions.
    fn scale(self) -> Option<f64> {
        let (across, along) = ([self.x[0], self.y[0]], [self.x[1], self.y[1]]);
        let product = |one: [f64; 2], two: [f64; 2]| one[0] * two[0] + one[1] * two[1];
        let (wide, high) = (product(across, across).sqrt(), product(along, along).sqrt());
        let square = product(across, along).abs() <= SIMILAR * wide * high;
        (square && (wide - high).abs() <= SIMILAR * wide.max(high)).then_some(wide)
    }
}

/// What is known of the graphics state; `None` where it is not known.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    fill: Option<i64>,
    stroke: Option<i64>,
    width: Option<i64>,
    cap: Option<u8>,
    join: Option<u8>,
    miter: Option<i64>,
    dashed: Option<bool>,
}

struct Pen<'a> {
    source: &'a Source<'a, 'a>,
    out: Vec<u8>,
    state: State,
    segments: u32,
    findings: Vec<Diagnostic>,
    /// Colours that are nearly black.
    dark: BTreeSet<String>,
}

impl Pen<'_> {
    fn report(&mut self, code: Code, id: &str, message: impl Into<String>, hint: &str) {
        let file = self.source.file;
        let place = self.source.element(id).map_or_else(
            || Place::file(file),
            |node| {
                let start = node.range().start;
                Place::in_text(file, self.source.text, start..start + 1)
            },
        );
        let finding = Diagnostic::error(code, message).at(place).hint(hint);
        if self.findings.len() < FINDINGS_MAX && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn group(&mut self, group: &Group, outer: Matrix) {
        let matrix = outer.of_inner(Matrix::of(group.transform()));
        if group.opacity().get() < 1.0 {
            self.opacity(group.id());
        }
        if group.blend_mode() != BlendMode::Normal {
            let message = "a blend mode cannot be printed";
            self.report(NOT_PRINTABLE, group.id(), message, "take the effect away");
        }
        if group.mask().is_some() || !group.filters().is_empty() {
            let message = "a mask or a filter cannot be printed";
            self.report(NOT_PRINTABLE, group.id(), message, "take the effect away");
        }
        let outside = self.state;
        if let Some(clip) = group.clip_path() {
            self.out.extend_from_slice(b"q\n");
            self.clip(clip, matrix);
        }
        for node in group.children() {
            if self.segments > SEGMENTS_MAX {
                break;
            }
            match node {
                Node::Group(group) => self.group(group, matrix),
                Node::Path(path) => self.path(path, matrix),
                Node::Image(_) | Node::Text(_) => {
                    let message = "a text or an image cannot be printed";
                    self.report(NOT_PRINTABLE, node.id(), message, "convert it to paths");
                }
            }
        }
        if group.clip_path().is_some() {
            self.out.extend_from_slice(b"Q\n");
            self.state = outside;
        }
    }

    fn opacity(&mut self, id: &str) {
        let message = "what is partly transparent cannot be printed";
        self.report(NOT_PRINTABLE, id, message, "use a lighter colour, without opacity");
    }

    /// Clips to a path, and to that of a clip path's own.
    fn clip(&mut self, clip: &usvg::ClipPath, matrix: Matrix) {
        if let Some(inner) = clip.clip_path() {
            self.clip(inner, matrix);
        }
        let matrix = matrix.of_inner(Matrix::of(clip.transform()));
        let Some((path, matrix)) = only_path(clip.root(), matrix) else {
            let message = "a clip path of several shapes cannot be printed";
            return self.report(
                NOT_PRINTABLE,
                clip.id(),
                message,
                "unite its shapes into one path",
            );
        };
        if !self.outline(path.data(), matrix, true) {
            // Nothing lies inside of what has no area.
            self.out.extend_from_slice(b"0 0 0 0 re\n");
        }
        let even_odd = path.fill().is_some_and(|fill| fill.rule() == FillRule::EvenOdd);
        self.out.extend_from_slice(if even_odd { b"W* n\n" } else { b"W n\n" });
    }

    fn path(&mut self, path: &usvg::Path, matrix: Matrix) {
        if !path.is_visible() {
            return;
        }
        let order = path.paint_order();
        if order == PaintOrder::StrokeAndFill {
            self.stroke(path, matrix);
        }
        // What is flat has no area, but a RIP would show a hair of it.
        let bounds = path.data().bounds();
        let flat = bounds.width() <= 0.0 || bounds.height() <= 0.0;
        let visible = |fill: &&usvg::Fill| fill.opacity().get() > 0.0 && !flat;
        if let Some(fill) = path.fill().filter(visible) {
            let grey = self.grey(fill.paint(), fill.opacity().get(), path.id());
            if self.state.fill != Some(grey) {
                self.state.fill = Some(grey);
                thousandths(&mut self.out, grey);
                self.out.extend_from_slice(b" g\n");
            }
            if self.outline(path.data(), matrix, true) {
                let even_odd = fill.rule() == FillRule::EvenOdd;
                self.out.extend_from_slice(if even_odd { b"f*\n" } else { b"f\n" });
            }
        }
        if order == PaintOrder::FillAndStroke {
            self.stroke(path, matrix);
        }
    }

    fn stroke(&mut self, path: &usvg::Path, matrix: Matrix) {
        let visible = |stroke: &&usvg::Stroke| stroke.opacity().get() > 0.0;
        let Some(stroke) = path.stroke().filter(visible) else { return };
        let grey = self.grey(stroke.paint(), stroke.opacity().get(), path.id());
        let Some(scale) = matrix.scale() else {
            return self.stretched(path, stroke, matrix, grey);
        };
        let Some(width) = rounded(f64::from(stroke.width().get()) * scale) else {
            return self.far(path.id());
        };
        let known = self.state;
        self.set(known.stroke, grey, b" G\n");
        self.set(known.width, width, b" w\n");
        let cap = match stroke.linecap() {
            LineCap::Butt => 0,
            LineCap::Round => 1,
            LineCap::Square => 2,
        };
        let join = match stroke.linejoin() {
            LineJoin::Miter | LineJoin::MiterClip => 0,
            LineJoin::Round => 1,
            LineJoin::Bevel => 2,
        };
        if known.cap != Some(cap) {
            integer(&mut self.out, u64::from(cap));
            self.out.extend_from_slice(b" J\n");
        }
        if known.join != Some(join) {
            integer(&mut self.out, u64::from(join));
            self.out.extend_from_slice(b" j\n");
        }
        let miter = rounded(f64::from(stroke.miterlimit().get()) * 1000.0).unwrap_or(4000);
        self.set(known.miter, miter, b" M\n");
        let dashed = stroke.dasharray().is_some();
        if dashed || known.dashed != Some(false) {
            self.dash(stroke, scale, path.id());
        }
        self.state = State {
            fill: known.fill,
            stroke: Some(grey),
            width: Some(width),
            cap: Some(cap),
            join: Some(join),
            miter: Some(miter),
            dashed: Some(dashed),
        };
        if self.outline(path.data(), matrix, false) {
            self.out.extend_from_slice(b"S\n");
        }
    }

    fn set(&mut self, known: Option<i64>, value: i64, operator: &[u8]) {
        if known != Some(value) {
            thousandths(&mut self.out, value);
            self.out.extend_from_slice(operator);
        }
    }

    fn dash(&mut self, stroke: &usvg::Stroke, scale: f64, id: &str) {
        let lengths: Option<Vec<i64>> = stroke
            .dasharray()
            .unwrap_or_default()
            .iter()
            .map(|&length| rounded(f64::from(length) * scale))
            .collect();
        let offset = rounded(f64::from(stroke.dashoffset()) * scale);
        let (Some(lengths), Some(offset)) = (lengths, offset) else { return self.far(id) };
        if !lengths.is_empty() && (lengths.len() > 20 || lengths.iter().sum::<i64>() < 50) {
            let message = "the dashes of a line are too fine or too many";
            return self.report(NOT_PRINTABLE, id, message, "use longer dashes");
        }
        self.out.push(b'[');
        for (n, length) in lengths.iter().enumerate() {
            if n > 0 {
                self.out.push(b' ');
            }
            thousandths(&mut self.out, *length);
        }
        self.out.push(b']');
        // A phase is never negative (ISO 32000-1, 8.4.3.6).
        let period: i64 = lengths.iter().sum::<i64>().max(1) * 2;
        thousandths(&mut self.out, offset.rem_euclid(period));
        self.out.extend_from_slice(b" d\n");
    }

    /// A line that is stretched is drawn as the area that it covers.
    fn stretched(&mut self, path: &usvg::Path, stroke: &usvg::Stroke, matrix: Matrix, grey: i64) {
        if stroke.dasharray().is_some() {
            let message = "a dashed line that is stretched in one direction cannot be printed";
            return self.report(NOT_PRINTABLE, path.id(), message, "convert the line to a path");
        }
        let Some(area) = path.data().stroke(&stroke.to_tiny_skia(), 1.0) else { return };
        let known = self.state.fill;
        self.set(known, grey, b" g\n");
        self.state.fill = Some(grey);
        if self.outline(&area, matrix, true) {
            self.out.extend_from_slice(b"f\n");
        }
    }

    fn far(&mut self, id: &str) {
        let message = "a part of the drawing lies far outside of it";
        self.report(NOT_PRINTABLE, id, message, "take it out");
    }

    /// A colour as a grey, in thousandths of white.
    fn grey(&mut self, paint: &Paint, opacity: f32, id: &str) -> i64 {
        if opacity < 1.0 {
            self.opacity(id);
        }
        let Paint::Color(colour) = paint else {
            let message = "a gradient or a pattern cannot be printed";
            self.report(NOT_PRINTABLE, id, message, "fill with one colour");
            return 0;
        };
        let Color { red, green, blue } = *colour;
        let [r, g, b] = [red, green, blue].map(i64::from);
        // ITU-R BT.601, as for images.
        let grey = div_round(r * 299 + g * 587 + b * 114, 255);
        if grey < DARK && grey > 0 {
            self.dark.insert(format!("#{red:02x}{green:02x}{blue:02x}"));
        }
        grey
    }

    /// The operators that construct a path; of an area only the parts that have one. Returns whether
    /// there are any.
    fn outline(&mut self, path: &Path, matrix: Matrix, area: bool) -> bool {
        let mut last = (0.0, 0.0);
        let before = self.out.len();
        let (mut start, mut sides) = (before, 0_u32);
        for segment in path.segments() {
            self.segments += 1;
            if self.segments > SEGMENTS_MAX {
                return false;
            }
            let place =
                |p: usvg::tiny_skia_path::Point| matrix.apply(f64::from(p.x), f64::from(p.y));
            let near = match segment {
                PathSegment::MoveTo(p) => {
                    if area && sides < 2 {
                        self.out.truncate(start);
                    }
                    (start, sides) = (self.out.len(), 0);
                    self.points(&[place(p)], &mut last, b"m\n")
                }
                PathSegment::LineTo(p) => {
                    sides += 1;
                    self.points(&[place(p)], &mut last, b"l\n")
                }
                PathSegment::QuadTo(c, p) => {
                    sides += 2;
                    let (c, p) = (place(c), place(p));
                    let toward = |from: f64, to: f64| from + (to - from) * 2.0 / 3.0;
                    let cubic = |at: (f64, f64)| (toward(at.0, c.0), toward(at.1, c.1));
                    self.points(&[cubic(last), cubic(p), p], &mut last, b"c\n")
                }
                PathSegment::CubicTo(c1, c2, p) => {
                    sides += 2;
                    self.points(&[place(c1), place(c2), place(p)], &mut last, b"c\n")
                }
                PathSegment::Close => {
                    self.out.extend_from_slice(b"h\n");
                    true
                }
            };
            if !near {
                self.far("");
                return false;
            }
        }
        if area && sides < 2 {
            self.out.truncate(start);
        }
        self.out.len() > before
    }

    fn points(&mut self, points: &[(f64, f64)], last: &mut (f64, f64), operator: &[u8]) -> bool {
        for &(x, y) in points {
            let (Some(x), Some(y)) = (rounded(x), rounded(y)) else { return false };
            thousandths(&mut self.out, x);
            self.out.push(b' ');
            thousandths(&mut self.out, y);
            self.out.push(b' ');
            *last = points[points.len() - 1];
        }
        self.out.extend_from_slice(operator);
        true
    }
}

/// The one path of a group, with the place where it stands; `None` when there are none or several.
fn only_path(group: &Group, matrix: Matrix) -> Option<(&usvg::Path, Matrix)> {
    let [only] = group.children() else { return None };
    match only {
        Node::Path(path) => Some((path, matrix)),
        Node::Group(inner) if inner.clip_path().is_none() => {
            only_path(inner, matrix.of_inner(Matrix::of(inner.transform())))
        }
        Node::Group(_) | Node::Image(_) | Node::Text(_) => None,
    }
}
