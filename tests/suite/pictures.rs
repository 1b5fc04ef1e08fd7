//! Grey pictures that tests compare: how far apart they are in all, and at the worst place.

use std::path::Path;

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
