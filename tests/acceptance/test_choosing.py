"""A person chooses, and takes back: ``resolve`` in each way, ``undo`` of a payment and of a run."""

from __future__ import annotations

import pytest
from tests.acceptance.company import Company, Dump

UNKNOWN = "Okänd Avsändare AB"


def open_amounts(company: Company) -> dict[str, str]:
    """Document number -> what is open on it (credits negative)."""
    rows = company.cli("show", "documents", "--all", "--format", "csv").table()
    return {f"{row['kind']} {row['number']}": row["open"] for row in rows}


def last_rows(company: Company, line: str) -> list[dict[str, str]]:
    """The exported decision of a line."""
    return [row for row in company.decisions() if f"line:{row['bank_line']}" == line]


def allocations(company: Company, line: str) -> list[tuple[str, str]]:
    """Document and minor units, as exported."""
    return [(row["document"], row["allocated_minor"]) for row in last_rows(company, line)]


def test_accept_a_suggestion(applied: Company) -> None:
    line = applied.line_of("TALLGLAS AB")
    applied.cli("resolve", line, "--accept", "1", "--reason", "they called")
    assert allocations(applied, line) == [("310044", "673494")]
    (row,) = last_rows(applied, line)
    assert (row["outcome"], row["tier"], row["rule"]) == ("apply", "manual", "manual")
    assert "they called" in applied.cli("explain", line).out
    assert line not in applied.waiting("review")
    applied.check()


def test_documents_with_amounts(applied: Company) -> None:
    line = applied.line_of("Sälgmåleri AB", "review")
    applied.cli("resolve", line, "--documents", "310046,310058=775.33")
    assert allocations(applied, line) == [("310046", "700168"), ("310058", "77533")]
    applied.check()


def test_documents_with_amounts_leave_the_rest_of_the_payment_open(applied: Company) -> None:
    line = applied.line_of("Sälgmåleri AB", "review")
    applied.cli("resolve", line, "--documents", "310046=700.01,310058=7.00")
    assert allocations(applied, line) == [("310046", "70001"), ("310058", "700"), ("", "707000")]
    left = open_amounts(applied)
    assert left["invoice 310046"] == "6301.67"
    assert [n for n, amount in left.items() if amount == "-7070.00"] != []
    applied.check()


def test_documents_and_a_write_off_within_the_limits(applied: Company) -> None:
    line = applied.line_of("Sälgmåleri AB", "review")
    before = applied.dump()
    asked = applied.cli("resolve", line, "--documents", "310058", "--write-off", expect=None)
    assert asked.code == 65
    assert asked.codes == ["RK724"]
    assert "leave the rest open" in asked.err
    assert applied.dump() == before


def test_open_payment_of_a_customer(applied: Company) -> None:
    line = applied.line_of(UNKNOWN, "review")
    applied.cli("resolve", line, "--open-payment", "--customer", "1003")
    assert allocations(applied, line) == [("", "777700")]
    (payment,) = [n for n, a in open_amounts(applied).items() if a == "-7777.00"]
    assert payment.startswith("payment P")
    rows = applied.cli("show", "documents", "--customer", "1003", "--format", "csv").table()
    assert payment.split()[1] in {row["number"] for row in rows}
    applied.check()


def test_open_payment_of_nobody_stands_on_unidentified_receipts(applied: Company) -> None:
    line = applied.line_of(UNKNOWN, "review")
    applied.cli("resolve", line, "--open-payment")
    journal = applied.cli("export", "journal").table()
    last = max(int(row["entry"]) for row in journal)
    assert {row["role"]: row["amount"] for row in journal if int(row["entry"]) == last} == {
        "bank": "7777.00",
        "unidentified_receipts": "-7777.00",
    }
    applied.check()


@pytest.mark.parametrize(("flag", "state"), [("--hide", "hidden"), ("--hold", "hold")])
def test_hide_and_hold_book_nothing_and_can_be_changed(
    applied: Company, flag: str, state: str
) -> None:
    line = applied.line_of(UNKNOWN, "review")
    before = applied.cli("export", "journal").out
    applied.cli("resolve", line, flag, "--reason", "not ours")
    assert line in applied.waiting(state)
    assert applied.cli("export", "journal").out == before
    assert line not in applied.cli("match", "--format", "json", expect=2).out
    applied.cli("resolve", line, "--release")
    assert line in applied.waiting("released")
    applied.check()


def test_dry_run_shows_and_books_nothing(applied: Company) -> None:
    line = applied.line_of("TALLGLAS AB")
    before = applied.dump()
    shown = applied.cli("resolve", line, "--accept", "1", "--dry-run").out
    for words in ("6\N{NO-BREAK SPACE}734,94", "310044", "1510", "1930"):
        assert words in shown
    assert applied.dump() == before


def test_the_held_duplicate_can_become_an_open_payment(applied: Company) -> None:
    (line,) = applied.waiting("hold")
    applied.cli("resolve", line, "--open-payment", "--customer", "1002")
    assert "-2733.84" in open_amounts(applied).values()
    applied.check()


@pytest.mark.parametrize(
    ("line", "arguments", "code", "exit_code"),
    [
        ("line:999", ["--hide"], "RK750", 64),
        ("line:1", ["--hide"], "RK751", 64),
        ("line:31", ["--documents", "999999"], "RK752", 64),
        ("line:31", ["--documents", "310001"], "RK752", 64),
        ("line:31", ["--documents", "310044=1000000.00"], "RK753", 65),
        ("line:31", ["--documents", "310044=0"], "RK753", 65),
        ("line:31", ["--documents", "310044=-5"], "RK753", 65),
        ("line:31", ["--documents", "310044=1.005"], "RK753", 64),
        ("line:31", ["--documents", "310044=x"], "RK753", 64),
        ("line:31", ["--documents", "310080=6000.00,310090=6000.00"], "RK753", 65),
        ("line:31", ["--open-payment", "--customer", "4711"], "RK754", 64),
        ("line:31", ["--accept", "9"], "RK755", 64),
        ("line:31", [], "RK757", 64),
        ("line:31", ["--hide", "--hold"], "RK757", 64),
        ("line:31", ["--accept", "1", "--documents", "310044"], "RK757", 64),
    ],
)
def test_wrong_choices_are_refused(
    applied: Company, line: str, arguments: list[str], code: str, exit_code: int
) -> None:
    before = applied.dump()
    assert applied.cli("resolve", line, *arguments, expect=exit_code).codes == [code]
    assert applied.dump() == before


def test_the_same_document_twice_is_not_paid_twice(applied: Company) -> None:
    before = applied.dump()
    twice = "310044=5000.00,310044=1734.94"
    assert applied.cli("resolve", "line:31", "--documents", twice, expect=64).codes == ["RK753"]
    assert applied.dump() == before


def unchanged(before: Dump, after: Dump) -> bool:
    """Whether no row of documents, applications or journal was changed or deleted."""
    tables = ("Document", "Application", "JournalEntry", "JournalLine", "Decision", "Audit", "Run")
    return all(after[table][: len(before[table])] == before[table] for table in tables)


def test_undo_one_payment(applied: Company) -> None:
    before, amounts = applied.dump(), open_amounts(applied)
    shown = applied.cli("undo", "payment:P0000001", "--dry-run")
    assert "1 bank line, 1 document, 1 application, 1 voucher" in shown.err
    assert applied.dump() == before
    applied.cli("undo", "payment:P0000001", "--reason", "wrong customer")
    after = open_amounts(applied)
    assert after.pop("void_payment P0000001") == "0.00"
    assert {n for n in amounts if after[n] != amounts[n]} == {"invoice 310001"}
    assert after["invoice 310001"] == "1000.03"
    assert unchanged(before, applied.dump())
    assert applied.waiting("taken_back") == ["line:1"]
    applied.check()
    again = applied.cli("undo", "payment:P0000001", expect=64)
    assert again.codes == ["RK739"]


def test_what_was_taken_back_waits_until_it_is_released(applied: Company) -> None:
    applied.cli("undo", "run:1")
    assert len(applied.waiting("taken_back")) == 32
    plan = applied.cli("match", "--format", "json", expect=2).json()
    assert len(plan["lines"]) == 5
    applied.cli("resolve", "run:1", "--release")
    assert applied.waiting("taken_back") == []
    applied.cli("run", expect=2)
    applied.check()


def test_undo_and_the_same_work_again_gives_the_same_ageing(applied: Company) -> None:
    ageing = applied.ageing()
    applied.cli("undo", "run:1")
    assert applied.ageing() != ageing
    applied.cli("resolve", "run:1", "--release")
    applied.cli("run", expect=2)
    assert applied.ageing() == ageing
    assert "payment P0000001" in open_amounts(applied)
    applied.check()


def surplus_of(company: Company) -> str:
    """Number of the payment whose surplus of 300.00 is open."""
    (found,) = [n for n, amount in open_amounts(company).items() if amount == "-300.00"]
    return found.removeprefix("payment ")


def test_cascade(applied: Company) -> None:
    """Run 2 used a surplus that run 1 made: run 1 goes only together with it."""
    amounts = open_amounts(applied)
    line = applied.line_of(UNKNOWN, "review")
    number = next(n for n, a in amounts.items() if n.startswith("invoice") and len(a) > 7)
    number = number.removeprefix("invoice ")
    choice = f"{number}=8077.00,{surplus_of(applied)}=300.00"
    applied.cli("resolve", line, "--documents", choice)
    applied.check()
    before = applied.dump()
    refused = applied.cli("undo", "run:1", expect=3)
    assert refused.codes == ["RK738"]
    assert "run:2" in refused.err
    assert "--cascade" in refused.err
    assert applied.dump() == before
    done = applied.cli("undo", "run:1", "--cascade", "--reason", "all of it").out
    assert done.count("took back") == 2
    assert unchanged(before, applied.dump())
    left = open_amounts(applied)
    assert left[f"invoice {number}"] == amounts[f"invoice {number}"]
    assert not [n for n, a in left.items() if n.startswith("payment ") and a != "0.00"]
    applied.check()


def test_undo_of_a_choice_gives_the_line_back(applied: Company) -> None:
    line = applied.line_of(UNKNOWN, "review")
    applied.cli("resolve", line, "--open-payment", "--customer", "1003")
    applied.cli("undo", line)
    assert line in applied.waiting("taken_back")
    applied.check()


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("run:99", "RK736"),
        ("run:x", "RK736"),
        ("payment:P9999999", "RK750"),
        ("line:31", "RK739"),
        ("import:99", "RK599"),
    ],
)
def test_what_cannot_be_undone(applied: Company, reference: str, code: str) -> None:
    before = applied.dump()
    refused = applied.cli("undo", reference, expect=None)
    assert refused.codes == [code]
    assert refused.code in {64, 65}
    assert applied.dump() == before


def test_an_undo_cannot_be_undone(applied: Company) -> None:
    applied.cli("undo", "run:1")
    assert applied.cli("undo", "run:2", expect=64).codes == ["RK737"]


def test_an_import_is_withdrawn_unless_something_was_built_on_it(
    filled: Company,
) -> None:
    filled.cli("undo", "import:4", "--reason", "wrong file")
    filled.check()
    filled.cli("import", "bank", "camt054.xml")
    assert len(filled.waiting("new")) == 37
    filled.cli("run", expect=2)
    assert filled.cli("undo", "import:3", expect=None).codes == ["RK598"]
    filled.check()
