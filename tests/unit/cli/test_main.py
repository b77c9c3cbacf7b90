"""What is built of the command line for one call: the commands that its arguments name."""

from __future__ import annotations

import pytest

from reskontra.cli import main
from reskontra.cli.main import run


@pytest.mark.parametrize(
    ("arguments", "meant"), [(["matsch"], "match"), (["show", "paymets"], "payments")]
)
def test_a_mistyped_command_meets_the_nearest_one(
    arguments: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 64
    assert f"Did you mean '{meant}'" in capsys.readouterr().err


def test_a_folder_may_be_called_like_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", "apply", "match", "--help"]) == 0
    assert "reskontra match" in capsys.readouterr().out


def test_help_lists_what_the_whole_application_would(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out
    main.program.cache_clear()
    monkeypatch.setattr(main, "_listed", lambda: main.app)
    assert run(["-h"]) == 0
    main.program.cache_clear()
    assert capsys.readouterr().out == listed
    assert "simulate" in listed
    assert "documents" in listed
