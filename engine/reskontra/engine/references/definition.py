"""From the mapping in YAML to a ``ReferenceScheme``; an unsafe definition is refused.

Takes what a strict loader yields: text, whole numbers, truth values, lists and mappings. Numbers
may also come as text of digits. It does not know files: the caller adds file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.references import scheme as model
from reskontra.engine.references.check_digits import ALGORITHMS, SYNONYMS, UNCHECKED, CheckRule
from reskontra.engine.references.safety import definition_problems
from reskontra.engine.references.scheme import (
    MAX_LENGTH,
    AmountCheck,
    Element,
    Example,
    ReferenceScheme,
    Scope,
    width_of,
)

KEYS = frozenset(
    {
        "id",
        "status",
        "description",
        "scope",
        "level",
        "length",
        "min_length",
        "max_length",
        "lengths",
        "elements",
        "prefix",
        "modulus",
        "weights",
        "digit_sum",
        "remainder10",
        "check_position",
        "check_section",
        "length_digit",
        "length_digit_of",
        "length_digit_lengths",
        "unchecked_lengths",
        "inner",
        "characters",
        "separator",
        "max_sections",
        "max_digits",
        "ignore",
        "leading_zeros",
        "all_zeros",
        "card",
        "creditor",
        "creditor_lengths",
        "amount_check",
        "mask",
        "mask_from",
        "examples",
    }
)
"""Every key of a definition."""

ELEMENT_KEYS = frozenset(
    {"type", "positions", "zeros", "overflow", "value", "format", "strip", "map"}
)


@dataclass(slots=True)
class Reader:
    """Reads one mapping, remembering every fault instead of stopping at the first."""

    data: Mapping[str, Any]
    where: str
    problems: list[Problem] = field(default_factory=list)

    def fault(self, message: str, code: str = "RK300", remedy: str = "") -> None:
        """Record a fault of this definition."""
        self.problems.append(Problem(code, f"{self.where}: {message}", help=remedy))

    def known(self, keys: frozenset[str]) -> None:
        """Refuse keys that do not exist."""
        for key in sorted(set(self.data) - keys):
            self.fault(f"unknown key '{key}'", remedy=f"known keys: {', '.join(sorted(keys))}")

    def text(self, key: str, default: str = "") -> str:
        """Text; a whole number is taken as its digits."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return str(value)
        self.fault(f"'{key}' must be text, not {value!r}")
        return default

    def number(self, key: str, default: int | None = None) -> int | None:
        """A whole number from 0 on."""
        value = self.data.get(key)
        found = default if value is None else _whole(value)
        if found is None and value is not None:
            self.fault(f"'{key}' must be a whole number, not {value!r}")
        return found

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.data.get(key)
        items = [] if value is None else value if isinstance(value, list) else [value]
        found = [_whole(item) for item in items]
        if None in found:
            self.fault(f"'{key}' must be a list of whole numbers, not {value!r}")
        return tuple(n for n in found if n is not None)

    def truth(self, key: str, *, default: bool | None = False) -> bool | None:
        """``true`` or ``false``."""
        value = self.data.get(key)
        if value is None:
            return default
        if value in (True, "true"):
            return True
        if value not in (False, "false"):
            self.fault(f"'{key}' must be true or false, not {value!r}")
        return False

    def choice(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        """One word of a closed list."""
        found = self.text(key, default)
        if found in allowed:
            return found
        self.fault(f"'{key}' is '{found}', expected one of {', '.join(allowed)}")
        return default

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A mapping below this one; empty when absent."""
        value = self.data.get(key)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self.fault(f"'{key}' must be a mapping, not {value!r}")
        return {}

    def mappings(self, key: str) -> list[Mapping[str, Any]]:
        """A list of mappings."""
        value = self.data.get(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return value
        self.fault(f"'{key}' must be a list of mappings, not {value!r}")
        return []

    def below(self, data: Mapping[str, Any], where: str) -> Reader:
        """A reader of a part, with the same list of faults."""
        return Reader(data, f"{self.where}, {where}", self.problems)


def scheme_from_mapping(mapping: Mapping[str, Any]) -> ReferenceScheme:
    """The scheme that a mapping defines.

    >>> scheme_from_mapping({"id": "ocr", "modulus": "luhn10"}).id
    'ocr'

    Raises ``ReskontraError`` with every fault found (RK300, RK302, RK303, RK305).
    """
    reader = Reader(mapping, f"reference '{mapping.get('id') or '(without id)'}'")
    reader.known(KEYS)
    rule = _rule(reader, ("modulus", "weights", "digit_sum", "remainder10"))
    elements = tuple(
        _element(reader.below(item, f"element {number}"))
        for number, item in enumerate(reader.mappings("elements"), start=1)
    )
    scheme = _assemble(reader, rule, _filled(elements, reader.number("length")))
    faults = [*reader.problems, *definition_problems(scheme)]
    if faults:
        raise ReskontraError(tuple(faults))
    return scheme


def _assemble(reader: Reader, rule: CheckRule, elements: tuple[Element, ...]) -> ReferenceScheme:
    rf = rule.modulus == "iso11649"
    inner = _inner(reader)
    level = reader.choice("level", "hard", get_args(model.Level))
    separator = reader.text("separator")
    characters = reader.choice(
        "characters", "alphanumeric" if rf and not inner.width else "digits", _CHARACTERS
    )
    position = "start" if rule.width and ALGORITHMS[rule.modulus].at_start else "end"
    dashes = rule.remainder10 == "-" or separator
    return ReferenceScheme(
        id=reader.text("id"),
        status=cast("model.Status", reader.choice("status", "active", get_args(model.Status))),
        description=reader.text("description"),
        scope=_scope(reader),
        level=cast("model.Level", level),
        length=reader.number("length"),
        min_length=reader.number("min_length", 1) or 1,
        max_length=reader.number("max_length", MAX_LENGTH) or MAX_LENGTH,
        lengths=reader.numbers("lengths"),
        elements=elements,
        prefix=reader.text("prefix", "RF" if rf else ""),
        rule=rule,
        check_at_start=reader.choice("check_position", position, ("start", "end")) == "start",
        check_section=reader.number("check_section", 0) or 0,
        length_digit=bool(reader.truth("length_digit", default=level == "variable_length")),
        length_digit_of="content"
        if reader.choice("length_digit_of", "total", ("total", "content")) == "content"
        else "total",
        length_digit_lengths=reader.numbers("length_digit_lengths"),
        unchecked_lengths=reader.numbers("unchecked_lengths"),
        inner=inner,
        alphanumeric=characters == "alphanumeric",
        separator=separator,
        max_sections=reader.number("max_sections", 0) or 0,
        max_digits=reader.number("max_digits", 0) or 0,
        ignore=reader.text("ignore", "." if dashes else "-."),
        leading_zeros="strip"
        if reader.choice("leading_zeros", "keep", ("keep", "strip")) == "strip"
        else "keep",
        all_zeros=cast(
            "model.ZerosOnly", reader.choice("all_zeros", "allow", get_args(model.ZerosOnly))
        ),
        card=reader.text("card"),
        creditor=reader.text("creditor"),
        creditor_lengths=reader.numbers("creditor_lengths"),
        amount_check=_amount_check(reader),
        mask=reader.text("mask"),
        mask_from_right=reader.choice("mask_from", "left", ("left", "right")) == "right",
        examples=_examples(reader),
    )


_CHARACTERS = ("digits", "alphanumeric")


def _rule(reader: Reader, keys: tuple[str, str, str, str]) -> CheckRule:
    modulus_key, weights_key, sum_key, remainder_key = keys
    name = reader.text(modulus_key, "none")
    modulus = SYNONYMS.get(name, name)
    if modulus != "none" and modulus not in ALGORITHMS:
        known = ", ".join((*ALGORITHMS, "none"))
        reader.fault(f"unknown modulus '{name}'", "RK305", f"known: {known}")
        return UNCHECKED
    remainder = reader.choice(remainder_key, "", ("", "-", "0", "1", "reject"))
    if modulus == "mod11" and not remainder:
        reader.fault(
            "modulus 11 has no digit for the remainder 10, and 'remainder10' is not set",
            "RK305",
            "set remainder10 to '-' (KID), reject, '0' or '1'",
        )
    digit_sum = reader.truth(sum_key, default=None)
    return CheckRule(modulus, reader.numbers(weights_key), digit_sum, remainder)


def _inner(reader: Reader) -> CheckRule:
    # The weights of the definition belong to the national digit: the outer modulus 97 has none.
    name = reader.text("inner", "none")
    modulus = SYNONYMS.get(name, name)
    if modulus != "none" and modulus not in ALGORITHMS:
        reader.fault(f"unknown inner modulus '{name}'", "RK305")
        return UNCHECKED
    if modulus == "none":
        return UNCHECKED
    return CheckRule(modulus, reader.numbers("weights"), reader.truth("digit_sum", default=None))


def _element(reader: Reader) -> Element:
    reader.known(ELEMENT_KEYS)
    strip = reader.choice("strip", "none", ("none", "non_digits"))
    mapped = reader.mapping("map")
    kind = reader.text("type")
    if not kind:
        reader.fault("'type' is missing", remedy="for instance customer_no, invoice_no or fixed")
    return Element(
        type=kind,
        positions=reader.number("positions"),
        zeros=cast("model.Zeros", reader.choice("zeros", "leading", get_args(model.Zeros))),
        overflow=cast(
            "model.Overflow", reader.choice("overflow", "error", get_args(model.Overflow))
        ),
        value=reader.text("value"),
        format=reader.text("format").upper(),
        strip=strip == "non_digits",
        map=tuple((str(key), str(value)) for key, value in mapped.items()),
    )


def _filled(elements: tuple[Element, ...], length: int | None) -> tuple[Element, ...]:
    """Give the one open, zero-filled element the positions that ``length`` leaves for it."""
    open_ones = [e for e in elements if width_of(e) is None and e.zeros != "none"]
    if length is None or len(open_ones) != 1:
        return elements
    rest = length - sum(width_of(e) or 0 for e in elements)
    if rest < 1:
        return elements
    return tuple(replace(e, positions=rest) if e is open_ones[0] else e for e in elements)


def _scope(reader: Reader) -> Scope:
    below = reader.below(reader.mapping("scope"), "scope")
    below.known(frozenset({"branch", "payment_method", "document_type"}))
    names = [below.text(key) for key in ("branch", "payment_method", "document_type")]
    return Scope(*("" if name == "*" else name for name in names))


def _amount_check(reader: Reader) -> AmountCheck | None:
    data = reader.data.get("amount_check")
    if data is None:
        return None
    below = reader.below(reader.mapping("amount_check"), "amount_check")
    keys = ("modulus", "weights", "digit_sum", "remainder10")
    below.known(frozenset({*keys, "unit", "positions", "prefix"}))
    unit = below.choice("unit", "minor", ("minor", "major"))
    return AmountCheck(
        rule=_rule(below, keys),
        unit="major" if unit == "major" else "minor",
        positions=below.number("positions"),
        prefix=below.text("prefix"),
    )


def _examples(reader: Reader) -> tuple[Example, ...]:
    found = []
    for item in reader.mappings("examples"):
        given = {key: value for key, value in item.items() if key != "gives"}
        bad = sorted(k for k, v in item.items() if not isinstance(v, str | int))
        if "gives" not in item or bad:
            reader.fault(f"example {dict(item)!r} must hold texts and 'gives'")
            continue
        components = tuple((key, str(value)) for key, value in given.items())
        found.append(Example(components, str(item["gives"])))
    return tuple(found)


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and value >= 0:
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None
