"""Natural key that is not unique.

Symptom: A column that people or programs use to name one row (a sign-in e-mail address, an order number, a medical record
number, a SKU, a slug) is in no unique key of its own table.

Why it matters: Two rows with the same address or number will appear sooner or later, by a retried request if by nothing
else, and nothing tells which of them is meant. Repairing it later means to merge rows that others already refer to.

When it is fine: The number repeats on purpose, for example per warehouse or per year; then the pair is the key, and
should be declared. A row for each happening (a required time, a required reference, nothing that changes later) repeats the
code of what happened; such tables are left alone.

How to fix: Find the duplicates, decide which row stays, then add the unique constraint. Compare e-mail addresses without
regard to case with a unique index on lower(email).

Source: PostgreSQL documentation, Unique Constraints; PostgreSQL documentation, Unique Indexes.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.happenings import is_happening
from dbarch_widgets.rules.index_fixes import index_instead
from dbarch_widgets.rules.words import bag, singular, words

_PEOPLE = bag("user customer account member subscriber login principal player")
_SIGN_IN = frozenset(("email", "username", "user_name", "login", "email_address"))
_NAMES = frozenset(("sku", "slug"))
_HAPPENS = bag(
    "event scan log reading measurement movement entry attempt visit check step login alarm alert fault warning error"
)
_ISSUERS = bag("carrier maker manufacturer vendor brand supplier")
# What somebody hands out to name one of a kind, by the last word of the table that lists them.
_PERSONS = bag("patient person employee staff teacher student pupil member doctor nurse physician clinician")
_HANDED_OUT: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (bag("mrn medical_record_number medical_record_no nhs_number nhs_no hospital_number"), bag("patient person")),
    (bag("personnel_number personnel_no employee_number employee_no staff_number staff_no payroll_number"), _PERSONS),
    (bag("student_number student_no pupil_number matriculation_number enrolment_number membership_number"), _PERSONS),
    (bag("isbn isbn13 isbn_13"), bag("book edition publication")),
    (bag("vin chassis_number"), bag("vehicle car truck van lorry")),
    (bag("imei"), bag("device phone handset tracker")),
    (bag("serial_number serial_no"), bag("meter device machine sensor instrument gateway")),
    (bag("tracking_number tracking_no barcode"), bag("parcel shipment consignment package")),
    (bag("isin figi cusip sedol wkn"), bag("instrument security bond share fund")),
    (bag("lei"), bag("firm member counterparty party entity issuer")),
    (
        bag("license_plate licence_plate plate_number registration_number matricula kennzeichen immatriculation"),
        bag("vehicle car truck van lorry"),
    ),
    (bag("number no"), bag("order invoice shipment booking contract")),
    (bag("locator pnr booking_reference confirmation_code confirmation_number"), bag("booking reservation")),
    (bag("barcode"), bag("ticket voucher coupon")),
    (bag("mpan mprn metering_point_number ean"), bag("point meter")),
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such column."""
    for table in context.tables:
        kind = words(singular(table.name))[-1:]
        happens = is_happening(context, table)
        issued = any(set(words(name)) & _ISSUERS for name in table.column_names)
        # A table whose row belongs to a parent repeats the parent's names (an order line its product's SKU).
        copied = {name for key in table.foreign_keys for name in key.columns}
        if any(words(singular(key.ref_table))[-1:] == kind for key in table.foreign_keys):
            continue  # blocked_customers speaks of customers, and is not the list of them
        for column in table.columns:
            if column.name in copied or not _names_a_row(kind, column, issued) or _is_unique(table, column.name):
                continue
            coded = column.name.lower().endswith("_code")
            if (happens and (coded or set(kind) & _HAPPENS)) or (coded and set(kind) & _HAPPENS and table.foreign_keys):
                continue  # many rows say that the same has happened
            yield _finding(context, table, column)


def _names_a_row(kind: tuple[str, ...], column: Column, issued: bool) -> bool:
    if not kind:
        return False
    name = "_".join(words(column.name))
    if name in _SIGN_IN:
        return kind[0] in _PEOPLE
    if name in _NAMES:
        return kind[0] in ("product", "article", "item", "variant", "page", "post", "project", "category", "tag")
    if any(name in names and kind[0] in kinds for names, kinds in _HANDED_OUT):
        return not issued or not name.startswith(
            ("serial", "tracking", "barcode", "number", "no")
        )  # each maker counts by itself
    return name in (f"{kind[0]}_number", f"{kind[0]}_no", f"{kind[0]}_code", f"{kind[0]}_ref", f"number_{kind[0]}")


def _is_unique(table: Table, name: str) -> bool:
    """Whether a unique key holds the column, also in an expression or with a condition."""
    declared = [table.primary_key.columns if table.primary_key else (), *(unique.columns for unique in table.unique)]
    if any(name in columns for columns in declared):
        return True
    for index in table.indexes:
        if index.unique and any(key.column == name or name in words_of(key) for key in index.keys):
            return True
    return any(name in exclusion.definition for exclusion in table.exclusions)


def words_of(key: IndexKey) -> str:
    """The text of an expression key."""
    return key.expression or ""


def _finding(context: Context, table: Table, column: Column) -> Finding:
    lookups = [
        query.name
        for query in context.queries_on(table)
        for number in range(len(query.blocks))
        for item in query.conditions(number)
        if item.table is table and item.column is column and item.predicate.operator == "="
    ]
    used = f" (query {lookups[0]} looks a row up by it)" if lookups else ""
    mail = "mail" in column.name and context.family(column.type) != "citext"
    key = IndexKey(expression=f"lower({column.name})") if mail else IndexKey(column.name)
    fix = None
    if table.kind == "table":
        sql = index_instead(context, table, [key], unique=True)
        fix = Fix(sql, note="Fails while there are duplicates; find and merge them first.")
    return RULE.finding(
        f"Nothing keeps {table.qname}.{column.name} unique, so two rows can go by the same name{used}",
        table=table,
        columns=(column.name,),
        line=column.line,
        severity="medium" if lookups else None,
        confidence="likely" if lookups else None,
        fix=fix,
    )


RULE = Rule(
    name="natural-key-not-unique",
    area="keys",
    severity="low",
    confidence="hint",
    summary="A name or number that identifies a row is in no unique key",
    check=check,
)
