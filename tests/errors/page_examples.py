"""The examples of an error page, as they are run.

Below ``## Bad`` and ``## Good`` a fenced block with a file name is laid into the workspace, and the
lines of an ``sh`` block are typed there, from top to bottom; a last file is followed by ``reskontra
lint``. What this cannot show (a killed process, a damaged row) a page gives to another test:
``Shown by`` names its file.
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
from reskontra.config import error_pages

_BLOCK = re.compile(r"^```(\w*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN_BY = re.compile(r"^Shown by `(tests/[\w/.]+)`\.$", re.MULTILINE)
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


def play(steps: list[Step], workspace: Path) -> str:
    """What the last command says, on both streams; the ones before it may fail."""
    said = ""
    for step in steps:
        if step.file:
            path = workspace / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text.replace("login: you", f"login: {_YOU}"), "utf-8")
        else:
            said = reskontra(workspace, *shlex.split(step.text, comments=True)[1:])
    return said


def reskontra(workspace: Path, *arguments: str) -> str:
    """Type one command in the workspace; what it says on both streams."""
    said = io.StringIO()
    with (
        contextlib.chdir(workspace),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        run(list(arguments))
    return said.getvalue()


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


def example(code: str, heading: str) -> list[Step]:
    """What the example below ``heading`` (Bad or Good) does; empty when it cannot be run."""
    section = error_pages.page(code).split(f"## {heading}\n")[1].split("\n## ")[0]
    steps = []
    for language, name, text in _BLOCK.findall(section):
        if name:
            steps.append(Step(name, text))
        elif language == "sh":
            steps += [Step("", line) for line in text.splitlines()]
    if steps and steps[-1].file:
        steps.append(Step("", "reskontra lint"))
    return steps


def shown_by(code: str) -> str:
    """The test that a page names because its example cannot be run; empty when none is named."""
    named = _SHOWN_BY.search(error_pages.page(code))
    return named[1] if named else ""
