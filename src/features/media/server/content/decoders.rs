//! Who may decode, and when: no more at once than there are places, and together in no more memory than is set aside for it.

use std::{fs::File, io::BufReader, path::Path, sync::Arc};

use image::{ImageDecoder, ImageFormat, ImageReader};
use jpeg_decoder::CodingProcess;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::features::media::server::decode;

/// How many pictures are decoded at once.
const PLACES: usize = 2;
/// What is weighed: bytes of memory.
const UNIT: u64 = 4 * 1024 * 1024;
/// So many units are there in all (96 MB). What takes more is decoded alone.
const UNITS: u32 = 24;

/// The decoders of a store. Cheap to clone.
#[derive(Clone)]
pub(in crate::features::media::server) struct Decoders {
    places: Arc<Semaphore>,
    units: Arc<Semaphore>,
}

/// The right to decode one picture, given back when it is dropped.
pub(in crate::features::media::server) struct Permit {
    _place: OwnedSemaphorePermit,
    _units: OwnedSemaphorePermit,
}

impl Default for Decoders {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), units: Arc::new(Semaphore::new(UNITS as usize)) }
    }
}

impl Decoders {
    /// Waits for the right to decode a picture that takes so many bytes; small ones go beside each other, very large ones alone.
    pub async fn enter(&self, bytes: u64) -> Option<Permit> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(UNITS).clamp(1, UNITS);
        // Always in this order, so that no two wait for each other.
        let place = self.places.clone().acquire_owned().await.ok()?;
        let units = self.units.clone().acquire_many_owned(units).await.ok()?;
        Some(Permit { _place: place, _units: units })
    }
}

/// How many bytes decoding a picture takes, by its head; all there are for one that does not say. Blocks, shortly.
pub(in crate::features::media::server) fn weight(file: &Path, format: ImageFormat) -> u64 {
    told(file, format).unwrap_or(u64::MAX)
}

fn told(file: &Path, format: ImageFormat) -> Option<u64> {
    let open = || File::open(file).ok().map(BufReader::new);
    let decoder = ImageReader::with_format(open()?, format).into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let by = decode::spare(width, height);
    let pixels = u64::from(width) * u64::from(height);
    let smaller = u64::from(width.div_ceil(by)) * u64::from(height.div_ceil(by));
    Some(match format {
        // Planes of colour and the pixels made of them, of twice the length where `by` lies between two powers; all coefficients, if it
        // came in passes.
        ImageFormat::Jpeg => {
            let mut head = jpeg_decoder::Decoder::new(open()?);
            let passes = head.read_info().is_err() || head.info()?.coding_process != CodingProcess::DctSequential;
            if by > 1 { 24 * smaller } else { 6 * pixels }.saturating_add(if passes { 6 * pixels } else { 0 })
        }
        // Sums of four bytes for each of three colours, and the pixels made of them.
        ImageFormat::Png if by > 1 => 15 * smaller + 16 * u64::from(width),
        ImageFormat::Gif if by > 1 => 15 * smaller + pixels,
        _ => decoder.total_bytes().saturating_add(2 * pixels),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use futures_util::FutureExt;
    use image::{DynamicImage, RgbImage};

    use super::*;

    #[test]
    fn large_pictures_are_decoded_one_after_the_other_and_small_ones_beside_each_other() {
        let decoders = Decoders::default();
        let first = decoders.enter(80_000_000).now_or_never().flatten().expect("free");
        assert_eq!(decoders.units.available_permits(), 24 - 20);
        assert!(decoders.enter(80_000_000).now_or_never().is_none(), "a second one waits");
        let small = decoders.enter(6_000_000).now_or_never().flatten().expect("a small one goes beside it");
        assert!(decoders.enter(1).now_or_never().is_none(), "there are two places");
        drop((first, small));
        assert_eq!((decoders.places.available_permits(), decoders.units.available_permits()), (2, 24));
        let whatever = decoders.enter(u64::MAX).now_or_never().flatten();
        assert!(whatever.is_some() && decoders.units.available_permits() == 0, "one that does not say is taken alone, and not never");
    }

    #[test]
    fn a_picture_is_weighed_by_its_head() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("a");
        let weigh = |width, height, format| {
            DynamicImage::ImageRgb8(RgbImage::new(width, height)).save_with_format(&file, format).expect("encodes");
            weight(&file, format)
        };
        assert_eq!(weigh(300, 200, ImageFormat::Png), 60_000 * 5);
        assert_eq!(weigh(300, 200, ImageFormat::Jpeg), 60_000 * 6);
        // Of 24 million pixels in rows, no more than of what becomes of them.
        assert_eq!(weigh(6_000, 4_000, ImageFormat::Jpeg), 24 * 1_000 * 667);
        assert_eq!(weigh(6_000, 4_000, ImageFormat::Png), 15 * 1_000 * 667 + 16 * 6_000);
        fs::write(&file, b"nothing").expect("writes");
        assert_eq!(weight(&file, ImageFormat::Png), u64::MAX);
    }
}
