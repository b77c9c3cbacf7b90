"""The examples of error pages and of the cookbook, as they are run.

A fenced block with a file name is laid into a scratch workspace; the lines of an ``sh`` block are
typed there, from top to bottom.
"""

from __future__ import annotations

import contextlib
import getpass
import io
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from reskontra.cli.main import run

_BLOCK = re.compile(r"^```(\w*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_YOU = getpass.getuser()
CUSTOMERS = """\
number,name,country,currency,parent,bank_accounts,aliases
1042,Byggfirman Ek AB,SE,SEK,,5402-9681,
1043,Lunds Plåt AB,SE,SEK,,,
"""
OPEN_ITEMS = """\
number,kind,customer,document_date,due_date,currency,amount,open_amount,references
10377,invoice,1042,2026-10-20,2026-11-19,SEK,12500.00,12500.00,1037779
10378,invoice,1043,2026-10-20,2026-11-19,SEK,800.00,800.00,1037878
"""
BANK_LINES = """\
id,booking_date,amount,currency,reference,text,payer_name
B1,2026-11-20,12500.00,SEK,1037779,,Byggfirman Ek AB
B2,2026-11-20,500.00,SEK,,,Okänd AB
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A file to lay down, or (without a name) a command to type."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a command gave back: its exit code, and what it said on both streams."""

    code: int
    text: str


def steps_of(markdown: str) -> list[Step]:
    """What the examples in this text do, in their order."""
    steps = []
    for language, name, text in _BLOCK.findall(markdown):
        if name:
            steps.append(Step(name, text))
        elif language == "sh":
            steps += [Step("", line) for line in text.splitlines()]
    return steps


def play(steps: list[Step], workspace: Path) -> list[Said]:
    """What each command says; one that fails stops nothing."""
    said = []
    for step in steps:
        if step.file:
            path = workspace / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text.replace("login: you", f"login: {_YOU}"), "utf-8")
        else:
            said.append(reskontra(workspace, *shlex.split(step.text, comments=True)[1:]))
    return said


def reskontra(workspace: Path, *arguments: str) -> Said:
    """Type one command in the workspace."""
    said = io.StringIO()
    with (
        contextlib.chdir(workspace),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        code = run(list(arguments))
    return Said(code, said.getvalue())


def workspace(folder: Path) -> Path:
    """A Swedish company with two customers, two invoices and two payments that wait."""
    reskontra(
        folder.parent, "init", folder.name, "--country=se", "--company=nordic", "--name=Nordic AB"
    )
    cash = folder / "companies/nordic/cash_accounts.yaml"
    cash.write_text(cash.read_text("utf-8").replace("# identifiers:", "identifiers:"), "utf-8")
    tables = {"customers": CUSTOMERS, "open-items": OPEN_ITEMS, "bank": BANK_LINES}
    for table, text in tables.items():
        (folder / f"{table}.csv").write_text(text, "utf-8")
        reskontra(folder, "import", table, f"{table}.csv")
    return folder
