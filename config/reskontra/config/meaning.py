"""What a key means, found by its name or by the label of the screen field it replaces.

Reads the schemas only: meaning, type, default, unit, screen (Swedish and English), layers, lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reskontra.config.schemas import KINDS, MERGE_WORDS, Schema, is_item_list, schema
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Exit, ReskontraError


@dataclass(frozen=True, slots=True)
class Meaning:
    """One key of one kind of file."""

    key: str
    """``matching.auto.absolute``; items of lists as ``cash_accounts.<id>.feed``."""
    file: str
    node: Schema

    def lines(self) -> list[str]:
        """The answer for people, one line each."""
        node = self.node
        kind = node.get("type", "")
        listed = kind if isinstance(kind, list) else [kind]
        lines = [self.key, f"  {node.get('description', '')}"]
        lines.append(f"  file      {self.file}.yaml")
        lines.append(f"  type      {' or '.join(listed)}")
        if "enum" in node:
            lines.append(f"  choices   {', '.join(str(choice) for choice in node['enum'])}")
        if "default" in node:
            lines.append(f"  default   {_text(node['default'])}")
        if "x-unit" in node:
            lines.append(f"  unit      {node['x-unit']}")
        if "x-screen" in node:
            screen = node["x-screen"]
            lines.append(f"  replaces  {screen['sv']} / {screen['en']}")
        lines.append(f"  set in    {', '.join(node.get('x-layers', ['every layer']))}")
        if node.get("x-locked-after-first-use"):
            lines.append("  locked    after first use")
        return lines


def find(words: str) -> list[Meaning]:
    """Keys named ``words``, else keys whose name or screen label contains them; RK101 for none.

    >>> [meaning.key for meaning in find("Avskrivningsgräns")]
    ['differences.write_off_limit']
    """
    wanted = words.casefold().strip()
    every = list(all_keys())
    exact = [meaning for meaning in every if meaning.key.casefold() == wanted]
    found = exact or [meaning for meaning in every if wanted in _searched(meaning)]
    if not found or not wanted:
        raise ReskontraError.of(
            "RK101",
            f"no key is called '{words}'{did_you_mean(words, [m.key for m in every])}",
            help="reskontra config show lists the keys of a company",
            exit_code=Exit.USAGE,
        )
    return found


def all_keys() -> Iterator[Meaning]:
    """Every key of every kind of file, in the order of the schemas."""
    for kind in KINDS:
        file = "reskontra" if kind == "workspace" else kind
        top = schema(kind)
        for name, node in top["properties"].items():
            if name not in MERGE_WORDS:
                yield from _walk(name, node, file)


def _walk(key: str, node: Schema, file: str) -> Iterator[Meaning]:
    yield Meaning(key, file, node)
    below, prefix = node, key
    if is_item_list(node):
        below, prefix = node["items"], f"{key}.<id>"
    elif isinstance(node.get("items"), dict) and "properties" in node["items"]:
        below, prefix = node["items"], f"{key}[]"
    for name, child in below.get("properties", {}).items():
        if name in MERGE_WORDS:
            continue
        yield from _walk(f"{prefix}.{name}", child, file)


def _searched(meaning: Meaning) -> str:
    """The text in which words are looked for."""
    screen: dict[str, str] = meaning.node.get("x-screen", {})
    return " | ".join((meaning.key, *screen.values())).casefold()


def _text(value: Any) -> str:
    """A default as it is written in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "(nothing)" if value in ("", None) else str(value)
