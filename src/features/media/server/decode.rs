//! Decoding a picture whole, under limits, to know that it is one; and making its two thumbnails.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

use fast_image_resize::{ResizeOptions, Resizer};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

/// The most pixels that are decoded.
const MOST_PIXELS: u64 = 40_000_000;
/// The most memory one decoding may take, in bytes: 40 million pixels of four bytes, and room for the decoder.
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
    if format == ImageFormat::Jpeg && !jpeg_ends(file).unwrap_or(false) {
        // The decoder fills what is missing with grey; a picture cut on the way must not pass for whole.
        return Err("damaged_image");
    }
    let (image, orientation) = decode(file, format).map_err(|error| verdict(&error))?;
    let size = shown(image.width(), image.height(), orientation);
    let mut upright = reduced(image)?;
    upright.apply_orientation(orientation);
    let upright = flat(&upright);
    for (picture, place) in [(&upright, thumb), (&square(&upright)?, small)] {
        save(picture, place).map_err(|error| verdict(&error))?;
    }
    Ok(size)
}

fn save(picture: &DynamicImage, place: &Path) -> Result<(), ImageError> {
    let mut file = BufWriter::new(File::create(place)?);
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(picture)?;
    Ok(file.flush()?)
}

fn decode(file: &Path, format: ImageFormat) -> Result<(DynamicImage, Orientation), ImageError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(BufReader::new(File::open(file)?), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(ImageError::Limits(image::error::LimitError::from_kind(image::error::LimitErrorKind::DimensionError)));
    }
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
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

/// The picture with a long side of at most [`THUMB`].
fn reduced(image: DynamicImage) -> Result<DynamicImage, &'static str> {
    let long = image.width().max(image.height());
    // What is see-through is weighed in a copy, which must not be one of forty million pixels.
    let image = if image.color().has_alpha() && long > 4 * THUMB { image.thumbnail(2 * THUMB, 2 * THUMB) } else { image };
    let long = image.width().max(image.height());
    if long <= THUMB {
        return Ok(image);
    }
    let side = |length: u32| (f64::from(length) * f64::from(THUMB) / f64::from(long)).round().max(1.0) as u32;
    resized(&image, side(image.width()), side(image.height()), &ResizeOptions::new())
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

/// Whether a JPEG's own data ends (FF D9) after its scan began; that of an embedded preview does not count.
fn jpeg_ends(file: &Path) -> io::Result<bool> {
    let mut bytes = Vec::new();
    File::open(file)?.read_to_end(&mut bytes)?;
    let mut at = 2;
    while let Some(&[0xff, marker]) = bytes.get(at..at + 2) {
        match marker {
            0xff => at += 1,
            0xda => return Ok(bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9])),
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => match bytes.get(at + 2..at + 4) {
                Some(&[high, low]) => at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2),
                _ => return Ok(false),
            },
        }
    }
    Ok(false)
}
