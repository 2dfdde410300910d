"""TPC-H's lineitem at scale factor 1 to Parquet, beside tpchgen-cli writing the same. Seconds are CPU seconds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.base import Result
from benchmarks.generating import Cost, measured, select, share_of_rows

ROWS = 6_001_215
DDL = """
CREATE TABLE orders (o_orderkey bigint PRIMARY KEY, o_orderdate date NOT NULL);
CREATE TABLE part (p_partkey bigint PRIMARY KEY, p_name text NOT NULL);
CREATE TABLE supplier (s_suppkey bigint PRIMARY KEY, s_name text NOT NULL);
CREATE TABLE lineitem (
    l_orderkey bigint NOT NULL REFERENCES orders,
    l_partkey bigint NOT NULL REFERENCES part,
    l_suppkey bigint NOT NULL REFERENCES supplier,
    l_linenumber integer NOT NULL CHECK (l_linenumber BETWEEN 1 AND 7),
    l_quantity numeric(15, 2) NOT NULL CHECK (l_quantity BETWEEN 1 AND 50),
    l_extendedprice numeric(15, 2) NOT NULL,
    l_discount numeric(15, 2) NOT NULL CHECK (l_discount BETWEEN 0 AND 0.10),
    l_tax numeric(15, 2) NOT NULL CHECK (l_tax BETWEEN 0 AND 0.08),
    l_returnflag char(1) NOT NULL CHECK (l_returnflag IN ('A', 'N', 'R')),
    l_linestatus char(1) NOT NULL CHECK (l_linestatus IN ('F', 'O')),
    l_shipdate date NOT NULL,
    l_commitdate date NOT NULL,
    l_receiptdate date NOT NULL,
    l_shipinstruct char(25) NOT NULL CHECK (l_shipinstruct IN ('DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN')),
    l_shipmode char(10) NOT NULL CHECK (l_shipmode IN ('REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB')),
    l_comment varchar(44) NOT NULL,
    PRIMARY KEY (l_orderkey, l_linenumber)
);
"""
COMMENT = (("longest", 31), ("words", 4))  # the mean length is that of TPC-H's comments
TURNS = 3


def run() -> Iterator[Result]:
    """One row; the shape of both files is looked at, too."""
    share = share_of_rows()
    rows = round(ROWS * share)
    parents = {"orders": round(1_500_000 * share), "part": round(200_000 * share), "supplier": round(10_000 * share)}
    sql = select(DDL, "lineitem", {**parents, "lineitem": rows}, {"l_comment": COMMENT})
    ours, theirs, shapes = [], [], ("", "")
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as folder:
            theirs.append(_tpchgen(Path(folder), share))
            ours.append(_generated(Path(folder), sql))
            shapes = (_shape(Path(folder) / "ours.parquet"), _shape(Path(folder) / "lineitem.parquet"))
    best, least = min(cost.cpu for cost in ours), min(cost.cpu for cost in theirs)
    yield Result(
        f"lineitem to Parquet (least of {TURNS}, CPU s): {shapes[0]}",
        best,
        f"tpchgen-cli: {shapes[1]}",
        least,
        "no more CPU-seconds",
        met=best <= least,
    )


def _generated(folder: Path, sql: str) -> Cost:
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    target = folder / "ours.parquet"
    cost = measured(lambda: connection.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)"))
    connection.close()
    return cost


def _tpchgen(folder: Path, share: float) -> Cost:
    program = Path(sys.executable).with_name("tpchgen-cli")
    command = [str(program), "parquet", "-s", f"{share:g}", "--tables=lineitem", f"--output-dir={folder}"]
    return measured(lambda: subprocess.run(command, check=True, capture_output=True))


def _shape(file: Path) -> str:
    rows, least, most, mean, columns = duckdb.execute(
        f"""SELECT count(*), min(length(l_comment)), max(length(l_comment)), avg(length(l_comment)),
            (SELECT count(*) FROM (DESCRIBE SELECT * FROM '{file}')) FROM '{file}'"""
    ).fetchall()[0]
    return f"{rows:,} rows, {columns} columns, comments of {least}–{most} characters ({mean:.1f}), {file.stat().st_size / 1e6:.0f} MB"
