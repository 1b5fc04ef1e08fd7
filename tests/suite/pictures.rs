//! Grey pictures that tests compare: how far apart they are in all, and at the worst place.

use crate::program::repository;
use std::path::Path;
use tayori::engine::Picture;

/// Pictures are kept in so many steps of grey: 17 levels each.
const STEP: u8 = 17;
/// The largest picture in bytes.
const BYTES_MAX: usize = 40 << 10;
/// What other arithmetic may do to the edges of letters, in hundredths of a level. Tests below show
/// what is more.
const TOLERANCE: Apart = Apart { mean: 20, worst: 600 };

/// Side of the blocks in which the worst place is looked for: a line that moved fills much of one.
const BLOCK: usize = 8;

/// Samples of a picture, row by row: 0 is black, 255 is white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grey {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) samples: Vec<u8>,
}

/// How far two pictures are apart, in hundredths of a level of 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Apart {
    /// Over the whole picture.
    pub(crate) mean: u64,
    /// In the worst block.
    pub(crate) worst: u64,
}

impl Grey {
    /// A picture in the steps of grey in which pictures are kept.
    pub(crate) fn of(picture: &Picture) -> Self {
        let samples = picture.grey.iter().map(|&grey| steps(grey) * STEP).collect();
        Self { width: picture.width as usize, height: picture.height as usize, samples }
    }

    /// As a PNG file of four bits a sample.
    pub(crate) fn png(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let size = |side: usize| u32::try_from(side).expect("a small picture");
        let mut encoder = png::Encoder::new(&mut out, size(self.width), size(self.height));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        let pair = |pair: &[u8]| steps(pair[0]) << 4 | pair.get(1).map_or(0, |&grey| steps(grey));
        let packed: Vec<u8> =
            self.samples.chunks(self.width).flat_map(|row| row.chunks(2).map(pair)).collect();
        let mut writer = encoder.write_header().expect("a picture");
        writer.write_image_data(&packed).expect("a picture");
        writer.finish().expect("a picture");
        out
    }

    /// Whether only other arithmetic may have made the difference.
    pub(crate) fn looks_like(&self, other: &Self) -> bool {
        if (self.width, self.height) != (other.width, other.height) {
            return false;
        }
        let apart = self.apart(other);
        apart.mean <= TOLERANCE.mean && apart.worst <= TOLERANCE.worst
    }

    /// What is wrong when it does not look like the picture that is kept of it. Both are then shown
    /// in `target/visual`.
    #[track_caller]
    pub(crate) fn differs_from(&self, kept: &Path) -> Option<String> {
        let data = self.png();
        let name = kept.file_stem().expect("a name").to_string_lossy();
        assert!(data.len() <= BYTES_MAX, "{name}.png has {} bytes", data.len());
        let before = kept.is_file().then(|| Self::read(kept));
        if before.as_ref().is_some_and(|before| before.looks_like(self)) {
            return None;
        }
        let out = repository().join("target/visual");
        std::fs::create_dir_all(&out).expect("a directory");
        std::fs::write(out.join(format!("{name}.png")), &data).expect("a picture");
        let same_size = before.filter(|b| (b.width, b.height) == (self.width, self.height));
        let apart = same_size.as_ref().map(|before| {
            let shown = before.difference(self).png();
            std::fs::write(out.join(format!("{name}-difference.png")), shown).expect("a picture");
            before.apart(self)
        });
        Some(format!("{name}.png looks different ({apart:?}): see target/visual/{name}*.png"))
    }

    /// Where two pictures differ: black where they differ most.
    fn difference(&self, other: &Self) -> Self {
        let pairs = self.samples.iter().zip(&other.samples);
        let samples = pairs.map(|(one, two)| u8::MAX - one.abs_diff(*two)).collect();
        Self { samples, ..*self }
    }

    /// A greyscale PNG file.
    #[track_caller]
    pub(crate) fn read(path: &Path) -> Self {
        let file = std::fs::File::open(path);
        let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut decoder = png::Decoder::new(std::io::BufReader::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG file");
        let mut samples = vec![0; reader.output_buffer_size().expect("a small picture")];
        let frame = reader.next_frame(&mut samples).expect("a PNG file");
        samples.truncate(frame.buffer_size());
        assert_eq!(frame.color_type, png::ColorType::Grayscale, "{}", path.display());
        Self { width: frame.width as usize, height: frame.height as usize, samples }
    }

    /// How far it is from another of the same size.
    #[track_caller]
    pub(crate) fn apart(&self, other: &Self) -> Apart {
        let size = |grey: &Self| (grey.width, grey.height);
        assert_eq!(size(self), size(other), "the sizes differ");
        let apart: Vec<u64> = self
            .samples
            .iter()
            .zip(&other.samples)
            .map(|(one, two)| u64::from(one.abs_diff(*two)) * 100)
            .collect();
        let mean = |samples: &mut dyn Iterator<Item = u64>| {
            let (count, sum) = samples.fold((0, 0), |(n, sum), sample| (n + 1, sum + sample));
            sum.checked_div(count).unwrap_or(0)
        };
        let mut worst = 0;
        for rows in apart.chunks(self.width * BLOCK) {
            for x in (0..self.width).step_by(BLOCK) {
                let right = self.width.min(x + BLOCK);
                let block = rows.chunks(self.width).flat_map(|row| row[x..right].iter().copied());
                worst = worst.max(mean(&mut block.into_iter()));
            }
        }
        Apart { mean: mean(&mut apart.iter().copied()), worst }
    }
}

/// A grey in the nearest step.
fn steps(grey: u8) -> u8 {
    u8::try_from((u16::from(grey) + u16::from(STEP).div_euclid(2)).div_euclid(u16::from(STEP)))
        .expect("at most 15")
}
