"""What a consultant waits for: help, lint of many companies and of many rules, simulate.

    python -m benchmarks.configuring [--lines 100000] [--repeat 3] [--folder DIR] [--write]

Every command is a process of its own, told by the processor time that the system charges it, its
start included: the median of the runs after one to warm up. Beside it stands the limit of the
machine in the same run: Python started, libyaml reading the files that are linted, polars reading
the bank file and the open items with one exact join.
"""

from __future__ import annotations

import argparse
import getpass
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import pipeline
from benchmarks.__main__ import PAGE, write_page
from benchmarks.accuracy_report import met, table
from benchmarks.measure import COMMAND_LINE, ROOT, SEED, environment, made

from reskontra.config.scaffold import create

COMPANIES, RULES = 20, 2_000
ONE_CHANGE = "matching.auto.tiers=[reference, text]"
HEAD = "pack: agreements\nstage: match\ndecide: first\nrules:\n"
RULE = """\
  - id: agreement-{number}
    when:
      {{direction: in, tier: name_amount, tier_automatic: true,
        payer_name: {{contains: "payer {number:05d}"}}, amount: {{lte: {amount}.00}}}}
    then: {{outcome: apply}}
    because: "agreement {number}"
"""
"""A rule of which lint proves that it can fire and what it may do without a person."""

Program = Sequence[str]
START: Program = ("-c", "pass")
LIBYAML = "import sys, yaml; [list(yaml.parse(open(p), yaml.CSafeLoader)) for p in sys.argv[1:]]"


@dataclass(frozen=True, slots=True)
class Waited:
    """A command, how long it may take and how long it took, in processor seconds."""

    name: str
    bar: float
    seconds: float
    limit: float


def workspace(folder: Path, *, companies: int = 1, rules: int = 0) -> Path:
    """A workspace, its first company with so many rules; it is made unless it is there."""
    if folder.exists():
        return folder
    for number in range(companies):
        create(folder, country="se", company=f"company{number}", name=f"Company {number} AB",
               login=getpass.getuser())  # fmt: skip
    if rules:
        texts = (RULE.format(number=n, amount=1_000 + n) for n in range(rules))
        file = folder / "companies" / "company0" / "rules" / "agreements.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(HEAD + "".join(texts), encoding="utf-8")
    return folder


def ask(folder: Path, lines: int, repeat: int) -> list[Waited]:
    """Every command on worlds that are made in ``folder``, the last on so many lines of history."""
    place = made(folder, "first", "reference", lines, SEED)
    books = place / "workspace"
    if not books.exists():
        pipeline.run(place, prove=False)
    many = workspace(folder / "companies", companies=COMPANIES)
    large = workspace(folder / "rules", rules=RULES)
    start = seconds(START, repeat=repeat)
    joined = seconds(("-m", "benchmarks.limit", str(place)), repeat=repeat)

    def command(workspace: Path, *arguments: str) -> float:
        program = (*COMMAND_LINE, "-C", str(workspace), *arguments)
        return seconds(program, repeat=repeat, allowed=(0, 1))

    def read(workspace: Path) -> float:
        files = map(str, sorted(workspace.rglob("*.yaml")))
        return seconds(("-c", LIBYAML, *files), repeat=repeat)

    changed = command(books, "simulate", "--set", ONE_CHANGE)
    return [
        Waited("`--help`", 0.3, command(ROOT, "--help"), start),
        Waited(f"`lint`, {COMPANIES} companies", 1, command(many, "lint"), read(many)),
        Waited(f"`lint`, {RULES} rules", 3, command(large, "lint"), read(large)),
        Waited(f"`simulate`, {lines} lines, unchanged", 15, command(books, "simulate"), joined),
        Waited(f"`simulate`, {lines} lines, one change", 15, changed, joined),
    ]


def seconds(program: Program, *, repeat: int, allowed: Iterable[int] = (0,)) -> float:
    """Median processor seconds of the interpreter on ``program``, once more before to warm up.

    Raises ``CalledProcessError`` for another exit code.
    """
    taken = []
    for _ in range(repeat + 1):
        before = _charged()
        command = [sys.executable, *program]
        done = subprocess.run(
            command, check=False, capture_output=True, cwd=ROOT, env=environment()
        )
        taken.append(_charged() - before)
        if done.returncode not in allowed:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return statistics.median(taken[1:])


def _charged() -> float:
    """Processor seconds of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def report(found: Sequence[Waited]) -> str:
    """The commands as a Markdown table."""
    rows = [
        (w.name, f"{w.seconds:.2f}", f"{w.bar:g}", met(w.seconds <= w.bar), f"{w.limit:.2f}",
         f"{w.seconds / w.limit:.1f}")
        for w in found
    ]  # fmt: skip
    return table(("command", "processor, s", "bar, s", "met", "limit, s", "÷ limit"), rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the worlds, measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(prog="benchmarks.configuring", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", help="keep the worlds here, and use those that are there")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reskontra-configuring-") as temporary:
        text = report(ask(Path(given.folder or temporary), given.lines, given.repeat))
    print(text)
    if given.write:
        write_page(PAGE, text, part="configuring")


if __name__ == "__main__":
    main()
