"""The wheel holds all that the program needs: run from it, outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from examples.compose import compose

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = """
import sys
wheel, packages = sys.argv[1:3]
sys.path[:0] = [wheel, packages]
from reskontra.cli import main
assert main.__file__.startswith(wheel), main.__file__
sys.exit(main.run(sys.argv[3:]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def run(wheel: Path, where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command from the wheel; -S keeps the editable install of the checkout out."""
    packages = sysconfig.get_paths()["purelib"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-S", "-c", LAUNCH, str(wheel), packages, *arguments],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_portion_hides_another(wheel: Path) -> None:
    assert not (wheel / "reskontra" / "__init__.py").exists()
    assert {path.name for path in (wheel / "reskontra").iterdir()} == {
        "adapters", "cli", "config", "engine", "rules",
    }  # fmt: skip


def test_the_story_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    compose(home)
    steps: list[tuple[int, list[str]]] = [
        (0, ["init", "acme", "--country", "se", "--company", "acme", "--name", "Acme AB"]),
        (0, ["-C", "acme", "lint"]),
        (0, ["-C", "acme", "import", "customers", "customers.csv"]),
        (0, ["-C", "acme", "import", "open-items", "open_items.csv"]),
        (0, ["-C", "acme", "import", "bank", "camt054.xml"]),
        (2, ["-C", "acme", "match", "--out", "a.plan"]),
        (2, ["-C", "acme", "apply", "a.plan"]),
        (0, ["-C", "acme", "check"]),
        (0, ["explain", "RK101"]),
        (0, ["doctor"]),
    ]
    accounts = (
        "cash_accounts:\n"
        "  - {id: main, account: 1930, currency: SEK, identifiers: {bankgiro: 991-2346}}\n"
    )
    for expected, arguments in steps:
        if arguments[-1] == "lint":
            (home / "acme/companies/acme/cash_accounts.yaml").write_text(accounts)
        done = run(wheel, home, *arguments)
        assert done.returncode == expected, (arguments, done.stdout, done.stderr)


@pytest.mark.parametrize("country", ["se", "no", "fi", "dk"])
def test_every_country_scaffolds_and_lints_from_the_wheel(
    wheel: Path, tmp_path: Path, country: str
) -> None:
    assert run(wheel, tmp_path, "init", "w", "--country", country, "--company", "c").returncode == 0
    linted = run(wheel, tmp_path, "-C", "w", "lint")
    assert linted.returncode == 0, linted.stdout
