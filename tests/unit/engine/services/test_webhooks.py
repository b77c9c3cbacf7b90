"""Which messages are due, for whom and when."""

from __future__ import annotations

from dataclasses import replace

from tests.bank_files import preferences as made
from tests.books_fixtures import COMPANY

from reskontra.adapters.storage.books import SqlBooks
from reskontra.config.customer_files import read_yaml
from reskontra.config.customers import customer_defaults
from reskontra.config.schemas import schema
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import Delivery, Draft
from reskontra.engine.ledger.works import document
from reskontra.engine.preferences.webhooks import Subscription
from reskontra.engine.services.customer_numbers import rename_customer
from reskontra.engine.services.customers import change_customers
from reskontra.engine.services.webhooks import (
    EVENTS,
    Answer,
    deliveries,
    due,
    is_due,
    record,
)

ACTOR = Actor("ada", "", "2026-11-25T10:00:00Z")
DEFAULTS = customer_defaults({}, "SE", "SEK")
ALL = Subscription("crm", tuple(EVENTS.values()), "https://x.example", "KEY", "2026-11-25")


def attempt(at: str, *, done: bool = False) -> Delivery:
    return Delivery(COMPANY, 1, 1, 1, "crm", done, 500, "", "ada", f"2026-11-{at}:00Z")


def ids(books: SqlBooks, *subscriptions: Subscription, now: str = ACTOR.at) -> list[str]:
    with books.read() as reader:
        found = due(reader, subscriptions, DEFAULTS, now)
        return [f"{m.id} {m.event} {m.customer.number}" for m in found]


def test_a_failure_is_tried_again_ever_later_and_for_a_day() -> None:
    first, second = attempt("25T10:00"), attempt("25T10:01")
    assert is_due([], ACTOR.at)
    assert not is_due([first], "2026-11-25T10:00:59Z")
    assert is_due([first], "2026-11-25T10:01:00Z")
    assert not is_due([first, second], "2026-11-25T10:02:59Z")
    assert is_due([first, second], "2026-11-25T10:03:00Z")
    assert is_due([first, attempt("25T18:00")], "2026-11-29T10:00:00Z"), "the timer stood still"
    assert not is_due([first, attempt("26T09:59")], "2026-11-29T10:00:00Z"), "given up"
    assert not is_due([first, attempt("25T10:01", done=True)], "2026-11-29T10:00:00Z")


def test_what_touches_customers_with_the_flag_is_told(books: SqlBooks) -> None:
    base = made()
    preferences = replace(base, company=replace(base.company, id=COMPANY), customers=DEFAULTS)
    wanted = read_yaml("customers: {A: {name: A, webhooks: true}, B: {name: B}}", "c.yaml")
    change_customers(books, wanted, preferences, ACTOR)
    rename_customer(books, "A", "A2", ACTOR)
    with books.write() as writer:
        writer.append([
            document(
                COMPANY, "invoice", id=n, number=str(n), customer_id=n, run_id=1,
                document_date="2026-11-01", currency="SEK", amount=500, base_amount=500,
                account="1510",
            )
            for n in (1, 2)
        ])  # fmt: skip
        writer.append([
            Draft(COMPANY, 1, "invoice", 1, "", "2026-11-20", None, "SEK", 5, "hold", "{}", None)
        ])  # fmt: skip
        deeds = [Deed("book documents", "run:1"), Deed("hold draft", "draft:1"), Deed("x", "y")]
        record_deeds(writer, ACTOR, deeds)
    assert ids(books, ALL) == [
        "1.1 customer.created A2", "3.1 customer.renumbered A2", "4.1 document.booked A2",
        "5.1 draft.held A2",
    ]  # fmt: skip
    assert ids(books, replace(ALL, events=("draft.held",))) == ["5.1 draft.held A2"]
    assert ids(books, replace(ALL, since="2026-11-26")) == []
    assert ids(books) == []

    with books.read() as reader:
        first, second, *_ = due(reader, [ALL], DEFAULTS, ACTOR.at)
    record(books, first, Answer(200, "ok"), ACTOR)
    record(books, second, Answer(0, "late" * 500), ACTOR)
    assert [each[:3] for each in ids(books, ALL)] == ["4.1", "5.1"]
    later = ids(books, ALL, now="2026-11-25T10:01:00Z")
    assert [each[:3] for each in later] == ["3.1", "4.1", "5.1"]
    with books.read() as reader:
        (failed,) = deliveries(reader, customer="A", failed=True)
        assert (failed["message"], failed["source"]) == ("3.1", "customer:A2")
        assert len(failed["answer"]) == 500


def test_the_files_know_the_events_that_are_told() -> None:
    events = schema("webhooks")["properties"]["webhooks"]["items"]["properties"]["events"]
    assert events["items"]["enum"] == list(EVENTS.values())
