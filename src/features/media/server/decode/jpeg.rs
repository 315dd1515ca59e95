//! JPEG: whether it is whole, and decoding it at a half, a quarter or an eighth of its size.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use image::RgbImage;
use jpeg_decoder::{Decoder, Error, PixelFormat};

/// The picture with `by` pixels of each side, or fewer, made one, and how many were. The decoder computes no more than these, which is
/// quicker and takes a sixteenth of the memory; of a progressive one it keeps all coefficients all the same. `None` for other colours than
/// RGB and grey.
///
/// # Errors
/// What the decoder says.
pub(super) fn scaled(file: &Path, by: u32) -> Result<Option<(RgbImage, u32)>, Error> {
    let mut decoder = Decoder::new(BufReader::new(File::open(file)?));
    decoder.read_info()?;
    let by = [8, 4, 2].into_iter().find(|each| u32::from(*each) <= by).unwrap_or(1_u16);
    let Some(info) = decoder.info() else { return Ok(None) };
    let (width, height) = decoder.scale(info.width.div_ceil(by), info.height.div_ceil(by))?;
    let pixels = match info.pixel_format {
        PixelFormat::RGB24 => decoder.decode()?,
        PixelFormat::L8 => decoder.decode()?.into_iter().flat_map(|grey| [grey; 3]).collect(),
        PixelFormat::L16 | PixelFormat::CMYK32 => return Ok(None),
    };
    Ok(RgbImage::from_raw(width.into(), height.into(), pixels).map(|image| (image, by.into())))
}

/// Whether a JPEG's own data ends (FF D9) after its scan began; that of an embedded preview does not count.
///
/// # Errors
/// The file cannot be read.
pub(super) fn ends(file: &Path) -> io::Result<bool> {
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
