"""Rows into a folder of Parquet, made and written by Spark: the same rows, on as many machines as it has."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.engines.spark import SparkEngine
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.dialects import words_for
from dbarch_widgets.synth.filling.pace import Pace, Progress
from dbarch_widgets.synth.generate import Generated, row_stream
from dbarch_widgets.synth.targets.half import half_written
from dbarch_widgets.synth.targets.parquet_folder import folder_name


def write_by_spark(
    schema: Schema, path: Path, profile: Profile, seed: int, progress: Progress | None, master: str = "local[2]"
) -> Generated:
    """A folder with one folder per table, in each the files that Spark's tasks wrote.

    Constraints are not checked here: `prove` or the DuckDB target do that, on the same rows.

    Raises:
        EngineMissing: pyspark or a Java for it is not installed.
        SourceError: the folder is there already, or cannot be written.
        EngineError: Spark failed, or there is no room for the rows.
    """
    inside = in_public(schema)
    say = progress or (lambda _phase, _share: None)
    with half_written(path) as part, SparkEngine(master=master) as spark:
        part.mkdir()
        compiler = Compiler(inside, profile, seed, words_for("spark"))
        with row_stream(Compiler(inside, profile, seed)) as stream:  # what a check asks for is tried out in DuckDB
            pace, counts = Pace(say, stream.prepared.rows), []
            for name in compiler.order():
                pace.begin(name)
                compiled = compiler.table(name, stream.prepared.changed(name))
                if compiled.columns:
                    folder = compiler.words.literal((part / folder_name(name)).as_posix())
                    spark.fill(f"INSERT OVERWRITE DIRECTORY {folder} USING parquet\n{compiled.select}")
                counts.append((str(name), compiled.rows if compiled.columns else 0))
                pace.add(compiled.rows, name)
            notes = (*profile.notes, *stream.prepared.notes, "constraints were not checked: Spark has none")
    say("rows are there", 1.0)
    return Generated(tuple(counts), tuple(dict.fromkeys(notes)), seed=seed)
