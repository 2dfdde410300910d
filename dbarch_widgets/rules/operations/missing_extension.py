"""Extension that nothing creates.

Symptom: A type, an operator class or a function of an extension is used, and the schema does not create the extension.

Why it matters: The schema loads where somebody has once made the extension by hand, and on no other server: not on the new one, not
in the restore of a disaster. A function body is only read when it is called, so that it fails later still.

When it is fine: The database is made from a template, or by a tool, that has the extension.

How to fix: CREATE EXTENSION IF NOT EXISTS at the head of the schema, by a role that may; pin the schema that it goes into.

Source: PostgreSQL documentation, CREATE EXTENSION; PostgreSQL documentation, Additional Supplied Modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident

_TYPES = {
    "citext": "citext", "hstore": "hstore", "ltree": "ltree", "lquery": "ltree", "cube": "cube", "isbn": "isn", "ean13": "isn",
    "vector": "vector", "halfvec": "vector", "geometry": "postgis", "geography": "postgis", "earth": "earthdistance",
}  # fmt: skip
_FUNCTIONS = {
    "pgcrypto": r"\b(?:gen_salt|crypt|digest|hmac|pgp_sym_(?:en|de)crypt|pgp_pub_(?:en|de)crypt|gen_random_bytes)\s*\(",
    "uuid-ossp": r"\buuid_generate_v[1345]\w*\s*\(",
    "pg_trgm": r"\b(?:similarity|word_similarity|show_trgm)\s*\(",
    "unaccent": r"\bunaccent\s*\(",
    "dblink": r"\bdblink(?:_connect|_exec)?\s*\(",
    "tablefunc": r"\bcrosstab\w*\s*\(",
    "fuzzystrmatch": r"\b(?:levenshtein|soundex|dmetaphone)\s*\(",
}
_OPCLASSES = {"gin_trgm_ops": "pg_trgm", "gist_trgm_ops": "pg_trgm", "gin_hstore_ops": "hstore"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each extension, at its first use."""
    there = {extension.name for extension in context.schema.extensions}
    own = {function.name for function in context.schema.functions}
    told: set[str] = set()
    for name, what, table, line in _uses(context, own):
        if name in there or name in told:
            continue
        told.add(name)
        yield RULE.finding(
            f"{what} of the extension {name}, which the schema does not create: it fails on a server where nobody has made it",
            table=table,
            object=name,
            line=line,
            file=None if table else context.only_file,
            fix=Fix(f"CREATE EXTENSION IF NOT EXISTS {ident(name)};", note="It belongs before what uses it."),
        )


def _uses(context: Context, own: set[str]) -> Iterator[tuple[str, str, Table | None, int | None]]:
    for table in context.tables:
        for column in table.columns:
            bare = context.family(column.type).rpartition(".")[2]
            name = _TYPES.get(bare)
            if name and context.domain(column.type) is None and context.enum(column.type) is None:
                yield name, f"{table.qname}.{column.name} has the type {bare}", table, column.line
            for text in (column.default, column.generated):
                for extension, called in _calls(text or "", own):
                    yield extension, f"{table.qname}.{column.name} calls {called}", table, column.line
        for index in table.indexes:
            for key in index.keys:
                if key.opclass in _OPCLASSES:
                    yield _OPCLASSES[key.opclass], f"{index.name} uses {key.opclass}", table, index.line
    for function in context.schema.functions:
        for extension, called in _calls(function.body or "", own):
            yield extension, f"The function {function.name} calls {called}", None, function.line


def _calls(text: str, own: set[str]) -> Iterator[tuple[str, str]]:
    """The extensions whose functions the text calls, with one of them each; a function of the schema's own is none."""
    bare = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", text)
    for name, pattern in _FUNCTIONS.items():
        match = re.search(pattern, bare, re.IGNORECASE)
        called = match[0].rstrip("( \n").lower() if match else ""
        if called and called not in own:
            yield name, called


RULE = Rule(
    name="missing-extension",
    area="operations",
    severity="medium",
    confidence="likely",
    summary="An extension is used that the schema does not create",
    check=check,
    only_for=("postgres",),
)
