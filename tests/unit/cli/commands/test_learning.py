"""``learn``: repeated choices become text to accept; a contrary one, and nothing does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.company import Company
from tests.acceptance.conftest import copy

HEAD = "id,booking_date,amount,currency,reference,text,payer_name,payer_account\n"
PAYMENTS = "".join(
    f"A{n},2026-11-{n:02},100.00,SEK,,,Kassan i Norr,5555-{n % 2}1\n"
    f"F{n},2026-11-{n:02},-30.00,SEK,,KORTDISPUT NR {n},,\n"
    f"M{n},2026-11-{n:02},70.00,SEK,,,Mäklarna,700-1\n"
    f"T{n},2026-11-{n:02},40.00,SEK,,,Skattekontoret,\n"
    for n in (10, 11, 12)
)
LATER = (
    "L1,2026-11-20,900.00,SEK,,,Okänd,5678-12\n"
    "L2,2026-11-20,901.00,SEK,,,Okänd annan,5678-12\n"
    "L3,2026-11-20,902.00,SEK,,,,5678-12\n"
)


def hide(company: Company, prefix: str) -> None:
    """Three lines hidden by hand."""
    for n in (10, 11, 12):
        company.cli("resolve", f"{prefix}{n}", "--hide")


def give(company: Company, line: str, customer: str) -> None:
    """A payment put on account of a customer by hand."""
    company.cli("resolve", line, "--open-payment", "--customer", customer)


@pytest.fixture(scope="session")
def undecided_once(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Fifteen payments that nothing explains, all waiting after one run."""
    company = Company(tmp_path_factory.mktemp("learning") / "ws")
    tables = {
        "customers.csv": "number,name,country,currency,parent,bank_accounts,aliases\n"
        "1,Ekbygg AB,SE,SEK,,,\n2,Almtak AB,SE,SEK,,,\n3,Almtak Syd AB,SE,SEK,2,,\n",
        "items.csv": "number,kind,customer,document_date,due_date,currency,amount,open_amount,"
        "references\n310001,invoice,1,2026-10-20,2026-11-20,SEK,901.00,901.00,\n",
        "bank.csv": HEAD + PAYMENTS + LATER,
    }
    company.begin(tables)
    company.cli("run", expect=2)
    return company


@pytest.fixture
def undecided(undecided_once: Company, tmp_path: Path) -> Company:
    """A copy of one's own."""
    return copy(undecided_once, tmp_path / "ws")


def learned(company: Company, *options: str, expect: int = 2) -> Any:
    return company.cli("learn", "--format", "json", *options, expect=expect).json()


def test_two_choices_are_not_enough_by_themselves(undecided: Company) -> None:
    for line in ("L1", "L3"):
        give(undecided, line, "1")
    assert learned(undecided, expect=0) == {
        "format_version": 1, "proposals": [], "contradictions": [],
    }  # fmt: skip
    (found,) = learned(undecided, "--at-least", "2")["proposals"]
    assert (found["kind"], found["value"], found["choice"]) == ("account", "567812", "1")


def test_an_account_is_tried_on_history_and_accepted_into_the_register(undecided: Company) -> None:
    for line in ("L1", "L2", "L3"):
        give(undecided, line, "1")
    (found,) = learned(undecided)["proposals"]
    assert found["text"] == "number,name,bank_accounts\n1,Ekbygg AB,567812\n"
    assert [(seen["payer"], seen["amount"]) for seen in found["seen"]] == [
        ("Okänd", "900.00"), ("Okänd annan", "901.00"), ("", "902.00"),
    ]  # fmt: skip
    assert found["effect"]["changed"] == 0
    (undecided.folder / "matching.yaml").write_text(
        "matching:\n  auto: {tiers: [reference, account_amount]}\n"
    )
    (found,) = learned(undecided)["proposals"]
    assert found["effect"]["kinds"]["now automatic"] == 1
    assert [row["review_now"] for row in found["effect"]["money"]] == ["2342.00"]
    assert undecided.dump()["CustomerAccount"] == []
    undecided.cli("learn", "--accept", "1", "--reason", "new bank")
    kept = undecided.dump()
    assert [(row["account"], row["origin"]) for row in kept["CustomerAccount"]] == [
        ("567812", "learned")
    ]
    audit = kept["Audit"][-1]
    assert (audit["action"], audit["subject"], audit["reason"], audit["detail"]) == (
        "change customer", "customer:1", "new bank", '{"bank_accounts_added":["567812"]}',
    )  # fmt: skip
    assert learned(undecided, expect=0)["proposals"] == []
    undecided.check()


def test_a_payer_without_one_account_is_learned_by_name(undecided: Company) -> None:
    for line in ("A10", "A11", "A12"):
        give(undecided, line, "2")
    (found,) = learned(undecided)["proposals"]
    assert (found["kind"], found["choice"]) == ("alias", "2")
    undecided.cli("learn", "--accept", "1")
    assert [row["alias"] for row in undecided.dump()["CustomerAlias"]] == ["Kassan i Norr"]
    assert learned(undecided, expect=0)["proposals"] == []


def test_a_contrary_choice_is_shown_and_nothing_proposed(undecided: Company) -> None:
    for line, customer in (("L1", "1"), ("L2", "1"), ("L3", "2")):
        give(undecided, line, customer)
    found = learned(undecided, expect=0)
    assert found["proposals"] == []
    ((said),) = found["contradictions"]
    assert (said["kind"], said["value"]) == ("account", "567812")
    assert {who: len(lines) for who, lines in said["choices"].items()} == {"1": 2, "2": 1}
    assert "not proposed: account 567812: 1 (line:" in undecided.cli("learn").out
    undecided.cli("undo", f"line:{said['choices']['2'][0]}")
    assert learned(undecided, expect=0)["contradictions"] == []


def test_a_group_pays_from_one_account_and_its_head_gets_it(undecided: Company) -> None:
    for line, customer in (("L1", "2"), ("L2", "3"), ("L3", "3")):
        give(undecided, line, customer)
    (found,) = learned(undecided)["proposals"]
    assert found["choice"] == "2"


def test_what_is_always_hidden_becomes_a_rule_with_tests(undecided: Company) -> None:
    hide(undecided, "F")
    hide(undecided, "T")
    out = undecided.path / "learned.yaml"
    fees, tax = learned(undecided, "--out", str(out))["proposals"]
    assert 'when: {direction: "in", payer_name: "Skattekontoret"}' in fees["text"] + tax["text"]
    assert [each["effect"]["kinds"]["now automatic"] for each in (fees, tax)] == [3, 3]
    (undecided.folder / "rules").mkdir(exist_ok=True)
    undecided.cli("learn", "--accept", "1")
    undecided.cli("learn", "--accept", "1")
    assert (undecided.folder / "rules" / "learned.yaml").read_text() == out.read_text()
    undecided.cli("lint")
    undecided.cli("test")
    undecided.cli("rules", "mutate")
    assert learned(undecided, expect=0)["proposals"] == []


def test_money_of_the_same_payer_booked_by_hand_contradicts_a_rule(undecided: Company) -> None:
    hide(undecided, "T")
    (undecided.path / "more.csv").write_text(
        HEAD + "N1,2026-11-22,901.00,SEK,310001,,Skattekontoret,\n"
    )
    undecided.cli("import", "bank", "more.csv")
    undecided.cli("resolve", "N1", "--documents", "310001")
    found = learned(undecided, expect=0)
    assert [each["kind"] for each in found["contradictions"]] == ["rule"]


def test_a_rule_that_would_take_automatic_bookings_away_is_not_proposed(
    undecided: Company,
) -> None:
    """The bank code tells the lines apart; the rule, made from lines without one, would not."""
    (undecided.folder / "matching.yaml").write_text(
        "matching:\n  auto: {tiers: [reference, account_amount]}\n"
    )
    (undecided.path / "known.csv").write_text("number,name,bank_accounts\n1,Ekbygg AB,5402-9681\n")
    (undecided.path / "more.csv").write_text(
        HEAD.replace("\n", ",bank_code\n")
        + "N1,2026-11-22,901.00,SEK,,,Skattekontoret,5402-9681,77\n"
    )
    undecided.cli("import", "customers", "known.csv")
    undecided.cli("import", "bank", "more.csv")
    undecided.cli("run", expect=2)
    hide(undecided, "T")
    found = learned(undecided, expect=0)
    (said,) = found["contradictions"]
    assert (said["kind"], said["value"]) == ("rule", "Skattekontoret")
    assert list(said["choices"]) == ["hide", "apply"]


def test_there_is_no_such_proposal(undecided: Company) -> None:
    before = undecided.dump()
    assert undecided.cli("learn", "--accept", "7", expect=64).codes == ["RK780"]
    assert undecided.dump() == before
