"""The address of a PostgreSQL: looked at before anything is sent, and never shown with its password.

What the driver says may repeat the address. So its words pass through `clean`, and an address in which it is not certain
where the password ends is refused without a word of it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, unquote

from dbarch_widgets.errors import SourceError

HIDDEN = "***"
_SECRET_WORDS = ("password", "sslpassword", "oauth_client_secret")
_HOW_TO = "write it like postgresql://user@host:5432/database, with @ : / ? # % in a password percent-encoded"


@dataclass(frozen=True)
class Address:
    """`text` is what the driver gets; `shown` is for people."""

    text: str = field(repr=False)
    shown: str
    secrets: tuple[str, ...] = field(repr=False)

    def clean(self, message: str) -> str:
        """The message without the password, in whatever form it stands there."""
        for secret in self.secrets:
            # Of a very short password only whole words are hidden: its letters alone tell nothing.
            pattern = re.escape(secret) if len(secret) > 3 else rf"(?<!\w){re.escape(secret)}(?!\w)"
            message = re.sub(pattern, HIDDEN, message)
        return message


def parse_address(text: str) -> Address:
    """The address, ready to connect with: a URL, or the driver's `host=… dbname=…`.

    Raises:
        SourceError: it is not understood, or it is not clear where its password ends. The message holds nothing of it.
    """
    parts = _parts(text)
    if parts is None or _doubtful(text, parts):
        raise SourceError("its address is not understood", where="PostgreSQL", to_do=_HOW_TO)
    return Address(text, _shown(parts), _secrets(text, parts))


def _parts(text: str) -> dict[str, str] | None:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        found = conninfo_to_dict(text)
    except psycopg.Error:  # its words repeat the address
        return None
    return {name: str(value) for name, value in found.items() if value is not None}


def _doubtful(text: str, parts: dict[str, str]) -> bool:
    """Whether a piece of the password may have been taken for the host, the port or the database."""
    if not re.fullmatch(r"[\d,]*", parts.get("port", "")):
        return True
    _, separator, body = text.partition("://")
    if not separator or " " in text.partition("://")[0]:
        return False
    authority, _, rest = body.partition("/")
    return authority.partition("?")[0].count("@") > 1 or "@" in rest.partition("?")[0]


def _shown(parts: dict[str, str]) -> str:
    host = parts.get("host") or parts.get("hostaddr") or os.environ.get("PGHOST") or ""
    place = "" if not host or host.startswith(("/", "@")) else f" at {host}"
    port = parts.get("port", "")
    database = parts.get("dbname") or os.environ.get("PGDATABASE")
    name = f" database {database!r}" if database else ""
    return f"PostgreSQL{name}{place}{':' + port if place and port else ''}"


def _secrets(text: str, parts: dict[str, str]) -> tuple[str, ...]:
    """Every form in which a password may come back, longest first."""
    known = {parts[word] for word in _SECRET_WORDS if word in parts}
    known |= {value for name, value in os.environ.items() if name in ("PGPASSWORD", "PGSSLPASSWORD")}
    written = re.findall(r"(?i)(?:password|client_secret)=([^&\s]+)", text)
    written += re.findall(r"://[^:/@]*:([^@/]*)@", text)
    known |= {form for each in written for form in (each, unquote(each), each.strip("'"))}
    known |= {form for each in [*known] for form in (quote(each), quote(each, safe=""), quote_plus(each))}
    return tuple(sorted((each for each in known if each), key=lambda each: (-len(each), each)))
