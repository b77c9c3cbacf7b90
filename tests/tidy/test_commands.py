"""Every command stands in the table of who may do what, and those that write are tried."""

from __future__ import annotations

from tests.writing_commands import TRIED

from reskontra.cli.main import program
from reskontra.config.permissions import MAY, roles_for


def commands() -> set[str]:
    """Every command as it is typed."""
    waiting, found = [("", program())], set()
    while waiting:
        path, command = waiting.pop()
        below = getattr(command, "commands", {})
        waiting += [(f"{path} {name}".strip(), each) for name, each in below.items()]
        if not below:
            found.add(path)
    return found


def test_every_command_is_somebodys_to_do() -> None:
    heads = {command.partition(" ")[0] for command in commands()}
    rows = MAY.keys()
    assert heads - {row.partition(" ")[0] for row in rows} == set(), "add a row to permissions.MAY"


def test_every_command_that_writes_is_tried_by_an_auditor() -> None:
    options = {deed for deed in MAY if " --" in deed}
    writing = {command for command in commands() if "auditor" not in roles_for(command)}
    assert writing | options == TRIED.keys(), "say in tests/writing_commands.py how it is tried"
