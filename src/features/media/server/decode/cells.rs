//! Pixels gathered into squares, in whatever order they come, and laid on white.

use image::{Rgb, RgbImage};

/// A picture that is being made smaller by a whole number.
pub(super) struct Cells {
    width: u32,
    height: u32,
    by: u32,
    across: u32,
    /// Of each cell the sums of its colours, each times its opacity. A cell never has more than [`u32::MAX`] / 255² pixels: sides are short
    /// enough for that, and pictures leave 960 cells to their long side.
    sums: Vec<[u32; 3]>,
}

/// A pixel: red, green, blue, opacity.
pub(super) type Pixel = [u8; 4];

impl Cells {
    /// Cells of `by` × `by` pixels for a picture of these sides.
    pub fn new(width: u32, height: u32, by: u32) -> Self {
        let (across, down) = (width.div_ceil(by), height.div_ceil(by));
        Self { width, height, by, across, sums: vec![[0; 3]; across as usize * down as usize] }
    }

    /// Takes pixels of row `y`, the first at `x`, each `step` to the right of the one before. Every pixel of the picture must come once.
    pub fn take(&mut self, y: u32, x: u32, step: u32, pixels: impl Iterator<Item = Pixel>) {
        let row = (y / self.by * self.across) as usize;
        for (x, [red, green, blue, opacity]) in (x..self.width).step_by(step as usize).zip(pixels) {
            let opacity = u32::from(opacity);
            let white = 255 * (255 - opacity);
            let cell = &mut self.sums[row + (x / self.by) as usize];
            for (sum, colour) in cell.iter_mut().zip([red, green, blue]) {
                *sum += u32::from(colour) * opacity + white;
            }
        }
    }

    /// The smaller picture.
    pub fn picture(self) -> RgbImage {
        let (across, down) = (self.across, self.height.div_ceil(self.by));
        RgbImage::from_fn(across, down, |x, y| {
            let pixels = self.by.min(self.width - x * self.by) * self.by.min(self.height - y * self.by);
            let weight = 255 * pixels;
            Rgb(self.sums[(y * across + x) as usize].map(|sum| u8::try_from((sum + weight / 2) / weight).unwrap_or(255)))
        })
    }
}

// Names are used inside the tests: the bench that includes these files as its own leaves the tests out.
#[cfg(test)]
mod tests {
    #[test]
    fn cells_at_the_edge_stand_for_fewer_pixels_and_what_is_clear_is_white() {
        use super::{Cells, Rgb};

        let mut cells = Cells::new(5, 3, 2);
        for y in 0..3 {
            cells.take(y, 0, 2, [[10, 20, 30, 255], [10, 20, 30, 255], [200, 0, 0, 255]].into_iter());
            cells.take(y, 1, 2, [[30, 20, 10, 255], [0, 0, 0, 0]].into_iter());
        }
        let picture = cells.picture();
        assert_eq!(picture.dimensions(), (3, 2));
        for y in 0..2 {
            assert_eq!(*picture.get_pixel(0, y), Rgb([20, 20, 20]));
            assert_eq!(*picture.get_pixel(1, y), Rgb([133, 138, 143]), "half of it on white");
            assert_eq!(*picture.get_pixel(2, y), Rgb([200, 0, 0]));
        }
    }

    #[test]
    fn the_largest_cells_do_not_overflow() {
        // 610 × 65,535 pixels leave cells of 68 × 68; the thinnest, of 65,535 × 1, cells of 68.
        let by = super::super::spare(65_535, 610);
        assert!(u64::from(by) * u64::from(by) * 255 * 255 < u64::from(u32::MAX));
    }
}
