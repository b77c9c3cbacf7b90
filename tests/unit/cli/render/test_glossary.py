"""The glossary holds, in every language, each word and sentence that people read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from tests.unit.cli.commands import test_language

from reskontra.cli import render
from reskontra.cli.render.words import KEPT, glossary, languages
from reskontra.config.schemas import MERGE_WORDS, schema
from reskontra.engine.ledger.balance import SIGNS, VOIDS
from reskontra.engine.ledger.marks import KINDS as MARKS
from reskontra.engine.masters import CustomerStatus
from reskontra.engine.matching.relevance import FACTORS
from reskontra.engine.preferences.matching import TIERS
from reskontra.engine.services.listing import STATES
from reskontra.engine.services.notes import KINDS as NOTES

CLI = Path(next(iter(render.__path__))).parent
OUTCOMES = ("apply", "open_payment", "cash_entry", "hide", "hold", "review", "blocked")


def said() -> Iterator[str]:
    """Every text that the code says, and every thing that a module counts which says something."""
    for path in sorted(CLI.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        told = [call.args[0] for call in calls if ast.unparse(call.func) in ("say", "_fact")]
        for first in told:
            texts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            yield from (str(text.value) for text in texts if isinstance(text, ast.Constant))
        for call in calls if told else ():
            if ast.unparse(call.func) == "counted" and isinstance(call.args[1], ast.Constant):
                thing = str(call.args[1].value)
                yield from (thing, thing + "s")


def named() -> Iterator[str]:
    """Every word of ours in the data, and the headings of ``show``."""
    yield from (*OUTCOMES, *STATES, *TIERS, *FACTORS, *get_args(CustomerStatus), *MARKS)
    yield from (*NOTES, "done", "add customer", "change customer", "rename customer")
    yield from (kind for kind, _ in SIGNS)
    yield from (f"{kind}s" for kind in VOIDS)
    roles = schema("accounts")["properties"]["accounts"]["properties"]["roles"]["properties"]
    yield from (role for role in roles if role not in MERGE_WORDS)
    yield from (*test_language.HEADINGS, *KEPT)


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_a_language_has_every_word(language: str) -> None:
    words = {text.replace("_", " ") for text in (*said(), *named())}
    assert len(words) > 150, "the texts were found"
    assert sorted(word for word in words if language not in glossary().get(word, {})) == []
    assert [word for word, held in glossary().items() if language not in held] == []


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_a_translation_fills_in_the_same_values() -> None:
    for word, held in glossary().items():
        for language, translated in held.items():
            assert places(translated) == places(word), f"{language}: {word}"
