"""Where the lines of relations meet the boxes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.crowsfoot import Relation
from dbarch_widgets.render.drawing.boxes import Box

# Ends that say "exactly one" and ends that say "none or one" must not lie on each other.
_APART = 5.0


class Ports:
    """The ends of relations on boxes: the row of a column, or the middle of the head where no row lists it."""

    def __init__(self, boxes: Mapping[QName, Box], relations: Iterable[Relation] = ()) -> None:
        self._boxes = boxes
        said: dict[tuple[QName, str | None], set[str]] = defaultdict(set)
        for relation in relations:
            said[relation.parent, self.columns(relation)[1]].add(relation.parent_end)
        self._mixed = {end for end, words in said.items() if len(words) > 1}
        self._of_table: dict[QName, set[str | None]] = defaultdict(set)
        for name, column in self._mixed:
            self._of_table[name].add(column)

    def columns(self, relation: Relation) -> tuple[str | None, str | None]:
        """Child's and parent's column that the line meets: of a composite key the pair least used by other keys."""
        if not relation.columns:
            return None, None
        place = 0
        if len(relation.columns) > 1:
            entity = self._boxes[relation.child].entity if relation.child in self._boxes else None
            keys = entity.table.foreign_keys if entity and entity.table else ()
            uses = Counter(name for key in keys for name in key.columns)
            place = min(range(len(relation.columns)), key=lambda place: uses[relation.columns[place]])
        reference = relation.ref_columns[place] if place < len(relation.ref_columns) else None
        return relation.columns[place], reference

    def child(self, relation: Relation) -> float:
        """The y of the child's end in its box."""
        return self._boxes[relation.child].port(self.columns(relation)[0])

    def parent(self, relation: Relation) -> float:
        """The y of the parent's end in its box."""
        column = self.columns(relation)[1]
        y = self._boxes[relation.parent].port(column)
        if (relation.parent, column) not in self._mixed:
            return y
        return y + (_APART if relation.parent_end == "0..1" else -_APART)

    def of(self, name: QName) -> list[float]:
        """Every y of a box at which a line may end, from above."""
        box = self._boxes[name]
        found = {box.middle, *box.ports.values()}
        for column in self._of_table.get(name, ()):
            found |= {box.port(column) + _APART, box.port(column) - _APART}
        return sorted(found)
