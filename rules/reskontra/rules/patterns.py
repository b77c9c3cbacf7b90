r"""Patterns (regular expressions) that people may put into rules: bounded in length and time.

Compiled with IGNORECASE and never lower-cased: lower-casing a pattern turns ``\D`` into ``\d``.
Refused are shapes whose search time explodes: a repetition inside a repetition, two unbounded
repetitions side by side that eat the same characters, back-references. Of the repetitions that can
give characters back to what follows at most two are accepted, and the more of them, the shorter
the text that is searched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MAX_PATTERN = 200
"""Characters of a pattern."""
SEARCHED = (5_000, 2_000, 500)
"""Characters of a text that are searched, by number of repetitions at risk of backtracking."""
LARGE = 64
"""A repetition with more rounds counts as unbounded."""

_ALPHABET = [chr(code) for code in (*range(9, 14), *range(32, 0x180))]
_EVERYTHING = frozenset(_ALPHABET)
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


class PatternError(ValueError):
    """The pattern cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was accepted."""

    regex: re.Pattern[str]
    limit: int
    """Characters of a text that are searched."""

    def found(self, text: str) -> bool:
        """Whether the pattern occurs in the searched part of ``text``."""
        return self.regex.search(text, 0, self.limit) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Pattern:
    r"""The pattern ready for use; ``PatternError`` when it is not accepted.

    >>> compiled(r"^OCR\D+(\d{6,})").found("ocr: 12345678")
    True
    >>> compiled("(a+)+b")
    Traceback (most recent call last):
      ...
    reskontra.rules.patterns.PatternError: a repetition stands inside a repetition
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"it is longer than {MAX_PATTERN} characters")
    text = unicodedata.normalize("NFC", pattern)
    try:
        regex = re.compile(text, re.IGNORECASE)
        tree = re._parser.parse(text, re.IGNORECASE)  # type: ignore[attr-defined]  # noqa: SLF001
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"not a regular expression: {error}") from None
    risk = _risk(list(_flat(tree)), inside=False)
    if risk >= len(SEARCHED):
        raise PatternError(f"more than {len(SEARCHED) - 1} open repetitions such as '.*' in a row")
    return Pattern(regex, SEARCHED[risk])


_Element = tuple[str, Any, Any]
"""Name of the operation, its argument, the state of the parser."""


def _flat(tree: Any) -> Iterator[_Element]:
    """The elements of a sequence, groups opened."""
    for op, argument in tree:
        if str(op) == "SUBPATTERN":
            yield from _flat(argument[-1])
        elif str(op) == "ATOMIC_GROUP":
            yield from _flat(argument)
        else:
            yield str(op), (op, argument), tree.state


def _risk(elements: list[_Element], *, inside: bool) -> int:
    """Number of repetitions that can give characters back; ``PatternError`` for bad shapes."""
    risk = 0
    for index, (name, (_op, argument), _state) in enumerate(elements):
        if name.startswith("GROUPREF"):
            raise PatternError("back-references are not used in rules")
        if name in _REPEATS:
            high, body = argument[1], list(_flat(argument[2]))
            if inside and high > 1:
                raise PatternError("a repetition stands inside a repetition")
            risk += _risk(body, inside=inside or high > 1)
            risk += high > LARGE and _gives_back(body, elements[index + 1 :])
        else:
            risk += sum(_risk(list(_flat(b)), inside=inside) for b in _branches(name, argument))
    return risk


def _gives_back(body: list[_Element], rest: list[_Element]) -> bool:
    """Whether what follows an unbounded repetition can begin with what the repetition eats."""
    eaten = _characters(body)
    for element in rest:
        name, (_op, argument), _state = element
        if name == "AT":
            continue
        following = _characters([element])
        if name in _REPEATS and argument[1] > LARGE and following & eaten:
            raise PatternError("two unbounded repetitions side by side eat the same characters")
        if following & eaten:
            return True
        if name not in _REPEATS or argument[0] > 0:
            return False
    return False


def _branches(name: str, argument: Any) -> list[Any]:
    """Sub-patterns of an element that is not a group or repetition."""
    if name == "BRANCH":
        return list(argument[1])
    return [argument[1]] if name in {"ASSERT", "ASSERT_NOT"} else []


def _characters(elements: list[_Element]) -> frozenset[str]:
    """Characters that these elements can eat (signs, digits, Latin letters)."""
    eaten: frozenset[str] = frozenset()
    for name, (op, argument), state in elements:
        if name == "ANY":
            return _EVERYTHING
        if name in {"LITERAL", "NOT_LITERAL", "IN"}:
            single = _single(op, argument, state)
            eaten |= {char for char in _ALPHABET if single.match(char)}
        elif name in _REPEATS:
            eaten |= _characters(list(_flat(argument[2])))
        for branch in _branches(name, argument):
            eaten |= _characters(list(_flat(branch)))
    return eaten


def _single(op: Any, argument: Any, state: Any) -> re.Pattern[str]:
    """A pattern of this one element."""
    tree = re._parser.SubPattern(state, [(op, argument)])  # type: ignore[attr-defined]  # noqa: SLF001
    result: re.Pattern[str] = re._compiler.compile(tree, re.IGNORECASE)  # type: ignore[attr-defined]  # noqa: SLF001
    return result
