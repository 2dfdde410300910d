"""Tenancy: which tables have the tenant's column, which get to it by a foreign key, and which know no tenant."""

from __future__ import annotations

from collections import Counter

from dbarch_widgets.model.schema import QName
from dbarch_widgets.model.tenant_map import Belonging, TenantMap
from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.drawing.marks import Badge, ColumnMark, Marks, Shape, TableMark
from dbarch_widgets.render.overlays.base import Subject
from dbarch_widgets.render.table_rows import counted

_LOOK: dict[Belonging, tuple[Shape, str, str, str]] = {
    "root": ("forced", palette.FOCUS, "the tenants themselves", "of the tenants themselves"),
    "own": ("lock", palette.ADDED, "has the tenant's column", "with the tenant's column"),
    "path": ("empty", palette.CHANGED, "gets to the tenant by a foreign key only", "that get to the tenant by a foreign key"),
    "none": ("open", palette.MUTED, "knows no tenant: shared by all, or forgotten", "that know no tenant"),
}  # fmt: skip


class Tenancy:
    """See the module."""

    name = "tenancy"
    needs = "tenants"

    def marks(self, subject: Subject) -> Marks:
        known = subject.tenants
        if known is None:
            return Marks(self.name)
        counts: Counter[Belonging] = Counter()
        tables, columns = {}, {}
        for entity in subject.model.entities:
            if entity.table is None:
                continue
            found = known.of(entity.name)
            counts[found] += 1
            tables[entity.name] = TableMark(line=(_badge(entity.name, found, known),))
            if found == "own":
                columns[entity.name] = {known.column: ColumnMark("T", palette.ADDED, "says whose the row is")}
        legend = tuple(
            (Badge(shape, "", colour, words), words)
            for each, (shape, colour, words, _) in _LOOK.items()
            if counts[each]
        )
        said = ", ".join(f"{counted(counts[each], 'table')} {_LOOK[each][3]}" for each in _LOOK if counts[each])
        column = one_line(known.column)
        return Marks(self.name, tables, columns, legend=legend, said=(f"Tenants are told apart by {column}: {said}.",))


def _badge(name: QName, found: Belonging, known: TenantMap) -> Badge:
    shape, colour, words, _ = _LOOK[found]
    text = {"root": "tenants", "own": "tenant", "path": "", "none": "no tenant"}[found]
    if found == "path":
        text = f"by {known.paths[name].name}"
    return Badge(shape, one_line(text), colour, one_line(f"{name.name}: {words}"))
