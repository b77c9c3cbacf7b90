"""Write ``docs/reference``: every key, command, fact, effect and error, from where they are made.

``make docs`` runs it; ``tests/tidy`` fails while the pages differ from what it would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from reskontra.cli.main import program
from reskontra.config import error_pages
from reskontra.config.meaning import Meaning, all_keys
from reskontra.config.schemas import schema
from reskontra.rules.facts import FIELDS, OPERATORS, Field
from reskontra.rules.vocabulary import EFFECTS, STAGES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
_NOTE = "<!-- Written by `make docs`; change what it is written from. -->\n"
_ERRORS = "../../config/reskontra/config/errors"
_FAMILIES = {
    "RK1": "Reading and merging configuration",
    "RK2": "Parts of the configuration that do not fit each other",
    "RK3": "Payment references and preferences",
    "RK4": "Rules",
    "RK5": "Files that come in",
    "RK6": "Notices",
    "RK7": "Plans, books and commands",
    "RK8": "Customers and documents",
    "RK9": "Roles, audit and cut-over",
}


def pages() -> dict[str, str]:
    """Every page of the reference: file name -> Markdown."""
    keys = {f"{file}.md": _keys_page(file, keys) for file, keys in _keys_by_file().items()}
    others = {"commands.md": _commands(), "rules.md": _rules(), "errors.md": _errors()}
    return {"README.md": _index(keys), **keys, **others}


def _page(title: str, *parts: str) -> str:
    return "\n".join((_NOTE, f"# {title}\n", *(f"{part.rstrip()}\n" for part in parts)))


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in lines)


def _index(keys: Iterable[str]) -> str:
    files = [f"- [{name.removesuffix('.md')}.yaml]({name})" for name in keys]
    return _page(
        "Reference",
        "What can be written, typed and met. `reskontra config why WORDS` answers the same about a "
        "key, by its name or by the Swedish or English label of the screen field it replaces.",
        "## Keys, by file\n\n" + "\n".join(files),
        "## The rest\n\n- [Commands and flags](commands.md)\n"
        "- [Rules: facts, operators, effects](rules.md)\n- [Errors](errors.md)\n"
        "- [CSV layouts and dialects](../csv.md)",
    )


def _keys_by_file() -> dict[str, list[Meaning]]:
    found: dict[str, list[Meaning]] = {}
    for meaning in all_keys():
        found.setdefault(meaning.file, []).append(meaning)
    return found


def _keys_page(file: str, keys: Iterable[Meaning]) -> str:
    kind = "workspace" if file == "reskontra" else file
    return _page(f"{file}.yaml", schema(kind).get("description", ""), *map(_key, keys))


def _key(meaning: Meaning) -> str:
    about = " · ".join(f"{name}: {text}" for name, text in meaning.about())
    return f"### `{meaning.key}`\n\n{meaning.node.get('description', '')}\n\n{about}"


def _commands() -> str:
    commands = program()
    return _page(
        "Commands and flags",
        "Flags of the program stand before the command: `reskontra --company oslo match`.",
        _command("reskontra", commands),
        *(_command(name, command) for name, command in _below("reskontra", commands)),
    )


def _below(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in getattr(group, "commands", {}).items():
        if not hasattr(command, "commands"):
            yield f"{prefix} {name}", command
        yield from _below(f"{prefix} {name}", command)


def _command(name: str, command: Any) -> str:
    text = re.sub(r"^Example: (.*)$", r"```\n\1\n```", command.help, flags=re.MULTILINE)
    rows = [_parameter(p) for p in command.params if not p.hidden and p.help]
    table = _table(("argument or flag", "meaning", "default"), rows) if rows else ""
    return f"## `{name}`\n\n{text.strip()}\n\n{table}"


def _parameter(parameter: Any) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    notes = ["may be given several times"] if getattr(parameter, "multiple", False) else []
    notes += [f"or the variable `{parameter.envvar}`"] if parameter.envvar else []
    given = parameter.default
    default = "" if given is False or given in (None, "", []) else f"`{given}`"
    help_text = parameter.help + "".join(f" ({note})" for note in notes)
    return names, help_text, "needed" if parameter.required else default


def _rules() -> str:
    facts = [
        (f"`{f.name}`", f.kind, f.help, ", ".join(f.choices), _stages(f)) for f in FIELDS.values()
    ]
    effects = [
        (stage, f"`{name}`", effect.help, effect.named or ", ".join(effect.choices))
        for stage, known in EFFECTS.items()
        for name, effect in known.items()
    ]
    return _page(
        "Rules: facts, operators, effects",
        "## Facts\n\nWhat `when` can ask about a bank line.\n",
        _table(("fact", "kind", "meaning", "values", "stages"), facts),
        "## Operators\n\nA plain value means equality; besides it a fact of a kind takes:\n",
        _table(("kind", "operators"), [(k, ", ".join(ops)) for k, ops in OPERATORS.items()]),
        "## Effects\n\nWhat `then` can say, by stage.\n",
        _table(("stage", "effect", "meaning", "values"), effects),
    )


def _stages(fact: Field) -> str:
    return "every" if fact.stages == STAGES else ", ".join(fact.stages)


def _errors() -> str:
    parts = []
    for family, title in _FAMILIES.items():
        rows = [
            (f"[{code}]({_ERRORS}/{code}.md)", error_pages.slug(code), error_pages.title(code))
            for code in error_pages.codes()
            if code.startswith(family)
        ]
        parts.append(f"## {title}\n\n{_table(('code', 'name', 'what it says'), rows)}")
    return _page("Errors", "`reskontra explain RK101` prints the page of a code.", *parts)


def main() -> int:
    """Write the pages and remove those that are gone."""
    written = pages()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in written:
            path.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
