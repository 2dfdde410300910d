"""A picture as a PNG or on paper."""

from __future__ import annotations

import re

from dbarch_widgets.render.draw import Picture

_MOST_PIXELS = 40_000_000
# Points, portrait, from A4 to A0.
_PAPERS = ((595, 842), (842, 1191), (1191, 1684), (1684, 2384), (2384, 3370))
_MARGIN = 28.0
_READABLE = 0.55


def png(picture: Picture) -> bytes:
    """Twice the size in points; less for a picture that would not fit into memory."""
    import vl_convert

    scale = min(2.0, (_MOST_PIXELS / max(1.0, picture.width * picture.height)) ** 0.5)
    return bytes(vl_convert.svg_to_png(picture.svg, scale))


def paper_pdf(picture: Picture) -> bytes:
    """One page of the smallest paper on which the texts are at least 5 points high, else of A0; never enlarged."""
    import vl_convert

    return bytes(vl_convert.svg_to_pdf(on_paper(picture)))


def on_paper(picture: Picture) -> str:
    """The picture in the middle of a page, upright or lying as it fits better."""
    width, height = max(1.0, picture.width), max(1.0, picture.height)
    scale, page = 0.0, _PAPERS[0]
    for short, long in _PAPERS:
        page = (long, short) if width > height else (short, long)
        scale = min(1.0, (page[0] - 2 * _MARGIN) / width, (page[1] - 2 * _MARGIN) / height)
        if scale >= _READABLE:
            break
    x, y = (page[0] - width * scale) / 2, (page[1] - height * scale) / 2
    start = picture.svg.index("<svg ")
    inner = picture.svg[start:].replace("<svg ", f'<svg x="{x:.1f}" y="{y:.1f}" data-scale="{scale:.3f}" ', 1)
    head, _, rest = inner.partition(">")
    head = _sized(head, width * scale, height * scale)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page[0]}pt" height="{page[1]}pt" '
        f'viewBox="0 0 {page[0]} {page[1]}">{head}>{rest}</svg>'
    )


def _sized(head: str, width: float, height: float) -> str:
    """The opening tag with another size."""
    head = re.sub(r' width="[^"]*"', f' width="{width:.1f}"', head, count=1)
    return re.sub(r' height="[^"]*"', f' height="{height:.1f}"', head, count=1)
