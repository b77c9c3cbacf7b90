"""The main job, command by command: files in; booked, explained, corrected and reversed payments
out. On SQLite and on PostgreSQL, with the same tables at the end.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.company import Company

from reskontra.engine.services import match as match_service

DECISION_COLUMNS = (
    "company,bank_line,source_id,booking_date,amount_minor,currency,outcome,tier,rule,document,"
    "allocated_minor,relevance,runner_up,decision_id"
)


def test_the_story_is_the_same_on_both_databases(
    new_workspace: Company, tmp_path: Path, postgres_url: str
) -> None:
    from tests.acceptance.conftest import copy

    there = copy(new_workspace, tmp_path / "there")
    local = tell(copy(new_workspace, tmp_path / "here"))
    remote = tell(Company(there.path, postgres_url))
    for name, text in local.items():
        assert text == remote[name], name


def tell(company: Company) -> dict[str, str]:
    """The story; gives the exports at its end."""
    assert "0 errors" in company.cli("lint").err
    company.fill()
    ageing = company.ageing()
    plan = plans_without_booking(company)
    applies_what_the_plan_printed(company, plan)
    assert company.ageing() != ageing
    company.cli("resolve", company.line_of("TALLGLAS AB"), "--accept", "1", "--reason", "sure")
    company.cli("resolve", company.waiting("review")[0], "--hide")
    middle = company.cli("export", "decisions").out
    company.cli("undo", "run:2", "--reason", "not sure")
    company.cli("undo", "run:1", "--reason", "wrong day")
    company.check()
    assert company.ageing() == ageing
    return {
        "plan": plan.read_text(),
        "decisions after choices": middle,
        "decisions": company.cli("export", "decisions", "--format", "jsonl").out,
        "journal": company.cli("export", "journal").out,
        "documents": company.cli("show", "documents", "--all", "--format", "json").out,
        "payments": company.cli("show", "payments", "--format", "json").out,
        "ageing": ageing,
        "rows": json.dumps(company.dump(clocks=False)),
    }


def plans_without_booking(company: Company) -> Path:
    """``match`` exits with 2, twice gives the same bytes, and leaves the books as they were."""
    before = company.dump()
    shown = company.cli("match", expect=2)
    assert "Nothing is booked" in shown.out + shown.err or "apply" in shown.out
    plan = company.plan("a.plan")
    assert plan.read_bytes() == company.plan("b.plan").read_bytes()
    assert company.dump() == before
    return plan


def applies_what_the_plan_printed(company: Company, plan: Path) -> None:
    """The journal is the plan's postings, amount for amount, line for line."""
    applied = company.cli("apply", plan.name, "--reason", "as shown", expect=2)
    assert "run:1 booked" in applied.out
    company.check()
    posted = Counter(
        (row["date"], row["account"], row["role"], int(row["amount_minor"]), row["customer"])
        for row in company.cli("export", "journal").table()
    )
    planned = Counter(
        (line["booking_date"], p["account"], p["role"], p["amount"], p["customer"])
        for line in records(plan)
        if line["outcome"] in {"apply", "open_payment", "cash_entry"}
        for p in line["postings"]
    )
    assert posted == planned
    assert sum(planned.values()) > 60


def records(plan: Path) -> Iterator[dict[str, Any]]:
    """The planned lines of a plan file."""
    for text in plan.read_text().splitlines()[1:-1]:
        record = json.loads(text)
        yield record | record.pop("why")


def test_the_outcomes_of_the_example(filled: Company) -> None:
    """What each kind of payment comes to, without a person."""
    outcomes = {
        line["source_id"] or line["line"]: (line["outcome"], line["rule"])
        for line in records(filled.plan())
    }
    assert Counter(outcomes.values()) == {
        ("apply", "reference-exact"): 21,
        ("apply", "short-in-part + short"): 1,
        ("apply", "over-payer-agrees + over"): 2,
        ("apply", "within-rounding + rounding-written-off"): 1,
        ("apply", "text-exact"): 3,
        ("apply", "account-amount"): 1,
        ("hold", "duplicate-payment"): 1,
        ("review", "not-automatic"): 2,
        ("review", "known-payer"): 1,
        ("review", "unknown-payer"): 2,
        ("hide", "tax-account"): 1,
        ("cash_entry", "transfer-by-text"): 1,
    }


def test_apply_reads_nothing_but_the_plan(filled: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = filled.plan()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the matcher runs during apply")

    monkeypatch.setattr(match_service, "settled", refuse)
    monkeypatch.setattr("reskontra.rules.book.RuleBook.decide", refuse)
    assert filled.cli("match", expect=70).codes == ["RK700"]
    filled.cli("apply", plan.name, expect=2)
    filled.check()


def test_run_is_match_and_apply_at_once(filled: Company, applied_workspace: Company) -> None:
    filled.cli("run", expect=2)
    assert filled.dump(clocks=False) == applied_workspace.dump(clocks=False)


def test_a_second_run_finds_nothing_new(applied: Company) -> None:
    before = applied.dump()
    assert "wait as before" in applied.cli("run", expect=2).out
    assert applied.dump() == before


def test_exit_code_0_when_nothing_waits(applied: Company) -> None:
    for line in [*applied.waiting("review"), *applied.waiting("hold")]:
        applied.cli("resolve", line, "--hide")
    assert "Nothing to do" in applied.cli("match").out
    applied.cli("run")


def test_json_plan_on_standard_output(filled: Company) -> None:
    shown = filled.cli("match", "--format", "json", expect=2).json()
    plan = filled.plan()
    head = json.loads(plan.read_text().splitlines()[0])
    assert shown["plan"] == head["plan"]
    assert shown["lines"] == list(records(plan))
    assert {total["outcome"] for total in shown["totals"]} == {
        "apply", "cash_entry", "hide", "hold", "review",
    }  # fmt: skip


def test_overrides_are_recorded_and_change_no_file(filled: Company) -> None:
    files = {path: path.read_bytes() for path in filled.folder.rglob("*.yaml")}
    plan = filled.plan("tight.plan", "--set", "matching.auto.tiers=[reference]")
    head = json.loads(plan.read_text().splitlines()[0])
    assert head["basis"]["overrides"] == ["matching.auto.tiers=[reference]"]
    by_rule = Counter(line["rule"] for line in records(plan))
    assert by_rule["text-exact"] == by_rule["account-amount"] == 0
    filled.cli("apply", plan.name, expect=2)
    assert {path: path.read_bytes() for path in filled.folder.rglob("*.yaml")} == files
    filled.check()


def test_exported_decisions_conserve_every_line(applied: Company) -> None:
    exported = applied.cli("export", "decisions")
    assert exported.out.splitlines()[0] == DECISION_COLUMNS
    amounts: dict[str, int] = {}
    allocated: dict[str, int] = defaultdict(int)
    for row in exported.table():
        amounts[row["bank_line"]] = int(row["amount_minor"])
        allocated[row["bank_line"]] += int(row["allocated_minor"])
    assert allocated == amounts
    assert len(amounts) == 37
    source = {row["source_id"] for row in exported.table() if row["booking_date"] == "2026-11-23"}
    assert source == {f"C20261123{n:05d}" for n in range(1, 19)}
    netted = [row for row in exported.table() if row["document"] == "310040"]
    assert [row["allocated_minor"] for row in netted] == ["-20000"]


def test_exports_of_a_plan_equal_those_of_the_books(filled: Company) -> None:
    plan = filled.plan()
    planned = filled.cli("export", "decisions", "--plan", plan.name).out
    filled.cli("apply", plan.name, expect=2)
    assert filled.cli("export", "decisions").out == planned


def test_exports_to_a_file_and_as_json_lines(applied: Company) -> None:
    table = applied.cli("export", "decisions").table()
    lines = applied.cli("export", "decisions", "--format", "jsonl").out.splitlines()
    assert [{k: str(v) for k, v in json.loads(line).items()} for line in lines] == table
    applied.cli("export", "journal", "--out", "journal.csv")
    journal = applied.cli("export", "journal").out
    assert (applied.path / "journal.csv").read_text() == journal


def test_explain_an_automatic_payment(applied: Company) -> None:
    text = applied.cli("explain", "payment:P0000001").out
    for words in (
        "→ applied to 310001", "reference-exact", "packs/match.yaml", "tier reference",
        "1930", "1510", "−1\N{NO-BREAK SPACE}000,03", "run:1", "made payment P0000001",
    ):  # fmt: skip
        assert words in text
    data = applied.cli("explain", "line:1", "--format", "json").json()
    assert "reference-exact" in json.dumps(data)
    assert "310001" in json.dumps(data)


def test_explain_what_waits_for_a_person(applied: Company) -> None:
    line = applied.line_of("TALLGLAS AB")
    text = applied.cli("explain", line).out
    for words in ("a person chooses", "not-automatic", "name_amount", "310044", "--accept"):
        assert words in text
    data = applied.cli("explain", line, "--format", "json").json()
    assert "310044" in json.dumps(data)
    by_bank_id = applied.cli("explain", "C2026112300012").out
    assert by_bank_id == text


def test_explain_from_a_plan(filled: Company) -> None:
    plan = filled.plan()
    assert filled.cli("explain", "line:1", expect=64).codes == ["RK756"]
    assert "reference-exact" in filled.cli("explain", "line:1", "--plan", plan.name).out


def test_explanation_stays_when_rules_change(applied: Company) -> None:
    """An explanation tells what happened then."""
    before = applied.cli("explain", "line:1", "--format", "json").json()
    (applied.folder / "rules" / "off.yaml").write_text(
        "pack: off\nstage: match\ndecide: first\n"
        "rules:\n  - {id: reference-exact, disabled: true}\n"
    )
    assert applied.cli("explain", "line:1", "--format", "json").json() == before


def test_the_actor_on_postgresql_is_the_role_that_connects(
    new_workspace: Company, tmp_path: Path, postgres_url: str
) -> None:
    from tests.acceptance.conftest import copy

    there = Company(copy(new_workspace, tmp_path / "there").path, postgres_url)
    there.fill()
    assert {row["actor"] for row in there.dump()["Audit"]} == {"tester"}
    users = there.path / "users.yaml"
    users.write_text(users.read_text("utf-8").replace("tester", "somebody"), "utf-8")
    assert there.cli("run", expect=64).codes == ["RK206"]
