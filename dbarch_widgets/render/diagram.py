"""The ER diagram of a schema, as a picture, as DOT, as text and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import get_args

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.render.alt import alt_text, relation_rows
from dbarch_widgets.render.crowsfoot import ErModel, er_model
from dbarch_widgets.render.dot import Drawing
from dbarch_widgets.render.draw import Picture, draw
from dbarch_widgets.render.finding_marks import FindingMarks, finding_marks
from dbarch_widgets.render.focus import neighbourhood
from dbarch_widgets.render.layout import Layout
from dbarch_widgets.render.table_rows import Detail
from dbarch_widgets.render.text_diagram import text_diagram

KEYS_ABOVE = 60
NAMES_ABOVE = 150
_SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".html", ".txt")
_MOST_PIXELS = 40_000_000


@dataclass(frozen=True, eq=False)
class Diagram(Shown):
    """A diagram of `model`. It is laid out when a picture is first asked for, once.

    `hops` matters with a focus only. `seconds` is how long one layout may take before a simpler one takes its place,
    `tries` how many arrangements are compared. `schema` and `findings` are what it was made of, for the live view.
    """

    model: ErModel = field(repr=False)
    marks: FindingMarks = field(default_factory=FindingMarks, repr=False)
    detail: Detail = "full"
    focus: QName | None = None
    hops: int = 1
    title: str | None = None
    seconds: float = 30.0
    tries: int = 6
    schema: Schema | None = field(default=None, repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @cached_property
    def picture(self) -> Picture:
        """The finished picture with its layout, DOT and notes."""
        drawing = Drawing(self.model, self.detail, self.marks, focus=self.focus, title=self.title, legend=self._legend)
        return draw(drawing, label=self.alt, text=self.text, seconds=self.seconds, tries=self.tries)

    @property
    def svg(self) -> str:
        """A self-contained SVG without scripts, links or styles."""
        return self.picture.svg

    @property
    def dot(self) -> str:
        """The DOT text that the picture was drawn from."""
        return self.picture.dot

    @cached_property
    def text(self) -> str:
        """An outline of the tables with their keys and relations."""
        return text_diagram(self.model, self.marks, detail=self.detail, title=self.title)

    @cached_property
    def alt(self) -> str:
        """The diagram in at most 600 characters."""
        return alt_text(self.model, self.marks, self.focus, self.hops)

    @property
    def relations(self) -> tuple[tuple[str, str, str, str, str], ...]:
        """Table, columns, referenced table, cardinality in words and delete action of each relation."""
        return relation_rows(self.model)

    @property
    def layout(self) -> Layout:
        """What drew it: `dot`, `graphviz-pure` or `text`."""
        return self.picture.layout

    @property
    def notes(self) -> tuple[str, ...]:
        """What the picture gave up, in sentences; empty when it is as asked for."""
        return self.picture.notes

    @property
    def _legend(self) -> str:
        lines = []
        if self.detail != "names":
            lines.append(
                "PK primary key · FK foreign key · UQ unique, uq with others · IX leads an index · null may be empty"
            )
        if self.model.relations:
            lines.append("Line ends: crow's foot = any number, bar = one, circle = may be none")
        if any(self.marks.total[severity] for severity in ("high", "medium", "low")):
            lines.append("H, M, L: findings of high, medium and low severity")
        return "\n".join(lines)

    def save(self, path: str | Path) -> Path:
        """Write the diagram as its suffix says: .svg .png .pdf .dot .html .txt.

        Raises:
            InputError: another suffix.
            SourceError: the file cannot be written.
        """
        path = Path(path)
        data = self._encoded(path)
        try:
            path.write_bytes(data)
        except OSError as error:
            raise SourceError(f"cannot be written: {error.strerror}", where=str(path)) from error
        return path

    def _encoded(self, path: Path) -> bytes:
        match path.suffix.lower():
            case ".svg":
                return self.svg.encode()
            case ".dot" | ".gv":
                return self.dot.encode()
            case ".txt":
                return (self.text + "\n").encode()
            case ".html":
                from dbarch_widgets.render.diagram_page import diagram_page

                return diagram_page(self).encode()
            case ".png":
                return _png(self.svg)
            case ".pdf":
                import vl_convert

                return bytes(vl_convert.svg_to_pdf(self.svg))
        raise InputError(
            f"cannot draw a {path.suffix or 'nameless'} file", where=str(path), to_do=f"one of {', '.join(_SUFFIXES)}"
        )

    def __repr__(self) -> str:
        return f"<Diagram: {self.alt}>"


def er_diagram(
    schema: Schema,
    *,
    findings: Iterable[Finding] = (),
    focus: QName | str | None = None,
    hops: int = 1,
    detail: Detail | None = None,
    title: str | None = None,
) -> Diagram:
    """The entity-relationship diagram of a schema, or of the neighbourhood of one table.

    Args:
        schema: what to draw. Partitions are folded into their root.
        findings: counted on the tables, and marked on the columns, that they are about.
        focus: a table; then only what lies within `hops` relations of it is drawn.
        hops: how far from the focus, 0 or more.
        detail: `names`, `keys` (key columns) or `full`. By itself it is `full`, above 60 drawn tables `keys`, above
            150 `names`.
        title: a line above the picture.

    Raises:
        UnknownName: the schema has no such table.
        InputError: `hops` or `detail` make no sense.
    """
    if detail is not None and detail not in get_args(Detail):
        raise InputError(f"{detail!r} is no detail of a diagram", to_do=f"one of {', '.join(get_args(Detail))}")
    model, centre = er_model(schema), None
    findings = tuple(findings)
    if focus is not None:
        model, centre = neighbourhood(model, schema, focus, hops)
    return Diagram(
        model,
        finding_marks(schema, model, findings),
        detail or detail_for(len(model.entities)),
        focus=centre,
        hops=hops,
        title=title,
        schema=schema,
        findings=findings,
    )


def detail_for(tables: int) -> Detail:
    """The detail at which so many tables still read."""
    if tables > NAMES_ABOVE:
        return "names"
    return "keys" if tables > KEYS_ABOVE else "full"


def _png(svg: str) -> bytes:
    """Twice the size in points; less for a picture that would not fit into memory."""
    import vl_convert

    from dbarch_widgets.render.svg_clean import size

    width, height = size(svg)
    scale = min(2.0, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    return bytes(vl_convert.svg_to_png(svg, scale))
