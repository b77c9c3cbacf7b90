"""What an option may be is told before anything is done."""

from __future__ import annotations

from typing import Any

import pytest

from reskontra.cli.main import program, run


def commands_with(option: str) -> list[list[str]]:
    """Every command that takes an option, with a word for each of its arguments."""
    waiting: list[tuple[list[str], Any]] = [([], program())]
    found = []
    while waiting:
        path, command = waiting.pop()
        waiting += [([*path, name], sub) for name, sub in getattr(command, "commands", {}).items()]
        if any(option in parameter.opts for parameter in command.params):
            words = ["1" for p in command.params if p.param_type_name == "argument" and p.required]
            found.append([*path, *words])
    return found


def test_a_file_is_written_only_where_there_is_a_folder(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    commands = commands_with("--out")
    assert len(commands) > 10
    for command in commands:
        for out, told in (("none/x", "there is no folder none"), ("taken", "taken is a folder")):
            assert run([*command, "--out", out]) == 64
            assert told in capsys.readouterr().err, command


def test_a_reference_says_something(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["transfer", "ack", "1", "--reference", " "]) == 64
    assert "say something" in capsys.readouterr().err
