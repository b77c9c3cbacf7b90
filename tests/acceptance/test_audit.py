"""What an auditor asks of a company that has booked, changed customers and taken back."""

from __future__ import annotations

import re

from tests.acceptance.company import Company


def test_who_did_what_and_what_went_past_a_rule(applied: Company) -> None:
    edit = ("customers", "edit", "1001", "--reason", "annual review", "--set")
    applied.cli(*edit, "credit.rule=credit_limit", "--set", "credit.limit=1000")
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
        ("credit terms changed", "customer:1001"),
    ]
    assert [row["what"].partition(" ")[0] for row in told[3:]] == ["write-off"]
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
