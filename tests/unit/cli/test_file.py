"""``reskontra file``: exit codes, one JSON object per file, problems with their lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.bgmax_files import Paid, data, records, section
from typer.testing import CliRunner

from reskontra.cli.commands.file import app

RUNNER = CliRunner()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_bytes(data(records(section(Paid(123450, "39859", name="Åsa")))))
    return path


def test_show_for_people(good: Path) -> None:
    result = RUNNER.invoke(app, ["show", str(good)])
    assert result.exit_code == 0
    for word in ("bgmax", "9912346", "1234.50", "39859", "Åsa", "bank total"):
        assert word in result.output
    assert "RK600" in result.stderr


def test_show_for_machines_goes_on_after_a_bad_file(good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(data(records()[:-1]))
    files = [str(bad), str(good), str(tmp_path / "none.txt")]
    result = RUNNER.invoke(app, ["show", *files, "--format", "json"])
    assert result.exit_code == 65
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert [(p["code"], p["line"]) for p in first["problems"]] == [("RK549", 1)]
    assert second["sums"] == [{"currency": "SEK", "in": "1234.50", "out": "0.00", "net": "1234.50"}]
    assert (third["file"], third["problems"][0]["code"]) == (files[2], "RK501")


def test_show_prints_problems_with_their_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(data(records(section(Paid(1), number=7))))
    result = RUNNER.invoke(app, ["show", str(bad)])
    assert result.exit_code == 65
    assert f"{bad}:4: RK559" in result.stderr


def test_show_a_table_with_its_dialect(tmp_path: Path) -> None:
    table = tmp_path / "lines.csv"
    table.write_text("booking_date,amount,currency\n2026-11-20,1.50,SEK\n", "utf-8")
    assert RUNNER.invoke(app, ["show", str(table)]).exit_code == 0
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("Datum;Belopp\n2026-11-20;1,50\n", "utf-8")
    assert RUNNER.invoke(app, ["show", str(foreign)]).exit_code == 65
    result = RUNNER.invoke(app, ["show", str(table), "--dialect", "bank", "--format", "json"])
    assert json.loads(result.stdout)["format"] == "csv:bank"


def test_detect(good: Path) -> None:
    result = RUNNER.invoke(app, ["detect", str(good)])
    assert "bgmax" in result.output
    assert "can be imported" in result.output


def test_a_wrong_format_is_wrong_usage(good: Path) -> None:
    assert RUNNER.invoke(app, ["show", str(good), "--format", "xml"]).exit_code != 0
