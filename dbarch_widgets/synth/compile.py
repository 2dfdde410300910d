"""Compiles a profile to SQL: one INSERT … SELECT per table over row numbers, each value a function of the row number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.profile import ColumnProfile, Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.synth.adjust import Row, adjusted
from dbarch_widgets.synth.bindings import ROW, Bindings
from dbarch_widgets.synth.by_number import ByNumber
from dbarch_widgets.synth.capacity import Domain
from dbarch_widgets.synth.cell import Cell
from dbarch_widgets.synth.chance import Chance
from dbarch_widgets.synth.chosen_skew import take_skew
from dbarch_widgets.synth.dialects import Words, words_for
from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.keys import slot_count
from dbarch_widgets.synth.layout import TableLayout
from dbarch_widgets.synth.moments import micros
from dbarch_widgets.synth.own.plan import take_own
from dbarch_widgets.synth.part import MOST_ROWS, Part
from dbarch_widgets.synth.partition_window import HORIZON
from dbarch_widgets.synth.patterns import Pattern
from dbarch_widgets.synth.picks_sql import PickSql, pattern_rows
from dbarch_widgets.synth.plan import Plan, make_plan
from dbarch_widgets.synth.profile import column_profile, table_rows
from dbarch_widgets.synth.values import COARSEST, GENERATORS
from dbarch_widgets.synth.words import pool

_DAY = 86_400_000_000
_DEEPEST = 60
# Generators whose values come from the plan of references and keys.
_STRUCTURAL = ("reference", "numbered", "short", "shared", "array")


@dataclass(frozen=True)
class Compiled:
    """The statement that fills one table or a part of it, and what it cannot do. `rows` are those of the part."""

    table: QName
    rows: int
    columns: tuple[str, ...]
    select: str
    insert: str
    notes: tuple[str, ...] = ()


class Compiler:
    """Compiles the tables of one schema and profile.

    Args:
        schema: the schema to fill.
        profile: rows and generators; a column that it leaves out gets its default generator.
        seed: other seeds, other rows.
        words: the engine's words; DuckDB's when left out.

    Raises:
        UnknownName: the profile names a table, column or generator that is not there.
        InputError: a row count or a share of nulls is out of bounds.
    """

    def __init__(self, schema: Schema, profile: Profile, seed: int, words: Words | None = None) -> None:
        _check_profile(schema, profile)
        self.schema = schema
        self.profile = profile
        self.seed = seed
        self.words = words or words_for("duckdb")
        self.plan: Plan = make_plan(schema, table_rows(profile))
        take_skew(self.plan, profile)
        take_own(self.plan, profile)
        self._chosen: dict[QName, dict[str, ColumnProfile]] = {
            table.table: {column.column: column for column in table.columns} for table in profile.tables
        }

        self._followed = {
            table.table: frozenset(str(dict(column.settings).get("follows")) for column in table.columns)
            for table in profile.tables
        }

    def order(self) -> tuple[QName, ...]:
        """The tables, parents first."""
        return tuple(table.qname for table in self.plan.order)

    def column(self, table: QName, name: str) -> ColumnProfile:
        """How the column is filled."""
        chosen = self._chosen.get(table, {}).get(name)
        if chosen is None:
            owner = self.plan.references.tables[table]
            chosen = column_profile(self.plan, owner, owner.column(name))
            self._chosen.setdefault(table, {})[name] = chosen
        return chosen

    def followed(self, table: QName) -> frozenset[str]:
        """The columns whose draw another column of the table takes, too."""
        return self._followed.get(table, frozenset())

    def rows(self, name: QName) -> int:
        """How many rows the whole table has; fewer than asked for where its keys cannot hold so many."""
        return self.plan.layouts[name].rows

    def sample(self, name: QName, wanted: int) -> Part:
        """Every k-th row of the table, `wanted` or somewhat more; k shares no factor with the cycles its rows are made in."""
        layout = self.plan.layouts[name]
        cycles = {slot_count(layout)} if layout.anchor else set()
        cycles |= {pick.size for pick in layout.picks.values() if pick.how == "identity"}
        cycles |= {pattern_rows(layout, pick) for pick in layout.picks.values() if pick.how == "pattern"}
        return Part.sample(layout.rows, wanted, cycles)

    def table(
        self, name: QName, overrides: Mapping[str, ColumnProfile] | None = None, part: Part | None = None
    ) -> Compiled:
        """The statement for one table, or for a part of its rows; `overrides` replace column profiles for this statement only."""
        whole = Part.whole(self.rows(name))
        return _TableCompiler(self, name, overrides or {}).compile(whole if part is None else part.within(whole.stop))


def _runs_out(profile: ColumnProfile, domain: Domain, layout: TableLayout) -> bool:
    """Whether a serial number passes its type's end: a profile that was made for few rows may be used for very many."""
    start = int(dict(profile.settings).get("start", 1))
    return profile.generator == "serial" and start + layout.rows - 1 > domain.whole_bounds()[1]


def _check_profile(schema: Schema, profile: Profile) -> None:
    for table in profile.tables:
        owner = schema.table(table.table)
        if not 0 <= table.rows <= MOST_ROWS:
            raise InputError(f"{table.rows:,} rows are out of bounds", where=f"profile of {table.table}")
        for column in table.columns:
            owner.column(column.column)
            where = f"profile of {table.table}.{column.column}"
            if column.generator not in GENERATORS and column.generator not in _STRUCTURAL:
                raise UnknownName("generator", column.generator, [*GENERATORS, *_STRUCTURAL], where=where)
            if not 0 <= column.null_fraction <= 1:
                raise InputError(f"the share of nulls {column.null_fraction} is not between 0 and 1", where=where)


class _TableCompiler:
    def __init__(self, compiler: Compiler, name: QName, overrides: Mapping[str, ColumnProfile]) -> None:
        self.compiler = compiler
        self.plan = compiler.plan
        self.name = name
        self.overrides = overrides
        self.bindings = Bindings()
        self.words = compiler.words
        self.chance = Chance(self.bindings, self.words, compiler.seed)
        self.picks = PickSql(self.plan, self.bindings, self.words, compiler.seed)
        self.by_number = ByNumber(self.bindings, self.words)
        self.notes: list[str] = []

    def compile(self, part: Part) -> Compiled:
        table = self.plan.references.tables[self.name]
        layout = self.plan.layouts[self.name]
        columns = [column.name for column in _distinct(table.columns) if column.generated is None]
        rows: dict[str, Row] = {}
        for column in columns:
            rows[column] = Row(self.value(self.name, column, ROW), self._null_when(layout, column))
        selected = ", ".join(f"{row.value} AS {self.words.quote(column)}" for column, row in rows.items())
        flags = {column: row.null_when for column, row in rows.items() if row.null_when}
        share = self._share(layout)
        number = self.picks.stair(self.name, ROW)[1] if layout.guards else "0"
        inner = self.bindings.sub_select(self.words.rows(part), self.words.fence)
        final, notes = adjusted(self.plan, self.words, table, layout, selected, inner, flags, share, number, columns)
        insert = self.words.insert(self.name, columns, final)
        return Compiled(self.name, len(part), tuple(columns), final, insert, (*self.notes, *notes))

    def _share(self, layout: TableLayout) -> str:
        """A hash of the row that the adjustments may use to choose among columns."""
        return self.picks.hash(layout.table, "choose", ROW)

    def _profile(self, table: QName, column: str) -> ColumnProfile:
        if table == self.name and column in self.overrides:
            return self.overrides[column]
        return self.compiler.column(table, column)

    # ------------------------------------------------------------ nulls

    def _null_when(self, layout: TableLayout, column: str) -> str | None:
        """The condition on the row number under which the column is null."""
        profile = self._profile(self.name, column)
        if profile.generator == "own":
            return None
        if profile.null_fraction >= 1:
            return "TRUE"
        conditions = []
        pick = layout.pick_of(column)
        nullable = self.plan.domains[self.name][column].column.nullable
        if pick is not None and pick.how == "tree" and nullable:
            conditions.append(self.picks.tree_root(self.name, pick, ROW))
        if pick is not None and pick.how == "identity" and nullable and layout.rows > pick.size:
            conditions.append(f"{ROW} >= {pick.size}")
        if profile.null_fraction > 0:
            # All columns of a composite foreign key are null together.
            use = pick.name if pick is not None else column
            enough = COARSEST <= profile.null_fraction <= 1 - COARSEST
            draw = self.chance.coarse if enough else self.chance.hash
            hashed = draw(str(self.name), use, "null", ROW, layout.rows)
            conditions.append(f"{hashed} < {round(profile.null_fraction * P)}")
        return f"({' OR '.join(conditions)})" if conditions else None

    # ------------------------------------------------------------ values

    def value(self, table: QName, column: str, row: str, depth: int = 0) -> str:
        """The SQL of a column's value at a row, of this table or of one that it refers to."""
        layout = self.plan.layouts[table]
        domain = self.plan.domains[table][column]
        profile = self._profile(table, column)
        source = layout.sources.get(column)
        if source is not None and profile.generator == "reference" and depth < _DEEPEST:
            return self._referenced(table, layout, domain, source, row, depth)
        if column in layout.digits and (profile.generator == "numbered" or _runs_out(profile, domain, layout)):
            return self._numbered(table, domain, row)
        guard = next((guard for guard in layout.guards if guard.column == column and guard.values), None)
        cell = self._cell(table, domain, profile, row)
        if guard is not None:
            return self._guarded(table, cell, profile, guard.values, row)
        return self._generated(cell, profile)

    def _referenced(
        self, table: QName, layout: TableLayout, domain: Domain, source: tuple[str, str], row: str, depth: int
    ) -> str:
        pick = layout.picks[source[0]]
        target_row = self.picks.row(table, pick.name, row)
        if pick.target is None:
            return self._virtual(source[1], target_row)
        value = self.value(pick.target, source[1], target_row, depth + 1)
        theirs = self.plan.domains[pick.target][source[1]].kind.family
        return self.words.as_text(value) if domain.kind.family == "text" and theirs != "text" else value

    def _virtual(self, label: str, row: str) -> str:
        """One of the values that several tables share without a table of their own."""
        domain = self.plan.virtual[label]
        size = self.plan.virtual_sizes.get(label, 1)
        profile = ColumnProfile(domain.column.name, "shared")
        key = QName("", label)
        cell = Cell(
            self.bindings, self.words, self.compiler.seed, (str(key), label), row, size, domain, {}, True,
            self.plan.virtual_windows.get(label, (HORIZON - 2 * 365 * _DAY, HORIZON)), ("0", "0"),
        )  # fmt: skip
        return self.by_number.value(cell, dict(profile.settings).get("pool"), row)

    def _cell(self, table: QName, domain: Domain, profile: ColumnProfile, row: str) -> Cell:
        layout = self.plan.layouts[table]
        settings: dict[str, Any] = dict(profile.settings)
        start, stop = self.plan.windows[table]
        low, high = settings.get("low"), settings.get("high")
        if domain.kind.family in ("date", "timestamp", "timestamptz"):
            start, stop = _window(start, stop, low, high)
        return Cell(
            bindings=self.bindings,
            words=self.words,
            seed=self.compiler.seed,
            key=(str(table), domain.column.name),
            row=row,
            rows=layout.rows,
            domain=domain,
            settings=settings,
            unique=domain.column.name in layout.unique,
            clock=(start, stop),
            deltas=self._deltas(table, row),
            followed=domain.column.name in self.compiler.followed(table),
        )

    def _deltas(self, table: QName, row: str) -> tuple[str, str]:
        """Microseconds between three moments of a row's life: short as a rule, at most 1.6 days and at most 12.7."""
        return self._squared(table, "first delta", row, 25), self._squared(table, "second delta", row, 22)

    def _squared(self, table: QName, use: str, row: str, bits: int) -> str:
        """The square of a draw without its last bits."""
        drawn = self.chance.coarse(str(table), "", use, row, self.plan.layouts[table].rows)
        return self.words.shift_right(f"{drawn} * {drawn}", bits)

    def _guarded(self, table: QName, cell: Cell, profile: ColumnProfile, values: tuple[str, ...], row: str) -> str:
        _, number = self.picks.stair(table, row)
        plain = self._generated(cell, profile)
        if cell.domain.kind.family == "boolean":
            return f"CASE WHEN {number} = 0 THEN {plain} ELSE {'FALSE' if values == ('true',) else 'TRUE'} END"
        settings = dict(profile.settings)
        kept = tuple(value for value in settings.get("values", ()) if value not in values)
        if not kept:
            return plain
        weights = settings.get("weights") or [1] * len(settings["values"])
        left = tuple(weight for value, weight in zip(settings["values"], weights, strict=False) if value not in values)
        other = GENERATORS["choice"](cell.having(values=kept, weights=left))
        return f"CASE WHEN {number} = 0 THEN {plain} ELSE {other} END"

    def _generated(self, cell: Cell, profile: ColumnProfile) -> str:
        limits = cell.domain.limits
        if profile.generator == "array":
            return self._array(cell)
        by_number = profile.generator in ("short", "numbered", "reference", "shared")
        if by_number or (cell.unique and profile.generator in ("choice", "boolean")):
            text = self.by_number.value(cell, dict(profile.settings).get("pool"), cell.shuffled())
        elif profile.generator == "sentence" and not cell.unique and not (limits.prefix or limits.min_length > 4):
            text = GENERATORS["sentence"](cell)  # keeps to the length by itself
            return f"{limits.letter_case}({text})" if limits.letter_case else text
        elif profile.generator == "pool" and cell.unique and cell.rows <= len(pool(str(cell.get("pool", "word")))):
            text = self.words.pick_text(pool(str(cell.get("pool", "word"))), cell.shuffled())
        elif profile.generator == "pattern":
            text = GENERATORS["pattern"](cell.having(shape=_shape(cell)))
        else:
            text = GENERATORS[profile.generator](cell)
        if cell.domain.kind.family != "text" or profile.generator in ("choice", "constant", "own", "pattern"):
            return text
        return self._fitted(text, cell, limits.letter_case, limits.prefix, limits.min_length)

    def _fitted(self, text: str, cell: Cell, letter_case: str | None, prefix: str, least: int) -> str:
        """Text within its length, case and prefix."""
        if prefix:
            text = f"{self.words.literal(prefix)} || {text}"
        if letter_case:
            text = f"{letter_case}({text})"
        if least > 4:
            text = f"rpad({text}, CAST(greatest(length({text}), {least}) AS INTEGER), 'x')"
        length = cell.domain.max_length
        return self.words.left(f"({text})", length) if length is not None else text

    def _array(self, cell: Cell) -> str:
        kind = replace(cell.domain.kind, array=0)
        domain = replace(cell.domain, kind=kind)
        plain = {"integer": "integer", "text": "vocabulary", "decimal": "decimal", "real": "decimal", "uuid": "uuid"}
        plain |= {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamp", "boolean": "boolean"}
        items = []
        for at in range(2):
            inner = replace(
                cell, domain=domain, key=(cell.key[0], f"{cell.key[1]}[{at}]"), unique=cell.unique and at == 0
            )
            if kind.values:
                items.append(GENERATORS["choice"](inner.having(values=kind.values, weights=None)))
            elif kind.family in plain:
                items.append(GENERATORS[plain[kind.family]](inner.having(rank=0)))
        return self.words.array(items)

    # ------------------------------------------------------------ values by number

    def _numbered(self, table: QName, domain: Domain, row: str) -> str:
        layout = self.plan.layouts[table]
        digit = layout.digits[domain.column.name]
        parent, _ = self.picks.stair(table, row)
        number = self.picks.digit(table, digit.place, row)
        profile = self._profile(table, domain.column.name)
        cell = self._cell(table, domain, profile, row)
        values = len(domain.choices)
        if values and layout.stair:
            parents = layout.picks[layout.stair].size
            start = self.chance.hash(str(table), domain.column.name, "start", parent, parents)
            number = self.bindings.bind(f"(({start} + {number}) % {values})")
        return self.by_number.value(cell, dict(profile.settings).get("pool"), number)


def _shape(cell: Cell) -> Pattern:
    written = cell.get("shape")
    if isinstance(written, Pattern):
        return written
    if cell.get("pattern"):
        return Pattern(tuple(str(cell.get("pattern"))))
    return Pattern(tuple(written)) if written else (cell.domain.pattern or Pattern(("abcdefghijklmnopqrstuvwxyz",) * 6))


def _window(start: int, stop: int, low: Any, high: Any) -> tuple[int, int]:
    """The table's window cut to what a check allows."""
    try:
        least = micros(str(low)) + _DAY if low is not None else None
        most = micros(str(high)) - _DAY if high is not None else None
    except ValueError:
        return start, stop
    if least is not None and least > start:
        start, stop = least, max(stop, least + 30 * _DAY)
    if most is not None and most < stop:
        start, stop = min(start, most - 30 * _DAY), most
    return start, stop


def _distinct(columns: Any) -> Any:
    """The columns that DuckDB can tell apart: names that differ only in case count once."""
    seen: set[str] = set()
    for column in columns:
        if column.name.lower() not in seen:
            seen.add(column.name.lower())
            yield column
