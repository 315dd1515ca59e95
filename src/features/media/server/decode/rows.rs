//! PNG and GIF, row by row: no more of a picture is in memory than a row (of a GIF a byte for each pixel) and the smaller picture.

use std::{fs::File, io::BufReader, num::NonZeroU64, path::Path};

use gif::MemoryLimit;
use image::RgbImage;
use png::{ColorType, DecodingError, Limits, Transformations};

use super::{
    MOST_PIXELS,
    cells::{Cells, Pixel},
};

/// The most memory the decoder of PNG may take besides its rows, in bytes.
const MOST_BESIDES: usize = 16 * 1024 * 1024;
/// Adam7's passes: the first column, columns between, the first row, rows between. Source: PNG, third edition, 8.2.
const PASSES: [[u32; 4]; 7] = [[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [0, 1, 1, 2]];

/// A PNG, `by` pixels of each side made one.
///
/// # Errors
/// The reason word: `pixel_bomb` or `damaged_image`.
pub(super) fn png(file: &Path, by: u32) -> Result<RgbImage, &'static str> {
    let open = File::open(file).map_err(|_| "damaged_image")?;
    let mut decoder = png::Decoder::new_with_limits(BufReader::new(open), Limits { bytes: MOST_BESIDES });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| of_png(&error))?;
    let (info, (colour, _)) = (reader.info(), reader.output_color_type());
    let (width, height) = info.size();
    let mut cells = Cells::new(width, height, by);
    let passes = if info.interlaced { &PASSES[..] } else { &[[0, 1, 0, 1]] };
    for &[x, columns, y, rows] in passes.iter().filter(|[x, ..]| *x < width) {
        for y in (y..height).step_by(rows as usize) {
            let row = reader.next_row().map_err(|error| of_png(&error))?.ok_or("damaged_image")?;
            take(&mut cells, [y, x, columns], row.data(), colour);
        }
    }
    Ok(cells.picture())
}

fn take(cells: &mut Cells, [y, x, columns]: [u32; 3], row: &[u8], colour: ColorType) {
    match colour {
        ColorType::Grayscale => cells.take(y, x, columns, row.iter().map(|&grey| [grey, grey, grey, 255])),
        ColorType::GrayscaleAlpha => cells.take(y, x, columns, row.as_chunks().0.iter().map(|&[grey, alpha]| [grey, grey, grey, alpha])),
        ColorType::Rgba => cells.take(y, x, columns, row.as_chunks().0.iter().copied()),
        // A palette was turned into colours.
        ColorType::Rgb | ColorType::Indexed => {
            cells.take(y, x, columns, row.as_chunks().0.iter().map(|&[red, green, blue]| [red, green, blue, 255]));
        }
    }
}

fn of_png(error: &DecodingError) -> &'static str {
    if matches!(error, DecodingError::LimitsExceeded) { "pixel_bomb" } else { "damaged_image" }
}

/// The first frame of a GIF where it stands on its screen, `by` pixels of each side made one.
///
/// # Errors
/// The reason word: `damaged_image`.
pub(super) fn gif(file: &Path, by: u32) -> Result<RgbImage, &'static str> {
    let damaged = |_| "damaged_image";
    let mut options = gif::DecodeOptions::new();
    options.set_memory_limit(NonZeroU64::new(MOST_PIXELS).map_or(MemoryLimit::Unlimited, MemoryLimit::Bytes));
    let mut decoder = options.read_info(File::open(file).map_err(|_| "damaged_image")?).map_err(damaged)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    let shared = decoder.global_palette().map(<[u8]>::to_vec);
    let frame = decoder.read_next_frame().map_err(damaged)?.ok_or("damaged_image")?;
    let palette = frame.palette.as_ref().or(shared.as_ref()).ok_or("damaged_image")?;
    let mut colours = [[0, 0, 0, 255]; 256];
    for (colour, &[red, green, blue]) in colours.iter_mut().zip(palette.as_chunks().0) {
        *colour = [red, green, blue, 255];
    }
    if let Some(clear) = frame.transparent {
        colours[usize::from(clear)] = CLEAR;
    }
    let [left, top, across, down] = [frame.left, frame.top, frame.width, frame.height].map(u32::from);
    let mut cells = Cells::new(width, height, by);
    for y in 0..height {
        let line = y.checked_sub(top).filter(|line| *line < down).map(|line| line as usize * across as usize);
        let line = line.and_then(|start| frame.buffer.get(start..start + across as usize)).unwrap_or_default();
        let before = std::iter::repeat_n(CLEAR, left as usize);
        let seen = line.iter().map(|index| colours[usize::from(*index)]);
        cells.take(y, 0, 1, before.chain(seen).chain(std::iter::repeat(CLEAR)));
    }
    Ok(cells.picture())
}

/// Where no frame stands.
const CLEAR: Pixel = [0, 0, 0, 0];
