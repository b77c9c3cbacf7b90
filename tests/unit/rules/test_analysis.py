"""Seeded defects: each is found with its code and a payment that shows it, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reskontra.rules import analysis
from reskontra.rules.analysis import Finding, findings
from reskontra.rules.compiling import compile_merged
from reskontra.rules.deciding import decide
from reskontra.rules.facts import frame
from reskontra.rules.merging import StageRules, merge
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs

Shows = Callable[[dict[str, Any]], bool]


def rules(*whens: str, stage: str = "match", decide: str = "first") -> str:
    lines = [f"pack: p\nstage: {stage}\ndecide: {decide}\nrules:"]
    lines += [
        f"  - {{id: r{number}, when: {when}, then: {{outcome: review}}, because: x}}"
        for number, when in enumerate(whens, 1)
    ]
    return "\n".join(lines)


def table(*rows: str, when: str = "{}", facts: str = "[amount]", hit: str = "unique") -> str:
    effects = ["review", "hold", "open_payment"]
    lines = ["pack: p", "stage: match", "tables:", "  - id: t", f"    hit: {hit}"]
    lines += [f"    when: {when}", f"    facts: {facts}", "    effects: [outcome]"]
    lines += ["    complete: true", "    because: x", "    rows:"]
    lines += [
        f"      r{number}: [{row}, {effects[(number - 1) % 3]}]"
        for number, row in enumerate(rows, 1)
    ]
    return "\n".join(lines)


def anything(_: dict[str, Any]) -> bool:
    return True


NEVER: list[tuple[str, str]] = [
    ("bounds that exclude each other", "{difference: {gt: 5, lt: 5}}"),
    ("between two whole numbers", "{documents: {gt: 1, lt: 2}}"),
    ("between two minor units", "{difference: {gt: 0.10, lt: 0.101}}"),
    ("a flag and its opposite", "{fee: true, not: {fee: true}}"),
    ("two values of one choice", "{tier: list, not: {tier: {in: [list, text]}}}"),
    ("missing and compared", "{not: {payer_known: {present: true}}, any: [{payer_known: true}]}"),
    ("money in is never negative", "{direction: in, amount: {lt: 0}}"),
    ("money out is never positive", "{direction: out, amount: {gte: 0}}"),
    ("a ratio above one", "{relevance: {gt: 1.0}}"),
    ("a number of documents below zero", "{candidates: {lt: 0}}"),
    ("every value shut out", "{direction: {present: true}, not: {direction: {in: [in, out]}}}"),
    ("a day after and before", '{booking_date: {gt: "2026-01-01", lt: "2026-01-02"}}'),
    ("a word without a part of it",
     "{text: {contains: avgift}, not: {text: {contains: avg}}}"),
    ("two beginnings", "{text: {starts_with: abc}, all: [{text: {starts_with: abd}}]}"),
    ("a text and another beginning", "{reference: abc, all: [{reference: {starts_with: b}}]}"),
    ("none of the ways",
     "{any: [{fee: true}, {duplicate: true}], not: {any: [{fee: true}, {duplicate: true}]}}"),
]  # fmt: skip

UNREACHABLE: list[tuple[str, tuple[str, ...], Shows]] = [
    ("the same again", ("{tier: list}", "{tier: list}"), lambda f: f["tier"] == "list"),
    ("narrower", ("{tier: list}", "{tier: list, fee: true}"), lambda f: f["fee"] is True),
    ("inside a bound", ("{difference: {lt: 5}}", "{difference: {between: [1, 4]}}"),
     lambda f: 100 <= f["difference"] <= 400),
    ("one of several", ("{tier: {in: [list, text]}}", "{tier: text}"),
     lambda f: f["tier"] == "text"),
    ("two together", ("{difference: {lt: 0}}", "{difference: {gte: 0}}",
     "{difference: {present: true}}"), lambda f: "difference" in f),
    ("every value by itself", ("{fee: true}", "{fee: false}", "{fee: {present: true}}"),
     lambda f: "fee" in f),
    ("a part of the word", ("{text: {contains: avg}}", "{text: {contains: bankavgift}}"),
     lambda f: "bankavgift" in f["text"]),
    ("a longer beginning", ("{text: {starts_with: ab}}", "{text: {starts_with: abc}}"),
     lambda f: f["text"].startswith("abc")),
    ("the same pattern", ("{text: {matches: a+b}}", "{text: {matches: a+b}, fee: true}"),
     lambda f: "ab" in f["text"]),
    ("everything", ("{}", "{duplicate: true}"), lambda f: f["duplicate"] is True),
    ("not, written otherwise", ("{not: {fee: true}}", "{fee: false}"), lambda f: f["fee"] is False),
    ("one day of a range", ('{booking_date: {gte: "2026-01-01"}}', '{booking_date: "2026-05-01"}'),
     lambda f: f["booking_date"].year == 2026),
]  # fmt: skip

ELSEWHERE: list[tuple[str, str, str, Shows]] = [
    ("unique rules overlap", rules("{fee: true}", "{netted: true}", decide="unique"), "RK456",
     lambda f: f["fee"] and f["netted"]),
    ("rows meet at a bound", table("{lte: 10}", "{gte: 10}"), "RK456",
     lambda f: f["amount"] == 1000),
    ("a word within a word", table("{contains: avg}", "{contains: avgift}", "-", facts="[text]"),
     "RK456", lambda f: "avg" in f["text"]),
    ("two words in one text", table("{contains: alfa}", "{contains: beta}", facts="[text]"),
     "RK456", lambda f: "alfa" in f["text"] and "beta" in f["text"]),
    ("a gap at a bound", table("{lt: 10}", "{gt: 10}"), "RK457", lambda f: f["amount"] == 1000),
    ("a gap of one minor unit", table("{lt: 10}", "{gte: 10.01}"), "RK457",
     lambda f: f["amount"] == 1000),
    ("a value without a row", table("reference", "list", facts="[tier]",
     when="{tier: {in: [reference, list, text]}}"), "RK457", lambda f: f["tier"] == "text"),
    ("a missing fact", table("true", "false", facts="[fee]"), "RK457", lambda f: "fee" not in f),
    ("a row behind another", table("{lt: 10}", "{lt: 5}", "{gte: 10}", hit="first"), "RK402",
     lambda f: f["amount"] < 500),
]  # fmt: skip

DEFECTS = [
    *((name, rules(when), "RK454", anything) for name, when in NEVER),
    *((name, rules(*whens), "RK402", shows) for name, whens, shows in UNREACHABLE),
    *ELSEWHERE,
]


def stage_of(text: str) -> StageRules:
    return merge((), [read_pack(text, "p.yaml")])["match"]


def only(found: list[Finding], code: str) -> Finding:
    assert code in {each.problem.code for each in found}, [str(each.problem) for each in found]
    return next(each for each in found if each.problem.code == code)


@pytest.mark.parametrize(("name", "text", "code", "shows"), DEFECTS, ids=[d[0] for d in DEFECTS])
def test_a_seeded_defect_is_found_with_a_witness(
    name: str, text: str, code: str, shows: Shows
) -> None:
    stage = stage_of(text)
    finding = only(findings(stage), code)
    assert shows(finding.witness)
    verdict = decide(compile_merged(stage), frame([finding.witness])).of(0)
    fired = [stage.rules[index].id for index in verdict.fired]
    match code:
        case "RK402":
            assert finding.problem.message.split("'")[1] not in fired
            assert fired
        case "RK456":
            assert verdict.conflict or fired
        case "RK457":
            assert not fired


SOUND = [
    ("a wider rule behind", rules("{tier: list, fee: true}", "{tier: list}")),
    ("bounds that touch", rules("{difference: {lt: 5}}", "{difference: {lte: 5}}")),
    ("a missing value is left", rules("{fee: true}", "{fee: false}", "{tier: list}")),
    ("rows side by side", table("{lt: 10}", "{gte: 10}")),
    ("currencies without decimals", rules("{difference: {gt: 0.10, lt: 0.12}}")),
    ("patterns that nobody can compare", rules("{text: {matches: a+b}}", "{text: {matches: aab}}")),
    ("another beginning", rules("{text: {starts_with: ab}}", "{text: {contains: ab}}")),
]  # fmt: skip


@pytest.mark.parametrize("text", [s[1] for s in SOUND], ids=[s[0] for s in SOUND])
def test_what_is_sound_is_left_alone(text: str) -> None:
    assert [str(each.problem) for each in findings(stage_of(text))] == []


def test_the_shipped_rules_have_no_finding() -> None:
    for stage in merge((), shipped_packs()).values():
        assert findings(stage) == []


def test_a_companys_rule_that_shadows_shipped_ones_is_named_with_a_payment() -> None:
    company = read_pack(rules("{tier: {present: true}}"), "own.yaml")
    (finding,) = findings(merge([company], shipped_packs())["match"])
    assert (finding.problem.code, str(finding.problem.place)) == ("RK455", "own.yaml:5:5")
    assert "disbursement-proposed" in finding.problem.message
    assert finding.witness["direction"] == "out"


def test_many_rules_are_judged_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = [(n * 7) % 90 for n in range(2 * analysis.FEW)]
    stage = stage_of(rules(*(f"{{amount: {{gte: {bound}}}}}" for bound in bounds)))
    together = findings(stage)
    monkeypatch.setattr(analysis, "FEW", len(bounds))
    assert findings(stage) == together
    low_so_far = [min(bounds[: n + 1]) for n in range(len(bounds))]
    hidden = sum(bounds[n] >= low_so_far[n - 1] for n in range(1, len(bounds)))
    assert [finding.problem.code for finding in together] == ["RK402"] * hidden
