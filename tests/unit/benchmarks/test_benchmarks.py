"""The benchmark itself: its report has every table, the automatic tier is right, money is kept.

Never a time: those depend on the machine.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.__main__ import BEGIN, END, PAGE, main, write_page
from benchmarks.measure import Measured, exponent, measure
from benchmarks.report import MATCH_BAR, STAGES, report

LINES = 1500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def measured(folder: Path) -> Measured:
    return measure("messy", LINES, folder, prove=True)


def tenth(of: Measured) -> Measured:
    """A tenth of the lines in a tenth of the time."""
    cpu = {stage: seconds / 10 for stage, seconds in of.result.cpu.items()}
    return replace(of, result=replace(of.result, lines=of.result.lines // 10, cpu=cpu))


def test_every_line_has_a_record_and_keeps_its_money(measured: Measured) -> None:
    result, quality = measured.result, measured.quality
    assert (result.lines, result.records, quality.lines) == (LINES, LINES, LINES)
    assert result.booked + result.waiting == LINES
    assert quality.unconserved == 0
    assert result.problems == 0, "check proves the books that the benchmark made"


def test_what_is_automatic_is_right(measured: Measured) -> None:
    quality = measured.quality
    assert quality.precision >= 0.995
    assert quality.coverage > 0.6
    assert quality.foreign > 0
    assert quality.foreign_booked == 0
    assert sum(tier.automatic for tier in measured.tiers) == quality.automatic


def test_naive_ways_are_worse(measured: Measured) -> None:
    for naive in measured.naive:
        assert naive.precision < measured.quality.precision
        assert naive.coverage < measured.quality.coverage


def test_a_random_line_explains_itself(measured: Measured) -> None:
    assert re.match(
        r"T\d+: (apply|open_payment|hold|review|hide|cash_entry), ", measured.result.explained
    )


def test_the_report_has_every_table(measured: Measured) -> None:
    text = report([measured], tenth(measured), 0.1)
    titles = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert titles == ["Bars", "Where the time goes", "Size", "How right", "By kind of evidence"]
    assert all(f"| {name} |" in text for name in STAGES.values())
    assert f"≥ {MATCH_BAR // 1000} 000" in text
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, "columns in line"


def test_growth_is_an_exponent(measured: Measured) -> None:
    assert exponent(tenth(measured), measured, ("match",)) == pytest.approx(1)


def test_results_stand_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_page(page, "new")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnew\n{END}\nafter\n"
    assert PAGE.read_text(encoding="utf-8").count(BEGIN) == 1


def test_the_command_prints_tables(
    folder: Path, measured: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--lines", str(LINES), "--mix", "messy", "--folder", str(folder)])
    printed = capsys.readouterr().out
    assert "### Bars" in printed
    assert f"messy, {LINES // 1000} {LINES % 1000} lines" in printed
