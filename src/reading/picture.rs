//! Pictures of parts of pages, drawn by another program than wrote the page: only what lies in a box,
//! so that memory is bounded by the box and the resolution.

use super::grey::Grey;
use crate::measure::{Length, Rect};
use hayro::hayro_interpret::util::TransformExt as _;
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::Pdf;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

/// The resolutions that can be asked for, in dots an inch.
pub const DPI: RangeInclusive<u16> = 300..=1_200;
/// The most dots that are drawn for a picture: a symbol as large as a hand at 2400 dots an inch.
const DOTS_MAX: u64 = 80_000_000;
/// Each dot of a picture is the mean of so many drawn dots in both directions, as a scanner sees it:
/// pictures in a PDF are drawn with hard edges.
const FINE: u16 = 2;

/// The pages of a press file.
pub struct Pages {
    pdf: Pdf,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("count", &self.count()).finish()
    }
}

impl Pages {
    /// Reads a press file from its bytes; `Err` says why it cannot be.
    pub fn load(bytes: Vec<u8>) -> Result<Self, String> {
        let pdf = Pdf::new(bytes).map_err(|error| format!("it cannot be read: {error:?}"))?;
        Ok(Self { pdf })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pdf.pages().len()
    }
}

/// Draws pages, on one thread.
pub struct Painter<'p> {
    pages: &'p Pages,
    dpi: u16,
    cache: RenderCache<'p>,
    settings: InterpreterSettings,
    warnings: Arc<Mutex<Vec<InterpreterWarning>>>,
    resources: Resources,
}

impl<'p> Painter<'p> {
    /// A painter of pages at some dots an inch.
    #[must_use]
    pub fn new(pages: &'p Pages, dpi: u16) -> Self {
        let warnings: Arc<Mutex<Vec<InterpreterWarning>>> = Arc::default();
        let sink = Arc::clone(&warnings);
        let settings = InterpreterSettings {
            warning_sink: Arc::new(move |warning| {
                sink.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
            }),
            ..InterpreterSettings::default()
        };
        let (cache, resources) = (RenderCache::new(), Resources::default());
        Self { pages, dpi, cache, settings, warnings, resources }
    }

    /// Draws a box of a page (counted from 0), given from the page's top left; `Err` says why it
    /// cannot be drawn.
    pub fn draw(&mut self, page: usize, rect: Rect) -> Result<Grey, String> {
        let page = self.pages.pdf.pages().get(page).ok_or("there is no such page")?;
        let first = |at: Length| (i64::from(at.as_um()) * i64::from(self.dpi)).div_euclid(25_400);
        let after = |at: Length| -first(Length::ZERO - at);
        let fine = i64::from(FINE);
        let (left, top) = (first(rect.x) * fine, first(rect.y) * fine);
        let side =
            |from: i64, to: i64| u16::try_from(to * fine - from).ok().filter(|&side| side > 0);
        let (Some(width), Some(height)) =
            (side(left, after(rect.right())), side(top, after(rect.bottom())))
        else {
            return Err("a box cannot be drawn".to_owned());
        };
        if u64::from(width) * u64::from(height) > DOTS_MAX {
            return Err("a box is too large to be drawn".to_owned());
        }
        let scale = f64::from(self.dpi) * f64::from(FINE) / 72.0;
        let offset = |at: i64| i32::try_from(at).map(f64::from).map_err(|_| "a box lies nowhere");
        let transform = Affine::translate((-offset(left)?, -offset(top)?))
            * Affine::scale(scale)
            * page.initial_transform(true).to_kurbo();
        // Shapes as they are drawn, not as they would look crisp on these dots.
        let render = RenderSettings { hinting: false, ..RenderSettings::default() };
        let mut context = RenderContext::new(width, height);
        let mut pixmap = Pixmap::new(width, height);
        hayro::render_into(page, &self.cache, &self.settings, &render, &mut context, transform);
        context.flush();
        let paper =
            RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
        context.render_with(&mut pixmap, &mut self.resources, paper);
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(warning) = warnings.drain(..).next() {
            return Err(format!("it cannot be drawn: {warning:?}"));
        }
        let luminance =
            |[r, g, b]: [u8; 3]| (u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8;
        let drawn: Vec<u32> =
            pixmap.data().iter().map(|dot| luminance([dot.r, dot.g, dot.b])).collect();
        Ok(seen(&drawn, width.into()))
    }
}

/// What a scanner sees of drawn dots in rows of `width`.
fn seen(drawn: &[u32], width: usize) -> Grey {
    let fine = usize::from(FINE);
    let (columns, rows) = (width.div_euclid(fine), drawn.len().div_euclid(width * fine));
    let mut dots = Vec::with_capacity(columns * rows);
    for rows in drawn.chunks_exact(width * fine) {
        for column in 0..columns {
            let part = |row: &[u32]| row[column * fine..][..fine].iter().sum::<u32>();
            let sum: u32 = rows.chunks_exact(width).map(part).sum();
            let mean = sum.div_euclid(u32::from(FINE) * u32::from(FINE));
            dots.push(u8::try_from(mean).unwrap_or(u8::MAX));
        }
    }
    Grey::new(columns, rows, dots)
}
