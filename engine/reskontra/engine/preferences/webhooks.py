"""Who is told what happens to customers (AR303000; Swedish: *webhook-aviseringar*)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subscription:
    """A receiver of messages."""

    id: str
    events: tuple[str, ...]
    """``customer.created`` ...: see ``services.webhooks.EVENTS``."""
    url: str
    secret_env: str
    """Name of the environment variable with the key of the signature."""
    since: str
    """ISO date: what happened before is not told."""
