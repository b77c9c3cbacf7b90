"""What an auditor asks of a company that has booked, changed customers and taken back."""

from __future__ import annotations

import re

from tests.acceptance.company import Company

from reskontra.adapters.storage.opening import open_books
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.services.approvals import GRANT, answer

TESTER = Actor("tester", "seen", "2026-11-24T10:00:00Z")


def test_who_did_what_and_what_went_past_a_rule(applied: Company) -> None:
    edit = ("customers", "edit", "1001", "--reason", "annual review", "--set")
    applied.cli(*edit, "credit.rule=credit_limit", "--set", "credit.limit=1000")
    alone = applied.cli(*edit, "credit.limit=5000", expect=2)
    assert alone.codes == ["RK940"]
    (asked,) = applied.cli("approvals", "list", "--format", "csv", expect=2).table()
    assert (asked["subject"], asked["reason"]) == ("customer:1001", "annual review")
    assert applied.cli("approvals", "grant", asked["act"], expect=64).codes == ["RK942"]
    answer(open_books(applied.url, "nordljus"), [asked["act"]], GRANT, TESTER)
    assert applied.cli("approvals", "list", "--all", "--format", "csv").table()[0]["state"] == (
        "granted"
    )
    applied.cli(*edit, "credit.limit=5000")
    applied.cli("undo", "run:1", "--reason", "wrong file")

    newest = applied.cli("show", "audit", "--limit", "1", "--format", "csv").table()
    assert [(row["action"], row["reason"]) for row in newest] == [("undo", "wrong file")]
    of_customer = applied.cli("show", "audit", "--subject", "customer:1001", "--format", "csv")
    assert [row["action"] for row in of_customer.table()] == [
        "raise credit limit", "change customer", "change customer",
    ]  # fmt: skip
    imports = applied.cli("show", "audit", "--subject", "import", "--format", "csv").table()
    assert {row["action"].partition(" ")[0] for row in imports} == {"import"}
    assert applied.cli("show", "audit", "--since", "2099-01-01", "--format", "csv").table() == []
    assert applied.cli("show", "audit", "--actor", "nobody", "--format", "csv").table() == []

    told = applied.cli("show", "overrides", "--format", "csv").table()
    assert [(row["what"], row["subject"]) for row in told][:3] == [
        ("limit raised", "customer:1001"),
        ("credit terms changed", "customer:1001"),
        ("second person approved", asked["act"]),
    ]
    assert [row["what"].partition(" ")[0] for row in told[3:]] == ["credit", "write-off"]
    assert told[0]["detail"] == "[100000,500000]"


def test_the_head_of_the_trail_and_the_series(applied: Company) -> None:
    head = re.search(
        r"audit trail: (\d+) rows, the last hash is (\w{64})", applied.cli("check").err
    )
    assert head is not None
    rows = applied.cli("show", "audit", "--format", "json").json()
    assert str(len(rows["rows"] if isinstance(rows, dict) else rows)) == head[1]
    kept = {row["series"]: row for row in applied.cli("show", "series", "--format", "csv").table()}
    payments = kept["payments"]
    assert (payments["first"], payments["unbroken"]) == ("P0000001", "True")
    assert payments["last"] == f"P{int(payments['used']):07}"
