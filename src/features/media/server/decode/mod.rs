//! Decoding a picture whole, under limits, to know that it is one; and making its two thumbnails. Large ones are made smaller while they are
//! decoded, so that forty million pixels never lie in memory together.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::Path,
};

use fast_image_resize::{ResizeOptions, Resizer};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

mod cells;
mod jpeg;
mod rows;

/// The most pixels that are decoded.
const MOST_PIXELS: u64 = 40_000_000;
/// The longest side, in pixels; one of JPEG cannot be longer. A single row of a PNG would otherwise take what a whole picture may.
const LONGEST: u32 = 65_535;
/// The most memory one decoding may take that has to be done whole, in bytes: 40 million pixels of four bytes, and room for the decoder.
const MOST_MEMORY: u64 = 192 * 1024 * 1024;
/// The long side of a thumbnail, in pixels.
const THUMB: u32 = 480;
/// Both sides of the small one, a square cut from the middle, in pixels.
const SMALL: u32 = 160;

/// How well thumbnails keep what is seen, of 100. At the usual 75 a picture full of detail came out just below 35 dB.
const QUALITY: u8 = 80;

/// A picture that decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// As shown, in pixels.
    pub width: u32,
    /// As shown, in pixels.
    pub height: u32,
}

/// Decodes the first frame of `file` and writes its thumbnails (JPEG, upright, without any metadata): whole to `thumb`, a small square to
/// `small`. Blocks.
///
/// # Errors
/// The reason word: `pixel_bomb` or `damaged_image`.
pub(super) fn look(file: &Path, format: ImageFormat, thumb: &Path, small: &Path) -> Result<Size, &'static str> {
    if format == ImageFormat::Jpeg && !jpeg::ends(file).unwrap_or(false) {
        // The decoder fills what is missing with grey; a picture cut on the way must not pass for whole.
        return Err("damaged_image");
    }
    let decoded = decode(file, format)?;
    let mut upright = decoded.reduced()?;
    upright.apply_orientation(decoded.orientation);
    let upright = flat(&upright);
    for (picture, place) in [(&upright, thumb), (&square(&upright)?, small)] {
        save(picture, place).map_err(|error| verdict(&error))?;
    }
    Ok(shown(decoded.width, decoded.height, decoded.orientation))
}

/// How many pixels of each side may become one while a picture of these sides is decoded: twice a thumbnail's size is left for the filter.
pub(super) fn spare(width: u32, height: u32) -> u32 {
    (width.max(height) / (2 * THUMB)).max(1)
}

/// A picture as it was decoded, lying as it was kept.
struct Decoded {
    image: DynamicImage,
    /// So many pixels of each side were made one.
    by: u32,
    width: u32,
    height: u32,
    orientation: Orientation,
}

fn save(picture: &DynamicImage, place: &Path) -> Result<(), ImageError> {
    let mut file = BufWriter::new(File::create(place)?);
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(picture)?;
    Ok(file.flush()?)
}

fn decode(file: &Path, format: ImageFormat) -> Result<Decoded, &'static str> {
    let (mut decoder, limits) = open(file, format).map_err(|error| verdict(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > LONGEST {
        return Err("pixel_bomb");
    }
    let orientation = decoder.orientation().map_err(|error| verdict(&error))?;
    let by = spare(width, height);
    let reduced = match format {
        _ if by == 1 => None,
        // What this decoder cannot read, the other may.
        ImageFormat::Jpeg => jpeg::scaled(file, by).ok().flatten(),
        ImageFormat::Png => Some((rows::png(file, by)?, by)),
        ImageFormat::Gif => Some((rows::gif(file, by)?, by)),
        _ => None,
    };
    let (image, by) = match reduced {
        Some((image, by)) => (DynamicImage::ImageRgb8(image), by),
        None => (whole(decoder, limits).map_err(|error| verdict(&error))?, 1),
    };
    Ok(Decoded { image, by, width, height, orientation })
}

fn open(file: &Path, format: ImageFormat) -> Result<(impl ImageDecoder, Limits), ImageError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(BufReader::new(File::open(file)?), format);
    reader.limits(limits.clone());
    Ok((reader.into_decoder()?, limits))
}

fn whole(mut decoder: impl ImageDecoder, mut limits: Limits) -> Result<DynamicImage, ImageError> {
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    DynamicImage::from_decoder(decoder)
}

fn shown(width: u32, height: u32, orientation: Orientation) -> Size {
    use Orientation::*;
    match orientation {
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => Size { width: height, height: width },
        NoTransforms | Rotate180 | FlipHorizontal | FlipVertical => Size { width, height },
    }
}

fn verdict(error: &ImageError) -> &'static str {
    if matches!(error, ImageError::Limits(_)) { "pixel_bomb" } else { "damaged_image" }
}

impl Decoded {
    /// The picture with a long side of at most [`THUMB`].
    fn reduced(&self) -> Result<DynamicImage, &'static str> {
        let long = self.width.max(self.height);
        if long <= THUMB {
            return Ok(self.image.clone());
        }
        let side = |length: u32| (f64::from(length) * f64::from(THUMB) / f64::from(long)).round().max(1.0) as u32;
        // What is see-through is weighed in a copy, which must not be one of forty million pixels.
        let smaller = (self.image.color().has_alpha() && long > 4 * THUMB).then(|| self.image.thumbnail(2 * THUMB, 2 * THUMB));
        let (image, options) = match &smaller {
            Some(smaller) => (smaller, ResizeOptions::new()),
            // The last column and row may stand for less than the others.
            None => (&self.image, ResizeOptions::new().crop(0.0, 0.0, self.cells(self.width), self.cells(self.height))),
        };
        resized(image, side(self.width), side(self.height), &options)
    }

    fn cells(&self, length: u32) -> f64 {
        f64::from(length) / f64::from(self.by)
    }
}

/// The middle of the picture, at most [`SMALL`] wide and high.
fn square(image: &DynamicImage) -> Result<DynamicImage, &'static str> {
    resized(image, image.width().min(SMALL), image.height().min(SMALL), &ResizeOptions::new().fit_into_destination(None))
}

/// By Lanczos's filter, which is what thumbnails elsewhere are made with.
fn resized(image: &DynamicImage, width: u32, height: u32, options: &ResizeOptions) -> Result<DynamicImage, &'static str> {
    let mut out = DynamicImage::new(width, height, image.color());
    Resizer::new().resize(image, &mut out, options).map_err(|_| "damaged_image")?;
    Ok(out)
}

/// The picture without transparency, on white.
fn flat(image: &DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.to_rgb8());
    }
    let source = image.to_rgba8();
    let mut out = RgbImage::new(source.width(), source.height());
    for (from, to) in source.pixels().zip(out.pixels_mut()) {
        let alpha = u32::from(from[3]);
        let over = |part: u8| u8::try_from((u32::from(part) * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255);
        *to = Rgb([over(from[0]), over(from[1]), over(from[2])]);
    }
    DynamicImage::ImageRgb8(out)
}
