"""``webhooks.yaml``: subscriptions to typed preferences."""

from __future__ import annotations

from reskontra.config.values import Values
from reskontra.engine.preferences.webhooks import Subscription


def build_webhooks(values: Values) -> tuple[Subscription, ...]:
    """The subscriptions of a company."""
    return tuple(
        Subscription(ident, tuple(item["events"]), item["url"], item["secret_env"], item["since"])
        for _, ident, item in values.items("webhooks")
    )
