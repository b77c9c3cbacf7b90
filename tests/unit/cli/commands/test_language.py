"""People read in their language; machines read the same in every language."""

from __future__ import annotations

import pytest
from tests.acceptance.company import DAY, Company

HEADINGS = (
    "number", "name", "country", "status", "currency", "balance", "kind", "customer", "date", "due",
    "amount", "open", "line", "payer", "state", "outcome", "tier", "rule", "run", "documents",
    "current", "total", "text", "account", "role", "actor", "what", "reason", "undone", "import",
    "format", "rows", "withdrawn", "why", "mark", "until", "note", "subject", "owner", "file",
    "target", "target_kind", "target_customer", "discount", "days", "what", "by", "branch",
    "org_number", "attention", "postcode", "city", "email", "last_received", "received", "settled",
    "left", "address", "first_due", "prepayments", "unreleased", "ordered", "consolidated",
)  # fmt: skip
"""Headings of the tables of ``show`` and of a plan."""

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
