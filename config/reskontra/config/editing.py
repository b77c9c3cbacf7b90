"""Changing one value in the text of a YAML file: every other byte, comments included, stays.

Finds the value by the marks of the parser and edits between them. The edited text is read again and
must say exactly what the old one said but for this key; where it does not, nothing is edited.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

from reskontra.config.schemas import Schema, child, is_item_list
from reskontra.config.strict_yaml import load
from reskontra.engine.errors import Exit, ReskontraError


def with_value(text: str, file: str, key: tuple[str, ...], value: str, node: Schema) -> str:
    r"""``text`` with ``value`` (YAML on one line) at ``key``; ``node`` is the schema of the file.

    Items of lists are named by their ids; what is missing on the way is added.

    >>> from reskontra.config.schemas import schema
    >>> old, node = "differences:\n  short: review  # why\n", schema("differences")
    >>> with_value(old, "x", ("differences", "rounding", "SEK"), "2.00", node)
    'differences:\n  short: review  # why\n  rounding:\n    SEK: 2.00\n'

    Raises RK133 when the layout of the file does not allow it, else like ``load``.
    """
    import yaml

    loaded = load(text, file)
    before = loaded.data
    value = _item(value, key, node)
    new = load(value, "VALUE").data
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    edited = _Edit(text, value).made(yaml.compose(text, Loader=loader), key, node)
    try:
        after = load(edited, file).data
    except ReskontraError:
        after = before
    if after != _changed(before, key, new, node):
        message = f"'{'.'.join(key)}' cannot be set in place: the file is laid out in another way"
        help_ = "edit the file by hand, then run: reskontra lint"
        raise ReskontraError((loaded.problem("RK133", message, key, key=True, help=help_),))
    return edited


@dataclass(frozen=True, slots=True)
class _Edit:
    """One edit of a text; nodes are those of PyYAML."""

    text: str
    value: str

    def made(self, root: Any, key: tuple[str, ...], schema: Schema) -> str:
        """The text after the edit: go down as far as the key exists, then replace or insert."""
        if root is None:
            return self.inserted(len(self.text), 0, _block(key, self.value, schema))
        node, at, below = root, 0, schema
        while at < len(key):
            entry = _entry(node, key[at])
            if entry is None:
                return self.added(node, key[at:], below)
            name, found = entry
            at, below = at + 1, child(below, key[at]) or {}
            if at == len(key):
                return self.replaced(found)
            if found.id == "scalar" and found.start_mark.index == found.end_mark.index:
                lines = _list_block(key[at:], self.value, below)
                return self.inserted(name.end_mark.index, name.start_mark.column + 2, lines)
            node = found
        return self.text

    def replaced(self, node: Any) -> str:
        """Another value in place of ``node``, which stays when it has comments inside."""
        start, end = node.start_mark.index, self.end(node)
        old = self.text[start:end]
        if node.id != "scalar" and re.search(r"(^|\s)#", old):
            return self.text
        space = "" if old or self.text[start - 1 : start] != ":" else " "
        return self.text[:start] + space + self.value + self.text[end:]

    def added(self, node: Any, key: tuple[str, ...], schema: Schema) -> str:
        """A new key (or item) in a mapping (or list)."""
        is_list = node.id == "sequence"
        if node.id == "scalar":
            return self.text
        if node.flow_style:
            entry = (
                _flow_item(key, self.value, schema) if is_list else _flow(key, self.value, schema)
            )
            inside = self.text[: node.end_mark.index - 1].rstrip()
            entry = f", {entry}" if node.value else entry
            return inside + entry + self.text[len(inside) :]
        lines = (_list_block if is_list else _block)(key, self.value, schema)
        return self.inserted(self.end(node), node.start_mark.column, lines)

    def inserted(self, after: int, column: int, lines: list[str]) -> str:
        """New lines after the line of ``after`` and the comments that belong to it."""
        newline = "\r\n" if "\r\n" in self.text else "\n"
        at = self.next_line(after)
        look = at
        while look < len(self.text):
            end = self.next_line(look)
            line = self.text[look:end].strip()
            deeper = len(self.text[look:end]) - len(self.text[look:end].lstrip()) > column
            if line and not (line.startswith("#") and deeper):
                break
            at = end if line else at
            look = end
        before = self.text[:at]
        if before and not before.endswith("\n"):
            before += newline
        return before + "".join(f"{' ' * column}{line}{newline}" for line in lines) + self.text[at:]

    def next_line(self, index: int) -> int:
        """Where the line after the one of ``index`` begins."""
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end + 1

    def end(self, node: Any) -> int:
        """Where the last thing of ``node`` ends; the parser counts the blank lines behind it."""
        if node.id == "scalar" or node.flow_style:
            start = int(node.start_mark.index)
            return start + len(self.text[start : node.end_mark.index].rstrip())
        last = node.value[-1]
        return self.end(last[1] if node.id == "mapping" else last)


def _entry(node: Any, name: str) -> tuple[Any, Any] | None:
    """Key and value called ``name`` in a mapping, or the item of a list with this id: the one that
    always holds.
    """
    if node.id == "mapping":
        return next((pair for pair in node.value if pair[0].value == name), None)
    for item in node.value if node.id == "sequence" else ():
        said = {key.value: value.value for key, value in item.value} if item.id == "mapping" else {}
        if said.get("id") == name and not said.keys() & {"from", "to"}:
            return item, item
    return None


def _item(value: str, key: tuple[str, ...], schema: Schema) -> str:
    """The value with the id of its item, when the key ends at an item of a list."""
    for part in key[:-1]:
        schema = child(schema, part) or {}
    if not is_item_list(schema):
        return value
    if not value.strip().startswith("{"):
        message = f"'{'.'.join(key)}' is an item: expected {{key: value}}, got {value}"
        help_ = f"or name one of its keys: {'.'.join(key)}.KEY"
        raise ReskontraError.of("RK105", message, help=help_, exit_code=Exit.USAGE)
    return f"{{id: {key[-1]}, {value.strip()[1:]}"


def _flow(key: tuple[str, ...], value: str, schema: Schema) -> str:
    """``rounding: {SEK: 2.00}``."""
    if len(key) == 1:
        return f"{key[0]}: {value}"
    below = child(schema, key[0]) or {}
    if is_item_list(below):
        return f"{key[0]}: [{_flow_item(key[1:], value, below)}]"
    return f"{key[0]}: {{{_flow(key[1:], value, below)}}}"


def _flow_item(key: tuple[str, ...], value: str, schema: Schema) -> str:
    """``{id: main, currency: SEK}``."""
    return f"{{id: {key[0]}, {_flow(key[1:], value, schema['items'])}}}" if key[1:] else value


def _block(key: tuple[str, ...], value: str, schema: Schema) -> list[str]:
    """The lines of a key in block style, without the indentation of the first."""
    if len(key) == 1:
        return [f"{key[0]}: {value}"]
    below = child(schema, key[0]) or {}
    return [f"{key[0]}:", *(f"  {line}" for line in _list_block(key[1:], value, below))]


def _list_block(key: tuple[str, ...], value: str, schema: Schema) -> list[str]:
    """The same for what stands inside ``schema``: a key of a mapping, or an item of a list."""
    if not is_item_list(schema):
        return _block(key, value, schema)
    if len(key) == 1:
        return [f"- {value}"]
    return [f"- id: {key[0]}", *(f"  {line}" for line in _block(key[1:], value, schema["items"]))]


def _changed(data: Any, key: tuple[str, ...], value: Any, schema: Schema) -> Any:
    """What the file must say afterwards."""
    if not key:
        return value
    if is_item_list(schema):
        items = list(data or [])
        for index, item in enumerate(items):
            if item["id"] == key[0] and not item.keys() & {"from", "to"}:
                items[index] = _changed(item, key[1:], value, schema["items"])
                return items
        return [*items, _changed({"id": key[0]}, key[1:], value, schema["items"])]
    changed = copy.copy(data) if isinstance(data, dict) else {}
    changed[key[0]] = _changed(changed.get(key[0]), key[1:], value, child(schema, key[0]) or {})
    return changed
