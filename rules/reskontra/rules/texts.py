"""What tests of texts imply of each other, and texts that pass some tests and fail others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, permutations, product
from typing import Any

from reskontra.rules.language import Atom
from reskontra.rules.patterns import compiled

TRIES = 200
"""Texts that are tried before no text is known."""
_SAMPLES = "a1 -_./:A0zZ9åäö"

Test = tuple[str, Any, bool]
"""Operator, value, whether it must hold."""


def values(atom: Atom) -> tuple[str, ...]:
    """The texts that an atom compares with."""
    if atom.op == "present":
        return ()
    return atom.value if isinstance(atom.value, tuple) else (atom.value,)


def other(known: Iterable[str]) -> str:
    """A text that is none of ``known``."""
    text = "x"
    taken = set(known)
    while text in taken:
        text += "x"
    return text


def holds(op: str, value: Any, text: str) -> bool:
    """Whether a text passes a test; empty = missing."""
    if op == "present":
        return bool(text) is value
    if not text:
        return False
    match op:
        case "eq":
            return str(value) == text
        case "in":
            return any(text == each for each in value)
        case "matches":
            return compiled(value).found(text)
    there = str.startswith if op == "starts_with" else str.__contains__
    same_letters = any(there(text, word) for word in value)
    return same_letters or _word_pattern(op, value).search(text) is not None


@lru_cache(maxsize=16_384)
def _word_pattern(op: str, words: tuple[str, ...]) -> re.Pattern[str]:
    start = r"\A" if op == "starts_with" else ""
    return re.compile(f"{start}(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


def follows(one: Atom, then: Atom, *, holds: bool) -> bool:
    """Whether every text that passes ``one`` passes (or, not ``holds``, fails) ``then``."""
    if one.op == "present" or (then.op == "present" and not holds):
        return False
    if then.op == "present":
        return True
    passes = [_passes(one.op, value, then) for value in values(one)]
    return all(passed is holds for passed in passes)


def _passes(op: str, value: str, then: Atom) -> bool | None:
    """Whether all texts (True) or none (False) that pass one test pass another."""
    if op in {"eq", "in"}:
        return holds(then.op, then.value, value)
    if op == "matches" or then.op not in {"contains", "starts_with"}:
        return None
    small, words = value.casefold(), [word.casefold() for word in values(then)]
    if then.op == "contains":
        return True if any(word in small for word in words) else None
    if op != "starts_with":
        return None
    if any(small.startswith(word) for word in words):
        return True
    return None if any(word.startswith(small) for word in words) else False


def fitting(tests: Sequence[Test]) -> str | None:
    """A text for which every test comes out as wanted; empty = a missing text; None = not found."""
    for text in islice(_candidates(tests), TRIES):
        if all(holds(op, value, text) is wanted for op, value, wanted in tests):
            return text
    return None


def _candidates(tests: Sequence[Test]) -> Iterator[str]:
    yield ""
    pieces: list[list[str]] = []
    for op, value, wanted in tests:
        if not wanted or op == "present":
            continue
        if op == "matches":
            pieces.append([sample(value)])
        else:
            pieces.append(list(value) if isinstance(value, tuple) else [value])
    if not pieces:
        yield from ("x", "7", "zzz")
    for chosen in product(*pieces):
        yield from chosen
        for order in permutations(dict.fromkeys(chosen)):
            yield " ".join(order)


def sample(pattern: str) -> str:
    """A text that may match a pattern: the first way through it."""
    return _written(re._parser.parse(pattern))  # type: ignore[attr-defined]  # noqa: SLF001


def _written(tree: Any) -> str:
    text = ""
    for op, argument in tree:
        match str(op):
            case "LITERAL":
                text += chr(argument)
            case "SUBPATTERN":
                text += _written(argument[-1])
            case "ATOMIC_GROUP":
                text += _written(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                text += _written(argument[2]) * argument[0]
            case "BRANCH":
                text += _written(argument[1][0])
            case "ANY":
                text += "a"
            case "IN" | "NOT_LITERAL":
                text += _one(op, argument, tree.state)
    return text


def _one(op: Any, argument: Any, state: Any) -> str:
    part = re._parser.SubPattern(state, [(op, argument)])  # type: ignore[attr-defined]  # noqa: SLF001
    single = re._compiler.compile(part, 0)  # type: ignore[attr-defined]  # noqa: SLF001
    letters = (*_SAMPLES, *map(chr, range(33, 0x180)))
    return next((letter for letter in letters if single.fullmatch(letter)), "")
