"""The rights on one object while statements change them."""

from __future__ import annotations

from dbarch_widgets.model.objects import Grant
from dbarch_widgets.model.rights import ON_TABLES

COLUMNS = ("select", "insert", "update", "references")
_PUBLIC = "public"
Place = tuple[str | None, int | None]
"""File and line of a statement."""
_NOWHERE: Place = (None, None)
_State = tuple[bool, Place, bool]
_Kind = tuple[str, bool, bool, str]


class Held:
    """Grants taken apart: one entry for each role, privilege and column ("" stands for the whole object).

    `by_itself` is what PUBLIC has without any grant: giving it takes back a REVOKE, taking it is kept as one. What is
    `noted` PUBLIC may or may not have, by the version of the server: both are kept.
    """

    def __init__(self, grants: tuple[Grant, ...], by_itself: tuple[str, ...] = (), noted: tuple[str, ...] = ()) -> None:
        self._by_itself, self._noted = by_itself, noted
        self._held: dict[tuple[str, str, str], _State] = {}
        for each in grants:
            for privilege in each.privileges:
                for column in each.columns or ("",):
                    self._held[each.role, privilege, column] = (
                        each.with_grant_option,
                        (each.file, each.line),
                        each.revoked,
                    )

    def give(self, role: str, privilege: str, columns: tuple[str, ...], *, grantable: bool, place: Place) -> None:
        if role == _PUBLIC and privilege in self._by_itself:
            self._held.pop((role, privilege, ""), None)
            return
        for column in columns or ("",):
            had = self._held.get((role, privilege, column), (False, _NOWHERE, False))[0]
            self._held[role, privilege, column] = (grantable or had, place, False)

    def take(
        self, role: str, privilege: str, columns: tuple[str, ...], *, only_option: bool, place: Place = _NOWHERE
    ) -> None:
        for key in [key for key in self._held if key[:2] == (role, privilege)]:
            if columns and key[2] not in columns:
                continue
            if only_option:
                self._held[key] = (False, *self._held[key][1:])
            else:
                del self._held[key]
        if role == _PUBLIC and privilege in (*self._by_itself, *self._noted) and not only_option:
            self._held[role, privilege, ""] = (False, place, True)

    def grants(self) -> tuple[Grant, ...]:
        """One grant for each role and list of columns, its privileges in the order of GRANT ALL."""
        columns: dict[_Kind, list[str]] = {}
        places: dict[_Kind, Place] = {}
        for (role, privilege, column), (grantable, where, revoked) in self._held.items():
            kind = (role, grantable, revoked, privilege if column else f"{privilege}*")
            columns.setdefault(kind, []).append(column)
            places[kind] = where
        together: dict[tuple[str, bool, bool, tuple[str, ...]], list[str]] = {}
        latest: dict[tuple[str, bool, bool, tuple[str, ...]], Place] = {}
        for kind, named in columns.items():
            place = (*kind[:3], tuple(name for name in named if name))
            together.setdefault(place, []).append(kind[3].removesuffix("*"))
            latest[place] = places[kind]
        return tuple(
            Grant(
                place[0],
                ordered(privileges),
                place[3],
                with_grant_option=place[1],
                file=latest[place][0],
                line=latest[place][1],
                revoked=place[2],
            )
            for place, privileges in together.items()
        )


def ordered(privileges: list[str]) -> tuple[str, ...]:
    """In the order of GRANT ALL on a table, then by name."""
    return tuple(
        sorted(privileges, key=lambda name: (ON_TABLES.index(name) if name in ON_TABLES else len(ON_TABLES), name))
    )
