"""Identity columns: numbers that go on where they were, also from a serial column and back."""

from __future__ import annotations

from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.deliverables.migration.locks import locks
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.postgres.objects import identity_sequences
from dbarch_widgets.sql.write.words import after_default, counting, generated, literal, named


def _alter(table: Table, command: str) -> str:
    return f"ALTER TABLE {qualified(table.qname)} {command}"


def become_identity(draft: Draft, table: Table, new: Column, sequence: Sequence | None, numbers: str) -> Step:
    """From a column that has its numbers already, out of the sequence `numbers`."""
    column, place = named(new.name), qualified(table.qname)
    options = _options(table, new, sequence)
    literals = (literal(place), literal(new.name))
    go_on = f"SELECT setval(pg_get_serial_sequence({', '.join(literals)}), last_value) FROM {numbers}"
    quoted = literal(numbers)
    back = f"SELECT setval({quoted}, coalesce(max({column}), 1)) FROM {place}"
    return Step(
        f"Let {new.name} of {table.qname} be an identity",
        (
            _alter(table, f"ALTER COLUMN {column} DROP DEFAULT"),
            _alter(table, f"ALTER COLUMN {column} ADD GENERATED {(new.identity or '').upper()} AS IDENTITY{options}"),
            go_on,
        ),
        (
            _alter(table, f"ALTER COLUMN {column} DROP IDENTITY"),
            back,
            _alter(table, f"ALTER COLUMN {column} SET DEFAULT nextval({quoted})"),
        ),
        table.qname,
        (new.name,),
        locks("SET DEFAULT", table.qname),
    )


def _options(table: Table, column: Column, sequence: Sequence | None) -> str:
    if sequence is None:
        return ""
    options = []
    if (sequence.schema, sequence.name) != (table.schema, generated(table.name, column.name, "seq", set())):
        options.append(f"SEQUENCE NAME {at(sequence.schema, sequence.name)}")
    options += counting(sequence)
    return f" ({' '.join(options)})" if options else ""


def was_serial(draft: Draft, table: Table, old: Column, new: Column) -> Sequence | None:
    """The sequence behind the old default, where the column becomes an identity and nothing else needs the sequence."""
    if old.identity or not new.identity or old.default is None:
        return None
    return next((each for each in draft.old.sequences if each.owned_by == (*table.qname, old.name)), None)


def serial_to_identity(draft: Draft, table: Table, old: Column, new: Column, numbers: Sequence) -> Step:
    """The numbers go on where they were. The old sequence is moved out of the way, since both often have one name."""
    column, place = named(new.name), qualified(table.qname)
    known = identity_sequences(draft.new).get((*table.qname, new.name))
    fresh = at(known.schema, known.name) if known else at(table.schema, generated(table.name, new.name, "seq", set()))
    going = f"{numbers.name[:50]}_going"
    here, there = at(numbers.schema, numbers.name), at(numbers.schema, going)
    again = " ".join(["AS " + numbers.type, *counting(numbers)])
    return Step(
        f"Let {new.name} of {table.qname} be an identity",
        (
            _alter(table, f"ALTER COLUMN {column} DROP DEFAULT"),
            f"ALTER SEQUENCE {here} OWNED BY NONE",
            f"ALTER SEQUENCE {here} RENAME TO {named(going)}",
            _alter(table, f"ALTER COLUMN {column} {_identity_words(draft, table, new, old)}"),
            f"SELECT setval({literal(fresh)}, last_value, is_called) FROM {there}",
            f"DROP SEQUENCE {there}",
        ),
        (
            f"CREATE SEQUENCE {there} {again}",
            f"SELECT setval({literal(there)}, last_value, is_called) FROM {fresh}",
            _alter(table, f"ALTER COLUMN {column} DROP IDENTITY"),
            f"ALTER SEQUENCE {there} RENAME TO {named(numbers.name)}",
            f"ALTER SEQUENCE {here} OWNED BY {place}.{column}",
            _alter(table, f"ALTER COLUMN {column} SET DEFAULT {after_default(old.default or 'NULL')}"),
        ),
        table.qname,
        (new.name,),
        locks("SET DEFAULT", table.qname),
    )


def identity_changed(draft: Draft, table: Table, old: Column, new: Column) -> Step:
    """Made, changed or taken off."""
    up, down = (
        _alter(table, f"ALTER COLUMN {named(new.name)} {_identity_words(draft, table, one, other)}")
        for one, other in ((new, old), (old, new))
    )
    return Step(
        f"Change the identity of {new.name} of {table.qname}",
        (up,),
        (down,),
        table.qname,
        (new.name,),
        locks("SET DEFAULT", table.qname),
    )


def _identity_words(draft: Draft, table: Table, to: Column, was: Column) -> str:
    if to.identity is None:
        return "DROP IDENTITY"
    if was.identity:
        return f"SET GENERATED {to.identity.upper()}"
    sequences = identity_sequences(draft.new) | identity_sequences(draft.old)
    return (
        f"ADD GENERATED {to.identity.upper()} AS IDENTITY{_options(table, to, sequences.get((*table.qname, to.name)))}"
    )
