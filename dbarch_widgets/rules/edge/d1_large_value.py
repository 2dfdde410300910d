"""File in a D1 row.

Symptom: A column for the bytes of a file, an image or a backup lies in a table that goes to D1.

Why it matters: A row, a string and a BLOB may have 2,000,000 bytes; a larger one is refused, and a statement that carries
one as a literal may have 100,000 bytes only. What fits still counts towards the 10 GB of the database, and is read into the
memory of the Worker with its row.

When it is fine: Thumbnails and signatures that stay small.

How to fix: Keep files in object storage (R2) and their key, size and checksum in the row.

Source: Cloudflare D1 documentation, Limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import engine_path, is_d1
from dbarch_widgets.rules.words import bag, words

_FILES = bag(
    "file document image photo picture attachment pdf scan video audio upload blob content contents data body backup archive snapshot"
)
_SMALL = bag("hash digest checksum sha key signature salt nonce iv token thumbnail icon fingerprint id uuid vector")
_LOADS = bag("pdf image photo video audio scan")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    if not is_d1(context):
        return
    for table in context.tables:
        for column in table.columns:
            order = words(column.name)
            parts = set(order)
            # `data` says nothing beside another word, and a name that goes on is about the file: `archive_name`.
            named = order[-1:] != ("data",) or len(order) == 1
            binary = context.family(column.type) == "bytea" and named and set(order[-1:]) & _FILES
            coded = context.is_text(column.type) and "base64" in column.name.lower() and parts & (_FILES | _LOADS)
            if (binary or coded) and not parts & _SMALL:
                yield RULE.finding(
                    f"{table.qname}.{column.name} holds files: D1 refuses any over 2,000,000 bytes, and those that fit fill "
                    "the 10 GB of the database",
                    table=table,
                    columns=(column.name,),
                    line=column.line,
                    because=engine_path(context),
                )


RULE = Rule(
    name="d1-large-value",
    area="edge",
    severity="medium",
    confidence="hint",
    summary="A column for the bytes of files, of which Cloudflare D1 refuses those over 2 MB",
    check=check,
)
