//! Pictures of pages: what a press file looks like, in greys, at some resolution.

use super::super::Error;
use crate::measure::{Extent, Length, div_round};
use hayro::hayro_interpret::util::TransformExt as _;
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::Pdf;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings};
use std::io;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

/// The resolutions that can be asked for, in dots an inch.
pub const DPI: RangeInclusive<u16> = 36..=600;

/// The most dots of a picture: an A3 side at 600 dots an inch, and something more.
const DOTS_MAX: i64 = 80_000_000;

/// A picture of a page in greys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in dots.
    pub width: u32,
    /// Height in dots.
    pub height: u32,
    /// Dots an inch.
    pub dpi: u16,
    /// One byte a dot, row after row from the top left; 0 is black, 255 is paper.
    pub grey: Vec<u8>,
}

impl Picture {
    /// The picture as a PNG file of eight bits a dot.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn png(&self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width, self.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let dots = div_round(i64::from(self.dpi) * 10_000, 254);
        let dots = u32::try_from(dots).expect("a resolution is small");
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: dots,
            yppu: dots,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.grey)?;
        writer.finish()?;
        Ok(out)
    }
}

/// Takes pictures of all pages of a PDF, which all are of the size of `leaf`, and gives their
/// number.
///
/// # Errors
/// [`Error::Usage`] when a picture would be too large; what `take` says.
pub(super) fn take_all(
    pdf: Vec<u8>,
    leaf: Extent,
    dpi: u16,
    take: &mut dyn FnMut(u64, Picture) -> Result<(), Error>,
) -> Result<u64, Error> {
    let dots =
        |length: Length| div_round(i64::from(length.as_um()) * i64::from(dpi), 25_400).max(1);
    let (wide, high) = (dots(leaf.width), dots(leaf.height));
    let (Ok(width), Ok(height), true) =
        (u16::try_from(wide), u16::try_from(high), wide * high <= DOTS_MAX)
    else {
        let message = format!("a page at {dpi} dots an inch has {wide} × {high} dots: too many");
        return Err(Error::Usage(message));
    };
    let pdf = Pdf::new(pdf).map_err(|error| unreadable(&format!("{error:?}")))?;
    let warnings: Arc<Mutex<Vec<InterpreterWarning>>> = Arc::default();
    let sink = Arc::clone(&warnings);
    let settings = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            sink.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(warning);
        }),
        ..InterpreterSettings::default()
    };
    // Shapes as they are drawn, not as they would look crisp on these dots.
    let render = RenderSettings { hinting: false, ..RenderSettings::default() };
    let cache = RenderCache::new();
    let mut context = RenderContext::new(width, height);
    let (mut pixmap, mut resources) = (Pixmap::new(width, height), Resources::default());
    for (n, page) in (1..).zip(pdf.pages().iter()) {
        let (wide, high) = page.render_dimensions();
        let fit = Affine::scale_non_uniform(
            f64::from(width) / f64::from(wide),
            f64::from(height) / f64::from(high),
        );
        context.reset();
        let transform = fit * page.initial_transform(true).to_kurbo();
        hayro::render_into(page, &cache, &settings, &render, &mut context, transform);
        context.flush();
        let paper =
            RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
        context.render_with(&mut pixmap, &mut resources, paper);
        if let Some(warning) =
            warnings.lock().unwrap_or_else(std::sync::PoisonError::into_inner).first()
        {
            return Err(unreadable(&format!("{warning:?}")));
        }
        // Press files are in greys: one colour tells.
        let grey = pixmap.data().iter().map(|dot| dot.g).collect();
        take(n, Picture { width: width.into(), height: height.into(), dpi, grey })?;
    }
    Ok(pdf.pages().len() as u64)
}

/// Our own press file cannot be drawn: a fault of the program.
fn unreadable(why: &str) -> Error {
    let source = io::Error::other(format!("it cannot be drawn: {why}"));
    Error::Lot { lot: "preview".to_owned(), source: source.into() }
}
