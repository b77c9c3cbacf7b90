"""What is built of the command line for one call: the commands that its arguments name."""

from __future__ import annotations

import pytest

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
