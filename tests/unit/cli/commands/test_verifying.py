"""``verify`` judges what people chose: choices that hold, and a row of each kind that was changed
behind the program's back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from tests.acceptance.company import Company

from reskontra.adapters.storage.opening import open_books
from reskontra.engine.ledger.records import Run
from reskontra.rules.verifying_choices import verify_choices

Change = Callable[[dict[str, Any]], object]

TAMPERED: list[tuple[str, Change, str]] = [
    ("31", lambda r: r.update(amount=r["amount"] + 1), "the bank says amount"),
    ("31", lambda r: r.update(booking_date="2026-11-24"), "the bank says booking_date"),
    ("31", lambda r: r.update(outcome="hold"), "the row of the decision says outcome apply"),
    ("31", lambda r: r.update(tier="reference", rule="reference-exact"), "it names tier reference"),
    ("31", lambda r: r.update(state="booked"), "the bank line was booked"),
    ("31", lambda r: r["allocations"][0].update(paid=1), "do not come to the payment"),
    ("31", lambda r: r["allocations"][0].update(before=9_000_00), "had 6734.94 SEK open"),
    ("31", lambda r: r["allocations"][0].update(number="310045"), "the number of document 310044"),
    ("31", lambda r: r["allocations"][0].update(customer="1009"), "the customer of document"),
    ("31", lambda r: r["allocations"][0].update(document=9999), "there is no document 310044"),
    ("31", lambda r: r["postings"][0].update(amount=1), "do not balance"),
    ("31", lambda r: r["postings"][1].update(account="1684"), "nothing in it moves account 1684"),
    ("31", lambda r: r["postings"][1].update(customer="1009"), "of customer 1008 moves by 0.00"),
    ("31", lambda r: r["why"]["facts"].update(candidates=7), "its facts is not what the decision"),
    ("31", lambda r: r["why"].update(suggestions=[]), "its suggestions is not what the decision"),
    ("32", lambda r: r["allocations"][0].update(write_off=60_00), "is written off, the limit was"),
    ("34", lambda r: r.update(written_off=60_00), "of the payment is written off, the limit was"),
    ("34", lambda r: r.update(outcome="hold"), "hold moves no money, its record does"),
    ("37", lambda r: r.update(allocations=[{}]), "its record cannot be read"),
]
"""Bank line, what is changed in its record, and words of what is told."""


def test_what_people_chose_is_verified(booked: Company) -> None:
    """Accepted, paid in part with the rest written off, kept open, held, released; then tampered
    with, one row at a time.
    """
    (booked.folder / "differences.yaml").write_text(
        "differences: {write_off: true, write_off_limit: {SEK: 50.00}}\n"
    )
    for choice in (
        ("31", "--accept", "1", "--reason", "phone call"),
        ("32", "--documents", "310055=499.00"),
        ("34", "--open-payment", "--customer", "1008"),
        ("37", "--hold"),
        ("33", "--hold"),
        ("33", "--release"),
    ):
        booked.cli("resolve", f"line:{choice[0]}", *choice[1:])
    assert booked.cli("verify").out == "7 runs: every decision holds.\n"
    assert booked.cli("verify", "run:2").out == "1 run: every decision holds.\n"
    booked.cli("customers", "rename", "1008", "9008")
    booked.cli("customers", "rename", "9008", "9009")
    assert booked.cli("verify").out == "7 runs: every decision holds.\n"
    booked.cli("check")
    assert "identical" in booked.cli("replay", "run:1").out
    path = booked.path / ".reskontra" / "ledger.sqlite"
    with sqlite3.connect(path) as ledger:
        for line, change, words in TAMPERED:
            (before,) = ledger.execute(
                "select record from decision where bank_line_id = ? order by id desc", (line,)
            ).fetchone()
            record = json.loads(before)
            change(record)
            store(ledger, line, json.dumps(record))
            assert any(words in told for told in judged(booked)), (words, judged(booked))
            store(ledger, line, before)
        assert judged(booked) == []
        ledger.execute("update run set actor = 'mallory' where id = 2")
    told = booked.cli("verify", expect=1)
    assert "RK749 run:2 line:31: the audit trail tells that" in told.out + told.err


def store(ledger: sqlite3.Connection, line: str, record: str) -> None:
    """Change what was decided last about a bank line."""
    ledger.execute(
        "update decision set record = ? where id ="
        " (select max(id) from decision where bank_line_id = ?)",
        (record, line),
    )
    ledger.commit()


def judged(company: Company) -> list[str]:
    """What is told of the choices."""
    with open_books(company.url, "nordljus").read() as reader:
        runs = list(reader.records(Run, kind="resolve"))
        return [problem.message for problem in verify_choices(reader, runs)]
