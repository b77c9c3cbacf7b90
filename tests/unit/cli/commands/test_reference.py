"""``reskontra reference``: what it prints and with which code it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reskontra.cli.commands.reference import app
from reskontra.engine.errors import ReskontraError

FILE = """
references:
  - id: ours
    length: 8
    modulus: luhn10
    elements: [{type: fixed, value: "7"}, {type: invoice_no, positions: 7}]
    mask: "### ### ###"
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def ours(tmp_path: Path) -> str:
    path = tmp_path / "references.yaml"
    path.write_text(FILE, "utf-8")
    return str(path)


def test_make_of_a_built_in_format() -> None:
    result = run("make", "no_kid_customer_invoice", "customer_no=123", "invoice_no=4711")
    assert (result.exit_code, result.output) == (0, "000012300047110\n")


def test_make_check_and_parse_of_a_format_in_a_file(ours: str) -> None:
    made = run("make", "ours", "invoice_no=42", "--file", ours)
    assert made.output == "700000425  700 000 425\n"
    checked = run("check", "700 000 425", "--file", ours)
    assert (checked.exit_code, checked.output) == (0, "ours: valid  700 000 425\n")
    parsed = run("parse", "700000425", "--company-file", ours, "--format", "json")
    assert json.loads(parsed.output) == [{"scheme": "ours", "components": {"invoice_no": "42"}}]


def test_check_without_a_scheme_names_every_format_that_fits() -> None:
    result = run("check", "12351")
    assert result.exit_code == 0
    assert "se_ocr: valid  12351" in result.output.splitlines()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "12352", "--scheme", "se_ocr"), "RK582 INVALID_CHECKSUM"),
        (("check", "fish", "--scheme", "se_ocr", "--param", "level=soft"), "RK580"),
        (("check", "fish"), "no format"),
        (("parse", "fish"), "no format"),
    ],
)
def test_what_is_no_reference_ends_with_65(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 65
    assert said in result.output


def test_json_says_everything() -> None:
    words = ("--scheme", "se_ocr", "--param", "level=fixed_length", "--param", "lengths=10,12")
    result = run("check", "733654944053", *words, "--format", "json")
    assert json.loads(result.output) == [
        {
            "scheme": "se_ocr",
            "valid": True,
            "accepted": True,
            "normalized": "733654944053",
            "printed": "733654944053",
            "error": "",
            "code": "",
        }
    ]


def test_errors_of_the_engine_reach_the_application() -> None:
    result = run("make", "dk_fik", "--param", "card=72", "invoice_no=1")
    assert isinstance(result.exception, ReskontraError)
    assert result.exception.problems[0].code == "RK304"


@pytest.mark.parametrize(
    "words",
    [
        ("make", "se_ocr", "invoice_no"),
        ("make", "se_ocr", "invoice_no=1", "--amount", "12.3"),
        ("check", "12351", "--param", "level=hard"),
        ("check", "12351", "--file", "no-such-file.yaml"),
    ],
)
def test_wrong_usage(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("command", ["make", "check", "parse"])
def test_every_command_shows_an_example(command: str) -> None:
    assert "Example: reskontra reference" in run(command, "--help").output
