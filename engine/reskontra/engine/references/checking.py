"""Reading a reference: is it one of this scheme, and which customer and document does it name.

The inverse of ``building``: the same definition, walked in the other direction. The order of the
tests is fixed (characters, prefix, length, check digits, length digit, parts), so that the same
text always gets the same reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.references.display import display
from reskontra.engine.references.payment_slip import read_slip
from reskontra.engine.references.scheme import Element, ReferenceScheme, width_of
from reskontra.engine.references.verdict import LABELS, Verdict

_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f\u200b]+")
_DATE_PARTS = {
    "YYYY": r"(?:19|20)\d\d",
    "YY": r"\d\d",
    "MM": r"(?:0[1-9]|1[0-2])",
    "DD": r"(?:0[1-9]|[12]\d|3[01])",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A reference taken apart: the stored form and the elements without check digits."""

    normalized: str
    content: str


def check(scheme: ReferenceScheme, text: str) -> Verdict:
    """Whether ``text`` is a reference of this scheme, with blanks and printed signs tolerated."""
    reading = read(scheme, text)
    if isinstance(reading, str):
        return Verdict(valid=False, accepted=scheme.level == "soft", error=reading)
    shown = display(scheme, reading.normalized)
    return Verdict(valid=True, accepted=True, normalized=reading.normalized, formatted=shown)


def parse(scheme: ReferenceScheme, text: str) -> dict[str, str]:
    """The components a reference was made of, filling zeros stripped, in order of the elements.

    Raises ``ReskontraError``: RK580 to RK583 when ``text`` is not a reference of the scheme, RK589
    when the definition does not say where its parts begin.
    """
    reading = read(scheme, text)
    where = f"reference '{scheme.id}'" if scheme.id else "reference"
    if isinstance(reading, str):
        message = f"{where}: '{text}' is not one of them ({reading})"
        raise ReskontraError((Problem(LABELS[reading], message),))
    parts = split_content(scheme, reading.content)
    if parts is None:
        message = f"{where}: two elements without positions, so their border is unknown"
        raise ReskontraError((Problem(LABELS["NOT_REVERSIBLE"], message, help="set 'positions'"),))
    found = zip(scheme.elements, parts, strict=True)
    return {e.type: _value(e, part) for e, part in found if e.is_component}


def clean(scheme: ReferenceScheme, text: str) -> str:
    """The text without blanks and printed signs, in capitals where letters may stand."""
    kept = _BLANKS.sub("", text)
    if scheme.ignore:
        kept = kept.translate(_dropping(scheme.ignore))
    return kept.upper() if scheme.prefix or scheme.alphanumeric else kept


def read(scheme: ReferenceScheme, text: str) -> Reading | str:
    """The reference taken apart, or the label of what is wrong."""
    kept = clean(scheme, text)
    if scheme.card:
        return _read_slip(scheme, kept)
    if scheme.leading_zeros == "strip":
        kept = kept.lstrip("0") or kept
    rest = kept[len(scheme.prefix) :]
    wrong = _shape(scheme, kept, rest)
    if wrong:
        return wrong
    content, wrong = _content(scheme, rest, len(kept))
    return wrong or _with_elements(scheme, kept, content)


def _shape(scheme: ReferenceScheme, kept: str, rest: str) -> str:
    """The label of what is wrong before any check digit is computed; empty when nothing is."""
    if not kept:
        return "INVALID_LENGTH"
    if not pattern(scheme).fullmatch(kept):
        return "INVALID_FORMAT"
    if not kept.startswith(scheme.prefix):
        return "INVALID_COMPONENT" if rest else "INVALID_LENGTH"
    if scheme.all_zeros != "allow" and rest and not rest.strip("0"):
        return "INVALID_FORMAT" if scheme.all_zeros == "format" else "INVALID_COMPONENT"
    return "" if _fits(scheme, len(kept), rest) else "INVALID_LENGTH"


def _fits(scheme: ReferenceScheme, total: int, rest: str) -> bool:
    if not scheme.allows_length(total):
        return False
    extra = scheme.has_check(total) * scheme.rule.width + scheme.has_length_digit(total)
    content = len(rest) - extra - scheme.inner.width
    if content < (1 if scheme.rule.width else 0):
        return False
    if scheme.content_length not in {None, content}:
        return False
    return not scheme.max_digits or sum(map(str.isdigit, rest)) <= scheme.max_digits


def _content(scheme: ReferenceScheme, rest: str, total: int) -> tuple[str, str]:
    """The text of the elements, and the label of a wrong check or length digit."""
    body = _without_check(scheme, rest) if scheme.has_check(total) else rest
    if body is None:
        return "", "INVALID_CHECKSUM"
    wrong = ""
    if scheme.has_length_digit(total):
        digit = body[:1] if scheme.check_at_start else body[-1:]
        body = body[1:] if scheme.check_at_start else body[:-1]
        counted = total if scheme.length_digit_of == "total" else len(body)
        wrong = "" if digit == str(counted % 10) else "INVALID_COMPONENT"
    width = scheme.inner.width
    if width:
        if not scheme.inner.holds(body[:-width], body[-width:]):
            return "", "INVALID_CHECKSUM"
        body = body[:-width]
    return body, wrong


def _without_check(scheme: ReferenceScheme, rest: str) -> str | None:
    width = scheme.rule.width
    if scheme.check_section:
        sections = rest.split(scheme.separator)
        index = min(scheme.check_section, len(sections)) - 1
        base, given = sections[index][:-width], sections[index][-width:]
        if not base or not scheme.rule.holds(base, given):
            return None
        sections[index] = base
        return scheme.separator.join(sections)
    if scheme.check_at_start:
        body, given = rest[width:], rest[:width]
    else:
        body, given = rest[:-width], rest[-width:]
    digits = body.replace(scheme.separator, "") if scheme.separator else body
    return body if digits and scheme.rule.holds(digits, given) else None


def _with_elements(scheme: ReferenceScheme, normalized: str, content: str) -> Reading | str:
    if scheme.elements and not content_pattern(scheme).fullmatch(content):
        return "INVALID_COMPONENT"
    return Reading(normalized, content)


def _read_slip(scheme: ReferenceScheme, kept: str) -> Reading | str:
    slip = read_slip(scheme, kept)
    if isinstance(slip, str):
        return slip
    if slip.payment_id:
        body, given = slip.payment_id[: -scheme.rule.width], slip.payment_id[-scheme.rule.width :]
        if not scheme.rule.holds(body, given):
            return "INVALID_CHECKSUM"
    else:
        body = ""
    if scheme.creditor and slip.creditor not in {"", scheme.creditor}:
        return "INVALID_COMPONENT"
    return _with_elements(scheme, slip.stored, body) if body else Reading(slip.stored, body)


@lru_cache(maxsize=1024)
def pattern(scheme: ReferenceScheme) -> re.Pattern[str]:
    """The characters a whole reference may consist of, prefix letters included."""
    letters = re.match("[A-Z]*", scheme.prefix)
    head = re.escape(letters.group()) if letters else ""
    one = "[0-9A-Z]" if scheme.alphanumeric else "[0-9]"
    run = f"{one}*"
    if scheme.separator:
        sections = f"{{0,{scheme.max_sections - 1}}}" if scheme.max_sections else "*"
        run = f"{one}*(?:{re.escape(scheme.separator)}{one}+){sections}"
    tail = "-?" if scheme.dashes else ""
    if scheme.check_at_start and scheme.prefix:
        width = scheme.rule.width
        run = f"(?:[0-9]{{{width}}}{run}|[0-9]{{0,{width - 1}}})"
    return re.compile(head + run + tail)


@lru_cache(maxsize=1024)
def content_pattern(scheme: ReferenceScheme) -> re.Pattern[str]:
    """The elements as one pattern with a group per element."""
    parts = [f"({_element_pattern(scheme, element)})" for element in scheme.elements]
    return re.compile(re.escape(scheme.separator).join(parts))


def _element_pattern(scheme: ReferenceScheme, element: Element) -> str:
    width = width_of(element)
    if element.type == "fixed":
        return re.escape(element.value)
    if element.map:
        return "|".join(re.escape(code) for _, code in element.map)
    if element.format:
        return re.sub("YYYY|YY|MM|DD", lambda sign: _DATE_PARTS[sign.group()], element.format)
    one = "[0-9A-Z]" if scheme.alphanumeric else "[0-9]"
    if width is not None:
        return f"{one}{{{width}}}"
    # A single open element may itself be printed in sections.
    several = scheme.separator and len(scheme.elements) == 1
    return f"[0-9A-Z{re.escape(scheme.separator)}]*" if several else f"{one}+"


def split_content(scheme: ReferenceScheme, content: str) -> tuple[str, ...] | None:
    """The text of each element; None when two open elements touch."""
    touching = sum(width_of(element) is None for element in scheme.elements) > 1
    if touching and not scheme.separator:
        return None
    match = content_pattern(scheme).fullmatch(content)
    return match.groups() if match else ("",) * len(scheme.elements)


def _value(element: Element, part: str) -> str:
    if element.map:
        return {code: key for key, code in element.map}[part]
    if element.format:
        return _date(element.format, part)
    if width_of(element) is None or element.zeros == "none":
        return part
    stripped = part.lstrip("0") if element.zeros == "leading" else part.rstrip("0")
    return stripped or "0"


def _date(form: str, part: str) -> str:
    """ISO date where year, month and day are there; else the digits as they stand."""
    found: dict[str, str] = {}
    position = 0
    for sign in re.findall("YYYY|YY|MM|DD", form):
        found[sign[0]] = part[position : position + len(sign)].rjust(4 if sign == "YY" else 0, "0")
        position += len(sign)
    if set(found) != {"Y", "M", "D"}:
        return part
    year = found["Y"] if "YYYY" in form else "20" + found["Y"][-2:]
    return f"{year}-{found['M']}-{found['D']}"


@lru_cache(maxsize=64)
def _dropping(signs: str) -> dict[int, None]:
    return {ord(sign): None for sign in signs}
