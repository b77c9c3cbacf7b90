"""What a key means, found by its name or by the label of the screen field it replaces.

Reads the schemas only: meaning, type, default, unit, screen (Swedish and English), layers, lock,
one-way changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reskontra.config.layers import LAYERS
from reskontra.config.schemas import KINDS, MERGE_WORDS, Schema, is_item_list, schema
from reskontra.config.strict_yaml import written
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Exit, ReskontraError


@dataclass(frozen=True, slots=True)
class Meaning:
    """One key of one kind of file."""

    key: str
    """``matching.auto.absolute``; items of lists as ``cash_accounts.<id>.feed``."""
    file: str
    node: Schema
    layers: tuple[str, ...] = LAYERS
    """Who may set it."""

    @property
    def is_value(self) -> bool:
        """Whether the key holds a value (or amounts by currency), not further keys."""
        return (
            "properties" not in self.node and not is_item_list(self.node) and not _by_id(self.node)
        )

    def names(self, key: str) -> bool:
        """Whether ``key``, in which items stand by their ids, is this key."""
        parts, wanted = self.key.split("."), key.split(".")
        return len(parts) == len(wanted) and all(
            part in ("<id>", other) for part, other in zip(parts, wanted, strict=True)
        )

    def holds(self, key: str) -> bool:
        """Whether ``key`` is this value, or one amount by currency of it."""
        return self.is_value and (self.names(key) or self.names(key.rpartition(".")[0]))

    def lines(self) -> list[str]:
        """The answer for people, one line each."""
        about = [("file", f"{self.file}.yaml"), *self.about()]
        return [
            self.key,
            f"  {self.node.get('description', '')}",
            *(f"  {name:<9} {text}".rstrip() for name, text in about),
        ]

    def about(self) -> list[tuple[str, str]]:
        """What can be said about the key beside its meaning, as name and text."""
        node = self.node
        kind = node.get("type", "")
        about = [("type", " or ".join(kind if isinstance(kind, list) else [kind]))]
        if "enum" in node:
            about.append(("choices", ", ".join(str(choice) for choice in node["enum"])))
        if "default" in node:
            about.append(("default", written(node["default"]) or "(nothing)"))
        if "x-unit" in node:
            about.append(("unit", node["x-unit"]))
        if "x-screen" in node:
            about.append(("replaces", " / ".join(node["x-screen"][it] for it in ("sv", "en"))))
        layers = ", ".join(self.layers) if self.layers != LAYERS else "every layer"
        about.append(("set in", layers.replace("set", "--set")))
        if node.get("x-locked-after-first-use"):
            about.append(("locked", "after first use"))
        if "x-one-way" in node:
            about.append(("one way", f"{' → '.join(node['x-one-way'])}, not back"))
        return about


def find(words: str) -> list[Meaning]:
    """Keys named ``words``, else keys whose name or screen label contains them; RK101 for none.

    >>> [meaning.key for meaning in find("Avskrivningsgräns")][::2]
    ['differences.write_off_limit', 'customers.<id>.write_off_limit']
    """
    wanted = words.casefold().strip()
    every = list(all_keys())
    exact = [meaning for meaning in every if meaning.names(wanted)]
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
                yield from _walk(name, node, file, LAYERS)


def _walk(key: str, node: Schema, file: str, above: tuple[str, ...]) -> Iterator[Meaning]:
    layers = tuple(node.get("x-layers", above))
    yield Meaning(key, file, node, layers)
    below, prefix = node, key
    if is_item_list(node):
        below, prefix = node["items"], f"{key}.<id>"
    elif isinstance(node.get("items"), dict) and "properties" in node["items"]:
        below, prefix = node["items"], f"{key}[]"
    elif _by_id(node):
        below, prefix = node["additionalProperties"], f"{key}.<id>"
    for name, child in below.get("properties", {}).items():
        if name in MERGE_WORDS:
            continue
        yield from _walk(f"{prefix}.{name}", child, file, layers)


def _by_id(node: Schema) -> bool:
    """Whether this is a mapping of things with keys of their own, by id."""
    below = node.get("additionalProperties")
    return isinstance(below, dict) and "properties" in below


def _searched(meaning: Meaning) -> str:
    """The text in which words are looked for."""
    screen: dict[str, str] = meaning.node.get("x-screen", {})
    return " | ".join((meaning.key, *screen.values())).casefold()
