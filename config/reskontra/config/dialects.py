"""CSV dialects by name: the company's own folder ``dialects`` first, then the shipped ones.

Gives the data of the YAML file; what it means is for ``adapters/formats/csv_table``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reskontra.config.schemas import ROOM
from reskontra.config.strict_yaml import load
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Exit, Place, ReskontraError

_SUFFIX = ".yaml"


def dialect_mapping(name: str, *, folder: Path) -> tuple[Mapping[str, Any], str]:
    """Data and file name of a dialect, given by name or as a YAML file.

    Raises RK579 when there is none of that name or its file is not a mapping.
    """
    path = _find(name, folder)
    data = load(path.read_text("utf-8"), str(path)).data
    if not isinstance(data, dict):
        raise ReskontraError.of(
            "RK579", "a dialect is a mapping of keys to values", place=Place(str(path), 1)
        )
    return data, str(path)


def shipped() -> list[str]:
    """Names of the dialects that come with the program, sorted."""
    return sorted(path.stem for path in (ROOM / "dialects").glob(f"*{_SUFFIX}"))


def _find(name: str, folder: Path) -> Path:
    if name.endswith(_SUFFIX) and Path(name).is_file():
        return Path(name)
    own = folder / "dialects"
    for place in (own, ROOM / "dialects"):
        path = place / f"{name}{_SUFFIX}"
        if path.is_file():
            return path
    known = sorted({*shipped(), *(path.stem for path in own.glob(f"*{_SUFFIX}"))})
    raise ReskontraError.of(
        "RK579",
        f"there is no dialect '{name}'{did_you_mean(name, known)}",
        help=f"known: {', '.join(known)}; or name a YAML file",
        exit_code=Exit.USAGE,
    )
