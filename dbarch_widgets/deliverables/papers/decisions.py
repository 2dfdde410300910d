"""The decisions as records, and a proposal for each question that was weighed and not decided."""

from __future__ import annotations

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part, file_slug
from dbarch_widgets.model.review import Alternative, Decision, Review
from dbarch_widgets.model.weighing import Weighing
from dbarch_widgets.render.adr import adr_markdown
from dbarch_widgets.render.finding_blocks import answers_words


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """A file for each decision; proposals are numbered after the last one."""
    last = max((decision.number for decision in review.decisions), default=0)
    proposals = [_proposal(last + at, weighing) for at, weighing in enumerate(review.weighings, 1)]
    if not review.decisions and not proposals:
        raise LeftOut("nothing was decided or weighed")
    made = [_file(decision, "Decision") for decision in review.decisions]
    return (*made, *(_file(decision, "Proposal") for decision in proposals))


def _file(decision: Decision, kind: str) -> File:
    path = f"decisions/{decision.number:04d}-{file_slug(decision.title, 'decision').replace('_', '-')}.md"
    note = "" if decision.evidence else "Rests on no measurement."
    return File(path, adr_markdown(decision), f"{kind}: {decision.title}", note)


def _proposal(number: int, weighing: Weighing) -> Decision:
    names = " together with ".join(option.name for option in weighing.favoured)
    return Decision(
        number=number,
        title=weighing.question,
        context=f"Because it was said: {answers_words(weighing.because)}.",
        decision=f"Proposed: {names}." if names else "Open: the answers favour none of the ways.",
        consequences=f"To measure: {weighing.to_measure}.",
        status="proposed",
        alternatives=tuple(
            Alternative(
                option.name,
                option.for_it,
                "; ".join(
                    [option.against_it, *([f"ruled out: {option.why}"] if option.standing == "ruled out" else [])]
                ),
                chosen=option.standing == "favoured",
            )
            for option in weighing.options
        ),
    )


PART = Part("decisions", "Decisions", write)
