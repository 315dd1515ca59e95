//! Who may decode, and when: no more at once than there are places, and together in no more memory than one picture may take.

use std::{fs::File, io::BufReader, path::Path, sync::Arc};

use image::{ImageDecoder, ImageFormat, ImageReader};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many pictures are decoded at once.
const PLACES: usize = 2;
/// What is weighed: bytes of decoded pixels.
const UNIT: u64 = 4 * 1024 * 1024;
/// So many units are there in all: as much as the largest picture that is decoded (192 MB).
const UNITS: u32 = 48;

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

/// How many bytes the pixels of a picture take, by its head; all there are for one that does not say. Blocks, shortly.
pub(in crate::features::media::server) fn decoded_bytes(file: &Path, format: ImageFormat) -> u64 {
    let told = File::open(file).ok().and_then(|file| ImageReader::with_format(BufReader::new(file), format).into_decoder().ok());
    told.map_or(u64::MAX, |decoder| decoder.total_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use futures_util::FutureExt;
    use image::{DynamicImage, RgbImage};

    use super::*;

    /// Bytes of forty million pixels of four bytes.
    const LARGE: u64 = 160_000_000;

    #[test]
    fn very_large_pictures_are_decoded_one_after_the_other_and_small_ones_beside_each_other() {
        let decoders = Decoders::default();
        let first = decoders.enter(LARGE).now_or_never().flatten().expect("free");
        assert_eq!(decoders.units.available_permits(), 48 - 39);
        assert!(decoders.enter(LARGE).now_or_never().is_none(), "a second one waits");
        let small = decoders.enter(6_000_000).now_or_never().flatten().expect("a small one goes beside it");
        assert!(decoders.enter(1).now_or_never().is_none(), "there are two places");
        drop((first, small));
        assert_eq!((decoders.places.available_permits(), decoders.units.available_permits()), (2, 48));
        let whatever = decoders.enter(u64::MAX).now_or_never().flatten();
        assert!(whatever.is_some() && decoders.units.available_permits() == 0, "one that does not say is taken alone, and not never");
    }

    #[test]
    fn a_picture_is_weighed_by_its_head() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("a");
        DynamicImage::ImageRgb8(RgbImage::new(300, 200)).save_with_format(&file, ImageFormat::Png).expect("encodes");
        assert_eq!(decoded_bytes(&file, ImageFormat::Png), 180_000);
        fs::write(&file, b"nothing").expect("writes");
        assert_eq!(decoded_bytes(&file, ImageFormat::Png), u64::MAX);
    }
}
