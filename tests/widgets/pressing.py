"""Acts of a person, as the messages that the page would send.

`set_state` is how the page changes a trait, and raises what an observer raises. A button's callback is called by a
dispatcher that swallows what it raises, so after each press the store is asked whether anything failed.
"""

from __future__ import annotations

from typing import Any

from dbarch_widgets.widgets.store import Store

SHOP = """
    CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, placed timestamptz);
    CREATE TABLE items (order_id bigint REFERENCES orders, line int, PRIMARY KEY (order_id, line));
    CREATE TABLE settings (name text PRIMARY KEY, value text);
"""


def press(store: Store, button: Any) -> None:
    """Press a button; what its callback raised is raised here."""
    assert not button.disabled, f"{button.description} is disabled"
    store.failure = None
    button._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []})
    if store.failure:
        raise store.failure


def choose(control: Any, **traits: Any) -> None:
    """Change traits as the page does."""
    control.set_state(traits)
