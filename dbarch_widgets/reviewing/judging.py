"""What a review makes of its findings: the project's settings, acceptances, a baseline, and what was there before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.files import shown
from dbarch_widgets.model.accepting import Baseline, ReviewSettings
from dbarch_widgets.model.finding import Acceptance, Finding
from dbarch_widgets.model.review import Review, ReviewNote
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.words import count
from dbarch_widgets.reviewing.accepting import accepted_in
from dbarch_widgets.reviewing.baseline import baseline_of, load_baseline, save_baseline
from dbarch_widgets.reviewing.settings_file import find_settings, load_settings
from dbarch_widgets.reviewing.sources import is_text
from dbarch_widgets.rules.registry import RULES, run_rules

# What these find matters to the rows that are there already, of which a new table has none.
ABOUT_ROWS = frozenset({"constraint-not-validated"})
_LIVE = re.compile(r"(?:On a live table|Rewrites the table|CONCURRENTLY is not possible)[^.:]*[.:][^.]*\.?\s*")


def settings_of(source: Schema | str | Path, given: ReviewSettings | str | Path | None) -> ReviewSettings | None:
    """The settings that are given, or those of the `dbarch.toml` at or above a file or folder.

    Raises:
        InputError: the file is wrong.
    """
    if isinstance(given, ReviewSettings):
        return given
    if given is not None:
        return load_settings(given)
    text = str(source)
    if isinstance(source, Schema) or is_text(source) or "://" in text or not _exists(text):
        return None
    path = Path(text).expanduser()
    found = find_settings(path if path.is_dir() else path.parent)
    return load_settings(found) if found else None


def _exists(text: str) -> bool:
    try:
        return Path(text).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False


def rules_to_run(only: Sequence[str] | None, settings: ReviewSettings | None) -> Sequence[str] | None:
    """The names of the rules to run; None is all. What is asked for by name runs, whatever the settings say."""
    if only is not None or settings is None:
        return only
    if settings.only is None and not settings.off:
        return None
    names = settings.only or [rule.name for rule in RULES]
    return [name for name in names if name not in settings.off]


def judged(
    review: Review,
    *,
    ran: Sequence[str] | None = None,
    baseline: str | Path | None = None,
    write_baseline: bool = False,
    since: Schema | None = None,
    since_name: str = "the earlier schema",
    today: date | None = None,
) -> Review:
    """The review with what people accepted marked as such.

    Args:
        review: with its settings and what the rules found.
        ran: names of the rules that were asked; None for all.
        baseline: its file; None takes the one that the settings name, if it is there.
        write_baseline: make what is open now the baseline, in that file.
        since: the schema as it was before: what is found in it too is known.
        since_name: what to call it.
        today: the day to judge acceptances by.

    Raises:
        InputError: the baseline is none, or of another schema; there is no file to write it to.
        SourceError: it cannot be read or written.
    """
    file = baseline or (review.settings.baseline if review.settings else None)
    if write_baseline and file is None:
        raise InputError("there is no file to write the baseline to", to_do="--baseline FILE --write-baseline")
    known: Baseline | None = None
    if since is not None:
        earlier, _ = run_rules(since, review.workload, review.intake, only=ran)
        known = baseline_of(earlier, since, since_name)
        review = without_rows(review, since)
    elif file is not None and not write_baseline:
        if baseline is not None or Path(file).is_file():
            known = load_baseline(file, review.schema)
        else:
            missing = ReviewNote(
                f"there is no baseline {Path(file).name} yet: --write-baseline writes it",
                review.settings.file if review.settings else None,
            )
            review = review.with_(acceptance_notes=(*review.acceptance_notes, missing))
    review = accepted_in(review, baseline=known, ran=ran, today=today)
    if write_baseline and file is not None:
        save_baseline(file, baseline_of(review.open_findings, review.schema))
        review = _all_known(review, shown(Path(file)))
    return review


def _all_known(review: Review, file: str) -> Review:
    known = Acceptance("it was there before", source=file, how="baseline")
    findings = tuple(each if each.accepted else replace(each, accepted=known) for each in review.findings)
    return review.with_(findings=findings)


def without_rows(review: Review, since: Schema) -> Review:
    """The review without what only matters to rows of tables that are new, and have none."""
    new = {table.qname for table in review.schema.tables} - {table.qname for table in since.tables}
    kept, left_out = [], 0
    for finding in review.findings:
        if (finding.schema, finding.table) not in new:
            kept.append(finding)
        elif finding.rule in ABOUT_ROWS:
            left_out += 1
        else:
            kept.append(_for_empty(finding))
    if not left_out:
        return review.with_(findings=tuple(kept))
    said = f"{count(left_out, 'finding')} on new tables left out, which only {'matters' if left_out == 1 else 'matter'} to rows"
    return review.with_(findings=tuple(kept), acceptance_notes=(*review.acceptance_notes, ReviewNote(said)))


def _for_empty(finding: Finding) -> Finding:
    """The fix without what it says about tables in use: an index on an empty table is made at once."""
    if finding.fix is None or finding.fix.note is None:
        return finding
    note = _LIVE.sub("", finding.fix.note).strip() or None
    return replace(finding, fix=replace(finding.fix, note=note))
