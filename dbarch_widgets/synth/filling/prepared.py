"""What a schema needs so that its rows can be made part by part: the compiler, and columns that had to be changed first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.model.profile import ColumnProfile
from dbarch_widgets.model.schema import QName
from dbarch_widgets.synth.compile import Compiled, Compiler
from dbarch_widgets.synth.part import Part
from dbarch_widgets.synth.repair import repaired, storable


@dataclass
class Prepared:
    """`engine` is a DuckDB that has the tables, filled or not: their types say what their columns take."""

    compiler: Compiler
    engine: Engine
    notes: list[str] = field(default_factory=list)
    _changed: dict[QName, Mapping[str, ColumnProfile]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.compiler.rows(name) for name in self.compiler.order())

    def changed(self, name: QName) -> Mapping[str, ColumnProfile]:
        """The columns that are filled otherwise than the profile says, because a check that nobody understood asks for it."""
        if name not in self._changed:
            self._changed[name], said = repaired(self.compiler, self.engine, name)
            self.notes += said
        return self._changed[name]

    def compiled(self, name: QName, part: Part | None = None) -> Compiled:
        """The statement of a part of a table."""
        compiled = self.compiler.table(name, self.changed(name), part)
        self.notes += [note for note in (f"{name}: {each}" for each in compiled.notes) if note not in self.notes]
        return compiled

    def without_refused(self, name: QName) -> bool:
        """Leave the columns empty whose values the engine's types refuse; whether there are any."""
        more, said = storable(self.compiler, self.engine, name)
        self._changed[name] = {**self.changed(name), **more}
        self.notes += said
        return bool(more)

    def parts(self, name: QName, size: int) -> Iterator[Part]:
        """The table's rows in parts of at most `size` rows."""
        rows = self.compiler.rows(name)
        yield from Part.whole(rows).slices(-(-rows // size)) if rows else ()
