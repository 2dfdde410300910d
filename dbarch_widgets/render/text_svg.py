"""Plain text as an SVG, so that every diagram has a picture."""

from __future__ import annotations

from html import escape

from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import width

_LINE = 14
_LETTER = 6.6


def text_svg(text: str, label: str, theme: palette.Theme = "light") -> tuple[str, float, float]:
    """The lines in a fixed-width font on the diagram's paper, and its width and height in points."""
    lines = text.splitlines() or [""]
    wide = max(width(line) for line in lines) * _LETTER + 24
    high = len(lines) * _LINE + 24
    written = "\n".join(
        f'<text x="12" y="{(number + 1) * _LINE + 8}" xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{wide:.0f}pt" height="{high}pt" '
        f'viewBox="0 0 {wide:.0f} {high}">\n<title>{escape(label)}</title>\n'
        f'<rect width="{wide:.0f}" height="{high}" fill="{palette.PAPER}"/>\n'
        f'<g font-family="DejaVu Sans Mono, Liberation Mono, Menlo, Consolas, monospace" font-size="11" '
        f'fill="{palette.INK}">\n{written}\n</g>\n</svg>'
    )
    return palette.themed(svg, theme), wide, high
