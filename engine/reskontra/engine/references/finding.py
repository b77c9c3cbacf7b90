"""Finding references in free text (meddelande): whole numbers only, never a part of a longer one.

A number printed in blocks (``12 34561``) is read as one when the blocks are those of the scheme's
print form or an even grouping. What is part of an amount (``1234,50``) is no reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reskontra.engine.references.checking import clean, read
from reskontra.engine.references.scheme import ReferenceScheme

SHORTEST = 4
"""Shorter numbers are everywhere in text and prove nothing."""

_TOKEN = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*-?")
_AMOUNT_TAIL = re.compile(r"[.,]\d{2}(?!\d)")
_SLIP = re.compile(r"\+?\d{2}<\s*[\d\s]*\+\s*\d{7,8}<?|(?<!\d)\d{2}#\d{15,16}(?!\d)")
_BELGIAN = re.compile(
    r"(\+{3}|\*{3})\s*\d{3}/\d{4}/\d{5}\s*\1|(?<![\d/])\d{3}/\d{4}/\d{5}(?![\d/])"
)
_BLOCK = re.compile("#+")
_LABEL = re.compile(r"[A-Za-z]{3,}(?=\d)")
_MOST_BLOCKS = 9
_SIGNS = 4
"""Printed signs that a text may hold beside the characters of the reference."""


@dataclass(frozen=True, slots=True)
class Found:
    """A reference within a text: ``text[start:end]`` reads as ``value`` under the scheme."""

    scheme_id: str
    start: int
    end: int
    value: str
    """The stored form."""


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


def find(schemes: Iterable[ReferenceScheme], free_text: str) -> tuple[Found, ...]:
    """Every reference of a scheme that was ever active, by position, then order of the schemes.

    >>> from reskontra.engine.references.definition import scheme_from_mapping
    >>> viite = scheme_from_mapping({"id": "v", "modulus": "mod10_weighted", "mask": "##### #####",
    ...     "mask_from": "right", "elements": [{"type": "invoice_no"}]})
    >>> [found.value for found in find([viite], "lasku 12 34561 kiitos")]
    ['1234561']
    """
    tokens = _tokens(free_text)
    found: list[tuple[int, int, Found]] = []
    for order, scheme in enumerate(schemes):
        if scheme.was_active:
            hits = _slips(scheme, free_text) if scheme.card else _plain(scheme, free_text, tokens)
            found += [(hit.start, order, hit) for hit in hits]
    ordered = [hit for _, _, hit in sorted(found, key=lambda item: item[:2])]
    return tuple(hit for hit in ordered if not any(_is_part(hit, other) for other in ordered))


def _is_part(hit: Found, other: Found) -> bool:
    """Whether a hit is only some blocks of a longer reference: ``5390 0754`` of an RF."""
    inside = other.start <= hit.start and hit.end <= other.end
    return inside and hit.end - hit.start < other.end - other.start


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if _AMOUNT_TAIL.match(text, end) or _is_decimal(text, start, end):
            continue
        label = _LABEL.match(text, start, end)
        if label:
            start = label.end()
        tokens.append(_Token(start, end, text[start:end]))
    return tokens


def _is_decimal(text: str, start: int, end: int) -> bool:
    """Whether the token is what follows the decimal sign of an amount."""
    return end - start == 2 and start > 1 and text[start - 1] in ".," and text[start - 2].isdigit()


def _plain(scheme: ReferenceScheme, text: str, tokens: list[_Token]) -> list[Found]:
    taken: list[Found] = []
    for first, last in _candidates(scheme, text, tokens):
        start, end = tokens[first].start, tokens[last].end
        if any(start < hit.end and hit.start < end for hit in taken):
            continue
        hit = _hit(scheme, text, start, end)
        if hit:
            taken.append(hit)
    if "/" in scheme.mask:
        spans = [match.span() for match in _BELGIAN.finditer(text)]
        taken += [hit for start, end in spans if (hit := _hit(scheme, text, start, end))]
    return taken


def _candidates(scheme: ReferenceScheme, text: str, tokens: list[_Token]) -> list[tuple[int, int]]:
    """Spans of tokens to try: print forms first (longest first), whole tokens, other groupings."""
    printed, grouped, single = [], [], []
    blocks = [len(block) for block in _BLOCK.findall(scheme.mask)]
    for first, token in enumerate(tokens):
        if not _may_begin(scheme, token.text):
            continue
        single.append((first, first))
        size = len(token.text)
        for last in range(first + 1, min(first + _MOST_BLOCKS, len(tokens))):
            gap = text[tokens[last - 1].end : tokens[last].start]
            size += len(tokens[last].text)
            if gap not in {" ", "\u00a0", "."} or size > scheme.max_length + _SIGNS:
                break
            if not _may_follow(scheme, tokens[last].text):
                break
            if size < scheme.min_length:
                continue
            sizes = [len(token.text) for token in tokens[first : last + 1]]
            if _is_print_form(scheme, sizes, blocks):
                printed.append((first, last))
            elif _even(sizes):
                grouped.append((first, last))
    printed.sort(key=lambda span: (span[0] - span[1], span[0]))
    grouped.sort(key=lambda span: (span[0] - span[1], span[0]))
    return [*printed, *single, *grouped]


def _may_begin(scheme: ReferenceScheme, text: str) -> bool:
    if scheme.prefix:
        return text[: len(scheme.prefix)].upper() == scheme.prefix[: len(text)]
    return _may_follow(scheme, text)


def _may_follow(scheme: ReferenceScheme, text: str) -> bool:
    return scheme.alphanumeric or text.replace("-", "").isdigit()


def _is_print_form(scheme: ReferenceScheme, sizes: list[int], blocks: list[int]) -> bool:
    """Whether blocks of these sizes are those of the mask, the last one perhaps not full."""
    if scheme.mask_from_right:
        sizes, blocks = sizes[::-1], blocks[::-1]
    count = len(sizes)
    if count > len(blocks) or sizes[:-1] != blocks[: count - 1]:
        return False
    return sizes[-1] <= blocks[count - 1]


def _even(sizes: list[int]) -> bool:
    """Whether blocks look like one number: equal ones, the first or the last may be shorter."""
    block = max(sizes)
    inside = sizes[1:-1] if len(sizes) > 2 else sizes[1:]
    shorter = (sizes[0] < block) + (sizes[-1] < block)
    return 3 <= block <= 6 and all(size == block for size in inside) and shorter < 2


def _hit(scheme: ReferenceScheme, text: str, start: int, end: int) -> Found | None:
    piece = text[start:end]
    if piece.endswith("-") and not scheme.dashes:
        piece, end = piece[:-1], end - 1
    kept = clean(scheme, piece)
    if len(kept) < SHORTEST:
        return None
    reading = read(scheme, piece)
    return None if isinstance(reading, str) else Found(scheme.id, start, end, reading.normalized)


def _slips(scheme: ReferenceScheme, text: str) -> list[Found]:
    spans = [match.span() for match in _SLIP.finditer(text)]
    inside = [
        span for span in ((t.start, t.end) for t in _tokens(text)) if not _overlaps(span, spans)
    ]
    return [hit for start, end in (*spans, *inside) if (hit := _hit(scheme, text, start, end))]


def _overlaps(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)
