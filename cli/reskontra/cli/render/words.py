"""The words that people read, in the language they chose.

The code says English. ``glossary.yaml`` beside this file holds what the other languages say for
it; what it does not hold stays English. Codes, keys, commands and machine formats do not come here.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ENGLISH = "en"
_GLOSSARY = Path(__file__).with_name("glossary.yaml")
_PLURALS = {"company": "companies"}
_spoken: dict[str, str] = {}
"""English -> the language spoken now; empty = English."""


@cache
def glossary() -> dict[str, dict[str, str]]:
    """English words and sentences -> language -> what it says for them."""
    from reskontra.config.strict_yaml import load

    held: dict[str, dict[str, str]] = load(_GLOSSARY.read_text("utf-8"), _GLOSSARY.name).data
    return held


def languages() -> list[str]:
    """The languages that can be spoken: English, and every one that the glossary holds."""
    return [ENGLISH, *sorted({language for said in glossary().values() for language in said})]


def speak(language: str) -> None:
    """Say everything in ``language`` from here on; RK195 when the glossary does not hold it."""
    _spoken.clear()
    if language == ENGLISH:
        return
    if language not in languages():
        from reskontra.engine.errors import Exit, ReskontraError

        raise ReskontraError.of(
            "RK195",
            f"no language is called '{language}'",
            help=f"--lang or RESKONTRA_LANG is one of {', '.join(languages())}",
            exit_code=Exit.USAGE,
        )
    _spoken.update((word, said[language]) for word, said in glossary().items() if language in said)


def say(text: str, **values: object) -> str:
    """``text`` in the language of the reader, with ``{name}`` filled in from ``values``.

    An id says its words: ``cash_entry`` is looked up as ``cash entry``.

    >>> say("Saved {file}.", file="monday.plan"), say("cash_entry")
    ('Saved monday.plan.', 'cash_entry')
    """
    said = _spoken.get(text.replace("_", " "), text)
    return said.format_map(values) if values else said


KEPT = (
    "{told}; entered anew it comes to {money}",
    "{told}; migration mode: the old system has the voucher",
    "corrected whole by a {kind}", "{kind} for {customer}, terms {terms}, due {day}",
    "{kind} for {customer}", "{login} both changes and approves", "write-off {numbers}",
    "{numbers} and {number} more", "close period ({state})", "apply {kind}", "book {kind}",
    "add {kind}", "mark {kind}", "clear {kind}",
)  # fmt: skip
"""Sentences that the books keep in English with what was filled in; the first that fits counts."""


def retell(text: str) -> str:
    """A sentence that the books keep in English, in the language of the reader; what was filled in
    is told in the same way.
    """
    said = say(text)
    if said != text or not _spoken:
        return said
    for template, pattern in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: retell(value) for name, value in found.groupdict().items()}
            return say(template, **values)
    return text


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (template, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template))))
        for template in KEPT
    ]


def counted(number: int, thing: str) -> str:
    """``1 payment``, ``2 payments``.

    >>> counted(1, "payment"), counted(0, "open document"), counted(2, "company")
    ('1 payment', '0 open documents', '2 companies')
    """
    return f"{number} {say(thing if number == 1 else _PLURALS.get(thing, thing + 's'))}"
