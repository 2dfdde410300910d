"""A PostgreSQL with a sample of each table, that its planner takes for the database at production size."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.miniature.cluster import Cluster
from dbarch_widgets.miniature.explaining import Explainer
from dbarch_widgets.miniature.inflating import Grown, deflate, grown_index, grown_table, inflate, trim
from dbarch_widgets.miniature.loading import Say, build_indexes, load
from dbarch_widgets.miniature.relations import PAGE, Relation, relations
from dbarch_widgets.miniature.runs import sample_part
from dbarch_widgets.miniature.sizing import Gatherer, Sampled
from dbarch_widgets.miniature.statistics import restore
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.generate import for_loading
from dbarch_widgets.synth.part import Part

SAMPLE_ROWS = 200_000
OTHER_ROWS = 40_000


class Miniature:
    """Makes the sample, loads it, gathers statistics and blows it up to the profile's rows.

    Args:
        schema: of any dialect.
        profile: how many rows every table has in production, and what its values look like.
        named: tables that get `sample` rows; the others get `others`.
        tables: the tables to fill, others stay empty; None fills all.
        seed: the same schema, profile, seed and sample give the same rows.
        keep_rows: leave the sample in DuckDB (`rows`), to draw parameters from.

    Raises:
        InputError: a table would be larger than PostgreSQL can hold.
        EngineMissing: no PostgreSQL 18 is installed.
        EngineError: PostgreSQL or DuckDB refused something, or the disk is full; nothing is left behind.
    """

    def __init__(
        self,
        schema: Schema,
        profile: Profile,
        *,
        named: Iterable[QName] = (),
        tables: Iterable[QName] | None = None,
        sample: int = SAMPLE_ROWS,
        others: int = OTHER_ROWS,
        seed: int = 1,
        keep_rows: bool = True,
        say: Say | None = None,
    ) -> None:
        say = say or (lambda _phase, _share: None)
        self.schema = in_public(schema)
        self.notes: list[str] = []
        say("starting PostgreSQL", 0.0)
        self.cluster = Cluster()
        try:
            # Files on the way are in the server's folder, which goes away even when we are killed.
            folder = self.cluster.server.folder / "rows"
            folder.mkdir()
            self.rows = DuckDBEngine(folders=[folder])
        except BaseException:
            self.cluster.close()
            raise
        try:
            self.cluster.require_holes()
            compiler = Compiler(self.schema, profile, seed)
            wanted = None if tables is None else set(tables)
            order = [name for name in compiler.order() if wanted is None or name in wanted]
            large = set(named)
            parts = {name: sample_part(compiler, name, sample if name in large else others) for name in order}
            self._load(compiler, parts, say, folder, keep=keep_rows)
            self.sampled = {
                name: Sampled(name, compiler.rows(name), self.loaded[name], parts[name].step) for name in order
            }
            say("gathering statistics", 0.7)
            self._measure_tables()
            self.gatherer = Gatherer(self.cluster, self.rows, compiler, self.sampled, self.tables)
            self.statistics = self.gatherer.gather()
            self.sample_bytes = sum(each.pages + each.toast_pages for each in relations(self.cluster)) * PAGE
            say("inflating", 0.9)
            self._inflate()
        except BaseException:
            self.close()
            raise

    def _load(self, compiler: Compiler, parts: dict[QName, Part], say: Say, folder: Path, *, keep: bool) -> None:
        self.notes += self.cluster.make(self.schema)
        self.notes += self.rows.create(for_loading(self.schema), indexes=False, constraints=False)
        self.rows.configure("preserve_insertion_order", True)
        say("generating and copying a sample", 0.1)
        self.loaded, notes = load(self.cluster, self.rows, compiler, parts, folder, keep=keep)
        self.notes += notes
        say("building indexes", 0.45)
        trim(self.cluster)
        self.cluster.run(f"VACUUM (ANALYZE false, TRUNCATE false) {', '.join(map(qualified, parts))}")
        self.notes += build_indexes(self.cluster)

    # ------------------------------------------------------------ sizes

    def factor(self, relation: Relation) -> float:
        """Rows at production for each row here."""
        sampled = self.sampled.get(relation.root)
        return sampled.factor if sampled else 1.0

    def _measure_tables(self) -> None:
        """The size of every table and partition at production, while the files can still be read."""
        self.tables: dict[QName, Grown] = {}
        for relation in relations(self.cluster):
            if relation.kind in ("r", "m"):
                self.tables[relation.name] = grown_table(self.cluster, relation, self.factor(relation))
            elif relation.kind == "p":
                sampled = self.sampled.get(relation.root)
                self.tables[relation.name] = Grown(relation, 0, float(sampled.rows) if sampled else -1.0, 0)

    def _inflate(self) -> None:
        """Blow all relations up and tell the planner their statistics."""
        self.sizes: dict[QName, Grown] = dict(self.tables)
        for relation in relations(self.cluster):
            if relation.kind == "i":
                heap = self.tables[relation.table]
                self.sizes[relation.name] = grown_index(self.cluster, relation, self.factor(relation), heap)
        self.inflate_again()
        self.notes += restore(self.cluster, self.statistics)

    def inflate_again(self, roots: Container[QName] | None = None) -> None:
        """Give the relations of those tables, or all, the size that they have at production."""
        inflate(self.cluster, [each for each in self._of(roots) if self.factor(each.relation) != 1])

    def deflate(self, roots: Container[QName] | None = None) -> None:
        """Give the files of those tables, or all, their real length back, so that they can be read."""
        deflate(self._of(roots))

    def _of(self, roots: Container[QName] | None) -> list[Grown]:
        return [each for each in self.sizes.values() if roots is None or each.relation.root in roots]

    def gather_again(self, tables: Iterable[QName]) -> None:
        """Statistics of the expressions of new indexes on those tables; the files must have their real length.

        What is known of the columns stays: another ANALYZE would find something else of arrays and ranges.
        """
        names = set(tables)
        if names:
            known = {(each.relation, each.column, each.inherited) for each in self.statistics}
            found = self.gatherer.gather(names)
            new = [each for each in found if (each.relation, each.column, each.inherited) not in known]
            self.notes += restore(self.cluster, [*self.statistics, *new])

    def forget(self, kept: Iterable[QName]) -> None:
        """Forget the sizes of indexes that are to be dropped."""
        left = set(kept)
        self.sizes = {name: each for name, each in self.sizes.items() if each.relation.kind != "i" or name in left}

    def execute_as_owner(self, statements: Iterable[str]) -> None:
        """Run DDL that was given to us, with the rights of the database's owner; the files must have their real length.

        Raises:
            EngineError: PostgreSQL refused a statement.
        """
        import psycopg

        with self.cluster.connect() as connection:
            connection.execute("SET statement_timeout = '120s'")
            for statement in statements:
                try:
                    connection.execute(statement.encode())
                except psycopg.Error as error:
                    raise self.cluster.told(error) from error

    def explainer(self, settings: Mapping[str, str] | None = None) -> Explainer:
        """A connection that plans."""
        return Explainer(self.cluster, settings)

    def close(self) -> None:
        """Stop the server and remove all files."""
        self.cluster.close()
        self.rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
