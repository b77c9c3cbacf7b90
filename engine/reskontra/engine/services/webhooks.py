"""Webhooks: what happened to a customer, told to whoever subscribes to it.

The audit trail is the outbox: a deed stands there in its own transaction or did not happen. A
message is a deed and a customer whom it touched. It is told until the receiver takes it, and may
come twice, under the same id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from reskontra.engine.customers.columns import fields_of
from reskontra.engine.errors import ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import (
    Audit,
    Customer,
    CustomerProfile,
    Delivery,
    Document,
    Draft,
)
from reskontra.engine.ports import Books, Reader
from reskontra.engine.preferences.customers import CustomerDefaults
from reskontra.engine.preferences.webhooks import Subscription
from reskontra.engine.services.customer_numbers import find_customer

Row = dict[str, Any]

EVENTS: Mapping[str, str] = {
    "add customer": "customer.created",
    "change customer": "customer.changed",
    "rename customer": "customer.renumbered",
    "add draft": "draft.entered",
    "edit draft": "draft.changed",
    "hold draft": "draft.held",
    "unhold draft": "draft.unheld",
    "discard draft": "draft.discarded",
    "book documents": "document.booked",
}
"""What each deed of the audit trail is called in a message; other deeds are not told."""
GIVES_UP = timedelta(days=1)
"""How long after the first attempt a message is still tried by itself."""
ANSWER = 500
"""So many characters of an answer are kept."""


class Message(NamedTuple):
    """What one subscription is told about one customer."""

    subscription: Subscription
    deed: Audit
    customer: Customer

    @property
    def id(self) -> str:
        """The key by which a receiver knows what it has: the same on every attempt."""
        return f"{self.deed.id}.{self.customer.id}"

    @property
    def event(self) -> str:
        """What happened."""
        return EVENTS[self.deed.action]

    def body(self) -> str:
        """What is sent: canonical JSON."""
        return canonical({
            "message": self.id, "event": self.event, "company": self.deed.company,
            "customer": self.customer.number, "subject": self.deed.subject, "at": self.deed.at,
            "detail": self.deed.detail,
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status (0 = nothing came) and the text."""

    status: int
    text: str

    @property
    def done(self) -> bool:
        """Whether the receiver took the message."""
        return 200 <= self.status < 300


def due(
    reader: Reader, subscriptions: Sequence[Subscription], defaults: CustomerDefaults, now: str
) -> Iterator[Message]:
    """What is to be sent at ``now`` (ISO time), the oldest first: after a failure the next attempt
    comes after 1, 2, 4 ... minutes, for a day.
    """
    attempts: dict[tuple[int, int, str], list[Delivery]] = {}
    for each in reader.records(Delivery):
        key = (each.audit_id, each.customer_id, each.subscription)
        attempts.setdefault(key, []).append(each)
    for message in _messages(reader, subscriptions, defaults):
        key = (message.deed.id, message.customer.id, message.subscription.id)
        if is_due(attempts.get(key, []), now):
            yield message


def is_due(attempts: Sequence[Delivery], now: str) -> bool:
    """Whether a message with these attempts is to be sent at ``now``."""
    if not attempts:
        return True
    if any(each.done for each in attempts):
        return False
    following = _time(attempts[-1].at) + timedelta(minutes=2 ** (len(attempts) - 1))
    return following <= min(_time(now), _time(attempts[0].at) + GIVES_UP)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _messages(
    reader: Reader, subscriptions: Sequence[Subscription], defaults: CustomerDefaults
) -> Iterator[Message]:
    """Every message of customers whose webhooks are on, by deed."""
    if not subscriptions:
        return
    wanted = {event for each in subscriptions for event in each.events}
    actions = [action for action, event in EVENTS.items() if event in wanted]
    told = _told(reader, defaults)
    for deed in reader.records(Audit, action=actions):
        for customer_id in _touched(reader, deed):
            for each in subscriptions:
                tells = EVENTS[deed.action] in each.events and deed.at >= each.since
                if tells and customer_id in told:
                    yield Message(each, deed, told[customer_id])


def _told(reader: Reader, defaults: CustomerDefaults) -> dict[int, Customer]:
    """Customers whose webhooks are on, by id."""
    profiles = {each.customer_id: each for each in reader.records(CustomerProfile)}
    return {
        each.id: each
        for each in reader.records(Customer)
        if fields_of(each, profiles.get(each.id), defaults).get("webhooks")
    }


def _touched(reader: Reader, deed: Audit) -> list[int]:
    """Ids of the customers whom a deed is about."""
    kind, _, name = deed.subject.partition(":")
    if kind == "customer":
        return _called(reader, name)
    found: set[int | None]
    if kind == "draft":
        found = {each.customer_id for each in reader.records(Draft, id=int(name))}
    else:
        found = set(reader.frame(Document, ("customer_id",), run_id=int(name))["customer_id"])
    return sorted(each for each in found if each is not None)


def _called(reader: Reader, number: str) -> list[int]:
    """The customer who has or had a number; none when it was deleted."""
    try:
        return [find_customer(reader, number).id]
    except ReskontraError:
        return []


def record(books: Books, message: Message, answer: Answer, actor: Actor) -> Delivery:
    """Keep what an attempt came to."""
    with books.write() as writer:
        delivery = Delivery(
            writer.company, writer.last_id(Delivery) + 1, message.deed.id, message.customer.id,
            message.subscription.id, answer.done, answer.status, answer.text[:ANSWER],
            actor.login, actor.at,
        )  # fmt: skip
        writer.append([delivery])
    return delivery


def again(reader: Reader, name: str, subscriptions: Sequence[Subscription]) -> list[Message]:
    """A message that was tried before, for every subscription that it was sent to and that is
    still there; raises ``ReskontraError`` RK971, also when nobody is left.
    """
    tried = {each.subscription for each in _attempts(reader, name)}
    deed, customer = (int(part) for part in name.split("."))
    (told,) = reader.records(Audit, id=deed)
    about = reader.records(Customer, id=customer)
    found = [
        Message(each, told, one) for one in about for each in subscriptions if each.id in tried
    ]
    if not found:
        raise ReskontraError.of(
            "RK971",
            f"message {name} can be sent to nobody: the subscription or the customer is gone",
            help="webhooks.yaml tells who is subscribed",
        )
    return found


def _attempts(reader: Reader, name: str) -> list[Delivery]:
    deed, _, customer = name.partition(".")
    found: list[Delivery] = []
    if deed.isdecimal() and customer.isdecimal():
        found = list(reader.records(Delivery, audit_id=int(deed), customer_id=int(customer)))
    if not found:
        raise ReskontraError.of(
            "RK971",
            f"no message {name} was sent",
            help="reskontra webhooks list tells the messages",
        )
    return found


def attempts(reader: Reader, name: str) -> Iterator[Row]:
    """Every attempt of a message, the oldest first; raises ``ReskontraError`` RK971."""
    yield from _rows(reader, _attempts(reader, name))


def deliveries(reader: Reader, *, customer: str = "", failed: bool = False) -> Iterator[Row]:
    """The log, the newest first; of one customer (RK830 unknown), or only what failed."""
    about = {"customer_id": find_customer(reader, customer).id} if customer else {}
    outcome = {"done": False} if failed else {}
    yield from _rows(reader, [*reader.records(Delivery, **about, **outcome)][::-1])


def _rows(reader: Reader, found: Sequence[Delivery]) -> Iterator[Row]:
    deeds = {each.id: each for each in reader.records(Audit, id=[d.audit_id for d in found])}
    ids = sorted({each.customer_id for each in found})
    numbers = {each.id: each.number for each in reader.records(Customer, id=ids)}
    for each in found:
        deed = deeds[each.audit_id]
        yield {
            "message": f"{each.audit_id}.{each.customer_id}", "done": each.done,
            "event": EVENTS[deed.action], "customer": numbers.get(each.customer_id, ""),
            "source": deed.subject, "subscription": each.subscription, "status": each.status,
            "user": deed.actor, "date": each.at, "answer": each.answer,
        }  # fmt: skip
