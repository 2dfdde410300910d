"""Secret in plain text.

Symptom: A text column is named like a password, a token or a key, and nothing says that it is hashed or encrypted.

Why it matters: Whoever can read the table, a backup, a replica or a log of statements can act as anybody in it. Secrets
that are only compared need not be readable at all.

When it is fine: The value is hashed or encrypted before it arrives; name the column so (`password_hash`) or say so in its
comment, and the rule is silent.

How to fix: Passwords as a slow salted hash (argon2id, scrypt or bcrypt), made by the application. Tokens as a SHA-256 digest
in a bytea column with a unique index. Secrets that must be read back in a vault, or encrypted with a key that is not in the
database.

Source: OWASP Password Storage Cheat Sheet; OWASP Secrets Management Cheat Sheet; splinter lint 0023; sqlcheck, Readable
Passwords.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import bag, is_secret, length_of, singular, words

_SAYS_SAFE = re.compile(r"hash|digest|encrypt|bcrypt|argon|scrypt|sha-?\d|pbkdf|cipher|masked|vault", re.IGNORECASE)
_SAYS_SECRET = re.compile(r"password|credential|secret|api key", re.IGNORECASE)
_PASSWORDS = frozenset(["password", "passwd", "pwd", "passphrase", "pin"])
_READ_BACK = bag("secret key privatekey credential credentials totp")
_COMPARED = frozenset(("token", "otp"))
_PEOPLE = bag(
    "user account member customer login admin person people employee staff teacher student pupil patient driver agent operator "
    "subscriber client player"
)
# What payment-card-data says of these is worse.
_CARD_CODES = bag("cvv cvc cvv2 cvc2")
# The length of a bcrypt hash, which nobody gives to a password.
_BCRYPT = "(60)"
# What stands beside a hash, and never beside a password in clear.
_SALTED = re.compile(r"(?:\w+_)?(?:salt|iteration_?count|iterations)\Z", re.IGNORECASE)
_FLAG = 3
_HASH = 64  # the shortest digest that anybody writes as text
_KEY = 100


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.tables:
        for column in table.columns:
            if not context.is_text(column.type) or _is_safe(table, column) or _is_too_short(context, column):
                continue
            if is_secret(column.name) and not set(words(column.name)) & _CARD_CODES:
                yield _finding(table, column)
            elif column.name in ("value", "val", "setting_value") and _is_settings(table):
                yield RULE.finding(
                    f"The comment of {table.qname} speaks of secrets, and {column.name} keeps them in plain text beside all "
                    "other settings",
                    table=table,
                    columns=(column.name,),
                    line=column.line,
                )


def _is_safe(table: Table, column: Column) -> bool:
    password = set(words(column.name)) & _PASSWORDS
    if password and (column.type.endswith(_BCRYPT) or any(_SALTED.match(name) for name in table.column_names)):
        return True
    checks = " ".join(item.expression for item in table.checks if column.name in item.expression)
    return bool(_SAYS_SAFE.search(column.comment or "") or _SAYS_SAFE.search(checks) or "'^\\$" in checks)


def _is_too_short(context: Context, column: Column) -> bool:
    """A flag about a secret (`must_change_password char(2)`), or the name of the file that a key is in."""
    length = length_of(context.base_type(column.type))
    key = "privatekey" in "".join(words(column.name))
    return length is not None and (length <= _FLAG or (key and length < _KEY))


def _of_another_system(table: Table) -> bool:
    """Whether it is the password with which a program signs in elsewhere: it has to be read back."""
    named = {word for name in table.column_names for word in words(name)}
    return bool({"server", "host", "port", "dn", "url", "endpoint"} & named)


def _is_settings(table: Table) -> bool:
    named = {"setting", "settings", "config", "configuration", "option", "options"} & set(words(table.name))
    return bool(named) and _SAYS_SECRET.search(table.comment or "") is not None


def _finding(table: Table, column: Column) -> Finding:
    parts = set(words(column.name))
    if words(column.name)[-1] in _COMPARED:
        # The token of a forgotten password is no password.
        parts -= _PASSWORDS
    signs_in = bool(parts & _PASSWORDS and set(words(singular(table.name))) & _PEOPLE) and not _of_another_system(table)
    length = length_of(column.type)
    if signs_in and length is not None and length >= _HASH:
        return RULE.finding(
            f"{table.qname}.{column.name} has room for a salted hash, and nothing says that it is one: a password in plain text opens "
            "this account and others of the same person",
            table=table,
            columns=(column.name,),
            line=column.line,
            severity="medium",
            confidence="hint",
        )
    severity: Severity = "high" if parts & (_PASSWORDS | _READ_BACK) else "medium"
    if signs_in:
        advice = "keep a slow salted hash instead"
    elif parts & (_PASSWORDS | _READ_BACK):
        advice = "keep it in a vault or encrypted"
    else:
        advice = "keep its digest, and compare digests"
    return RULE.finding(
        f"{table.qname}.{column.name} seems to keep a secret in plain text: who reads the table, a backup or a replica can "
        f"use it ({advice})",
        table=table,
        columns=(column.name,),
        line=column.line,
        severity=severity,
    )


RULE = Rule(
    name="plaintext-secret-column",
    area="security",
    severity="high",
    confidence="likely",
    summary="A text column is named like a secret, and nothing says that it is hashed or encrypted",
    check=check,
)
