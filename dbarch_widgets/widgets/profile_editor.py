"""The editable view of a Profile: rows per table; generator and share of nulls per column of one table at a time.

What was changed is a plain value, `edits`, with the cell that makes the same changes in `edits.code`; `profile` is the
changed Profile. The widget keeps nothing else.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dbarch_widgets.model.display import show
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.profile_edits import ProfileEdits, edit_profile
from dbarch_widgets.render.html import element
from dbarch_widgets.synth.settings import SETTINGS
from dbarch_widgets.widgets.callbacks import observe, safe_callback
from dbarch_widgets.widgets.parts import column, field, heading, html, ipw, row

# Values that keys and references ask for are not to be chosen by hand.
_FIXED = ("reference", "numbered", "short", "shared", "array")
_MOST_ROWS = 2**31 - 2


class ProfileEditor:
    """`profile` is the Profile as it is now, `before` as it came; `view` is the widget that a notebook shows."""

    def __init__(self, profile: Profile) -> None:
        self.before = profile
        self.profile = profile
        names = [str(table.table) for table in profile.tables]
        self.table = field(ipw.Dropdown, "Table", "min(560px, 100%)", options=names)
        self.rows = field(ipw.BoundedIntText, "Rows", "320px", min=0, max=_MOST_ROWS)
        self.columns = column()
        self.code = html()
        self.message = html()
        self.fields: dict[str, tuple[Any, Any]] = {}
        self._drawing = False
        self.view = column(
            heading("Profile"), row(self.table, self.rows), self.columns, self.message, heading("As a cell"), self.code
        )
        observe(self.table, "value", self._choose)
        observe(self.rows, "value", self._set_rows)
        if names:
            self._draw()
        self._say()

    @property
    def edits(self) -> ProfileEdits:
        """What was changed so far."""
        return ProfileEdits.between(self.before, self.profile)

    def fail(self, error: BaseException) -> None:
        """Show what went wrong."""
        self.message.value = element("p", str(error), role="alert")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        # The static part is what a reader sees who has no kernel.
        return {**self.view._repr_mimebundle_(**options), **show(self.profile)}

    def _chosen(self) -> TableProfile:
        return next(table for table in self.profile.tables if str(table.table) == self.table.value)

    def _draw(self) -> None:
        """The controls of the chosen table."""
        table = self._chosen()
        self._drawing = True
        self.fields = {}
        try:
            self.rows.value = min(table.rows, _MOST_ROWS)
            self.columns.children = tuple(self._line(each) for each in table.columns)
        finally:
            self._drawing = False

    def _line(self, each: ColumnProfile) -> Any:
        fixed = each.generator in _FIXED
        known = sorted({each.generator, *(() if fixed else (name for name in SETTINGS if name not in _FIXED))})
        generator = field(ipw.Dropdown, each.column, "360px", options=known, value=each.generator, disabled=fixed)
        nulls = field(ipw.BoundedFloatText, "null share", "220px", min=0, max=1, step=0.05, value=each.null_fraction)
        self.fields[each.column] = (generator, nulls)
        observe(generator, "value", partial(self._set_generator, each.column))
        observe(nulls, "value", partial(self._set_nulls, each.column))
        return row(generator, nulls, html(element("span", each.why), width="auto"))

    @safe_callback
    def _choose(self, _name: str) -> None:
        self._draw()

    @safe_callback
    def _set_rows(self, rows: int) -> None:
        self._change(edit_profile(self.profile, rows={self.table.value: rows}))

    @safe_callback
    def _set_generator(self, name: str, generator: str) -> None:
        self._change(edit_profile(self.profile, generators={f"{self.table.value}.{name}": generator}))

    @safe_callback
    def _set_nulls(self, name: str, share: float) -> None:
        self._change(edit_profile(self.profile, nulls={f"{self.table.value}.{name}": share}))

    def _change(self, changed: Profile) -> None:
        if not self._drawing:
            self.profile = changed
            self._say()

    def _say(self) -> None:
        self.message.value = ""
        words = self.edits.code or "nothing is changed yet"
        self.code.value = element("pre", words)
