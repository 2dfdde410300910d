"""Enums and domains: made, widened and dropped."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.deliverables.migration.born import rights_of_new
from dbarch_widgets.deliverables.migration.draft import Draft, bare
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import Domain, EnumType
from dbarch_widgets.model.rights import Rights
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.write.postgres.names import at
from dbarch_widgets.sql.write.postgres.objects import create_domain, create_enum
from dbarch_widgets.sql.write.words import after_default, enclosed, literal, named


def _by_name(things: tuple[EnumType, ...] | tuple[Domain, ...]) -> dict[QName, EnumType | Domain]:
    return {QName(each.schema, each.name): each for each in things}


def _rights(draft: Draft, one: EnumType | Domain) -> tuple[str, ...]:
    return rights_of_new(draft, Rights("type", one.name, one.grants, one), one.schema)


def types_made(draft: Draft) -> None:
    """New ones, and new values and checks of those that are there."""
    old, new = _by_name(draft.old.enums), _by_name(draft.new.enums)
    for name, enum in new.items():
        assert isinstance(enum, EnumType)
        was = old.get(name)
        if was is None:
            drop = f"DROP TYPE {at(enum.schema, enum.name)}"
            draft.add(Step(f"Make type {name}", (create_enum(enum), *_rights(draft, enum)), (drop,)))
        elif isinstance(was, EnumType) and was.values != enum.values:
            for step in _values(was, enum):
                draft.add(step)
    old, new = _by_name(draft.old.domains), _by_name(draft.new.domains)
    for name, domain in new.items():
        assert isinstance(domain, Domain)
        was = old.get(name)
        if was is None:
            drop = f"DROP DOMAIN {at(domain.schema, domain.name)}"
            make = create_domain(domain, domain.checks, draft.types)
            draft.add(Step(f"Make domain {name}", (make, *_rights(draft, domain)), (drop,)))
        elif isinstance(was, Domain) and bare(was) != bare(domain):
            for step in _domain(was, domain):
                draft.add(step)


def _values(old: EnumType, new: EnumType) -> Iterator[Step]:
    """Values can be added anywhere; one that goes is left over, and told so."""
    before = None
    for value in new.values:
        if value not in old.values:
            place = (
                f" AFTER {literal(before)}"
                if before is not None
                else f" BEFORE {literal(old.values[0])}"
                if old.values
                else ""
            )
            up = f"ALTER TYPE {at(new.schema, new.name)} ADD VALUE IF NOT EXISTS {literal(value)}{place}"
            yield Step(
                f"Add value {value} to type {QName(new.schema, new.name)}",
                (up,),
                transaction=False,
                rollback="not reversible",
                notes=("PostgreSQL has no way to take a value away; one that is not used does no harm.",),
            )
        before = value


def _domain(old: Domain, new: Domain) -> Iterator[Step]:
    place = f"ALTER DOMAIN {at(new.schema, new.name)}"
    name = QName(new.schema, new.name)
    if old.default != new.default:
        up, down = (
            f"{place} {'DROP DEFAULT' if each.default is None else 'SET DEFAULT ' + after_default(each.default)}"
            for each in (new, old)
        )
        yield Step(f"Set the default of domain {name}", (up,), (down,))
    if old.nullable != new.nullable:
        words = (f"{place} DROP NOT NULL", f"{place} SET NOT NULL")
        up, down = words if new.nullable else words[::-1]
        yield Step(f"Change whether domain {name} may be NULL", (up,), (down,))
    for check, expression in old.checks:
        if (check, expression) not in new.checks:
            drop, add = (
                f"{place} DROP CONSTRAINT {named(check)}",
                f"{place} ADD CONSTRAINT {named(check)} CHECK {enclosed(expression)}",
            )
            yield Step(f"Drop check {check} of domain {name}", (drop,), (add,))
    for check, expression in new.checks:
        if (check, expression) not in old.checks:
            drop, add = (
                f"{place} DROP CONSTRAINT {named(check)}",
                f"{place} ADD CONSTRAINT {named(check)} CHECK {enclosed(expression)} NOT VALID",
            )
            yield Step(f"Add check {check} to domain {name}", (add,), (drop,))
            valid = f"{place} VALIDATE CONSTRAINT {named(check)}"
            yield Step(
                f"Validate check {check} of domain {name}",
                (valid,),
                (),
                notes=("It reads every table with a column of the domain.",),
            )


def types_dropped(draft: Draft) -> None:
    old, new = _by_name(draft.old.domains), _by_name(draft.new.domains)
    for name, domain in old.items():
        if name not in new and isinstance(domain, Domain):
            make = create_domain(domain, domain.checks, draft.old_types)
            draft.add(
                Step(
                    f"Drop domain {name}",
                    (f"DROP DOMAIN {at(domain.schema, domain.name)}",),
                    (make, *_rights(draft, domain)),
                )
            )
    old, new = _by_name(draft.old.enums), _by_name(draft.new.enums)
    for name, enum in old.items():
        if name not in new and isinstance(enum, EnumType):
            make = create_enum(enum)
            draft.add(
                Step(f"Drop type {name}", (f"DROP TYPE {at(enum.schema, enum.name)}",), (make, *_rights(draft, enum)))
            )
