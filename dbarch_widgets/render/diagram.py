"""The ER diagram of a schema, as a picture, as DOT, as text and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from dbarch_widgets.errors import InputError
from dbarch_widgets.files import write_bytes
from dbarch_widgets.model.classification import Classification
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.tenant_map import TenantMap
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.render.alt import alt_text, overview_alt, relation_rows
from dbarch_widgets.render.crowsfoot import ErModel, Inferred, Relation, er_model
from dbarch_widgets.render.draw import SECONDS, Picture, draw
from dbarch_widgets.render.drawing.marks import Marks
from dbarch_widgets.render.drawing.scene import Drawing
from dbarch_widgets.render.finding_marks import FindingMarks, finding_marks
from dbarch_widgets.render.focus import neighbourhood, within
from dbarch_widgets.render.layout import Layout
from dbarch_widgets.render.overlays.base import Subject
from dbarch_widgets.render.overlays.findings import marks_of
from dbarch_widgets.render.overlays.registry import OVERLAYS, find_overlay
from dbarch_widgets.render.palette import THEMES, Theme
from dbarch_widgets.render.table_groups import ABOVE, Grouping, TableGroup, find_group, table_groups
from dbarch_widgets.render.table_rows import Detail
from dbarch_widgets.render.text_diagram import text_diagram, text_overview
from dbarch_widgets.render.view import DiagramView, Level

KEYS_ABOVE = 60
NAMES_ABOVE = 150
Kind = Literal["tables", "overview", "diff"]
_SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".html", ".txt")


@dataclass(frozen=True, eq=False)
class Diagram(Shown):
    """A diagram of `model`. It is laid out when a picture is first asked for, once.

    `kind` "overview" draws a box for each of the `groups` and not the tables; otherwise groups are framed. `cuts` are
    relations that lead out of the drawing, drawn as marks; `group` is the name of the group that this is the page of.
    `hops` matters with a focus only. `seconds` is how long one layout may take before a simpler one takes its place.
    `schema`, `findings` and `workload` are what it was made of, for overlays and the live view. `given` are marks that
    stand in place of an overlay's. `grouping` is how the groups were asked for; `view` says what the live view begins with.
    """

    model: ErModel = field(repr=False)
    detail: Detail = "full"
    focus: QName | None = None
    hops: int = 1
    title: str | None = None
    seconds: float = SECONDS
    kind: Kind = "tables"
    groups: tuple[TableGroup, ...] = field(default=(), repr=False)
    group: str | None = None
    cuts: tuple[Relation, ...] = field(default=(), repr=False)
    overlay: str | None = None
    theme: Theme = "light"
    schema: Schema | None = field(default=None, repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    workload: Workload | None = field(default=None, repr=False)
    classification: Classification | None = field(default=None, repr=False)
    tenants: TenantMap | None = field(default=None, repr=False)
    given: Marks | None = field(default=None, repr=False)
    grouping: Grouping = "auto"
    view: DiagramView | None = field(default=None, repr=False)

    @cached_property
    def picture(self) -> Picture:
        """The finished picture with its layout and notes."""
        return draw(self.drawing, label=self.alt, text=self.text, seconds=self.seconds)

    @property
    def drawing(self) -> Drawing:
        """What is drawn and how."""
        return Drawing(
            self.model,
            self.detail,
            self.over,
            self.cuts,
            focus=self.focus,
            title=self.title,
            groups=self.groups,
            theme=self.theme,
            kind=self.kind,
        )

    @cached_property
    def marks(self) -> FindingMarks:
        """The findings by what they are drawn on."""
        if self.schema is None or not self.findings:
            return FindingMarks()
        return finding_marks(self.schema, self.model, self.findings)

    @cached_property
    def over(self) -> Marks:
        """What lies over the tables: the overlay that was asked for, else the findings."""
        if self.given is not None:
            return self.given
        if self.overlay is None or self.schema is None:
            return marks_of(self.marks)
        return find_overlay(self.overlay).marks(self.subject(self.schema))

    def subject(self, schema: Schema, model: ErModel | None = None) -> Subject:
        """What overlays look at: the tables of `model`, or those that are drawn here."""
        return Subject(schema, model or self.model, self.findings, self.workload, self.classification, self.tenants)

    @cached_property
    def overlays(self) -> tuple[Marks, ...]:
        """Every overlay that marks something of these tables, to switch between them without a new layout."""
        if self.schema is None:
            return ()
        subject = self.subject(self.schema)
        found = (overlay.marks(subject) for overlay in OVERLAYS)
        return tuple(marks for marks in found if marks.tables or marks.columns)

    @property
    def svg(self) -> str:
        """A self-contained SVG without scripts, links or styles."""
        return self.picture.svg

    @cached_property
    def dot(self) -> str:
        """The tables and relations as DOT, for those who go on in Graphviz."""
        from dbarch_widgets.render.dot import DotDrawing, write_dot

        return write_dot(DotDrawing(self.model, self.detail, self.marks, focus=self.focus, title=self.title))

    @cached_property
    def text(self) -> str:
        """An outline of the tables with their keys and relations, or of the groups with their tables."""
        if self.kind == "overview":
            return text_overview(self.model, self.groups, title=self.title)
        return text_diagram(self.model, self.marks, detail=self.detail, title=self.title, cuts=self.cuts)

    @cached_property
    def alt(self) -> str:
        """The diagram in at most 600 characters."""
        if self.kind == "overview":
            return overview_alt(self.model, self.groups, self.over)
        return alt_text(self.model, self.over, self.focus, self.hops, group=self.group, cuts=self.cuts)

    @property
    def relations(self) -> tuple[tuple[str, str, str, str, str], ...]:
        """Table, columns, referenced table, cardinality in words and delete action of each relation."""
        return relation_rows((*self.model.relations, *self.cuts))

    @property
    def layout(self) -> Layout:
        """What drew it: `dot`, `graphviz-pure` or `text`."""
        return self.picture.layout

    @property
    def notes(self) -> tuple[str, ...]:
        """What the picture gave up, in sentences; empty when it is as asked for."""
        return self.picture.notes

    def group_page(self, name: str) -> Diagram:
        """One group with all its columns; what leads out of it is marked beside its tables.

        Raises:
            UnknownName: there is no such group; the message offers the nearest names.
        """
        group = find_group(self.groups, name)
        inside = set(group.tables)
        whole = self.model.whole or self.model
        touching = {relation: None for table in group.tables for relation in whole.touching.get(table, ())}
        return replace(
            self,
            model=within(whole, inside),
            cuts=tuple(relation for relation in touching if not {relation.child, relation.parent} <= inside),
            detail="full",
            kind="tables",
            groups=(),
            group=name,
            title=f"{self.title}: {name}" if self.title else name,
        )

    def framed(self, level: Level | None = None, *, in_groups: bool = False) -> Diagram:
        """The same tables at a level of detail, in the groups that were asked for; by itself in groups when they are many.

        `in_groups` asks for groups of few tables too.
        """
        many = len(self.model.entities) > ABOVE
        wanted = in_groups or many or level == "groups" or self.grouping != "auto"
        groups = table_groups(self.model, self.grouping) if wanted else ()
        overview = bool(groups) and (level == "groups" or (many and level is None))
        detail = None if level == "groups" else level
        usual: Detail = "full" if overview else detail_for(len(self.model.entities))
        return replace(self, groups=groups, kind="overview" if overview else "tables", detail=detail or usual)

    def part(self, model: ErModel, focus: QName, level: Level | None = None) -> Diagram:
        """A neighbourhood of one of the tables."""
        detail = None if level == "groups" else level
        usual = detail_for(len(model.entities))
        return replace(self, model=model, focus=focus, groups=(), detail=detail or usual).as_tables()

    def as_tables(self) -> Diagram:
        """With a box for each table, none for a group."""
        return replace(self, kind="tables") if self.kind == "overview" else self

    def whole(self) -> Diagram:
        """The diagram of all tables that this is a part of, at its usual detail; itself when it is no part."""
        if self.focus is None and self.group is None:
            return self
        all_tables = replace(self, model=self.model.whole or self.model, focus=None, group=None, cuts=())
        return all_tables.framed(in_groups=self.group is not None)

    def group_pages(self) -> tuple[Diagram, ...]:
        """The page of every group; each is laid out when it is first looked at."""
        return tuple(self.group_page(group.name) for group in self.groups)

    def save(self, path: str | Path) -> Path:
        """Write the diagram as its suffix says: .svg .png .pdf .dot .html .txt.

        A PDF has one page of a paper size from A4 to A0.

        Raises:
            InputError: another suffix.
            SourceError: the file cannot be written.
        """
        path = Path(path)
        write_bytes(path, self._encoded(path))
        return path

    def _encoded(self, path: Path) -> bytes:
        from dbarch_widgets.render.printing import paper_pdf, png

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
                return png(self.picture)
            case ".pdf":
                return paper_pdf(self.picture)
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
    groups: Grouping = "auto",
    group: str | None = None,
    inferred: Iterable[Inferred] = (),
    overlay: str | None = None,
    workload: Workload | None = None,
    classification: Classification | None = None,
    tenants: TenantMap | None = None,
    theme: Theme = "light",
    view: DiagramView | None = None,
) -> Diagram:
    """The entity-relationship diagram of a schema, of the neighbourhood of one table, or of one group of tables.

    Of more than 60 tables it is an overview of groups, each with a page of its own (`Diagram.group_page`); with a
    `detail` all groups are drawn, framed side by side; `groups="none"` draws all tables in one layout.

    Args:
        schema: what to draw. Partitions are folded into their root.
        findings: counted on the tables, and marked on the columns, that they are about.
        focus: a table; then only what lies within `hops` relations of it is drawn.
        hops: how far from the focus, 0 or more.
        detail: `names`, `keys` (key columns) or `full`. By itself it is `full`, above 60 drawn tables `keys`, above
            150 `names`.
        title: a line above the picture.
        groups: by `schema`, name `prefix` or `community` (who refers to whom); `auto` chooses above 60 tables.
        group: the name of a group; then only its page is drawn.
        inferred: relations that nobody declared; they are dashed.
        overlay: `findings`, `tenancy`, `rls` (row level security), `privacy` or `workload` (reads and writes).
        workload: what the overlay `workload` counts.
        classification: what the overlay `privacy` marks, as `classify(schema)` gives it.
        tenants: what the overlay `tenancy` marks, as `tenants_in(schema)` gives it.
        theme: `light` or `dark`.
        view: what the live diagram shows, as it is copied from there; its focus, hops, detail, group and overlay hold where
            they are not given themselves. The rest of it matters for `.explore()`.

    Raises:
        UnknownName: there is no such table, group or overlay.
        InputError: another argument makes no sense.
    """
    if view is not None:
        view = view.checked(schema)
        focus, hops = (view.focus, view.hops) if focus is None else (focus, hops)
        group, overlay = group or view.group, view.overlay if overlay is None else overlay
    level: Level | None = detail or (view.detail if view else None)
    _check(detail, theme)
    _check_overlay(overlay, {"workload": workload, "classification": classification, "tenants": tenants})
    model = er_model(schema, inferred)
    diagram = Diagram(
        model,
        title=title,
        hops=hops,
        overlay=overlay or None,
        theme=theme,
        schema=schema,
        findings=tuple(findings),
        workload=workload,
        classification=classification,
        tenants=tenants,
        given=Marks() if overlay == "" else None,
        grouping=groups,
        view=view,
    )
    if focus is not None:
        near, centre = neighbourhood(model, schema, focus, hops)
        return diagram.part(near, focus=centre, level=level)
    diagram = diagram.framed(level, in_groups=group is not None)
    return diagram if group is None else diagram.group_page(group)


def _check(detail: str | None, theme: str) -> None:
    if detail is not None and detail not in get_args(Detail):
        raise InputError(f"{detail!r} is no detail of a diagram", to_do=f"one of {', '.join(get_args(Detail))}")
    if theme not in THEMES:
        raise InputError(f"{theme!r} is no theme", to_do=f"one of {', '.join(THEMES)}")


_ADVICE = {
    "workload": "give workload=…",
    "classification": "give classification=classify(schema)",
    "tenants": "give tenants=tenants_in(schema), which is None where nothing tells one tenant from another",
}


def _check_overlay(overlay: str | None, given: Mapping[str, object]) -> None:
    needs = find_overlay(overlay).needs if overlay else ""
    if needs in _ADVICE and given.get(needs) is None:
        raise InputError(f"the overlay {overlay!r} needs {_WHAT[needs]}", to_do=_ADVICE[needs])


_WHAT = {"workload": "a workload", "classification": "a classification", "tenants": "a map of the tenants"}


def detail_for(tables: int) -> Detail:
    """The detail at which so many tables still read."""
    if tables > NAMES_ABOVE:
        return "names"
    return "keys" if tables > KEYS_ABOVE else "full"
