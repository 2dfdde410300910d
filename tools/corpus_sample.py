"""docs/rules/corpus_sample.md: what all rules find in schemas that others wrote, and how many of a hundred, read one by one, are right.

python -m tools.corpus_sample FOLDER          reads the schemas (Debian packages, unpacked into FOLDER) and prints the sample to judge
python -m tools.corpus_sample FOLDER --write  writes the page from the verdicts in corpus_sample.toml beside this file
"""

from __future__ import annotations

import random
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

ROOT = Path(__file__).parent.parent
VERDICTS = Path(__file__).with_name("corpus_sample.toml")
PAGE = ROOT / "docs" / "rules" / "corpus_sample.md"
SIZE, SEED = 100, 11

# Name, Debian package, end of the file's path, dialect.
SCHEMAS = (
    ("zabbix, PostgreSQL", "zabbix-server-pgsql", "/schema.sql.gz", "postgres"),
    ("zabbix, MySQL", "zabbix-server-mysql", "/schema.sql.gz", "mysql"),
    ("zabbix proxy, SQLite", "zabbix-proxy-sqlite3", "/schema.sql.gz", "sqlite"),
    ("mediawiki, PostgreSQL", "mediawiki", "/maintenance/postgres/tables-generated.sql", "postgres"),
    ("mediawiki, MySQL", "mediawiki", "/maintenance/tables-generated.sql", "mysql"),
    ("mediawiki, SQLite", "mediawiki", "/maintenance/sqlite/tables-generated.sql", "sqlite"),
    ("freeradius, PostgreSQL", "freeradius-config", "/sql/main/postgresql/schema.sql", "postgres"),
    ("freeradius, MySQL", "freeradius-config", "/sql/main/mysql/schema.sql", "mysql"),
    ("freeradius, SQLite", "freeradius-config", "/sql/main/sqlite/schema.sql", "sqlite"),
    ("freeradius, SQL Server", "freeradius-config", "/sql/main/mssql/schema.sql", "sqlserver"),
    ("freeradius, Oracle", "freeradius-config", "/sql/main/oracle/schema.sql", "oracle"),
    ("icinga2, PostgreSQL", "icinga2-ido-pgsql", "/schema/pgsql.sql", "postgres"),
    ("ejabberd, PostgreSQL", "ejabberd", "/sql/pg.new.sql", "postgres"),
    ("ejabberd, SQL Server", "ejabberd", "/ejabberd/sql/mssql.sql", "sqlserver"),
    ("powerdns, PostgreSQL", "pdns-backend-pgsql", "/schema/schema.pgsql.sql", "postgres"),
    ("icinga director, PostgreSQL", "icingaweb2-module-director", "/schema/pgsql.sql", "postgres"),
    ("tt-rss, PostgreSQL", "tt-rss", "/schema/ttrss_schema_pgsql.sql", "postgres"),
    ("kea, PostgreSQL", "kea-admin", "/pgsql/dhcpdb_create.pgsql", "postgres"),
    ("roundcube, MySQL", "roundcube-core", "/SQL/mysql.initial.sql", "mysql"),
    ("roundcube, SQLite", "roundcube-core", "/SQL/sqlite.initial.sql", "sqlite"),
    ("cacti, MySQL", "cacti", "/doc/cacti/cacti.sql", "mysql"),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A finding in one of the schemas."""

    schema: str
    finding: Finding

    @property
    def id(self) -> str:
        return f"{self.schema}: {self.finding.key}"


def read_all(folder: Path) -> Iterator[tuple[str, int, list[Found]]]:
    """Name, number of tables and findings of each schema; fixes and lines come from its own file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, package, ending, dialect in SCHEMAS:
        schema = read_schema(_file(package, ending, folder), dialect)
        findings, _ = run_rules(schema)
        yield name, len(schema.base_tables), [Found(name, finding) for finding in findings]


def _file(package: str, ending: str, folder: Path) -> Path:
    unpacked = folder / package
    if not unpacked.exists():
        subprocess.run(["apt-get", "download", package], cwd=folder, check=True, capture_output=True)
        (archive,) = folder.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", str(archive), str(unpacked)], check=True)
    return next(path for path in sorted(unpacked.rglob("*")) if path.as_posix().endswith(ending) and path.is_file())


def sample(every: list[Found]) -> list[Found]:
    """A hundred findings by chance, the same each time while the findings are the same."""
    ordered = sorted(every, key=lambda each: (each.id, each.finding.message))
    return sorted(random.Random(SEED).sample(ordered, SIZE), key=lambda each: (each.schema, each.finding.rule, each.id))  # noqa: S311


def verdicts() -> list[dict[str, Any]]:
    """The judged findings."""
    found: list[dict[str, Any]] = tomllib.loads(VERDICTS.read_text(encoding="utf-8"))["finding"]
    return found


def again() -> dict[str, Any]:
    """Seeds and verdicts of the smaller samples that were drawn after the mending."""
    found: dict[str, Any] = tomllib.loads(VERDICTS.read_text(encoding="utf-8"))["again"]
    return found


def page(counts: list[tuple[str, int, int, Counter[str]]]) -> str:
    """The text of the page: counts of each schema, and the judged sample."""
    judged = verdicts()
    total = Counter(each["verdict"] for each in judged)
    later = again()
    said = {name: later[name] for name in ("right", "arguable", "wrong")}
    lines = [
        "<!-- Made by `python -m tools.corpus_sample FOLDER --write`; verdicts are in tools/corpus_sample.toml. -->",
        "",
        "# What the rules find in schemas that others wrote",
        "",
        f"{len(judged)} findings, drawn by chance (seed {SEED}) and each read, two of three against the text of its schema and the others by what they say: "
        f"**{total['right']} right, {total['arguable']} arguable, {total['wrong']} wrong**. Right: a reviewer would say it. Arguable: true, but many "
        "would leave it as it is. Wrong: what it says is not so. What was wrong has been mended since where that says so, with a line in the "
        f"rule's `good.sql`. {sum(said.values())} more, drawn after that (seeds {' and '.join(map(str, later['seeds']))}): "
        f"{', '.join(f'{number} {name}' for name, number in said.items())}. The counts are those of now: {sum(row[2] for row in counts):,} findings in {sum(row[1] for row in counts):,} tables, "
        "without workload and intake.",
        "",
        "| schema | tables | findings | high | medium | low | info |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {tables} | {number} | {levels['high']} | {levels['medium']} | {levels['low']} | {levels['info']} |"
            for name, tables, number, levels in counts
        ),
        "",
        "| schema | rule | place | verdict | why |",
        "|---|---|---|---|---|",
        *(
            f"| {each['schema']} | `{each['rule']}` | {_code(each['place'])} | {each['verdict']} | {each['why']} |"
            for each in judged
        ),
        "",
    ]
    return "\n".join(lines)


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`"


def main() -> None:
    folder = Path(sys.argv[1])
    every: list[Found] = []
    counts = []
    for name, tables, found in read_all(folder):
        every += found
        counts.append((name, tables, len(found), Counter[str](each.finding.severity for each in found)))
    if "--write" in sys.argv:
        PAGE.write_text(page(counts), encoding="utf-8")
        return
    for each in sample(every):
        finding = each.finding
        print(f"{each.schema}\t{finding.rule}\t{finding.severity}\t{finding.place}\t{finding.line}\t{finding.message}")  # noqa: T201
    print(counts, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
