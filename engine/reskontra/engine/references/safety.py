"""What makes the definition of a reference unsafe: faults that stop it from being loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reskontra.engine.errors import Problem
from reskontra.engine.references.check_digits import ALGORITHMS
from reskontra.engine.references.scheme import (
    MAX_LENGTH,
    Element,
    ReferenceScheme,
    sum_of_positions,
    width_of,
)

_DATE = re.compile(r"(YYYY|YY|MM|DD)+")


def definition_problems(scheme: ReferenceScheme) -> list[Problem]:
    """Every fault of one definition, in a fixed order (RK300, RK302, RK303, RK305)."""
    where = f"reference '{scheme.id or '(without id)'}'"
    found = [*_parts(scheme), *_lengths(scheme), *_rules(scheme)]
    return [Problem(code, f"{where}: {text}", help=remedy) for code, text, remedy in found]


_Fault = tuple[str, str, str]


def _parts(scheme: ReferenceScheme) -> Iterator[_Fault]:
    seen: set[str] = set()
    for number, element in enumerate(scheme.elements, start=1):
        yield from _element(f"element {number} ({element.type})", element)
        if element.is_component and element.type in seen:
            yield (
                "RK300",
                f"'{element.type}' stands twice among the elements",
                "name each part once",
            )
        seen.add(element.type)
    total = sum_of_positions(scheme.elements) if scheme.elements else None
    if scheme.length is not None and total is not None and total != scheme.length:
        yield (
            "RK302",
            f"the positions of the elements add up to {total}, but 'length' is {scheme.length}",
            "length counts every element, without length digit and check digits",
        )


def _element(where: str, element: Element) -> Iterator[_Fault]:
    if element.type == "fixed" and not element.value:
        yield "RK300", f"{where}: a fixed element needs 'value'", ""
    if element.type != "fixed" and element.value:
        yield "RK300", f"{where}: only a fixed element has a 'value'", ""
    if element.positions == 0:
        yield "RK300", f"{where}: 'positions' must be at least 1", ""
    if element.format and not _DATE.fullmatch(element.format):
        yield "RK300", f"{where}: '{element.format}' is not a date format", "for instance YYMMDD"
    codes = [code for _, code in element.map]
    if len(set(codes)) < len(codes):
        yield "RK300", f"{where}: two entries of 'map' give the same digits", ""
    natural = width_of(Element(element.type, None, value=element.value, format=element.format))
    widths = {len(code) for code in codes} | ({natural} if natural is not None else set())
    for width in sorted(widths - {width_of(element)}):
        yield (
            "RK302",
            f"{where}: has {width_of(element)} positions but a value of {width} characters",
            "make 'positions' the width of the value",
        )


def _lengths(scheme: ReferenceScheme) -> Iterator[_Fault]:
    low, high = scheme.min_length, scheme.max_length
    if high > MAX_LENGTH or low > high:
        yield (
            "RK303",
            f"lengths {low} to {high} are not possible",
            f"a reference has 1 to {MAX_LENGTH}",
        )
    for length in scheme.lengths:
        if not low <= length <= high:
            yield "RK303", f"agreed length {length} lies outside {low} to {high}", ""
    if len(set(scheme.lengths)) < len(scheme.lengths):
        yield "RK303", f"an agreed length stands twice: {scheme.lengths}", "state each length once"
    if scheme.level == "fixed_length" and not 1 <= len(scheme.lengths) <= 2:
        yield "RK303", "level fixed_length needs one or two agreed 'lengths'", "lengths: [10, 12]"
    if scheme.level == "variable_length" and not scheme.length_digit:
        yield "RK303", "level variable_length needs the length digit", "drop 'length_digit: false'"
    content = scheme.content_length
    if content is None:
        return
    overhead = len(scheme.prefix) + scheme.inner.width + scheme.rule.width
    total = content + overhead + (1 if scheme.length_digit else 0)
    whole = {total, total - 1} if scheme.length_digit_lengths else {total}
    if scheme.unchecked_lengths:
        whole.add(content + len(scheme.prefix))
    if not any(scheme.allows_length(length) for length in whole):
        agreed = f", agreed are {list(scheme.lengths)}" if scheme.lengths else ""
        yield (
            "RK303",
            f"the whole reference has {total} characters; allowed are {low} to {high}{agreed}",
            "change the positions of the elements or the agreed lengths",
        )


def _rules(scheme: ReferenceScheme) -> Iterator[_Fault]:
    rule = scheme.rule
    allowed = frozenset[str]() if rule.modulus == "none" else ALGORITHMS[rule.modulus].parameters
    if rule.weights and "weights" not in allowed and not scheme.inner.width:
        yield "RK305", f"modulus {rule.modulus} takes no weights", "drop 'weights'"
    if any(weight == 0 for weight in rule.weights):
        yield "RK305", "a weight of 0 leaves a digit unchecked", "use weights from 1 on"
    if rule.remainder10 and "remainder10" not in allowed:
        yield "RK305", f"modulus {rule.modulus} has no remainder 10", "drop 'remainder10'"
    if scheme.length_digit and not rule.width:
        yield "RK305", "a length digit needs a check digit beside it", "set 'modulus'"
    if scheme.alphanumeric and rule.modulus not in {"iso11649", "none"}:
        yield "RK305", f"modulus {rule.modulus} cannot check letters", "use digits only"
    if scheme.inner.width and rule.modulus != "iso11649":
        yield "RK305", "'inner' needs modulus iso11649 around it", "drop 'inner'"
    if scheme.check_section and not scheme.separator:
        yield "RK305", "'check_section' needs a 'separator' between sections", ""
    if scheme.card and scheme.prefix:
        yield "RK305", "a payment slip ('card') has no 'prefix'", "drop one of them"
