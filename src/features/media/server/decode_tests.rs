//! Decoding, on pictures made here. Not inside the module, which the bench includes as a file.

use std::{fs, io::Cursor};

use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage, codecs::gif::GifEncoder};

use super::decode::{Size, look};

/// Judges bytes; gives the size and the thumbnail's bytes.
fn judged(bytes: &[u8], format: ImageFormat) -> Result<(Size, Vec<u8>), &'static str> {
    both(bytes, format).map(|(size, thumb, _)| (size, thumb))
}

/// The same with the small thumbnail's bytes.
fn both(bytes: &[u8], format: ImageFormat) -> Result<(Size, Vec<u8>, Vec<u8>), &'static str> {
    let folder = tempfile::tempdir().expect("folder");
    let (file, thumb, small) = (folder.path().join("a"), folder.path().join("a.thumb"), folder.path().join("a.small"));
    fs::write(&file, bytes).expect("writes");
    let read = |path| fs::read(path).expect("thumbnail");
    look(&file, format, &thumb, &small).map(|size| (size, read(&thumb), read(&small)))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).expect("encodes");
    out.into_inner()
}

fn plain(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| Rgb([(x % 251) as u8, (y % 241) as u8, 90])))
}

fn of_thumb(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).expect("the thumbnail decodes")
}

/// A PNG that only says how large it is.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    head.extend([8, 2, 0, 0, 0]);
    let crc = head.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    });
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d".as_slice(), &head, &(!crc).to_be_bytes(), b"\0\0\0\x02IDAT\x78\x9c"].concat()
}

#[test]
fn a_thumbnail_is_small_upright_and_says_nothing_of_the_place() {
    // Orientation 6: the camera was held upright, the pixels lie on their side.
    let tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPSLatitude31.2304CANARY<script>";
    let mut exif = b"\xff\xe1".to_vec();
    exif.extend(u16::try_from(tiff.len() + 8).expect("short").to_be_bytes());
    exif.extend(b"Exif\0\0");
    exif.extend(tiff);
    let mut left_dark = RgbImage::from_pixel(1600, 900, Rgb([250, 250, 250]));
    for y in 0..900 {
        for x in 0..800 {
            left_dark.put_pixel(x, y, Rgb([5, 5, 5]));
        }
    }
    let bare = encoded(&DynamicImage::ImageRgb8(left_dark), ImageFormat::Jpeg);
    let whole = [&bare[..2], &exif, &bare[2..]].concat();
    let (size, thumb, small) = both(&whole, ImageFormat::Jpeg).expect("decodes");
    assert_eq!(size, Size { width: 900, height: 1600 });
    for canary in [&b"CANARY"[..], b"Exif", b"GPS", b"<script>"] {
        assert!(![&thumb, &small].iter().any(|bytes| bytes.windows(canary.len()).any(|part| part == canary)), "{canary:?}");
    }
    let small = of_thumb(&small).to_rgb8();
    assert_eq!(small.dimensions(), (160, 160), "a square from the middle");
    assert!(small.get_pixel(80, 8)[0] < 60 && small.get_pixel(80, 152)[0] > 200, "upright as well");
    let thumb = of_thumb(&thumb).to_rgb8();
    assert_eq!(thumb.dimensions(), (270, 480));
    // Turned right: what was left is now on top.
    assert!(thumb.get_pixel(135, 40)[0] < 60 && thumb.get_pixel(135, 440)[0] > 200);
}

#[test]
fn what_is_cut_off_is_no_picture() {
    let jpeg = encoded(&plain(300, 200), ImageFormat::Jpeg);
    assert!(judged(&jpeg, ImageFormat::Jpeg).is_ok());
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let bytes = encoded(&plain(300, 200), format);
        for part in [bytes.len() * 2 / 3, bytes.len() / 2, 40, 12] {
            assert_eq!(judged(&bytes[..part], format).expect_err("refused"), "damaged_image", "{format:?} {part}");
        }
    }
    // The end of an embedded preview is not the end of the picture.
    let preview = [b"\xff\xd8\xff\xe1\0\x08abcd\xff\xd9".as_slice(), &jpeg[2..jpeg.len() - 2]].concat();
    assert_eq!(judged(&preview, ImageFormat::Jpeg).expect_err("refused"), "damaged_image");
}

#[test]
fn bombs_are_told_by_their_header() {
    assert_eq!(judged(&png_header(60_000, 60_000), ImageFormat::Png).expect_err("refused"), "pixel_bomb");
    assert_eq!(judged(&png_header(40_000_001, 1), ImageFormat::Png).expect_err("refused"), "pixel_bomb");
    assert_eq!(judged(&png_header(65_536, 1), ImageFormat::Png).expect_err("refused"), "pixel_bomb", "a row that is a picture");
    let mut gif = encoded(&DynamicImage::ImageRgba8(RgbaImage::new(1, 1)), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(judged(&gif, ImageFormat::Gif).expect_err("refused"), "pixel_bomb");
}

#[test]
fn odd_pictures_are_pictures() {
    let long = judged(&encoded(&plain(60_000, 1), ImageFormat::Png), ImageFormat::Png).expect("decodes");
    assert_eq!((long.0.height, of_thumb(&long.1).width()), (1, 480));
    let small = judged(&encoded(&plain(7, 9), ImageFormat::WebP), ImageFormat::WebP).expect("decodes");
    assert_eq!((of_thumb(&small.1).width(), of_thumb(&small.1).height()), (7, 9), "never larger than the picture");
    let (_, _, small) = both(&encoded(&plain(7, 300), ImageFormat::WebP), ImageFormat::WebP).expect("decodes");
    assert_eq!((of_thumb(&small).width(), of_thumb(&small).height()), (7, 160));
    for image in [
        DynamicImage::ImageRgb16(image::ImageBuffer::from_pixel(50, 40, Rgb([65_535, 0, 0]))),
        DynamicImage::ImageLumaA16(image::ImageBuffer::from_pixel(50, 40, image::LumaA([9, 9]))),
        DynamicImage::ImageLuma8(image::ImageBuffer::from_pixel(50, 40, image::Luma([9]))),
    ] {
        judged(&encoded(&image, ImageFormat::Png), ImageFormat::Png).expect("decodes");
    }
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0])));
    let (_, thumb) = judged(&encoded(&clear, ImageFormat::Png), ImageFormat::Png).expect("decodes");
    assert!(of_thumb(&thumb).to_rgb8().get_pixel(10, 10)[0] > 250, "transparent becomes white");
}

/// A JPEG of four inks, red on the left and cyan on the right, kept inverted as Adobe's programs do.
#[test]
fn four_inks_come_out_in_their_colours() {
    let (size, thumb) = judged(include_bytes!("cmyk.jpg"), ImageFormat::Jpeg).expect("decodes");
    let thumb = of_thumb(&thumb).to_rgb8();
    let (red, cyan) = (thumb.get_pixel(4, 8), thumb.get_pixel(20, 8));
    assert!(size == Size { width: 24, height: 16 } && red[0] > 230 && red[1] < 25 && cyan[0] < 25 && cyan[1] > 230, "{red:?} {cyan:?}");
}

/// Ten by six blocks of 200 pixels, the last row and column one pixel more; each of a colour of its own.
fn blocks(x: u32, y: u32) -> [u8; 3] {
    let (column, row) = ((x / 200).min(9), (y / 200).min(5));
    [column as u8 * 25, row as u8 * 40, if (column + row) % 2 == 1 { 200 } else { 0 }]
}

/// That the middle of every block is on the thumbnail where it belongs, after `seen` was done to its colour.
fn has_blocks(name: &str, bytes: &[u8], format: ImageFormat, seen: impl Fn([u8; 3]) -> [u8; 3]) {
    let (size, thumb) = judged(bytes, format).expect(name);
    let thumb = of_thumb(&thumb).to_rgb8();
    assert!(size.width.abs_diff(2000) < 2 && (thumb.width(), thumb.height()) == (480, 288), "{name}: {size:?}, {:?}", thumb.dimensions());
    for (x, y) in (0..10).flat_map(|x| (0..6).map(move |y| (x, y))) {
        let (pixel, wanted) = (thumb.get_pixel(x * 48 + 24, y * 48 + 24).0, seen(blocks(x * 200, y * 200)));
        assert!(pixel.iter().zip(wanted).all(|(is, wanted)| is.abs_diff(wanted) < 9), "{name} {x} {y}: {pixel:?} for {wanted:?}");
    }
}

#[test]
fn large_pictures_are_the_same_made_smaller_while_they_are_decoded() {
    let rgb = DynamicImage::ImageRgb8(RgbImage::from_fn(2001, 1201, |x, y| Rgb(blocks(x, y))));
    let same = |colour: [u8; 3]| colour;
    let grey = |[red, green, blue]: [u8; 3]| {
        let light = (2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue)) / 10_000;
        [u8::try_from(light).expect("a byte"); 3]
    };
    let half = |colour: [u8; 3]| colour.map(|part| part / 2 + 127);
    let mut clear = rgb.to_rgba8();
    clear.pixels_mut().for_each(|pixel| pixel[3] = 128);
    let clear = DynamicImage::ImageRgba8(clear);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        has_blocks("colours", &encoded(&rgb, format), format, same);
    }
    has_blocks("grey", &encoded(&DynamicImage::ImageLuma8(rgb.to_luma8()), ImageFormat::Jpeg), ImageFormat::Jpeg, grey);
    has_blocks("grey", &encoded(&DynamicImage::ImageLuma8(rgb.to_luma8()), ImageFormat::Png), ImageFormat::Png, grey);
    has_blocks("sixteen bits", &encoded(&DynamicImage::ImageRgb16(rgb.to_rgb16()), ImageFormat::Png), ImageFormat::Png, same);
    has_blocks("half clear", &encoded(&clear, ImageFormat::Png), ImageFormat::Png, half);
    has_blocks("half clear", &encoded(&clear, ImageFormat::WebP), ImageFormat::WebP, half);
    let clear_grey = DynamicImage::ImageLumaA8(clear.to_luma_alpha8());
    has_blocks("half clear and grey", &encoded(&clear_grey, ImageFormat::Png), ImageFormat::Png, |colour| half(grey(colour)));
    has_blocks("in passes", include_bytes!("interlaced.png"), ImageFormat::Png, same);
}

#[test]
fn a_large_picture_that_was_cut_off_is_none_either() {
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(2001, 1201, |x, y| Rgb(blocks(x, y))));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif] {
        let bytes = encoded(&picture, format);
        for part in [bytes.len() * 9 / 10, bytes.len() / 2] {
            assert_eq!(judged(&bytes[..part], format).expect_err("refused"), "damaged_image", "{format:?} {part}");
        }
    }
    let passes = include_bytes!("interlaced.png");
    assert_eq!(judged(&passes[..passes.len() * 3 / 4], ImageFormat::Png).expect_err("refused"), "damaged_image");
}

#[test]
fn a_frame_stands_where_its_screen_has_it() {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 2400, 1200, &[200, 0, 0, 0, 0, 200]).expect("encodes");
    // Blue on the left of the frame, clear on its right; red nowhere.
    let line: Vec<u8> = (0..1200).map(|x| u8::from(x < 600)).collect();
    let frame = gif::Frame {
        left: 600,
        top: 600,
        width: 1200,
        height: 400,
        transparent: Some(0),
        buffer: line.repeat(400).into(),
        ..gif::Frame::default()
    };
    encoder.write_frame(&frame).expect("encodes");
    drop(encoder);
    let (size, thumb) = judged(&bytes, ImageFormat::Gif).expect("decodes");
    let thumb = of_thumb(&thumb).to_rgb8();
    assert_eq!((size, thumb.dimensions()), (Size { width: 2400, height: 1200 }, (480, 240)));
    for (x, y, blue) in [(60, 160, false), (180, 160, true), (300, 160, false), (180, 60, false), (180, 225, false)] {
        let pixel = thumb.get_pixel(x, y);
        assert_eq!((pixel[0] < 60, pixel[2] > 180), (blue, true), "{x} {y}: {pixel:?}");
    }
}

#[test]
fn animations_show_their_first_frame_whatever_follows() {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for colour in [[200, 0, 0, 255], [0, 0, 200, 255]] {
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(40, 30, Rgba(colour)))).expect("encodes");
    }
    drop(encoder);
    // A GIF that is a JAR as well.
    gif.extend(b"PK\x03\x04 META-INF/MANIFEST.MF <script>alert(1)</script>");
    let (size, thumb) = judged(&gif, ImageFormat::Gif).expect("decodes");
    let pixel = *of_thumb(&thumb).to_rgb8().get_pixel(20, 15);
    assert!(size == Size { width: 40, height: 30 } && pixel[0] > 150 && pixel[2] < 60, "{pixel:?}");
    assert!(!thumb.windows(8).any(|part| part == b"<script>"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400), which in 0..4usize) {
        let (format, magic): (_, &[u8]) = [
            (ImageFormat::Jpeg, &b"\xff\xd8\xff"[..]), (ImageFormat::Png, b"\x89PNG\r\n\x1a\n"),
            (ImageFormat::Gif, b"GIF89a"), (ImageFormat::WebP, b"RIFF\x90\x01\0\0WEBPVP8 "),
        ][which];
        bytes.splice(0..0, magic.iter().copied());
        judged(&bytes, format).ok();
    }
}
