"""Making a reference from its components: the customer's number, the document's number, a date.

What does not fit is refused, never cut silently; every missing or unfit component is reported at
once. ``RK587`` (modulus 11 leaves 10) means that the number series must skip this number *before*
it is given to a document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.references.check_digits import RemainderTenError
from reskontra.engine.references.checking import read
from reskontra.engine.references.scheme import Element, ReferenceScheme, width_of
from reskontra.engine.references.verdict import LABELS

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def make(
    scheme: ReferenceScheme, components: Mapping[str, str], *, amount: int | None = None
) -> str:
    """The reference of a document, in the form that is stored; ``amount`` in minor units.

    >>> from reskontra.engine.references.definition import scheme_from_mapping
    >>> ocr = {"elements": [{"type": "invoice_no"}], "modulus": "luhn10", "length_digit": True}
    >>> make(scheme_from_mapping(ocr), {"invoice_no": "123"})
    '12351'

    Raises ``ReskontraError`` (RK580 to RK587).
    """
    parts: list[str] = []
    problems: list[Problem] = []
    for element in scheme.elements:
        try:
            parts.append(_part(scheme, element, components, amount))
        except ReskontraError as error:
            problems += error.problems
    if problems:
        raise ReskontraError(tuple(problems))
    reference = _assemble(scheme, scheme.separator.join(parts))
    reading = read(scheme, reference)
    if isinstance(reading, str):
        raise _error(scheme, reading, f"'{reference}' would break a rule of its own definition")
    return reading.normalized


def _assemble(scheme: ReferenceScheme, content: str) -> str:
    """Content plus length digit, check digits and prefix."""
    expected = scheme.content_length
    if expected is not None and len(content) != expected:
        raise _error(scheme, "INVALID_LENGTH", f"{len(content)} characters, expected {expected}")
    try:
        content += scheme.inner.digits(content)
        if scheme.card:
            check = scheme.rule.digits(content) if content else ""
            return scheme.card + content + check + scheme.creditor
        return _around(scheme, content)
    except RemainderTenError:
        raise _error(
            scheme,
            "CHECK_DIGIT_10",
            f"'{content}' has no check digit (modulus 11 leaves 10)",
            "skip this number in the number series",
        ) from None


def _around(scheme: ReferenceScheme, content: str) -> str:
    total = _total(scheme, len(content))
    body = content
    if scheme.has_length_digit(total):
        counted = total if scheme.length_digit_of == "total" else len(content)
        digit = str(counted % 10)
        body = digit + content if scheme.check_at_start else content + digit
    if not scheme.has_check(total):
        return scheme.prefix + body
    if scheme.check_section:
        return scheme.prefix + _section_check(scheme, body)
    check = scheme.rule.digits(body.replace(scheme.separator, "") if scheme.separator else body)
    return scheme.prefix + (check + body if scheme.check_at_start else body + check)


def _section_check(scheme: ReferenceScheme, body: str) -> str:
    sections = body.split(scheme.separator)
    index = min(scheme.check_section, len(sections)) - 1
    sections[index] += scheme.rule.digits(sections[index])
    return scheme.separator.join(sections)


def _total(scheme: ReferenceScheme, content: int) -> int:
    """Whole length for so many characters; with a check digit where there is a choice."""
    plain = len(scheme.prefix) + content
    candidates = (plain + scheme.rule.width + 1, plain + scheme.rule.width, plain)
    possible = []
    for total in candidates:
        extra = scheme.has_length_digit(total) + scheme.has_check(total) * scheme.rule.width
        if plain + extra == total:
            possible.append(total)
    for total in possible:
        if scheme.allows_length(total):
            return total
    total = possible[0] if possible else candidates[1]
    if total < scheme.min_length:
        least = f"the shortest allowed is {scheme.min_length}"
        raise _error(scheme, "TOO_SHORT", f"{total} characters, {least}")
    if total > scheme.max_length:
        raise _error(scheme, "OVERFLOW", f"{total} characters, allowed are {scheme.max_length}")
    agreed = f", agreed are {list(scheme.lengths)}" if scheme.lengths else ""
    raise _error(scheme, "INVALID_LENGTH", f"{total} characters{agreed}")


def _part(
    scheme: ReferenceScheme, element: Element, components: Mapping[str, str], amount: int | None
) -> str:
    if element.type == "fixed":
        return _sized(scheme, element, element.value)
    if element.type == "amount_check":
        if amount is None:
            raise _error(scheme, "MISSING_VALUE", "the amount is needed for its control digit")
        return amount_digit(scheme, amount)
    value = str(components.get(element.type, "")).strip()
    if not value:
        raise _error(scheme, "MISSING_VALUE", f"'{element.type}' is missing")
    return _sized(scheme, element, _digits(scheme, element, value))


def _digits(scheme: ReferenceScheme, element: Element, value: str) -> str:
    if element.map:
        mapped = dict(element.map).get(value)
        if mapped is None:
            known = ", ".join(key for key, _ in element.map)
            raise _error(
                scheme, "INVALID_COMPONENT", f"{element.type} '{value}' is none of {known}"
            )
        return mapped
    if element.format and (date := _ISO_DATE.fullmatch(value)):
        year, month, day = date.groups()
        signs = {"YYYY": year, "YY": year[2:], "MM": month, "DD": day}
        return re.sub("YYYY|YY|MM|DD", lambda sign: signs[sign.group()], element.format)
    if element.strip:
        stripped = re.sub(r"[^0-9]", "", value)
        if not stripped:
            raise _error(scheme, "INVALID_FORMAT", f"{element.type} '{value}' has no digit")
        return stripped
    text = value.upper() if scheme.alphanumeric else value
    letters = "A-Z" if scheme.alphanumeric else ""
    allowed = f"[0-9{letters}{re.escape(scheme.separator)}]+"
    if not re.fullmatch(allowed, text):
        raise _error(
            scheme,
            "INVALID_FORMAT",
            f"{element.type} '{value}' has other characters than digits",
            "set 'strip: non_digits' on the element, or number with digits only",
        )
    return text


def _sized(scheme: ReferenceScheme, element: Element, text: str) -> str:
    width = width_of(element)
    if width is None or len(text) == width:
        return text
    if len(text) < width:
        if element.zeros == "none":
            short = f"{element.type} '{text}' has {len(text)} of {width} positions"
            raise _error(scheme, "TOO_SHORT", short, "set 'zeros' to leading or trailing")
        return text.zfill(width) if element.zeros == "leading" else text.ljust(width, "0")
    if element.overflow == "keep_right":
        return text[-width:]
    if element.overflow == "keep_left":
        return text[:width]
    long = f"{element.type} '{text}' does not fit into {width} positions"
    raise _error(scheme, "OVERFLOW", long, "a longer element needs a new version of the reference")


def amount_digit(scheme: ReferenceScheme, amount: int) -> str:
    """The control digit of an amount in minor units, as giro forms print it.

    >>> from reskontra.engine.references.definition import scheme_from_mapping
    >>> amount_digit(scheme_from_mapping({"amount_check": {"modulus": "luhn10"}}), 394975)
    '7'

    Raises ``ReskontraError`` (RK583, RK586, RK587).
    """
    wanted = scheme.amount_check
    if wanted is None:
        raise _error(scheme, "INVALID_COMPONENT", "the definition has no 'amount_check'")
    if amount < 0:
        raise _error(scheme, "INVALID_COMPONENT", f"{amount} is negative, a slip asks for money")
    digits = str(amount if wanted.unit == "minor" else amount // 100)
    if wanted.positions is not None:
        if len(digits) > wanted.positions:
            raise _error(scheme, "OVERFLOW", f"amount {digits} has over {wanted.positions} digits")
        digits = digits.zfill(wanted.positions)
    try:
        return wanted.rule.digits(wanted.prefix + digits)
    except RemainderTenError:
        raise _error(scheme, "CHECK_DIGIT_10", f"amount {digits} has no control digit") from None


def _error(scheme: ReferenceScheme, label: str, message: str, remedy: str = "") -> ReskontraError:
    where = f"reference '{scheme.id}'" if scheme.id else "reference"
    return ReskontraError((Problem(LABELS[label], f"{where}: {message}", help=remedy),))
