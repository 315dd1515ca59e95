"""The same thumbnails by Pillow: python pillow.py PICTURE ROUNDS FOLDER.

Writes FOLDER/peer.png (480, LANCZOS, before JPEG) and prints CPU microseconds a round, with a full decode and with a scaled one (draft).
Given `make WIDTH HEIGHT FILE` it makes a picture with the detail of a photo; given `psnr A B` it compares two pictures; given
`large FOLDER` it makes one picture of 40 million pixels in each way of keeping them.
"""

import math
import os
import sys
import time

from PIL import Image, ImageChops, ImageFilter, ImageOps


def make(width, height, file):
    """Coarse and fine noise over slopes: soft areas, edges and grain, as photos have."""
    base = Image.merge("RGB", [Image.effect_noise((27, 36), 90 + 20 * band) for band in range(3)])
    base = base.resize((width, height), Image.BICUBIC)
    shapes = Image.effect_noise((90, 120), 160).filter(ImageFilter.MedianFilter(5)).resize((width, height), Image.BICUBIC)
    shapes = shapes.point(lambda value: 255 if value > 128 else 60)
    grain = Image.effect_noise((width, height), 14)
    scene = Image.composite(base, base.rotate(180), shapes).filter(ImageFilter.BoxBlur(width / 400))
    picture = Image.blend(scene, Image.merge("RGB", [grain] * 3), 0.12)
    picture.save(file, quality=88)


def large(folder):
    """Photos of 40 million pixels (a drawing as GIF and PNG, which of grain would be longer than what is accepted)."""
    first = os.path.join(folder, "baseline.jpg")
    make(7680, 5200, first)
    photo = Image.open(first).convert("RGB")
    photo.save(os.path.join(folder, "progressive.jpg"), quality=80, progressive=True)
    photo.save(os.path.join(folder, "lossy.webp"), quality=60, method=0)
    drawing = photo.resize((480, 325)).quantize(64).resize(photo.size, Image.NEAREST)
    drawing.save(os.path.join(folder, "indexed.gif"))
    drawing.convert("RGBA").save(os.path.join(folder, "clear.png"), compress_level=1)


def thumbs(file, folder, scaled):
    image = Image.open(file)
    if scaled:
        image.draft("RGB", (480, 480))
    image = ImageOps.exif_transpose(image.convert("RGB"))
    image.thumbnail((480, 480), Image.LANCZOS, reducing_gap=None)
    small = ImageOps.fit(image, (160, 160), Image.LANCZOS)
    for name, one in (("peer.jpg", image), ("peer-small.jpg", small)):
        one.save(os.path.join(folder, name), quality=75)
    return image


def psnr(one, other):
    one, other = Image.open(one).convert("RGB"), Image.open(other).convert("RGB")
    assert one.size == other.size, (one.size, other.size)
    squares = ImageChops.difference(one, other).histogram()
    error = sum(count * (at % 256) ** 2 for at, count in enumerate(squares)) / (3 * one.width * one.height)
    return 99.0 if error == 0 else 10 * math.log10(255 * 255 / error)


def main():
    if sys.argv[1] == "make":
        return make(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    if sys.argv[1] == "large":
        return large(sys.argv[2])
    if sys.argv[1] == "psnr":
        return print(f"{psnr(sys.argv[2], sys.argv[3]):.2f}")
    file, rounds, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    for scaled in (False, True):
        before = time.process_time()
        for _ in range(rounds):
            image = thumbs(file, folder, scaled)
        print(int((time.process_time() - before) * 1e6 / rounds))
        if not scaled:
            image.save(os.path.join(folder, "peer.png"))


main()
