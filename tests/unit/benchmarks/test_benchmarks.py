"""The benchmark itself: its report has every table, the automatic tier is right, money is kept.

Never a time: those depend on the machine.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from benchmarks.__main__ import BEGIN, END, PAGE, main, write_page
from benchmarks.accuracy_report import Accuracy, accuracy_report
from benchmarks.intervals import wilson
from benchmarks.measure import GENERATORS, HELD_OUT, Measured, accuracy, exponent, measure
from benchmarks.quality import count
from benchmarks.report import MATCH_BAR, STAGES, report

LINES = 1500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def measured(folder: Path) -> Measured:
    return measure("messy", LINES, folder, prove=True)


@pytest.fixture(scope="module", params=GENERATORS)
def accurate(request: pytest.FixtureRequest, folder: Path) -> Accuracy:
    return accuracy(request.param, "messy", LINES, folder, seeds=1)


def tenth(of: Measured) -> Measured:
    """A tenth of the lines in a tenth of the time."""
    cpu = {stage: seconds / 10 for stage, seconds in of.result.cpu.items()}
    return replace(of, result=replace(of.result, lines=of.result.lines // 10, cpu=cpu))


def tables_in_line(text: str) -> bool:
    """Every table has as many columns in each of its lines."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return all(len({line.count("|") for line in block.splitlines()}) == 1 for block in blocks)


def test_every_line_has_a_record(measured: Measured) -> None:
    result = measured.result
    assert (result.lines, result.records) == (LINES, LINES)
    assert result.booked + result.waiting == LINES
    assert result.problems == 0, "check proves the books that the benchmark made"


def test_what_is_automatic_is_right_and_keeps_its_money(accurate: Accuracy) -> None:
    quality = count(accurate.rows)
    assert quality.lines == accurate.rows["id"].n_unique() == LINES
    assert quality.right >= 0.995 * quality.automatic
    assert quality.covered > 0.6 * quality.applicable
    assert quality.other > 0
    assert quality.other_booked == 0
    assert quality.unconserved == 0


def test_what_is_decided_includes_what_is_automatic(accurate: Accuracy) -> None:
    quality = count(accurate.rows)
    assert quality.automatic <= quality.decided
    assert quality.decided_right >= 0.99 * quality.decided
    assert 0 < quality.rest_first <= quality.rest_top <= quality.rest


def test_naive_ways_are_worse(accurate: Accuracy) -> None:
    quality = count(accurate.rows)
    assert set(accurate.naive) == {"reference only", "amount only", "amount + account"}
    for rows in accurate.naive.values():
        taken = rows.filter("automatic")
        assert taken["right"].sum() / taken.height <= quality.right / quality.automatic
        assert taken["right"].sum() < quality.right
    assert not accurate.naive["reference only"].filter("automatic")["right"].all()


def test_the_truth_itself_is_right(accurate: Accuracy, folder: Path) -> None:
    """Judged against itself, the truth makes no mistake: sums and interchangeability hold."""
    place = folder / f"{accurate.generator}-messy-{LINES}-{HELD_OUT}"
    truth = pl.read_csv(place / "truth.csv", schema_overrides={"document": pl.String})
    amounts = pl.read_csv(place / "bank.csv", infer_schema=False).select(
        "id", pl.col("amount").str.replace(".", "", literal=True).cast(pl.Int64)
    )
    paid = truth.group_by("id").agg(pl.col("amount").sum().alias("paid"))
    more = paid.join(amounts, on="id").filter(pl.col("paid") > pl.col("amount"))
    assert more.is_empty(), "nobody pays documents with more than was paid"
    open_amounts = pl.read_csv(place / "open_items.csv", infer_schema=False).select(
        document="number", left=pl.col("open_amount").str.replace(".", "", literal=True)
    )
    used = truth.group_by("document").agg(pl.col("amount").abs().sum()).join(
        open_amounts.with_columns(pl.col("left").cast(pl.Int64)), on="document"
    )  # fmt: skip
    assert used.filter(pl.col("amount") > pl.col("left")).is_empty()


def test_a_random_line_explains_itself(measured: Measured) -> None:
    assert re.match(
        r"T\d+: (apply|open_payment|hold|review|hide|cash_entry), ", measured.result.explained
    )


def test_the_report_of_speed_has_every_table(measured: Measured) -> None:
    text = report(measured, tenth(measured), 0.1)
    titles = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert titles == ["Speed: the bars", "Where the time goes", "Size"]
    assert all(f"| {name} |" in text for name in STAGES.values())
    assert f"≥ {MATCH_BAR // 1000} 000" in text
    assert tables_in_line(text)


def test_the_report_of_accuracy_names_world_tier_and_rule(accurate: Accuracy) -> None:
    text = accuracy_report([accurate])
    assert tables_in_line(text)
    assert f"| {accurate.name} | automatic |" in text
    for rule in accurate.rows.filter("automatic")["rule"].unique():
        assert f"| {rule} |" in text


def test_growth_is_an_exponent(measured: Measured) -> None:
    assert exponent(tenth(measured), measured, ("match",)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    [(0, 0, 0, 1), (10, 10, 0.7225, 1), (0, 10, 0, 0.2775), (95, 100, 0.8882, 0.9785)],
)
def test_wilson(good: int, of: int, low: float, high: float) -> None:
    assert wilson(good, of) == pytest.approx((low, high), abs=5e-5)


def test_results_stand_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    begin, end = (mark.format(part="results") for mark in (BEGIN, END))
    page.write_text(f"before\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    write_page(page, "new")
    assert page.read_text(encoding="utf-8") == f"before\n{begin}\n\nnew\n{end}\nafter\n"
    for part in ("results", "ledger"):
        assert PAGE.read_text(encoding="utf-8").count(BEGIN.format(part=part)) == 1


def test_the_command_prints_tables(
    folder: Path, measured: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--lines", str(LINES), "--sample", str(LINES), "--seeds", "1"]
    chosen = ["--mix", "messy", "--generator", GENERATORS[0]]
    main([*sizes, *chosen, "--folder", str(folder)])
    printed = capsys.readouterr().out
    assert "### Speed: the bars" in printed
    assert f"messy, {measured.result.lines // 1000} 500 lines" in printed
    assert f"| {GENERATORS[0]}, messy |" in printed
