"""The wheel holds all that the program needs: run from it, outside the checkout."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from examples.compose import compose

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = """
import json, sys
wheel, packages, steps = sys.argv[1:]
sys.path[:0] = [wheel, packages]
from reskontra.cli import main
assert main.__file__.startswith(wheel), main.__file__
for expected, arguments in json.loads(steps):
    code = main.run(arguments)
    assert code == expected, f"{arguments} ended with {code}"
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


def run(wheel: Path, where: Path, *steps: tuple[int, str]) -> None:
    """Commands from the wheel, each with the exit code that it must give; -S keeps the editable
    install of the checkout out.
    """
    packages = sysconfig.get_paths()["purelib"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    typed = json.dumps([(code, shlex.split(command)) for code, command in steps])
    done = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCH, str(wheel), packages, typed],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_portion_hides_another(wheel: Path) -> None:
    assert not (wheel / "reskontra" / "__init__.py").exists()
    assert {path.name for path in (wheel / "reskontra").iterdir()} == {
        "adapters", "cli", "config", "engine", "rules",
    }  # fmt: skip


def test_the_story_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    compose(home)
    run(wheel, home, (0, "init acme --country se --company acme --name 'Acme AB'"))
    (home / "acme/companies/acme/cash_accounts.yaml").write_text(
        "cash_accounts:\n"
        "  - {id: main, account: 1930, currency: SEK, identifiers: {bankgiro: 991-2346}}\n"
    )
    run(
        wheel,
        home,
        (0, "-C acme lint"),
        (0, "-C acme import customers customers.csv"),
        (0, "-C acme import open-items open_items.csv"),
        (0, "-C acme import bank camt054.xml"),
        (2, "-C acme match --out a.plan"),
        (2, "-C acme apply a.plan"),
        (0, "-C acme check"),
        (0, "explain RK101"),
        (0, "doctor"),
    )


def test_every_country_scaffolds_and_lints_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    steps = []
    for country in ("se", "no", "fi", "dk"):
        steps.append((0, f"init {country} --country {country} --company c"))
        steps.append((0, f"-C {country} lint"))
    run(wheel, tmp_path, *steps)
