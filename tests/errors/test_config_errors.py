"""One reproducing input and the exact message for each error of the configuration room.

``RKnnn/input`` is laid over a clean workspace; ``RKnnn/expected.txt`` is what lint then prints
(or, for codes of commands, what the command of ``COMMANDS`` raises).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reskontra.adapters.git import export
from reskontra.adapters.packs import named, take_in
from reskontra.cli.render.problems import text_of
from reskontra.cli.render.words import speak
from reskontra.config import error_pages, scaffold
from reskontra.config.changing import change
from reskontra.config.company import load_company
from reskontra.config.lint import lint_workspace
from reskontra.config.workspace import load_workspace, resolve_actor
from reskontra.engine.errors import ReskontraError

HERE = Path(__file__).parent
RANGES = ("RK1", "RK2", "RK31", "RK32", "RK33", "RK34", "RK35")
ON_BOOKS = {"RK329", "RK330", "RK331", "RK332"}
"""What only shows where something is booked: the examples of their pages do."""
CODES = [c for c in error_pages.codes() if c.startswith(RANGES) and c not in ON_BOOKS]


def workspace(folder: Path) -> Path:
    """A clean workspace with one Swedish company."""
    scaffold.create(folder, country="se", company="nordic", name="Nordic AB", login="anna")
    cash = folder / "companies/nordic/cash_accounts.yaml"
    cash.write_text(cash.read_text("utf-8").replace("# identifiers:", "identifiers:"), "utf-8")
    return folder


def _committed(root: Path) -> Path:
    """The workspace as a git repository without a commit."""
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


COMMANDS: dict[str, Callable[[Path], object]] = {
    "RK108": lambda root: load_company(load_workspace(root), "nordic", overrides=["matching.auto"]),
    "RK116": lambda _root: load_workspace(Path("/")),
    "RK117": lambda root: scaffold.create(
        root, country="se", company="nordic", name="Nordic AB", login="anna"
    ),
    "RK118": lambda root: load_company(load_workspace(root), "nordc"),
    "RK122": lambda _root: error_pages.page("RK1010"),
    "RK195": lambda _root: speak("klingon"),
    "RK220": lambda root: export(_committed(root), "mian", root / "out"),
    "RK133": lambda root: change(
        load_workspace(root), root / "companies/nordic", "matching.auto.tiers", "[text]"
    ),
    "RK226": lambda root: take_in(load_workspace(root), named("../nowhere")),
    "RK206": lambda root: resolve_actor(load_workspace(root), "bo", "nordic"),
    "RK207": lambda root: resolve_actor(load_workspace(root), "anna", "nordic"),
}


def found(code: str, root: Path) -> str:
    """What the program says for the input of this code."""
    source = HERE / code / "input"
    if source.is_dir():
        shutil.copytree(source, root, dirs_exist_ok=True)
    if code == "RK119":
        (root / "companies/nordic/matching.yaml").unlink()
        (root / "companies/nordic/matching.yaml").symlink_to("nowhere.yaml")
    if code not in COMMANDS:
        return "".join(text_of(problem) for problem in lint_workspace(root))
    with pytest.raises(ReskontraError) as raised:
        COMMANDS[code](root)
    return "".join(text_of(problem) for problem in raised.value.problems)


@pytest.mark.parametrize("code", CODES)
def test_the_message_is_exactly_this(code: str, tmp_path: Path) -> None:
    text = found(code, workspace(tmp_path / "ws"))
    assert f"{code} " in text
    assert text == (HERE / code / "expected.txt").read_text("utf-8")


def test_the_clean_workspace_has_no_findings(tmp_path: Path) -> None:
    assert lint_workspace(workspace(tmp_path / "ws")) == []
