"""The main job on an example company, command by command: from bank files to booked, explained,
undone payments.

Every step is a real command; what it prints is what you would see. Files stay in ``.demo`` to look
at.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from examples.compose import compose  # noqa: E402  (the repository's root comes first)

from reskontra.cli.main import run  # noqa: E402

FOLDER = ROOT / ".demo"
DAY = "2026-11-24"


def step(text: str) -> None:
    """Say what comes next."""
    print(f"\n\033[1m# {text}\033[0m" if sys.stdout.isatty() else f"\n# {text}", flush=True)


def reskontra(*arguments: str, expect: tuple[int, ...] = (0,)) -> None:
    """Run one command as a person would type it; any other exit code than expected ends the
    demo.
    """
    print(f"$ reskontra {' '.join(arguments)}", flush=True)
    code = run(list(arguments))
    sys.stdout.flush()
    if code not in expect:
        sys.exit(f"the demo stopped: exit code {code}, expected {expect}")


def scaffold() -> None:
    """A new company, with what the example company has decided for itself."""
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    os.chdir(ROOT)
    print(f"$ reskontra init {FOLDER.name} --country se --company nordljus")
    code = run(
        [
            "init",
            str(FOLDER),
            "--country",
            "se",
            "--company",
            "nordljus",
            "--name",
            "Nordljus Energi AB",
        ]
    )
    if code:
        sys.exit(code)
    shutil.copytree(ROOT / "examples/nordljus", FOLDER / "companies/nordljus", dirs_exist_ok=True)
    compose(FOLDER)
    os.chdir(FOLDER)


def main() -> None:
    """The whole story."""
    begun = time.monotonic()
    step("A company is a folder of YAML; lint reads all of it at once")
    scaffold()
    reskontra("lint")
    step("Customers, open items and two bank files come in; the same file again changes nothing")
    reskontra("import", "customers", "customers.csv")
    reskontra("import", "open-items", "open_items.csv")
    reskontra("import", "bank", "bgmax.txt", "camt054.xml")
    reskontra("import", "bank", "camt054.xml")
    step("Ageing before")
    reskontra("show", "ageing", "--as-of", DAY)
    step("The plan shows the money; nothing is booked yet")
    reskontra("match", "--out", "demo.plan", expect=(2,))
    step("Apply books exactly that plan")
    reskontra("apply", "demo.plan", "--reason", "demo", expect=(2,))
    reskontra("show", "ageing", "--as-of", DAY)
    step("What waits for a person, and why")
    reskontra("show", "payments", "--state", "review")
    reskontra("show", "payments", "--state", "hold")
    step("Explain an automatic payment, and one that a person must decide")
    reskontra("explain", "payment:P0000061")
    reskontra("explain", "C2026112300036")
    step("Take the whole run back: exact inverses, nothing deleted")
    reskontra("undo", "run:1", "--reason", "demo")
    reskontra("show", "ageing", "--as-of", DAY)
    reskontra("check")
    print(
        f"\nDone in {time.monotonic() - begun:.1f} s. Look around: reskontra -C .demo show payments"
    )


if __name__ == "__main__":
    main()
