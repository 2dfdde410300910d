"""Registers the live view of each type that has one; `.explore()` finds it here."""

from __future__ import annotations

from dbarch_widgets.model.display import register_explore
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.view import DiagramView
from dbarch_widgets.session import Session
from dbarch_widgets.widgets.diagram import DiagramWidget
from dbarch_widgets.widgets.interview import InterviewForm
from dbarch_widgets.widgets.profile_editor import ProfileEditor


@register_explore
def _schema(thing: Schema, *, view: DiagramView | None = None) -> DiagramWidget:
    return _widget(Session.of(thing), view)


@register_explore
def _review(thing: Review, *, view: DiagramView | None = None) -> DiagramWidget:
    """The diagram with its findings and queries; the whole walk is `Workbench(review)`."""
    return _widget(Session.of(thing), view)


@register_explore
def _diagram(thing: Diagram, *, view: DiagramView | None = None) -> DiagramWidget:
    return _widget(Session.of(thing), view)


def _widget(session: Session, view: DiagramView | None) -> DiagramWidget:
    return DiagramWidget(session.see(view) if view else session)


@register_explore
def _profile(thing: Profile) -> ProfileEditor:
    """Rows, generators and shares of nulls to edit; `.profile` is the changed one, `.edits` what was changed."""
    return ProfileEditor(thing)


@register_explore
def _intake(thing: Intake) -> InterviewForm:
    """The answers as a form to change and save."""
    return InterviewForm(thing)
