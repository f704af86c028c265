"""Pages look as they did: small pictures of one page, wide and narrow, light, dark, from right to left and on paper.

`CIPS_NEW_BASELINE=1 pytest tests/browser/test_looks.py` takes them anew: look at each before committing it.
"""

import base64
import os
from pathlib import Path

import pytest

BASELINE = Path(__file__).parent / "baseline"
WIDTH = 200  # pixels of a kept picture: letters blur, so that another machine's fonts don't matter, and layout stays
MEAN = 5  # mean difference of grey levels (of 255) that passes
FAR, MOST_FAR = 80, 0.02  # grey levels that are another thing in that place, and the share of pixels that may be so
TALLER = 1.04  # so much longer a page may be: a line more, where letters are wider
SHOTS = {
    "phone": ("national/XAB-2025.html", 390, "light", "screen"),
    "tablet": ("national/XAB-2025.html", 768, "light", "screen"),
    "desk": ("national/XAB-2025.html", 1280, "light", "screen"),
    "wide": ("national/XAB-2025.html", 1920, "light", "screen"),
    "dark": ("national/XAB-2025.html", 1280, "dark", "screen"),
    "arabic": ("national/XAB-2025.ar.html", 1280, "light", "screen"),
    "print": ("national/XAB-2025.html", 794, "light", "print"),
}
SETTLE = """async () => {
  document.querySelector('#profile').scrollIntoView();
  document.querySelectorAll('details').forEach(d => { d.open = false; });
  const drawn = () => document.querySelector('#profile .main-svg'), still = () => document.body.scrollHeight;
  for (let before = -1, calm = 0; calm < 5 || !drawn(); await new Promise(r => setTimeout(r, 100))) {
    calm = still() === before ? calm + 1 : 0;
    before = still();
  } }"""
SMALLER = """async ([png, width]) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(width, Math.round(image.height * width / image.width));
  const pen = canvas.getContext('2d');
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(String.fromCharCode(...bytes)); }"""
GREYS = """async (pngs) => {
  const images = await Promise.all(pngs.map(async png => createImageBitmap(await (await fetch(png)).blob())));
  const [width, height] = [images[0].width, images[0].height];
  const levels = images.map(image => {
    const pen = new OffscreenCanvas(width, height).getContext('2d'), greys = [];
    pen.drawImage(image, 0, 0, width, height);
    const all = pen.getImageData(0, 0, width, height).data;
    for (let k = 0; k < all.length; k += 4) greys.push((all[k] + all[k + 1] + all[k + 2]) / 3);
    return greys; });
  return [images.map(image => image.height), ...levels]; }"""


def url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def picture(chromium, path: Path, width: int, scheme: str, medium: str) -> bytes:
    """The factor profile with its chart, made small."""
    page = chromium.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    page.emulate_media(media=medium, color_scheme=scheme)
    page.goto(path.as_uri())
    page.evaluate(SETTLE)
    shot = page.locator("#profile").screenshot(animations="disabled")
    page.close()
    blank = chromium.new_page()
    small = base64.b64decode(blank.evaluate(SMALLER, [url(shot), WIDTH]))
    blank.close()
    return small


def difference(chromium, one: bytes, other: bytes) -> tuple[float, float]:
    """Mean difference of grey levels, and the share of pixels that are FAR apart; everything where the lengths differ."""
    page = chromium.new_page()
    heights, first, second = page.evaluate(GREYS, [url(one), url(other)])
    page.close()
    if max(heights) > TALLER * min(heights):
        return 255, 1
    apart = [abs(a - b) for a, b in zip(first, second, strict=True)]
    return sum(apart) / len(apart), sum(a > FAR for a in apart) / len(apart)


@pytest.mark.parametrize("name", SHOTS)
def test_a_page_looks_as_it_did(chromium, sample_run, tmp_path, name):
    page, width, scheme, medium = SHOTS[name]
    seen, kept = picture(chromium, sample_run / "reports" / page, width, scheme, medium), BASELINE / f"{name}.png"
    if os.environ.get("CIPS_NEW_BASELINE"):
        kept.write_bytes(seen)
    mean, far = difference(chromium, kept.read_bytes(), seen)
    (tmp_path / kept.name).write_bytes(seen)
    assert mean <= MEAN and far <= MOST_FAR, f"compare {kept} with {tmp_path / kept.name}"


def test_other_pages_and_other_colours_are_told_apart(chromium):
    """The tolerance is not so wide that anything passes."""
    shots = {name: (BASELINE / f"{name}.png").read_bytes() for name in ("desk", "dark", "arabic")}
    for other in ("dark", "arabic"):
        mean, far = difference(chromium, shots["desk"], shots[other])
        assert mean > MEAN or far > MOST_FAR, other
