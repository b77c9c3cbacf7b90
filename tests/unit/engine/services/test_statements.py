"""Statements of account, history, applications, and what auditors ask of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.sample_rows import COMPANY, customer, invoice, rows
from tests.unit.engine.services.test_customers import preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import Application, CustomerProfile, OpenItem, Run
from reskontra.engine.ledger.standing import open_on
from reskontra.engine.services.balances import owed
from reskontra.engine.services.confirmations import confirmations, received_after
from reskontra.engine.services.customer_numbers import find_customer
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.inquiries import applications, history
from reskontra.engine.services.notes import Written, add_note
from reskontra.engine.services.statements import Statement, Wanted, statements

ACTOR = Actor("bo", "by phone", "2026-11-25T10:00:00Z")
BASE = invoice(1)._replace(import_id=None, migrated=True, disputed=False, run_id=1)
DOCUMENTS = [
    BASE._replace(id=n, kind=kind, number=number, customer_id=whose, document_date=dated,
                  branch=branch, due_date=due, amount=amount, base_amount=amount,
                  initial_open=amount)
    for n, (kind, number, whose, branch, dated, due, amount) in enumerate((
        ("invoice", "10", 1, "", "2026-10-01", "2026-10-31", 1000),
        ("payment", "P1", 1, "", "2026-10-20", None, 980),
        ("invoice", "20", 2, "LUND", "2026-10-05", "2026-11-04", 300),
        ("payment", "P2", 1, "", "2026-11-02", None, 500),
        ("credit_note", "K1", 1, "", "2026-11-10", None, 40),
        ("invoice", "30", 3, "", "2026-10-07", "2026-11-06", 70),
    ), 1)
]  # fmt: skip
USED = [
    (2, 1, 980, 20, "2026-10-20", None),
    (4, 3, 300, 0, "2026-11-02", None),
    (4, 6, 70, 0, "2026-11-03", None),
    (5, 3, 30, 0, "2026-11-10", None),
    (5, 3, -30, 0, "2026-11-10", 4),
]
"""The invoice 10 with a cash discount of 20; the head's P2 pays its members; a use taken back."""
OPEN = {4: 130, 5: 40}


@pytest.fixture
def group(books: SqlBooks) -> SqlBooks:
    """A head with a member on its statement, and one who has a statement of its own."""
    profiles = [
        CustomerProfile(COMPANY, n, "domestic", "", False, False, "disabled", None, None,
                        False, n == 2, False, '{"contact.main.email": "ar@c.se"}')
        for n in (1, 2, 3)
    ]  # fmt: skip
    with books.write() as writer:
        writer.append([customer(n)._replace(import_id=None, parent_id=1 if n > 1 else None)
                       for n in (1, 2, 3)])  # fmt: skip
        writer.replace(profiles)
        writer.append(rows()[Run][:1])
        writer.append(DOCUMENTS)
        writer.append(
            [Application(COMPANY, n, source, target, amount, discount, on, 1, "D", reverses)
             for n, (source, target, amount, discount, on, reverses) in enumerate(USED, 1)]
        )  # fmt: skip
        known = {document.id: document for document in DOCUMENTS}
        writer.append(
            [OpenItem(COMPANY, n, known[n].customer_id, known[n].kind, "SEK", left)
             for n, left in OPEN.items()]
        )  # fmt: skip
    return books


def told(
    books: SqlBooks, number: str, since: str, until: str, kind: str, *, all_branches: bool = True
) -> list[Statement]:
    ledger = preferences().ledger
    asked = replace(ledger, statements=replace(ledger.statements, all_branches=all_branches))
    wanted = replace(preferences(), ledger=asked)
    with books.read() as reader:
        return statements(reader, number, Wanted(since, until, kind), wanted)


def test_the_balance_is_brought_from_one_day_to_another(group: SqlBooks) -> None:
    (found,) = told(group, "C1", "2026-10-15", "2026-11-30", "balance_brought_forward")
    assert (found.opening, found.closing) == ({"SEK": 1300}, {"SEK": -170})
    assert [(r["date"], r["customer"], r["kind"], r["number"], r["amount"], r["balance"])
            for r in found.rows] == [
        ("2026-10-20", "C1", "discount", "10", -20, 1280),
        ("2026-10-20", "C1", "payment", "P1", -980, 300),
        ("2026-11-02", "C1", "payment", "P2", -500, -200),
        ("2026-11-03", "C1", "settled", "P2", 70, -130),
        ("2026-11-10", "C1", "credit_note", "K1", -40, -170),
    ]  # fmt: skip


def test_movements_come_to_the_balance_of_every_day(group: SqlBooks) -> None:
    first = date(2026, 9, 30)
    days = [(first + timedelta(days=n)).isoformat() for n in range(0, 50, 7)]
    for number, account in (("C1", [1, 2]), ("C2", [2]), ("C3", [3])):
        for since, until in pairwise(days):
            (found,) = told(group, number, since, until, "balance_brought_forward")
            moved = sum(row["amount"] for row in found.rows)
            assert found.opening.get("SEK", 0) + moved == found.closing.get("SEK", 0)
            with group.read() as reader:
                assert found.closing == owed(open_on(reader, until, account))


def test_open_items_of_a_day_by_branch(group: SqlBooks) -> None:
    (found,) = told(group, "C1", "2026-10-01", "2026-11-01", "open_item")
    assert [(r["number"], r["customer"], r["days"], r["open"]) for r in found.rows] == [
        ("20", "C2", -3, 300)
    ]
    assert found.buckets == {"SEK": {"current": 300}}
    by_branch = told(group, "C1", "2026-10-01", "2026-11-30", "open_item", all_branches=False)
    assert [(one.branch, one.closing) for one in by_branch] == [("", {"SEK": -170}), ("LUND", {})]


def test_what_settled_what_and_what_happened(group: SqlBooks) -> None:
    add_note(group, "C1", Written("calls back"), ACTOR)
    with group.read() as reader:
        of_member = applications(reader, customer=find_customer(reader, "C2"))
        assert [(row["number"], row["target"], row["amount"]) for row in of_member] == [
            ("K1", "20", -30), ("K1", "20", 30), ("P2", "20", 300)
        ]  # fmt: skip
        of_invoice = list(applications(reader, document=find_document(reader, "10")))
        assert [(row["customer"], row["discount"]) for row in of_invoice] == [("C1", 20)]
        assert len(list(applications(reader))) == len(USED)
        happened = list(history(reader, find_customer(reader, "C1")))
        assert [row["date"] for row in happened] == sorted(
            (row["date"] for row in happened), reverse=True
        )
        assert [(row["what"], row["subject"], row["text"], row["amount"]) for row in happened] == [
            ("note", "C1", "calls back", None),
            ("credit_note", "K1", "", -40),
            ("taken_back", "K1", "→ 20", -30),
            ("applied", "K1", "→ 20", 30),
            ("applied", "P2", "→ 30", 70),
            ("payment", "P2", "", -500),
            ("applied", "P2", "→ 20", 300),
            ("payment", "P1", "", -980),
            ("applied", "P1", "→ 10", 980),
            ("invoice", "10", "", 1000),
        ]


def test_what_auditors_ask_of_a_day(group: SqlBooks) -> None:
    with group.read() as reader:
        asked = [
            (row["customer"], row["email"], row["balance"], row["documents"])
            for row in confirmations(reader, "2026-11-01")
        ]
        assert asked == [("C2", "ar@c.se", 300, 1), ("C3", "ar@c.se", 70, 1)]

        def became(day: str) -> list[tuple[str, int, int, int, int, str]]:
            return [
                (row["number"], row["open"], row["received"], row["settled"], row["left"],
                 row["last_received"])
                for row in received_after(reader, day)
            ]  # fmt: skip

        assert became("2026-10-10") == [
            ("10", 1000, 1000, 0, 0, "2026-10-20"),
            ("20", 300, 300, 0, 0, "2026-11-02"),
            ("30", 70, 70, 0, 0, "2026-11-02"),
        ]
        assert became("2026-11-02") == [("30", 70, 0, 70, 0, "")], "that money was there already"
