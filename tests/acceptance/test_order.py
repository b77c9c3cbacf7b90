"""The order in which things come in never matters: rows, records, entries and files shuffled give
the same decisions and the same postings.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from tests.acceptance.company import FILES, Company

ORDERS = (
    FILES,
    ("customers.csv", "open_items.csv", "camt054.xml", "bgmax.txt"),
    ("customers.csv", "bgmax.txt", "camt054.xml", "open_items.csv"),
)


def shuffle(company: Company, rng: random.Random) -> None:
    """Shuffle customers, open items, payments of the deposit and entries of the notice."""
    for name in FILES[:2]:
        head, *rows = (company.path / name).read_text().splitlines(keepends=True)
        if name == "customers.csv":
            rows = [row for row in rows if not row.startswith("1012")]
        rng.shuffle(rows)
        whole = (company.path / name).read_text().splitlines(keepends=True)
        rows += [row for row in whole[1:] if row not in rows]  # the shop after its group
        (company.path / name).write_text(head + "".join(rows))
    shuffle_parts(company.path / "bgmax.txt", rb"20.{78}\r\n(?:2[2-9].{78}\r\n)*", rng)
    shuffle_parts(company.path / "camt054.xml", rb"<Ntry>.*?</Ntry>", rng)


def shuffle_parts(path: Path, pattern: bytes, rng: random.Random) -> None:
    """Put the parts of a file into another order."""
    data = path.read_bytes()
    parts = re.findall(pattern, data)
    whole = b"".join(re.split(pattern, data)[:1]), re.split(pattern, data)[-1]
    assert len(parts) in {18, 19}
    between = b"\n" if path.suffix == ".xml" else b""
    rng.shuffle(parts)
    path.write_bytes(whole[0] + between.join(parts) + whole[1])


def decided(company: Company) -> list[tuple[str, ...]]:
    """What became of every payment, by the bank's id of it."""
    kept = (
        "source_id", "amount_minor", "outcome", "tier", "rule", "document", "allocated_minor",
        "relevance", "runner_up",
    )  # fmt: skip
    return sorted(tuple(row[name] for name in kept) for row in company.decisions())


def posted(company: Company) -> Counter[tuple[str, ...]]:
    """The journal without numbers and ids."""
    kept = ("date", "account", "role", "amount_minor", "customer")
    return Counter(
        tuple(row[name] for name in kept) for row in company.cli("export", "journal").table()
    )


@pytest.mark.parametrize(
    ("seed", "order"), list(enumerate(ORDERS)), ids=["as sent", "notice first", "items last"]
)
def test_the_order_of_imports_does_not_matter(
    new: Company, applied_workspace: Company, order: tuple[str, ...], seed: int
) -> None:
    shuffle(new, random.Random(seed))
    new.fill(*order)
    new.cli("run", expect=2)
    assert decided(new) == decided(applied_workspace)
    assert posted(new) == posted(applied_workspace)
    new.check()


def test_day_after_day_settles_what_one_run_settles(
    new: Company, applied_workspace: Company
) -> None:
    """Two files on two days, or both at once: the same payments settle the same documents."""
    new.fill("customers.csv", "open_items.csv", "bgmax.txt")
    new.cli("run", expect=2)
    new.fill("camt054.xml")
    new.cli("run", expect=2)
    assert decided(new) == decided(applied_workspace)
    new.check()
