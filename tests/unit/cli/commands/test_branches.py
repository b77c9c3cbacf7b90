"""Rules of a branch at work: its cash account says whose they are, and every command knows them."""

from __future__ import annotations

from tests.acceptance.company import Company


def test_the_rules_of_a_branch_decide_what_its_account_gets(filled: Company) -> None:
    rules = filled.folder / "branches" / "gbg" / "rules" / "own.yaml"
    rules.parent.mkdir(parents=True)
    rules.write_text(
        "pack: gbg\nstage: create\nrules:\n"
        "  - id: unknown-payer\n    rule: Unknown payers wait\n"
        "    when: {payer_known: false}\n    then: {outcome: hold}\n    because: gbg holds them\n"
        "    tests:\n"
        "      - {given: {payer_known: false, cash_account: bankgiro}, expect: {outcome: hold}}\n"
        "      - {given: {payer_known: false, cash_account: other}, expect: {outcome: review}}\n"
    )
    assert "RK951 warning: no cash account belongs to branch 'gbg'" in filled.cli("lint").out
    with (filled.folder / "cash_accounts.yaml").open("a", encoding="utf-8") as accounts:
        accounts.write("    branch: gbg\n")
    assert "RK" not in filled.cli("lint").out
    assert filled.cli("test", "own.yaml").out.startswith("2 tests in 1 file: 2 passed")
    filled.cli("run", expect=2)
    held = filled.cli("show", "payments", "--state", "hold", "--format", "csv").table()
    assert [row["rule"] for row in held].count("unknown-payer") == 2
    assert filled.cli("verify").out == "1 run: every decision holds.\n"
    assert "identical" in filled.cli("replay", "run:1").out
    rules.unlink()
    told = filled.cli("simulate", expect=1).out
    assert "2 by rule unknown-payer removed (companies/nordljus/branches/gbg/rules/own.yaml" in told
