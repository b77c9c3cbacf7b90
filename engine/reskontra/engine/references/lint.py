"""Findings about a set of definitions: ambiguity, and examples that do not hold.

A single unsafe definition is refused when it is loaded; here stands what only the whole set shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.references.building import make
from reskontra.engine.references.checking import check, parse
from reskontra.engine.references.scheme import Element, ReferenceScheme, Scope, width_of

Template = list[frozenset[str] | None]
"""Per position the characters that may stand there; None = any."""


def problems(schemes: Iterable[ReferenceScheme]) -> list[Problem]:
    """What lint says: RK301 no example, RK306 ambiguous, RK308 lossy, RK309 a wrong example."""
    known = list(schemes)
    found: list[Problem] = []
    for scheme in known:
        found += _lossy(scheme)
        found += _examples(scheme)
    active = [scheme for scheme in known if scheme.status == "active"]
    for one, other in combinations(active, 2):
        found += _collision(one, other)
    return found


def version_problems(
    before: Iterable[ReferenceScheme], after: Iterable[ReferenceScheme]
) -> list[Problem]:
    """RK307: a definition that was active was changed or removed; a new version needs a new id."""
    known = {scheme.id: scheme for scheme in after}
    found = []
    for old in before:
        new = known.get(old.id)
        if old.was_active and (new is None or not new.was_active or _core(old) != _core(new)):
            what = "is gone" if new is None else "was changed"
            text = f"reference '{old.id}' was active and {what}: issued references would be lost"
            remedy = "leave it as it was with status inactive, and give the new version a new id"
            found.append(Problem("RK307", text, help=remedy))
    return found


def _core(scheme: ReferenceScheme) -> ReferenceScheme:
    """What decides which texts are references; print form and use may change."""
    return replace(
        scheme,
        status="active",
        description="",
        scope=Scope(),
        mask="",
        mask_from_right=False,
        examples=(),
    )


def _lossy(scheme: ReferenceScheme) -> list[Problem]:
    open_ones = [e for e in scheme.elements if e.is_component and width_of(e) is None]
    found = []
    if len(open_ones) > 1 and not scheme.separator:
        names = " and ".join(element.type for element in open_ones)
        found.append(f"{names} have no positions, so a reference cannot be taken apart again")
    for element in scheme.elements:
        if element.zeros == "trailing" and element.positions is not None and not element.map:
            found.append(f"{element.type} is filled with trailing zeros: 12 and 120 look the same")
        if element.overflow != "error":
            found.append(
                f"{element.type} is cut when too long: two documents may get one reference"
            )
    remedy = "set 'positions' wide enough, zeros: leading and overflow: error"
    return [
        Problem("RK308", f"reference '{scheme.id}': {text}", help=remedy, severity="warning")
        for text in found
    ]


def _examples(scheme: ReferenceScheme) -> list[Problem]:
    where = f"reference '{scheme.id}'"
    if not scheme.examples:
        remedy = "add 'examples: [{invoice_no: \"377\", gives: ...}]'"
        text = f"{where} has no example"
        return [Problem("RK301", text, help=remedy, severity="warning")]
    found = []
    for number, example in enumerate(scheme.examples, start=1):
        try:
            made = make(scheme, dict(example.components))
        except ReskontraError as error:
            made = f"an error ({error})"
        if made != example.gives:
            text = f"{where}: example {number} gives {made}, not {example.gives}"
            found.append(Problem("RK309", text, help="correct the example or the definition"))
        elif not check(scheme, made).valid or not _returns(scheme, made, dict(example.components)):
            text = f"{where}: example {number} cannot be read back from {made}"
            found.append(Problem("RK309", text, help="see the warnings about this definition"))
    return found


def _returns(scheme: ReferenceScheme, reference: str, components: dict[str, str]) -> bool:
    if any(e.overflow != "error" or e.strip or e.zeros == "trailing" for e in scheme.elements):
        return True
    try:
        back = parse(scheme, reference)
    except ReskontraError:
        return False
    return all(value.lstrip("0") == components[k].lstrip("0") for k, value in back.items())


def _collision(one: ReferenceScheme, other: ReferenceScheme) -> list[Problem]:
    if not one.scope.meets(other.scope):
        return []
    length = _common_length(one, other)
    if length is None:
        return []
    same = one.scope == other.scope
    text = (
        f"references '{one.id}' and '{other.id}' could come out alike: both make references of "
        f"{length} characters for the same documents, and nothing in them tells which it is"
    )
    remedy = (
        'begin each with a fixed digit of its own (`{type: fixed, value: "1"}` and "2"), or '
        "give one another length or scope; a definition that makes no new references may be set to "
        "`status: inactive`: what it has sent is still recognised"
    )
    return [Problem("RK306", text, help=remedy, severity="error" if same else "warning")]


def _common_length(one: ReferenceScheme, other: ReferenceScheme) -> int | None:
    """The shortest whole length at which both schemes can yield the same text."""
    for length in range(1, min(one.max_length, other.max_length) + 1):
        mine, theirs = _template(one, length), _template(other, length)
        if mine is None or theirs is None:
            continue
        if all(a is None or b is None or a & b for a, b in zip(mine, theirs, strict=True)):
            return length
    return None


def _template(scheme: ReferenceScheme, length: int) -> Template | None:
    """What may stand at each position of a reference of this length; None = no such reference."""
    if not scheme.allows_length(length):
        return None
    prefix = scheme.card or scheme.prefix
    length_digit = scheme.has_length_digit(length)
    extra = scheme.has_check(length) * scheme.rule.width + scheme.inner.width + length_digit
    room = length - len(prefix) - extra - len(scheme.creditor)
    content = _content_template(scheme.elements, room)
    if content is None or room < 0 or scheme.content_length not in {None, room}:
        return None
    counted = length if scheme.length_digit_of == "total" else room
    own: Template = [frozenset(str(counted % 10))] * length_digit
    free: Template = [None] * (extra - length_digit)
    head: Template = [frozenset(sign) for sign in prefix]
    tail: Template = [frozenset(sign) for sign in scheme.creditor]
    if scheme.check_at_start:
        inner, outer = free[: scheme.inner.width], free[scheme.inner.width :]
        return head + outer + own + content + inner + tail
    return head + content + own + free + tail


def _content_template(elements: Sequence[Element], room: int) -> Template | None:
    widths = [width_of(element) for element in elements]
    if not elements or widths.count(None) > 1:
        return [None] * max(room, 0)
    rest = room - sum(width or 0 for width in widths)
    if rest < 0 or (rest and None not in widths):
        return None
    found: Template = []
    for element, width in zip(elements, widths, strict=True):
        size = rest if width is None else width
        texts = [element.value] if element.type == "fixed" else [code for _, code in element.map]
        columns: Template = [frozenset(signs) for signs in zip(*texts, strict=True)]
        found += columns or [None] * size
    return found
