"""``resolve``: what a person reads before and after a choice, and what is written off by it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.acceptance.company import Company

from reskontra.config.error_pages import page

NBSP = "\N{NO-BREAK SPACE}"


def allow_write_offs(company: Company, limit: str = "5.00") -> None:
    """Write-offs up to ``limit`` per document."""
    (company.folder / "differences.yaml").write_text(
        f"differences:\n  write_off: true\n  write_off_limit: {{SEK: {limit}}}\n"
    )


def record(company: Company, line: str) -> dict[str, Any]:
    """The stored decision."""
    found: dict[str, Any] = company.cli("explain", line, "--format", "json").json()["record"]
    return found


def test_the_plan_shows_amounts_and_whose_the_rest_is(booked: Company) -> None:
    line = booked.line_of("Sälgmåleri AB", "review")
    shown = booked.cli(
        "resolve", line, "--documents", "310046=700.01,310058=77.00", "--dry-run"
    ).out
    for words in (
        f"invoice 310046 of 1010: open 7{NBSP}001,68, paid 700,01, left 6{NBSP}301,67",
        "invoice 310058 of 1010: open",
        "paid 77,00",
        f"on account of customer 1010: 7{NBSP}000,00 SEK",
    ):
        assert words in shown
    shown = booked.cli("resolve", line, "--documents", "310046=700.01").out
    assert f"on account of customer 1010: 7{NBSP}077,00 SEK" in shown
    assert "1 payment: 1 document, 1 voucher." in shown


@pytest.mark.parametrize(
    ("payer", "documents", "warning"),
    [
        ("Sälgmåleri AB", "310044=700.01", "payer is 1010, the document 310044 belongs to 1008"),
        (
            "Sälgmåleri AB",
            "310044=700.01,310056=7.00,310046=5.00",
            "payer is 1010, the documents 310044, 310056 belong to 1008",
        ),
        ("Sälgmåleri AB", "310046=700.01", ""),
        ("Okänd Avsändare AB", "310046=700.01", ""),
    ],
)
def test_documents_of_somebody_else_are_warned_of(
    booked: Company, payer: str, documents: str, warning: str
) -> None:
    line = booked.line_of(payer, "review")
    told = booked.cli("resolve", line, "--documents", documents, "--dry-run").err
    assert ("Warning: " in told) == bool(warning)
    assert warning in told


def test_a_new_line_is_known_by_its_name_too(filled: Company) -> None:
    line = filled.line_of("Sälgmåleri AB", "new")
    told = filled.cli("resolve", line, "--documents", "310044=100.00", "--dry-run").err
    assert "payer is 1010" in told


def test_a_parent_may_pay_for_its_branch(filled: Company) -> None:
    line = filled.line_of("Fjällkedjan AB", "new")
    told = filled.cli("resolve", line, "--documents", "310012=100.00", "--dry-run")
    assert "invoice 310012 of 1012" in told.out
    assert "Warning" not in told.err


def test_what_given_amounts_leave_of_the_document_is_written_off(booked: Company) -> None:
    allow_write_offs(booked)
    line = booked.line_of("TALLGLAS AB")
    booked.cli("resolve", line, "--documents", "310044=6734.00", "--write-off")
    made = record(booked, line)
    (allocation,) = made["allocations"]
    assert (allocation["paid"], allocation["write_off"]) == (673400, 94)
    assert (made["unapplied"], made["written_off"]) == (94, 0)
    assert sum(posting["amount"] for posting in made["postings"]) == 0
    documents = booked.cli("show", "documents", "--all", "--format", "csv").table()
    assert {row["open"] for row in documents if row["number"] == "310044"} == {"0.00"}
    booked.check()


def test_a_write_off_with_amounts_keeps_to_the_limit(booked: Company) -> None:
    allow_write_offs(booked, "0.50")
    before = booked.dump()
    line = booked.line_of("TALLGLAS AB")
    choice = ("--documents", "310044=6734.00", "--write-off")
    refused = booked.cli("resolve", line, *choice, expect=None)
    assert refused.codes == ["RK724"]
    assert "0.94 SEK on 310044" in refused.err
    assert booked.dump() == before


@pytest.mark.parametrize(
    ("flag", "word"), [("--hide", "hidden"), ("--hold", "held"), ("--release", "released")]
)
def test_what_is_set_aside_is_said_in_words(booked: Company, flag: str, word: str) -> None:
    line = booked.line_of("Okänd Avsändare AB", "review")
    assert f"{line} would be {word}" in booked.cli("resolve", line, flag, "--dry-run").out
    told = booked.cli("resolve", line, flag).out
    assert f"{line} is {word}" in told
    assert "booked" not in told
    if flag == "--release":
        assert "released" in booked.cli("explain", line).out
        assert "a person chose" not in booked.cli("explain", line).out


def test_a_run_is_released_in_words(booked: Company) -> None:
    booked.cli("undo", "line:1")
    assert "1 payment of run:1 is released" in booked.cli("resolve", "run:1", "--release").out


def test_a_choice_keeps_the_evidence(booked: Company) -> None:
    line = booked.line_of("TALLGLAS AB")
    evidence = record(booked, line)["evidence"]
    assert evidence
    booked.cli("resolve", line, "--accept", "1")
    made = record(booked, line)
    assert (made["tier"], made["evidence"]) == ("manual", evidence)


@pytest.mark.parametrize(
    ("line", "documents", "words"),
    [
        ("line:31", "310044=1000000.00", ["6734.94 SEK open", "1000000.00 SEK was asked", "help:"]),
        ("line:31", "310080=6000.00,310090=6000.00", ["12000.00 SEK", "6734.94 SEK", "help:"]),
        ("line:31", "310001", ["is not open", "help:", "show documents"]),
        ("line:31", "310044=x", ["help:"]),
        ("line:1", "310044", ["line:1 is booked", "new, review, hold, taken_back, hidden"]),
    ],
)
def test_refusals_speak_of_money_and_say_what_to_do(
    booked: Company, line: str, documents: str, words: list[str]
) -> None:
    refused = booked.cli("resolve", line, "--documents", documents, expect=None)
    for word in words:
        assert word in refused.err
    assert "minor units" not in refused.err


def test_the_page_lists_the_states() -> None:
    for state in ("new", "review", "hold", "taken_back", "hidden"):
        assert state in page("RK751")


def test_json_of_a_dry_run_is_the_plan(booked: Company) -> None:
    shown = booked.cli("resolve", "line:31", "--hide", "--dry-run", "--format", "json").out
    assert json.loads(shown)["lines"][0]["outcome"] == "hide"
