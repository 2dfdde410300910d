"""Feeds damaged DDL to one reader until the time is up: `python tests/fuzz/hammer.py DIALECT SEED SECONDS FOLDER [N]`.

A process of its own, so that an input on which the reader hangs or crashes costs only this process. The input at hand
lies in FOLDER while it is read; it stays there when the reader fails on it. With N only that input is read again.
"""

from __future__ import annotations

import faulthandler
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from mutations import garbage, mutate  # noqa: E402

from dbarch_widgets.errors import DbarchError  # noqa: E402
from dbarch_widgets.importers.registry import reader  # noqa: E402
from dbarch_widgets.model.report import ImportReport  # noqa: E402
from dbarch_widgets.reviewing.sources import read_schema  # noqa: E402

os.environ["DBARCH_STRICT"] = "1"
ROOT = HERE.parent.parent
# A watchdog, no measurement: nothing that is read here takes a second.
HANGS_AFTER_SECONDS = 60


def seeds(dialect: str) -> tuple[list[str], list[str]]:
    """The texts of this dialect, as far as folders are named so, and all texts."""
    paths = [*sorted((ROOT / "tests/importers/fixtures").rglob("*.sql")), *sorted(ROOT.glob("data/*/schema.sql"))]
    texts = {path: path.read_text(errors="replace") for path in paths}
    own = [text for path, text in texts.items() if _is_of(path, dialect)]
    return own or list(texts.values()), list(texts.values())


def _is_of(path: Path, dialect: str) -> bool:
    postgres = path.parent.name == "fixtures" or path.name == "schema.sql"
    return dialect in path.parts or (dialect == "postgres" and postgres)


def make(dialect: str, seed: int, number: int, own: list[str], others: list[str]) -> str:
    """The input of that number: always the same for the same seed."""
    dice = random.Random(f"{seed} {dialect} {number}")
    if dice.random() < 0.1:
        return garbage(dice)
    return mutate(dice.choice(own if dice.random() < 0.7 else others), others, dice)


def check(text: str, dialect: str, *, whole: bool) -> str:
    """Reads one input; what became of it.

    Raises:
        AssertionError: a statement is unaccounted for.
    """
    try:
        if whole:
            read_schema(f"{text}\n", dialect)  # with an end of line it is a text, never a path
            return "read"
        made = reader(dialect)
        made.read(text)
        report = made.schema().report
    except DbarchError:
        return "refused"
    accounted(report)
    return "read"


def accounted(report: ImportReport) -> None:
    """Every statement is counted once, and every one that was lost is named."""
    parts = report.understood + report.partly + report.skipped + report.not_understood
    assert report.statements == parts, f"{report.statements} statements, {parts} accounted for"
    named = Counter(problem.effect for problem in report.problems)
    assert named["not_understood"] >= report.not_understood, f"{report.not_understood} lost, {named} named"
    assert named["partly"] >= report.partly, f"{report.partly} partly read, {named} named"
    assert all(problem.line >= 1 and problem.reason for problem in report.problems), "a problem without line or reason"


def main(dialect: str, seed: int, seconds: float, folder: Path, only: int | None = None) -> int:
    """The exit status: 1 when an input broke the reader."""
    folder.mkdir(parents=True, exist_ok=True)
    own, others = seeds(dialect)
    counts: Counter[str] = Counter()
    until, number = time.monotonic() + seconds, only or 0
    while counts.total() == 0 or (only is None and time.monotonic() < until):
        text = make(dialect, seed, number, own, others)
        path = folder / f"{dialect}-{seed}-{number}.sql"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        faulthandler.dump_traceback_later(HANGS_AFTER_SECONDS, exit=True)
        try:
            counts[check(text, dialect, whole=number % 8 == 0)] += 1
        except Exception:
            print(f"{dialect}: seed {seed}, input {number} broke the reader; it is in {path}", file=sys.stderr)
            raise
        faulthandler.cancel_dump_traceback_later()
        path.unlink()
        number += 1
    print(f"{dialect}: seed {seed}, {counts.total()} inputs, {dict(counts)}")
    return 0


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(words[0], int(words[1]), float(words[2]), Path(words[3]), int(words[4]) if words[4:] else None))
