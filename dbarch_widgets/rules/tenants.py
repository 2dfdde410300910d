"""Which column says whose row it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.policies import fenced_columns
from dbarch_widgets.rules.words import bag, singular, words

if TYPE_CHECKING:
    from dbarch_widgets.rules.context import Context

_SURE = frozenset(["tenant", "organization", "organisation", "org", "workspace"])
_LIKELY = bag("company firm merchant shop store client agency practice site subscriber")

_NEVER = bag(
    "user person people account employee member patient customer contact product item order status type category country language"
)

# From here on it is no accident when a table has as many rows as there are tenants.
_TELLING = 20
# How many tables have to say themselves whose their rows are before a column is taken for the tenant's.
_DIRECT = 3


@dataclass(frozen=True)
class Tenants:
    """The tenant column, the tables that have it, and the table of the tenants themselves (None if there is none)."""

    column: str
    tables: frozenset[QName]
    root: QName | None

    def has(self, table: Table) -> bool:
        """Whether rows of the table belong to a tenant by a column of their own."""
        return table.qname in self.tables


def tenants_of(context: Context) -> Tenants | None:
    """The tenant column of a schema, or None when there is no sign of one, or the intake says that there is one tenant.

    A column counts when it is named so and occurs in two tables at least, or when policies compare it with who asks. Without
    such a name it is the one that refers to the table of which the intake says as many rows as there are tenants, or from
    which most tables can be reached.
    """
    answer = context.said_tenants
    if answer is not None and answer <= 1:
        return None
    many = answer is not None
    fenced: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for table in context.tables:
        for name in {name for policy in table.rls.policies for name in fenced_columns(policy)}:
            fenced[name] += 1
        for name in table.column_names:
            if _rank(name, many) and not _is_own_key(table, name):
                named[name] += 1
    column = _choose(fenced, named, many) or _by_number(context, answer) or _by_reach(context, answer, fenced)
    if column is None:
        return None
    root = _root(context, column)
    tables = frozenset(table.qname for table in context.tables if table.has_column(column) and table.qname != root)
    return Tenants(column, tables, root) if tables else None


def _rank(name: str, many: bool) -> int:
    parts = set(words(name))
    if not parts & {"id", "uuid", "key", "code"} and len(parts) > 1:
        return 0
    if parts & _SURE:
        return 2
    return 1 if many and parts & _LIKELY else 0


def _is_own_key(table: Table, name: str) -> bool:
    return table.primary_key is not None and table.primary_key.columns == (name,)


def _choose(fenced: Counter[str], named: Counter[str], many: bool) -> str | None:
    """A name that says tenant and that policies compare, then one that says so, then one that policies compare."""
    scores = {
        name: (_rank(name, many), fenced[name] > 0, named[name])
        for name in {*fenced, *named}
        if _rank(name, many) and (named[name] > 1 or fenced[name])
    }
    if scores:
        return max(sorted(scores), key=lambda name: scores[name])
    return None


def _by_number(context: Context, tenants: int | None) -> str | None:
    """The column that two tables or more refer by to one table with as many rows as there are tenants, give or take a tenth."""
    if tenants is None or tenants < _TELLING:
        return None
    votes: Counter[tuple[QName, str]] = Counter()
    for table in context.tables:
        for key in table.foreign_keys:
            target = context.schema.find(key.target)
            rows = context.scale(target).rows if target and target.qname != table.qname else None
            if rows is not None and len(key.columns) == 1 and abs(rows - tenants) * 10 <= tenants:
                votes[key.target, key.columns[0]] += 1
    best = votes.most_common(1)
    return best[0][0][1] if best and best[0][1] > 1 else None


def _by_reach(context: Context, tenants: int | None, fenced: Counter[str]) -> str | None:
    """The column by which three tables or more, or two of which policies compare it, refer to one from which most are reached.

    That one refers to none. Where two come into question, as customers and products do, nothing is said.
    """
    if tenants is None or tenants < _TELLING or context.tenancy_model != "shared_table":
        return None
    children: dict[QName, set[QName]] = defaultdict(set)
    columns: dict[QName, Counter[str]] = defaultdict(Counter)
    for table in context.tables:
        for key in table.foreign_keys:
            if key.target != table.qname:
                children[key.target].add(table.qname)
                if len(key.columns) == 1:
                    columns[key.target][key.columns[0]] += 1
    found = []
    for table in context.tables:
        named = columns[table.qname].most_common(1)
        if any(key.target != table.qname for key in table.foreign_keys) or not named:
            continue
        if named[0][1] < _DIRECT and not (fenced[named[0][0]] and named[0][1] > 1):
            continue
        # A person or a thing that many rows are about is no tenant, and neither is one of a million.
        if set(words(singular(table.name))) & _NEVER or (context.scale(table).rows or 0) > 10 * tenants:
            continue
        # Lists and trails that refer to nothing are nobody's.
        tied = {other.qname for other in context.tables if other.foreign_keys and other.qname != table.qname}
        if 10 * len(_below(table.qname, children) & tied) >= 6 * len(tied):
            found.append(named[0][0])
    return found[0] if len(found) == 1 else None


def _below(root: QName, children: Mapping[QName, set[QName]]) -> set[QName]:
    seen: set[QName] = set()
    todo = [root]
    while todo:
        new = children.get(todo.pop(), set()) - seen - {root}
        seen |= new
        todo += new
    return seen


def _root(context: Context, column: str) -> QName | None:
    """The table of the tenants: the one that most foreign keys of that column alone point at."""
    votes: Counter[QName] = Counter()
    for table in context.tables:
        for key in table.foreign_keys:
            if key.columns == (column,):
                votes[key.target] += 1
    return votes.most_common(1)[0][0] if votes else None
