"""Which server it is: MySQL and MariaDB say the same things in different words."""

from __future__ import annotations

import re
from dataclasses import dataclass

TESTED = "MariaDB 10.11"


@dataclass(frozen=True)
class Server:
    """`version` is (major, minor, patch); `database` the one of the address, empty for all of them."""

    mariadb: bool
    version: tuple[int, ...]
    words: str
    database: str = ""

    @property
    def name(self) -> str:
        return f"{'MariaDB' if self.mariadb else 'MySQL'} {'.'.join(str(part) for part in self.version)}"

    @property
    def quotes_defaults(self) -> bool:
        """Whether COLUMN_DEFAULT is an expression (`'x'`, `NULL`), not the bare text of the value."""
        return self.mariadb and self.version >= (10, 2, 7)

    @property
    def tested(self) -> bool:
        return self.name.startswith(TESTED)

    def limit(self, seconds: float) -> str:
        """The statement that limits how long each later one may take."""
        if self.mariadb:
            return f"SET SESSION max_statement_time = {seconds:.3f}"
        return f"SET SESSION max_execution_time = {max(1, int(seconds * 1000))}"


def server_of(words: str, comment: str, database: str) -> Server:
    """From `SELECT VERSION(), @@version_comment`; `5.5.5-` before MariaDB's version is there for old replicas."""
    mariadb = "mariadb" in f"{words} {comment}".lower()
    numbers = re.search(r"\d+(?:\.\d+)+", words.removeprefix("5.5.5-"))
    version = tuple(int(part) for part in numbers[0].split(".")) if numbers else (0,)
    return Server(mariadb, version[:3], words, database)
