"""How problems look, in all three formats."""

from __future__ import annotations

import io
import json

import pytest

from reskontra.cli.render.problems import print_problems, text_of
from reskontra.engine.errors import Place, Problem

PROBLEM = Problem(
    "RK101",
    "unknown key 'x', 9 % off",
    Place("a:b.yaml", 12, 5),
    "drop it",
    excerpt="    x: 1",
)
WARNING = Problem("RK312", "careful", Place("b.yaml"), severity="warning")


def printed(output_format: str) -> str:
    stream = io.StringIO()
    print_problems([PROBLEM, WARNING], output_format=output_format, stream=stream)
    return stream.getvalue()


def test_text() -> None:
    assert printed("text") == (
        "a:b.yaml:12:5: RK101 unknown key 'x', 9 % off\n"
        "  12 |     x: 1\n"
        "     |     ^\n"
        "  help: drop it\n"
        "b.yaml: RK312 warning: careful\n"
    )


def test_json_is_one_document() -> None:
    document = json.loads(printed("json"))
    assert document["format_version"] == 1
    first, second = document["problems"]
    assert (first["file"], first["line"], first["column"]) == ("a:b.yaml", 12, 5)
    assert (second["severity"], second["line"], second["help"]) == ("warning", None, None)


def test_json_is_data_and_text_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems([PROBLEM], output_format="json")
    said = capsys.readouterr()
    assert (json.loads(said.out)["problems"][0]["code"], said.err) == ("RK101", "")
    print_problems([PROBLEM])
    said = capsys.readouterr()
    assert (said.out, "RK101" in said.err) == ("", True)


def test_github_escapes_what_would_end_an_annotation() -> None:
    assert printed("github").splitlines() == [
        "::error file=a%3Ab.yaml,line=12,col=5,title=RK101::unknown key 'x', 9 %25 off%0Adrop it",
        "::warning file=b.yaml,title=RK312::careful",
    ]


def test_no_colour_off_a_terminal() -> None:
    assert "\033" not in printed("text")
    assert "\033[31mRK101" in text_of(PROBLEM, colour=True)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_colour_on_a_terminal_unless_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    print_problems([PROBLEM], stream=stream)
    assert "\033[31m" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    print_problems([PROBLEM], stream=stream)
    assert "\033" not in stream.getvalue()


@pytest.mark.parametrize("column", [1, 50, 250, 399])
def test_long_lines_are_cut_around_the_caret(column: int) -> None:
    line = "x" * (column - 1) + "!" + "x" * (400 - column)
    problem = Problem("RK100", "m", Place("f", 1, column), excerpt=line, width=3)
    _, source, carets = text_of(problem).splitlines()
    assert len(source) < 140
    assert source[carets.index("^")] == "!"
