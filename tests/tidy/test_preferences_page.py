"""The page about preferences tells every key of the customer ledger, and which ones act."""

from __future__ import annotations

import re
from pathlib import Path

from tests.published import rows
from tests.unit.engine.documents.test_events import EVENTS

from reskontra.config.meaning import Meaning, all_keys

PAGE = Path(__file__).resolve().parents[2] / "docs/preferences.md"
SECTIONS = re.split(r"(?m)^## ", PAGE.read_text("utf-8"))[1:]
FILES = ("ledger", "terms", "vat", "customer_classes")
KEPT = "(kept and shown)"


def keys_in(section: str) -> set[str]:
    """The keys in the first column of its tables."""
    rows = re.findall(r"(?m)^\| (`[^|]+`) \|", section)
    return {key for row in rows for key in re.findall(r"`([\w.]+)`", row)}


def section(beginning: str) -> str:
    (found,) = (one for one in SECTIONS if one.startswith(beginning))
    return found


def name(meaning: Meaning) -> str:
    """A key as the page writes it: without its file, ids and languages."""
    below = meaning.key.removeprefix(meaning.file).replace(".<id>", "").removeprefix(".")
    return re.sub(r"\.description\.\w\w$", ".description", below)


def values_of(file: str) -> dict[str, bool]:
    """Every key that holds a value, and whether it is only kept and shown."""
    told = {m.key: KEPT in m.node.get("description", "") for m in all_keys() if m.file == file}
    found: dict[str, bool] = {}
    for meaning in all_keys():
        under = meaning.key.startswith("customer_classes.<id>.defaults.")
        if meaning.file == file and meaning.is_value and not under:
            above = meaning.key.split(".")
            chain = (".".join(above[:n]) for n in range(1, len(above) + 1))
            found[name(meaning)] = any(told.get(key, False) for key in chain)
    return found


def test_every_key_stands_in_the_section_of_its_file() -> None:
    for file in FILES:
        (own,) = (one for one in SECTIONS if f"`{file}.yaml`" in one.partition("\n")[0])
        acting = {key for key, kept in values_of(file).items() if not kept}
        optional = {"defaults"} if file == "customer_classes" else {"rounding.id"}
        assert keys_in(own) - optional == acting - optional, file


def test_what_is_only_kept_and_shown_says_so() -> None:
    kept = {key for file in FILES for key, only in values_of(file).items() if only}
    assert keys_in(section("Kept and shown")) == kept


def test_events_are_told_as_they_are_booked() -> None:
    published: dict[str, tuple[list[str], list[str]]] = {}
    for row in rows("postings"):
        if row["event"] in EVENTS:
            debit, credit = published.setdefault(row["title"], ([], []))
            (debit if row["debit"] != "0.00" else credit).append(row["role"])
    table = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section("What each event"))
    told = {event: (debit.split(", "), credit.split(", ")) for event, debit, credit in table[1:]}
    assert told == published
