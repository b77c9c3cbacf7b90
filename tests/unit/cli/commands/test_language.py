"""People read in their language; machines read the same in every language."""

from __future__ import annotations

import re

import pytest
from tests.acceptance.company import DAY, Company

from reskontra.cli.render.words import glossary

HEADINGS = (
    "number", "name", "country", "status", "currency", "balance", "kind", "customer", "date", "due",
    "amount", "open", "line", "payer", "state", "outcome", "tier", "rule", "run", "documents",
    "current", "total", "text", "account", "role", "actor", "what", "reason", "undone", "import",
    "format", "rows", "withdrawn", "why", "mark", "until", "note", "subject", "owner", "file",
    "target", "target_kind", "target_customer", "discount", "days", "what", "by", "branch",
    "org_number", "attention", "postcode", "city", "email", "last_received", "received", "settled",
    "left", "address", "first_due", "prepayments", "unreleased", "ordered", "consolidated",
    "transfer", "vouchers", "acknowledged", "reference", "debit", "credit", "group", "late", "ok",
    "limit", "remaining", "id", "action", "detail", "series", "of", "from", "first", "last", "used",
    "taken", "unbroken", "missing", "deed", "roles", "people", "act", "asked_by", "asked_at",
    "answered_by",
)  # fmt: skip
"""Headings of the tables of ``show`` and of a plan."""

NAMES = {"apply", "close", "documents", "import", "settle", "transfer", "undo", "list", "show"}
"""Words that commands have in every language."""
AS_WRITTEN: dict[tuple[str, ...], str] = {
    ("show", "audit"): "detail", ("show", "overrides"): "detail", ("show", "series"): "series",
    ("show", "permissions"): "deed",
}  # fmt: skip
"""Columns that hold commands, ids of the company, or what the audit trail keeps word for word."""
ENGLISH = {
    word
    for text, said in glossary().items()
    for word in re.findall(r"[a-z]{3,}", re.sub(r"`.*?`|reskontra [a-z ]+|{\w+}", "", text))
    if word not in said["sv"]
} - NAMES

PLAN = """\
  + kvittas           1 betalning   mot 1 dokument             6 601,57 SEK  account-amount
  + kvittas           2 betalningar mot 2 dokument             7 201,27 SEK  over-payer-agrees"""
POSTINGS = """\
  Konteringar i SEK
    1510    kundfordringar                 −116 190,48
    1910    pengar på väg                   −50 000,00
    1930    bank                            166 190,08
    3740    öresavrundning                        0,40
                                                  0,00  (summa)
"""
EXPLAINED = """\
→ kvittas mot 310011
  regel      short-in-part + short  (packs/match.yaml:203 + packs/differences.yaml:28)
"""


def swedish(company: Company, *command: str, expect: int = 0) -> str:
    """What a command prints in Swedish, with plain spaces."""
    told = company.cli("--lang", "sv", *command, expect=expect)
    return told.out.replace("\N{NO-BREAK SPACE}", " ")


def test_a_plan_in_swedish(filled: Company) -> None:
    told = swedish(filled, "match", expect=2)
    assert PLAN in told
    assert POSTINGS in told


def test_a_decision_in_swedish(booked: Company) -> None:
    told = swedish(booked, "explain", "line:11")
    assert EXPLAINED in told
    assert "  belägg     nivå referens, relevans 0.8500, närmast därefter 0.0000\n" in told
    assert "    faktura 310011, 1011: öppet 2 333,73, betalt 1 166,86, kvar 1 166,87\n" in told


def test_the_ageing_in_swedish(booked: Company) -> None:
    heading = swedish(booked, "show", "ageing", "--as-of", DAY).split("──")[0].split()
    assert heading == ["dokument", "valuta", "ej", "förfallet", "1-30", "31-60", "61-90",
                       ">", "90", "summa"]  # fmt: skip


def test_taking_back_in_swedish(booked: Company) -> None:
    told = swedish(booked, "undo", "line:11")
    assert told == (
        "run:2 återtog 1 bankrad: 1 betalning makulerades, 1 verifikat vändes. "
        "Raden väntar tills den släpps.\n"
    )
    assert "→ ÅTERTAGEN av run:2 (var: kvittas mot 310011)" in swedish(booked, "explain", "line:11")


def test_documents_transfers_credit_and_audit_leave_no_english_word(booked: Company) -> None:
    limit = ("--set", "credit.rule=limit_and_days", "--set", "credit.limit=90000")
    booked.cli("customers", "edit", "1001", *limit)
    entered = ("--customer", "1001", "--line", "Takarbete;3;1250.00", "--date", DAY)
    left: dict[str, set[str]] = {}
    for command, expect in (
        (("documents", "add", *entered), 0),
        (("documents", "release", "draft:1"), 2),
        (("documents", "release", "draft:1", "--apply"), 0),
        (("documents", "add", "--preview", *entered), 2),
        (("documents", "pay", "10001", "--amount", "500.00"), 2),
        (("documents", "reverse", "10001", "--reason", "fel"), 2),
        (("documents", "show", "10001"), 0),
        (("documents", "list"), 0),
        (("transfer", "create"), 0),
        (("transfer", "create"), 0),
        (("transfer", "list"), 0),
        (("transfer", "show", "1"), 0),
        (("transfer", "ack", "1", "--reference", "K7"), 0),
        (("approvals", "list", "--all"), 0),
        (("show", "credit"), 0),
        (("show", "audit"), 0),
        (("show", "overrides"), 0),
        (("show", "series"), 0),
        (("show", "permissions"), 0),
    ):
        told = booked.cli("--lang", "sv", *command, expect=expect)
        words = re.findall(r"(?<![\w./:`_-])[a-zåäö]{3,}(?![\w./:_-])", f"{told.out} {told.err}")
        data: set[str] = set()
        if column := AS_WRITTEN.get(command):
            rows = booked.cli(*command, "--format", "csv").table()
            data.update(*(re.findall(r"[a-z]{3,}", row[column]) for row in rows))
        if found := {*words} & ENGLISH - data:
            left[" ".join(command)] = found
    assert left == {}, left


@pytest.mark.parametrize("command", [("payments", "--format", "csv"), ("runs", "--format", "json")])
def test_machines_read_the_same(booked: Company, command: tuple[str, ...]) -> None:
    assert booked.cli("--lang", "sv", "show", *command) == booked.cli("show", *command)


def test_the_variable_chooses_and_the_option_wins(
    filled: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESKONTRA_LANG", "sv")
    assert "nummer" in filled.cli("show", "customers").out
    assert "number" in filled.cli("--lang", "en", "show", "customers").out
    monkeypatch.delenv("RESKONTRA_LANG")
    assert "number" in filled.cli("show", "customers").out, "the last language is not kept"


def test_other_commands_speak_english_all_through(filled: Company) -> None:
    assert filled.cli("--lang", "sv", "check").out == filled.cli("check").out


def test_an_unknown_language_is_refused(filled: Company) -> None:
    refused = filled.cli("--lang", "de", "match", expect=64)
    assert refused.codes == ["RK195"]
    assert "one of en, sv" in refused.err
