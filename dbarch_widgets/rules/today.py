"""The day on which a review is made, which SOURCE_DATE_EPOCH fixes for those who want the same pages again."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime


def today() -> date:
    """Today in UTC, or the day of SOURCE_DATE_EPOCH."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now(UTC).date()
