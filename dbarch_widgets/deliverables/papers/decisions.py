"""The decisions as records, and a proposal for each question that was weighed and not decided."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part, file_slug
from dbarch_widgets.model.review import Alternative, Decision, Review
from dbarch_widgets.model.weighing import Option, Weighing
from dbarch_widgets.render.adr import adr_markdown
from dbarch_widgets.render.clean import clean
from dbarch_widgets.render.finding_blocks import answers_words


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """A file for each decision; proposals are numbered after the last one."""
    last = max((decision.number for decision in review.decisions), default=0)
    proposals = [_proposal(last + at, weighing) for at, weighing in enumerate(review.weighings, 1)]
    if not review.decisions and not proposals:
        raise LeftOut("nothing was decided or weighed")
    made = [_file(decision, "Decision") for decision in review.decisions]
    return (*made, *(_file(_harmless(decision), "Proposal") for decision in proposals))


def _file(decision: Decision, kind: str) -> File:
    path = f"decisions/{decision.number:04d}-{file_slug(decision.title, 'decision').replace('_', '-')}.md"
    note = "" if decision.evidence else "Rests on no measurement."
    return File(path, adr_markdown(decision), f"{kind}: {decision.title}", note)


def _proposal(number: int, weighing: Weighing) -> Decision:
    return Decision(
        number=number,
        title=weighing.question,
        context=_context(weighing),
        decision=_decision(weighing),
        consequences=_consequences(weighing),
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


def _harmless(decision: Decision) -> Decision:
    """The same without what answers and names could bring along: marks that hide or reorder text, links."""
    ways = tuple(
        replace(way, name=_plain(way.name), for_it=_plain(way.for_it), against_it=_plain(way.against_it))
        for way in decision.alternatives
    )
    return replace(
        decision,
        context=_plain(decision.context),
        decision=_plain(decision.decision),
        consequences=_plain(decision.consequences),
        alternatives=ways,
    )


def _plain(text: str) -> str:
    return clean(text).replace("](", "]\\(")


def _context(weighing: Weighing) -> str:
    parts = [f"Because it was said: {answers_words(weighing.because)}."]
    if weighing.unanswered:
        parts.append(f"Not answered, and it could change the decision: {'; '.join(weighing.unanswered)}.")
    if weighing.sources:
        parts.append(f"Sources: {'; '.join(weighing.sources)}.")
    return "\n\n".join(parts)


def _decision(weighing: Weighing) -> str:
    """What is proposed, each way with what speaks for it in this case; where it is open, what each way comes to."""
    favoured = weighing.favoured
    shown = favoured or tuple(option for option in weighing.options if option.standing != "ruled out")
    if not favoured:
        head = "Open: the answers favour none of the ways."
    elif len(favoured) == 1:
        head = f"Proposed: {favoured[0].name}."
    else:
        head = f"Proposed: {len(favoured)} of the ways, each where it fits."
    lines = [_told(option) for option in shown if len(shown) > 1 or option.why or option.figures]
    return "\n\n".join([head, "\n".join(f"- {line}" for line in lines)] if lines else [head])


def _told(option: Option) -> str:
    reasons = [option.why or option.for_it, *(f"{name}: {value}" for name, value in option.figures)]
    return f"{option.name}: {'; '.join(reasons)}."


def _consequences(weighing: Weighing) -> str:
    """What is taken on with what is proposed, then what would turn the opinion into a measurement."""
    taken = [f"- Taken on: {option.against_it} ({option.name})." for option in weighing.favoured]
    return "\n".join([*taken, f"- To measure: {weighing.to_measure}."])


PART = Part("decisions", "Decisions", write)
