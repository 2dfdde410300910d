"""Privacy: which tables and columns hold data about persons or secrets, and how much harm they can do."""

from __future__ import annotations

from collections import Counter

from dbarch_widgets.model.classification import DATA_CLASSES, MEANINGS, ColumnClass, DataClass
from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.drawing.marks import Badge, ColumnMark, Marks, TableMark
from dbarch_widgets.render.overlays.base import Subject
from dbarch_widgets.render.table_rows import counted

# A sign for each class, so that a print in grey says the same.
SIGNS: dict[DataClass, str] = {
    "special": "!",
    "criminal": "§",
    "credential": "K",
    "financial": "B",
    "identifier": "N",
    "contact": "C",
    "quasi": "Q",
    "telemetry": "T",
    "free text": "X",
}


class Privacy:
    """See the module."""

    name = "privacy"
    needs = "classification"

    def marks(self, subject: Subject) -> Marks:
        if subject.classification is None:
            return Marks(self.name)
        tables, columns = {}, {}
        counts: Counter[DataClass] = Counter()
        for entity in subject.model.entities:
            found = subject.classification.of(entity.name)
            if found:
                counts.update(each.data_class for each in found)
                tables[entity.name] = TableMark(line=(_badge(entity.name.name, found),))
                columns[entity.name] = {each.column: _sign(each) for each in found}
        legend = tuple(
            (
                Badge("sign", SIGNS[each], _colour(4 if each in ("special", "criminal") else 2), MEANINGS[each]),
                MEANINGS[each],
            )
            for each in DATA_CLASSES
            if counts[each]
        )
        said = ", ".join(f"{counted(counts[each], 'column')} {each}" for each in DATA_CLASSES if counts[each])
        words = f"Data about persons, and secrets, known by names, types and comments: {said}." if said else ""
        return Marks(self.name, tables, columns, legend=legend, said=(words,) if words else ())


def _badge(name: str, found: tuple[ColumnClass, ...]) -> Badge:
    worst = max(each.sensitivity for each in found)
    kinds = dict.fromkeys(each.category for each in sorted(found, key=lambda each: -each.sensitivity))
    words = one_line(f"{name}: {', '.join(kinds)}; sensitivity {worst} of 4")
    return Badge("heat", str(len(found)), palette.HEAT[worst - 1], words, worst)


def _sign(each: ColumnClass) -> ColumnMark:
    return ColumnMark(
        SIGNS[each.data_class], _colour(each.sensitivity), one_line(f"{each.category}: {each.data_class}")
    )


def _colour(sensitivity: int) -> str:
    return (palette.MUTED, palette.FOCUS, palette.CHANGED, palette.REMOVED)[min(max(sensitivity, 1), 4) - 1]
