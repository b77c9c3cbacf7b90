"""Content identity of bank lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.bank_files import DAY, payer, transaction

from reskontra.engine.imports.identity import bank_id, content_digest, content_identity, family


def test_the_identity_is_frozen() -> None:
    """A change makes every stored line a stranger: then all files would be imported twice."""
    line = transaction(
        125_000, "00 12-345", text=(" Two ", "words"), counterparty=payer("Ada", "1")
    )
    assert content_identity("bank", "bgmax", line) == "41fb78908064a10297e2ce7beecbce6c"
    with_id = line._replace(bank_reference="B1", end_to_end_id="E1")
    assert content_identity("bank", "bgmax", with_id) == "0aa6eb04754c18037560678c1e447fa7"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 2}, {"currency": "EUR"}, {"booking_date": DAY + timedelta(days=1)},
        {"bank_reference": "B"}, {"end_to_end_id": "E"}, {"text": ("a",)}, {"reversal": True},
        {"counterparty": payer("Ada")}, {"counterparty": payer("", "1")},
        {"references": transaction(1, "9").references},
    ],
)  # fmt: skip
def test_everything_that_tells_lines_apart(changes: dict[str, Any]) -> None:
    line = transaction(1)
    assert content_identity("a", "bgmax", line._replace(**changes)) != content_identity(
        "a", "bgmax", line
    )


def test_cash_account_and_format_take_part() -> None:
    line = transaction(1)
    assert len({content_identity(a, f, line) for a in "ab" for f in ("bgmax", "camt.054")}) == 4


@pytest.mark.parametrize("changes", [{"line": 99}, {"value_date": DAY}, {"bank_code": "1"}])
def test_what_may_differ_between_files(changes: dict[str, Any]) -> None:
    line = transaction(1)
    assert content_identity("a", "f", line._replace(**changes)) == content_identity("a", "f", line)


def test_fields_do_not_run_into_each_other() -> None:
    first = transaction(1, text=("a b",), counterparty=payer("c"))
    second = transaction(1, text=("a",), counterparty=payer("b c"))
    assert content_identity("a", "f", first) != content_identity("a", "f", second)


def test_digest_knows_no_order_of_lines_but_facts() -> None:
    assert content_digest(["a", "b"], 1, None) == content_digest(["b", "a"], 1, None)
    assert content_digest(["a"], None, 1) != content_digest(["a"], 1, None)


@pytest.mark.parametrize("text", ["", "  ", "NOTPROVIDED", " notprovided "])
def test_no_id(text: str) -> None:
    assert not bank_id(text)


def test_unknown_formats_are_their_own_family() -> None:
    assert [family(name) for name in ("camt.053.001.02", "camt.053", "csv:a", "mt940")] == [
        "camt.053", "camt.053", "csv:a", "mt940",
    ]  # fmt: skip
