"""Data that must stay, in a database without a jurisdiction.

Symptom: The intake says of a region that its data must stay there, and D1 is among the engines.

Why it matters: A location hint is best effort, and read replicas lie in every region. Only a jurisdiction keeps a D1 database
within borders; it exists for the EU, for the United States and for FedRAMP, is chosen when the database is made, and cannot
be set later.

When it is fine: The tables that hold the people's data do not go to D1.

How to fix: One database for each such region, made with `--jurisdiction`; for regions that have none, another engine.
Workers elsewhere may still read it: confine them with Regional Services.

Source: Cloudflare D1 documentation, Data location; GDPR Chapter V.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import engine_path, is_d1
from dbarch_widgets.rules.words import and_list

_HAS_ONE = re.compile(r"\b(?:eu|europe|germany|frankfurt|ireland|us|usa|united states)\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for the design."""
    regions, bound = context.regions or (), context.staying_regions or ()
    if not is_d1(context) or not bound or not context.tables:
        return
    without = [name for name in bound if not _HAS_ONE.search(name.replace("_", "-"))]
    several = len(regions) > 1
    if without:
        text = f"Data of {and_list(without)} must stay there, and D1 has no jurisdiction for that"
    elif several:
        text = (
            f"Data of {and_list(bound)} must stay there, and a D1 database has one jurisdiction at most, set when it is "
            f"made: {len(regions)} regions are as many databases"
        )
    else:
        text = (
            f"Data of {bound[0]} must stay there: the D1 database must be made with a jurisdiction, which cannot be set "
            "later, and without which its replicas lie in every region"
        )
    yield RULE.finding(
        text,
        object="jurisdiction",
        file=context.only_file,
        severity="high" if without else None,
        because=("regions", *engine_path(context)),
    )


RULE = Rule(
    name="d1-jurisdiction",
    area="edge",
    severity="medium",
    confidence="likely",
    summary="Data must stay in a region, which Cloudflare D1 keeps only by a jurisdiction set at creation",
    check=check,
)
