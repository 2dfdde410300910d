"""`mysql://user:password@host:port/database?…` as the driver's settings, with a password that no message shows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from dbarch_widgets.errors import InputError

DEFAULT_PORT = 3306
PASSWORD_VARIABLE = "MYSQL_PWD"  # noqa: S105 - the name of the one that MySQL's own programs read
_SHAPE = "mysql://user:password@host:3306/database, special characters in it as %40 and the like"
_SOCKET = ("unix_socket", "socket")
_TLS_FILES = ("ca", "cert", "key")
_TLS_MODES = ("disabled", "preferred", "required", "verify_ca", "verify_identity")
_MODES = f"one of {', '.join(_TLS_MODES)}"


@dataclass(frozen=True)
class Address:
    """Where the server is. `database` is empty where the address names none; `where` may be shown to anybody."""

    host: str
    port: int
    user: str
    database: str
    password: str = field(default="", repr=False)
    socket: str | None = None
    tls: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def where(self) -> str:
        place = self.socket or f"{self.host}:{self.port}"
        return f"the MySQL server at {place}"

    def settings(self) -> dict[str, Any]:
        """Keyword arguments of `pymysql.connect`."""
        found: dict[str, Any] = {"user": self.user, "password": self.password, "host": self.host, "port": self.port}
        found |= {"database": self.database} if self.database else {}
        found |= {"unix_socket": self.socket} if self.socket else {}
        return found | dict(self.tls)

    def clean(self, text: str) -> str:
        """The text without the password, should a driver or server have repeated it."""
        return text.replace(self.password, "***") if self.password else text


def parse(address: str) -> Address:
    """The parts of an address.

    Raises:
        InputError: it has not the shape of one, or an option is not known. Nothing of the address is repeated,
            because a password with an unescaped `/` or `:` looks like any other part.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORT
    except ValueError:
        raise InputError("the address of the MySQL server cannot be read", to_do=_SHAPE) from None
    database = unquote(parts.path.removeprefix("/"))
    if "/" in parts.path[1:] or "@" in parts.path or parts.fragment:
        raise InputError("the address of the MySQL server cannot be read", to_do=_SHAPE)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    socket = next((options.pop(name) for name in _SOCKET if name in options), None)
    password = options.pop("password", None) or unquote(parts.password or "") or os.environ.get(PASSWORD_VARIABLE, "")
    user = options.pop("user", None) or unquote(parts.username or "")
    options.pop("charset", None)  # the reader always speaks utf8mb4
    return Address(parts.hostname or "localhost", port, user, database, password, socket, _tls(options))


def _tls(options: dict[str, str]) -> dict[str, Any]:
    """The driver's settings for TLS: with a file of authorities the server's certificate is verified."""
    words = {name.replace("-", "_").lower(): value for name, value in options.items()}
    files = {name: words.pop(f"ssl_{name}") for name in _TLS_FILES if f"ssl_{name}" in words}
    mode = words.pop("ssl_mode", "verify_ca" if "ca" in files else "preferred").lower().replace("-", "_")
    if words or mode not in _TLS_MODES:
        known = ", ".join(("unix_socket", "user", "password", *(f"ssl_{name}" for name in _TLS_FILES), "ssl_mode"))
        raise InputError("an option of the MySQL address is not known", to_do=f"known: {known} ({_MODES})")
    if mode.startswith("verify") and "ca" not in files:
        raise InputError(f"ssl_mode={mode} of a MySQL address needs ssl_ca=FILE")
    if mode == "disabled":
        return {"ssl_disabled": True}
    if mode == "preferred" and not files:
        return {}
    return {
        "ssl": {**files, "verify_mode": mode.startswith("verify"), "check_hostname": mode == "verify_identity"},
    }
