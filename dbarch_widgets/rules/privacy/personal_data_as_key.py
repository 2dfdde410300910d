"""Personal data as a key.

Symptom: An e-mail address, a phone number or a number of a person is the primary key of a table, or what foreign keys refer to.

Why it matters: The value is copied into every row that refers to it, into indexes, logs and messages of errors: it cannot be
erased or corrected in one place. People change their address, and every copy must follow.

When it is fine: Almost never; a list of blocked addresses whose only content is the address.

How to fix: A key that says nothing (an identity or a uuid), UNIQUE on the address, and foreign keys to the former.

Source: GDPR Articles 16 and 17; GDPR Article 32 pseudonymisation.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, count_of

_ALONE = 2


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table; a list that holds hardly more than the address is left out unless others refer to it."""
    for table in context.tables:
        own = set(table.primary_key.columns) if table.primary_key else set()
        referring = context.schema.referencing(table.qname)
        referred = {name for _, key in referring for name in key.ref_columns}
        inherited = {name for key in table.foreign_keys for name in key.columns}
        for each in context.classification.personal(table.qname):
            key = each.column in referred or (each.column in own and len(table.columns) > _ALONE)
            direct = each.direct and each.confidence != "hint"
            if not key or not direct or each.column in inherited:
                continue
            others = dict.fromkeys(str(other.qname) for other, fk in referring if each.column in fk.ref_columns)
            copies = (
                f", and {and_list(others, at_most=4)} {'copies' if len(others) == 1 else 'copy'} it" if others else ""
            )
            yield RULE.finding(
                f"{table.qname} is keyed by {each.column} ({each.category}){copies}: a change or an erasure has to reach "
                f"{count_of(1 + len(others), 'table')}, their indexes and every log that names the key",
                table=table,
                columns=(each.column,),
                line=column_of(table, each.column).line,
                severity="medium" if others else None,
            )


RULE = Rule(
    name="personal-data-as-key",
    area="privacy",
    severity="low",
    confidence="likely",
    summary="An address or a number of a person is a key, which is copied wherever it is referred to",
    check=check,
)
