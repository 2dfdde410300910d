"""What was compared, as the alternatives of a decision with what speaks for and against each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dbarch_widgets.model.measurement import Comparison, QueryComparison
from dbarch_widgets.model.review import Alternative

_FEW = 3


def alternatives_of(comparisons: Iterable[Comparison]) -> tuple[Alternative, ...]:
    """Staying with the first design, then each variant that was measured against it; none when nothing was compared."""
    variants = {comparison.label_b: _variant(comparison) for comparison in comparisons}
    if not variants:
        return ()
    return (Alternative("leave the design as it is", "nothing to migrate", ""), *variants.values())


def _variant(comparison: Comparison) -> Alternative:
    faster = [query for query in comparison.queries if query.verdict == "faster"]
    slower = [query for query in comparison.queries if query.verdict == "slower"]
    against = [_queries("slower", slower)] if slower else []
    before, after = comparison.storage_bytes_a, comparison.storage_bytes_b
    if before and after and after > before:
        against.append(f"{(after - before) / before:.0%} more storage at this scale")
    if not comparison.answers_equal:
        against.append("answers differ")
    return Alternative(
        comparison.label_b, _queries("faster", faster) if faster else "no query was seen faster", "; ".join(against)
    )


def _queries(word: str, queries: Sequence[QueryComparison]) -> str:
    named = [f"{query.query} ({query.ratio.median:.2f}×)" if query.ratio else query.query for query in queries[:_FEW]]
    more = f" and {len(queries) - _FEW} more" if len(queries) > _FEW else ""
    return f"{word}: {', '.join(named)}{more}"
