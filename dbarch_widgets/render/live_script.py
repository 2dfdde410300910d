"""The script and the style of the live diagram, for the notebook and for a page of its own.

They are written as small ES modules under `static/`. A browser gets them as one text, joined here: each module's imports are
dropped, since what they name stands above, and so is the word `export`. A name can therefore be used once in all of them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dbarch_widgets.render.palette import INK, pairs

STATIC = Path(__file__).parent / "static"
# Each after those that it imports.
CORE = ("dom", "clean", "view", "graph", "camera", "scene", "finder", "dialogs", "tools", "keys", "viewer")
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


@cache
def widget_script() -> str:
    """An ES module whose default export is what anywidget renders."""
    return joined((*CORE, "widget")) + "\nexport default { render };\n"


@cache
def page_script() -> str:
    """A script for the end of a page that has the data: see static/page.js."""
    return f"(() => {{\n{joined((*CORE, 'page'))}\nstartPage();\n}})();\n"


def joined(names: tuple[str, ...]) -> str:
    """The modules of these names as one text."""
    texts = (f"// {name}.js\n{(STATIC / f'{name}.js').read_text(encoding='utf-8')}" for name in names)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


@cache
def style() -> str:
    """The style sheet of the live diagram, with the dark colour of each that is drawn."""
    colours = "\n".join(
        f'.dbarch-diagram svg [{kind}="{light}"] {{ {kind}: light-dark({light}, {dark}); }}'
        for light, dark in pairs()
        for kind in ("fill", "stroke")
    )
    ink = f".dbarch-diagram svg {{ fill: light-dark({INK}, {dict(pairs())[INK]}); }}\n"
    return (STATIC / "diagram.css").read_text(encoding="utf-8") + ink + colours
