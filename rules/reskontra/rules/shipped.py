"""The packs that come with the program: what happens when a company says nothing.

One pack per stage, package data of ``reskontra.rules``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from reskontra.config.files import TESTS
from reskontra.rules.language import CaseFile, Pack
from reskontra.rules.reading import read_case_file, read_pack
from reskontra.rules.vocabulary import STAGES

FOLDER = Path(__file__).parent / "packs"


@lru_cache(maxsize=1)
def shipped_packs() -> tuple[Pack, ...]:
    """The shipped packs in the order of the stages; places read ``packs/match.yaml:12``."""
    return tuple(
        read_pack((FOLDER / f"{stage}.yaml").read_text("utf-8"), f"packs/{stage}.yaml")
        for stage in STAGES
    )


@lru_cache(maxsize=1)
def shipped_case_files() -> tuple[CaseFile, ...]:
    """The test files beside the shipped packs."""
    return tuple(
        read_case_file(path.read_text("utf-8"), f"packs/{path.name}")
        for path in sorted(FOLDER.glob(f"*{TESTS}"))
    )


def shipped_texts() -> dict[str, str]:
    """File name to text, to be kept beside decisions."""
    return {
        f"packs/{stage}.yaml": (FOLDER / f"{stage}.yaml").read_text("utf-8") for stage in STAGES
    }
