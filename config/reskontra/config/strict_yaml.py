"""YAML that cannot lose money: text stays text, every value knows its line and column.

The usual loaders read ``NO`` as false, ``0012345`` as 5349 and ``12:30`` as 750, and keep the last
of two equal keys. Here a plain scalar is ``true``/``false``, ``null`` (or nothing), a canonical
integer of at most 18 digits (no leading zero), a decimal with digits on both sides of the point
(``Decimal``, exact), and text in every other case. Keys are always text. Duplicate keys, anchors,
aliases, merge keys, tags, directives and further documents are refused.

Reads the events of libyaml, because composed nodes no longer know anchors and tags. It does no
validation: see ``validation``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reskontra.engine.errors import Place, Problem, ReskontraError

Path = tuple[str | int, ...]
"""Way from the top of a file to a value: ``("rules", 3, "when")``."""

MAX_DEPTH = 64
"""Nesting deeper than this is refused (no configuration of people is)."""

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "": None}
_COMMA = re.compile(r"[0-9]+,$")
_BREAKS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_LOOK = "look at indentation (spaces, no tabs), quotes and colons here and above"
_MET = (
    ("'-' indicator", "this line is not indented like the entries of the list that it stands in"),
    ("expected key", "this line is not indented like the keys above it"),
    (
        "mapping values are not allowed",
        "put a text with ': ' into quotes, or indent this line less",
    ),
    (
        "cannot start any token",
        "indent with spaces, not tabs; put a text that begins so into quotes",
    ),
)
"""What the parser met, and what people can do about it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a key or a value stands; 1-based, ``width`` in characters on the first line."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that was read: its data and where each part of it stands.

    ``data`` holds dict (text keys), list, str, int, Decimal, bool and None; None for an empty file.
    """

    file: str
    data: Any
    lines: tuple[str, ...]
    values: dict[Path, Spot]
    keys: dict[Path, Spot]

    def spot(self, path: Path, *, key: bool = False) -> Spot:
        """Where the value (or its key) stands; an unknown path gives its nearest known parent."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for length in range(len(path), -1, -1):
            found = first.get(path[:length]) or second.get(path[:length])
            if found:
                return found
        return Spot(1, 1)

    def position(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """1-based line and column of the value at ``path``, or of its key."""
        spot = self.spot(path, key=key)
        return spot.line, spot.column

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The same as a ``Place`` of an error."""
        return Place(self.file, *self.position(path, key=key))

    def excerpt(self, line: int) -> str:
        """The source line (1-based) without its line break; empty when there is none."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def problem(
        self,
        code: str,
        message: str,
        path: Path,
        *,
        key: bool = False,
        help: str = "",  # noqa: A002
        fix: str = "",
    ) -> Problem:
        """A problem that points at the value (or key) at ``path``, with its source line."""
        spot = self.spot(path, key=key)
        place = Place(self.file, spot.line, spot.column)
        return Problem(
            code, message, place, help, excerpt=self.excerpt(spot.line), width=spot.width, fix=fix
        )

    def written(self, path: Path, *, key: bool = False) -> str:
        """The value (or key) at ``path`` as it stands on its first line, quotes included."""
        spot = self.spot(path, key=key)
        return self.excerpt(spot.line)[spot.column - 1 : spot.column - 1 + spot.width]


def load(text: str, file: str) -> Loaded:
    r"""Read one YAML document; ``file`` is the name shown in messages.

    >>> load("no: NO\nocr: 0012345\nfee: 60.00\nat: 12:30", "x.yaml").data
    {'no': 'NO', 'ocr': '0012345', 'fee': Decimal('60.00'), 'at': '12:30'}

    Raises ``ReskontraError`` with every problem found (RK100, RK102 to RK104, RK109, RK111,
    RK112, RK350).
    """
    text = text.removeprefix("\ufeff")
    builder = _Builder(file, split_lines(text))
    if _UNPRINTABLE.search(text):
        builder.refuse_characters()
    else:
        builder.read(text)
    if builder.problems:
        raise ReskontraError(tuple(builder.problems))
    return Loaded(file, builder.root, builder.lines, builder.values, builder.keys)


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text as YAML counts them."""
    return tuple(_BREAKS.split(text))


def line_starts(text: str) -> list[int]:
    r"""Where each line of a text begins, as YAML counts lines.

    >>> line_starts("a\r\nbc\nd")
    [0, 3, 6]
    """
    return [0, *(found.end() for found in _BREAKS.finditer(text))]


def scalar(text: str) -> Any:
    """The value of a plain scalar.

    >>> [scalar(t) for t in ("71", "+71", "007", "0.5", ".5", "1e5", "true", "True", "no", "null")]
    [71, '+71', '007', Decimal('0.5'), '.5', '1e5', True, 'True', 'no', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


def written(value: Any) -> str:
    """A value as it stands in a file, on one line, for people; text without quotes.

    >>> written({"tiers": ["reference", "text"], "floor": Decimal("0.50"), "on": True, "to": None})
    '{tiers: [reference, text], floor: 0.50, on: true, to: null}'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {written(item)}' for name, item in value.items())}}}"
    return str(value)


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence that is still open."""

    items: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    """The key whose value is awaited (mappings)."""
    ignored: bool = False
    """A complex key: read to its end, then dropped."""


@dataclass(slots=True)
class _Builder:
    """Builds the data of one file from the parser's events, without recursion."""

    file: str
    lines: tuple[str, ...]
    root: Any = None
    documents: int = 0
    values: dict[Path, Spot] = field(default_factory=dict)
    keys: dict[Path, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)

    def refuse_characters(self) -> None:
        """Control characters, found by line because the parser gives no position for them."""
        for number, line in enumerate(self.lines, start=1):
            for found in _UNPRINTABLE.finditer(line):
                self.problem(
                    "RK109",
                    f"character U+{ord(found.group()):04X} is not allowed in a configuration file",
                    Spot(number, found.start() + 1),
                    "save the file as UTF-8 text and remove the character",
                )

    def read(self, text: str) -> None:
        """Feed all events; a syntax error ends the reading."""
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in yaml.parse(text, Loader=loader):
                self.event(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            spot = Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)
            context = f" {error.context}" if error.context else ""
            self.problem(
                "RK100",
                f"not valid YAML: {error.problem}{context}",
                spot,
                next((tip for met, tip in _MET if met in str(error.problem)), _LOOK),
            )

    def event(self, event: Any) -> None:
        """Take one event of the parser."""
        kind = type(event).__name__
        spot = self.spot(event)
        if kind == "DocumentStartEvent":
            self.document(event, spot)
        elif self.documents > 1:
            return
        elif kind == "ScalarEvent":
            self.features(event, spot)
            plain = not event.style
            self.value(
                scalar(event.value) if plain else event.value, event.value, spot, plain=plain
            )
        elif kind == "AliasEvent":
            self.feature(f"alias '*{event.anchor}'", spot)
            self.value(None, f"*{event.anchor}", spot)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self.features(event, spot)
            self.open({} if kind == "MappingStartEvent" else [], spot)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.stack.pop()

    def document(self, event: Any, spot: Spot) -> None:
        """The start of a document; only one is read."""
        self.documents += 1
        if self.documents == 2:
            self.problem(
                "RK104",
                "a second document starts here; a file holds exactly one",
                spot,
                "remove the line '---' or move what follows to a file of its own",
            )
        if event.version or event.tags:
            self.feature("directive ('%')", spot)

    def features(self, event: Any, spot: Spot) -> None:
        """Refuse anchors and tags."""
        if event.anchor:
            self.feature(f"anchor '&{event.anchor}'", spot)
        if event.tag:
            self.feature(f"tag '{event.tag}'", spot)

    def feature(self, name: str, spot: Spot) -> None:
        """Refuse a feature of YAML that makes text mean something else."""
        self.problem(
            "RK103",
            f"{name} is not used in configuration",
            spot,
            "write the value out; what several companies share belongs in an upper layer",
        )

    def open(self, items: dict[str, Any] | list[Any], spot: Spot) -> None:
        """A mapping or sequence begins."""
        if len(self.stack) == MAX_DEPTH:
            self.problem("RK112", f"nested deeper than {MAX_DEPTH} levels", spot)
        parent = self.stack[-1] if self.stack else None
        if parent is not None and isinstance(parent.items, dict) and parent.key is None:
            self.problem("RK111", "a key must be text, not a list or mapping", spot)
            parent.key = f"? {spot.line}:{spot.column}"
            self.stack.append(_Frame(items, (*parent.path, parent.key), ignored=True))
            return
        path = self.place(items, spot)
        self.stack.append(_Frame(items, path))

    def value(self, value: Any, text: str, spot: Spot, *, plain: bool = False) -> None:
        """A scalar: a key where the open mapping awaits one, else a value."""
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.items, dict) and frame.key is None:
            self.key(frame, frame.items, text, spot, plain=plain)
        else:
            self.place(value, spot)

    def key(
        self, frame: _Frame, items: dict[str, Any], text: str, spot: Spot, *, plain: bool
    ) -> None:
        """Take the key of a mapping; keys are text whatever they look like."""
        frame.key = text
        if plain and text == "<<":
            self.feature("merge key '<<'", spot)
        elif not text:
            self.problem("RK111", "a key is missing before ':'", spot)
        elif plain and text.isdigit():
            self.decimal_comma(text, spot)
        path = (*frame.path, text)
        if text in items:
            first = self.keys[path]
            self.problem(
                "RK102",
                f"duplicate key {text!r}, first written at {first.line}:{first.column}",
                spot,
                "keep one of the two",
            )
        else:
            items[text] = None
            self.keys[path] = spot

    def decimal_comma(self, cents: str, spot: Spot) -> None:
        """RK350 for ``{SEK: 1,00}``, which YAML reads as 1 and a key ``00``."""
        before = _COMMA.search(self.lines[spot.line - 1][: spot.column - 1])
        if before:
            whole = before.group()[:-1]
            self.problem(
                "RK350",
                f"'{whole},{cents}' is not a number: the comma ends it after {whole}",
                Spot(spot.line, spot.column - len(whole) - 1, len(whole) + 1 + len(cents)),
                f"write a decimal point: {whole}.{cents}",
            )

    def place(self, value: Any, spot: Spot) -> Path:
        """Put a value where it belongs and remember its spot; returns its path."""
        if not self.stack:
            self.root = value
            self.values[()] = spot
            return ()
        frame = self.stack[-1]
        if isinstance(frame.items, list):
            path = (*frame.path, len(frame.items))
            frame.items.append(value)
        else:
            assert frame.key is not None
            path = (*frame.path, frame.key)
            frame.items[frame.key] = value
            frame.key = None
        self.values[path] = spot
        return path

    def spot(self, event: Any) -> Spot:
        """Where the event starts and how far it reaches on that line."""
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Spot(start.line + 1, start.column + 1, max(width, 1))

    def problem(self, code: str, message: str, spot: Spot, help: str = "") -> None:  # noqa: A002
        """Remember a problem with its source line."""
        excerpt = self.lines[spot.line - 1] if spot.line <= len(self.lines) else ""
        place = Place(self.file, spot.line, spot.column)
        self.problems.append(Problem(code, message, place, help, excerpt=excerpt, width=spot.width))
