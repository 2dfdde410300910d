"""One sitting of a review: a frozen state, and intents that each return the next state.

Plain Python, so that the same walk runs in widgets, in a script and in a test:

    session = Session().load_folder("data/slow_webshop").run_rules()
    session = session.select_table("orders").run_lab(Lab(scale=0.1))
    session = session.decide(title="Index the foreign key", context="…", decision="…").export("out")

A step that fails returns the state unchanged but for `message`, which says what was wrong and what to do; what earlier
steps gave is never lost.
"""

from dbarch_widgets.session.bench import Bench, experiment_of
from dbarch_widgets.session.candidates import Candidate
from dbarch_widgets.session.examples import example_folders
from dbarch_widgets.session.finding_list import FindingView
from dbarch_widgets.session.sitting import Session
from dbarch_widgets.session.state import Cancelled, Lab, Message, Progress, View

__all__ = [
    "Bench",
    "Cancelled",
    "Candidate",
    "FindingView",
    "Lab",
    "Message",
    "Progress",
    "Session",
    "View",
    "example_folders",
    "experiment_of",
]
