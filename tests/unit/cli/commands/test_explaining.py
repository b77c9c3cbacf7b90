"""``explain``: the headline tells today's state, what waits says how to decide it, and a document
tells what was applied to it."""

from __future__ import annotations

from tests.acceptance.company import Company


def test_a_payment_that_was_taken_back_says_so_first(booked: Company) -> None:
    booked.cli("undo", "line:1")
    told = booked.cli("explain", "line:1").out
    assert "→ TAKEN BACK by run:2 (was: applied to 310001)" in told
    assert told.rstrip().endswith("reskontra resolve line:1 --hold")
    assert "reskontra resolve line:1 --release" in told


def test_a_withdrawn_line_says_so(booked: Company) -> None:
    decided = booked.line_of("TALLGLAS AB")
    booked.cli("undo", "run:1")
    booked.cli("undo", "import:4")
    told = booked.cli("explain", decided).out
    assert "→ WITHDRAWN with its import:4 (was: a person chooses)" in told
    assert "resolve" not in told


def test_a_withdrawn_line_that_nobody_decided_says_so(filled: Company) -> None:
    line = filled.line_of("TALLGLAS AB")
    filled.cli("undo", "import:4")
    refused = filled.cli("explain", line, expect=64)
    assert refused.codes == ["RK756"]
    assert "withdrawn with its import" in refused.err


def test_an_undecided_line_tells_the_commands(filled: Company) -> None:
    refused = filled.cli("explain", "line:1", expect=64)
    assert "reskontra match --out" in refused.err
    assert "reskontra resolve line:1" in refused.err


def test_a_held_duplicate_names_the_earlier_payment(booked: Company) -> None:
    (held,) = booked.waiting("hold")
    told = booked.cli("explain", held).out
    assert "earlier    line:15 of 2026-11-20" in told
    assert "with reference 31001480, is booked" in told
    for command in ("--release", "--documents", "--open-payment --customer 1002", "--hide"):
        assert f"reskontra resolve {held} {command}" in told


def test_a_booked_line_needs_no_next_step(booked: Company) -> None:
    assert "resolve" not in booked.cli("explain", "line:1").out
    hidden = booked.waiting("hidden")[0]
    assert "--release" in booked.cli("explain", hidden).out


def test_a_planned_line_is_decided_by_the_plan(filled: Company) -> None:
    filled.plan("a.plan")
    told = filled.cli("explain", "line:1", "--plan", "a.plan").out
    assert "only planned" in told
    assert "to decide" not in told


def test_a_document_tells_what_was_applied(booked: Company) -> None:
    told = booked.cli("explain", "document:310001").out
    assert "invoice 310001 of 1001 Ekbygg AB" in told
    assert "applied: payment P0000001, run:1 by" in told
    assert "reference-exact, line:1" in told
    assert "→ settled, nothing is open" in told
    assert booked.cli("explain", "310001").out == told
    booked.cli("undo", "line:1")
    told = booked.cli("explain", "310001").out
    assert "taken back: payment P0000001, run:2" in told
    assert "→ open 1\N{NO-BREAK SPACE}000,03 SEK" in told


def test_a_document_that_nobody_paid(booked: Company) -> None:
    told = booked.cli("explain", "310090").out
    assert "nothing was applied to it" in told
    assert "→ open " in told


def test_a_document_as_json(booked: Company) -> None:
    (found,) = booked.cli("explain", "310001", "--format", "json").json()["documents"]
    assert found["open_minor"] == 0
    assert [(use["other"], use["amount"]) for use in found["applied"]] == [
        ("payment P0000001", 100003)
    ]


def test_a_run_tells_its_sums_and_what_it_left_to_a_person(booked: Company) -> None:
    booked.cli("resolve", booked.line_of("TALLGLAS AB"), "--accept", "1")
    told = booked.cli("explain", "run:1").out
    assert "apply             3         25 672,50 SEK  text-exact" in told.replace("\xa0", " ")
    assert "unknown-payer: 2 payments, waiting today: 2: line:37, line:34" in told
    assert "not-automatic: 2 payments, waiting today: 1: line:32, line:31" in told
    record = booked.cli("explain", "run:1", "--format", "json").json()
    assert sum(share["payments"] for share in record["rules"]) == 37
    assert sum(one["payments"] for one in record["waits"]) == 6


def test_an_undone_run_says_so(booked: Company) -> None:
    booked.cli("undo", "run:1")
    assert "TAKEN BACK by run:2" in booked.cli("explain", "run:1").out.splitlines()[0]
    assert booked.cli("explain", "run:9", expect=64).codes == ["RK736"]


def test_why_not_names_the_change_that_joins_and_what_else_it_changes(booked: Company) -> None:
    told = booked.cli("why-not", "line:32", "310061").out
    assert "the two alone: a person chooses  (not-automatic)" in told
    assert "account_amount, name_amount]'\n    and decides otherwise: line:31" in told
    record = booked.cli("why-not", "line:32", "310061", "--format", "json").json()
    assert [one["others"] for one in record["joining"]] == [[31]]
    booked.cli("simulate", "--set", record["joining"][0]["change"], expect=1)


def test_why_not_tells_that_another_payment_took_the_document(booked: Company) -> None:
    told = booked.cli("why-not", "line:31", "310001").out
    assert "the document went to line:1 of the same run" in told
    assert "no single change" in told


def test_why_not_refuses_what_was_not_kept_apart(booked: Company) -> None:
    assert booked.cli("why-not", "line:1", "310001", expect=64).codes == ["RK746"]
    assert booked.cli("why-not", "line:1", "999", expect=64).codes == ["RK752"]


def test_why_not_needs_a_decision(filled: Company) -> None:
    assert filled.cli("why-not", "line:1", "310001", expect=64).codes == ["RK746"]


def test_a_rule_of_other_days_is_named_and_decides_nothing(filled: Company) -> None:
    """The shipped rule that it will replace decides until then, and verifies."""
    (filled.folder / "rules").mkdir(exist_ok=True)
    (filled.folder / "rules" / "own.yaml").write_text(
        "pack: own\nstage: create\nrules:\n"
        "  - {id: unknown-payer, from: 2027-01-01, when: {payer_known: false},"
        " then: {outcome: hold}, because: held from next year}\n"
    )
    filled.cli("run", expect=2)
    line = filled.line_of("Okänd Avsändare AB")
    told = filled.cli("explain", line).out
    assert "→ a person chooses" in told
    assert "other days rule unknown-payer (companies/nordljus/rules/own.yaml:4)" in told
    assert "in force from 2027-01-01" in told
    record = filled.cli("explain", line, "--format", "json").json()
    assert [rule["days"] for rule in record["not_in_force"]] == ["in force from 2027-01-01"]
    assert filled.cli("verify").out == "1 run: every decision holds.\n"
