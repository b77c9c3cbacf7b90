"""One company's preferences: all layers read, merged, completed and built.

``load_company`` is the one way in for commands; ``read_company`` gives ``lint`` everything it can.
The content hash is taken over the effective values, not over comments or layout.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from reskontra.config import files
from reskontra.config.building import build
from reskontra.config.layers import Effective, Key, Origin, complete, plain
from reskontra.config.overrides import override
from reskontra.config.packs import Used, folder_of, layer_of, promotions, read_packs
from reskontra.config.schemas import SECTIONS, schema
from reskontra.config.strict_yaml import Loaded
from reskontra.config.validation import did_you_mean
from reskontra.config.workspace import Workspace
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError
from reskontra.engine.preferences import Preferences


@dataclass(frozen=True, slots=True)
class LoadedCompany:
    """A company ready for work."""

    preferences: Preferences
    origins: Mapping[str, Origin]
    """``matching.auto.absolute`` -> who wrote it and what it overrode; sorted by key."""
    removed: Mapping[str, Origin]
    """What a layer took away."""
    rule_files: tuple[tuple[str, str], ...]
    """(name, text) of ``rules/*.yaml``: branch, company, then partner."""
    test_files: tuple[tuple[str, str], ...]
    """(name, text) of ``rules/*.test.yaml``, in the same order."""
    content_hash: str
    """sha256 over the effective values."""
    values: dict[str, Any]
    """The effective values (``layers.Effective.tree``)."""


@dataclass(frozen=True, slots=True)
class CompanyReading:
    """What could be read of a company, and every problem."""

    effective: Effective
    preferences: Preferences | None
    rule_files: tuple[tuple[str, str], ...]
    test_files: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]

    def loaded(self) -> LoadedCompany:
        """The company ready for work; raises ``ReskontraError`` with all errors."""
        errors = tuple(problem for problem in self.problems if problem.is_error)
        if errors or self.preferences is None:
            raise ReskontraError(errors)
        return LoadedCompany(
            preferences=self.preferences,
            origins=dotted(self.effective.origins),
            removed=dotted(self.effective.removed),
            rule_files=self.rule_files,
            test_files=self.test_files,
            content_hash=content_hash(self.effective.tree),
            values=self.effective.tree,
        )


def load_company(
    workspace: Workspace,
    company_id: str,
    *,
    branch: str = "",
    overrides: Sequence[str] = (),
    on: str = "",
) -> LoadedCompany:
    """The preferences of a company (or branch) on a day; ``overrides`` are ``key=value``, never
    stored.

    Raises ``ReskontraError`` with all errors; warnings are for ``lint``.
    """
    return read_company(workspace, company_id, branch=branch, overrides=overrides, on=on).loaded()


def read_company(
    workspace: Workspace,
    company_id: str,
    *,
    branch: str = "",
    overrides: Sequence[str] = (),
    on: str = "",
) -> CompanyReading:
    """Read everything readable as it holds on a day (ISO; empty = before every dated change).

    Raises only for a company or branch that does not exist (RK118).
    """
    must_exist(workspace, company_id, branch)
    folder = workspace.folder(company_id)
    prefix = f"companies/{company_id}/"
    effective, problems = Effective(on), []
    effective.changes |= promotions(workspace)
    packs, pack_problems = read_packs(workspace, on)
    packs = [used for used in packs if used[0].serves(company_id)]
    below, partner_problems = _partner(workspace, packs)
    company, company_problems = files.layer_files(folder, prefix, "company")
    problems += pack_problems + partner_problems + company_problems
    layers: list[tuple[str, Iterable[Loaded]]] = [
        ("default", files.defaults()),
        ("country", files.country(_country(company))),
        ("partner", below),
        ("company", company),
    ]
    if branch:
        found, branch_problems = files.layer_files(
            folder / "branches" / branch, f"{prefix}branches/{branch}/", "branch"
        )
        problems += branch_problems
        layers.append(("branch", found))
    for layer, loaded_files in layers:
        for loaded in loaded_files:
            effective.add(loaded, layer)
    for text in overrides:
        problems += override(effective, text)
    problems += effective.problems
    preferences = None
    if not problems:
        preferences, found_problems = _build(effective, company_id, branch, prefix)
        problems += found_problems
    texts, rule_problems = _rule_files(
        workspace, company_id, sorted({branch, *banking_branches(effective)} - {""}), packs
    )
    rule_files = tuple(each for each in texts if not each[0].endswith(files.TESTS))
    test_files = tuple(each for each in texts if each[0].endswith(files.TESTS))
    problems += rule_problems
    return CompanyReading(effective, preferences, rule_files, test_files, tuple(problems))


def _partner(workspace: Workspace, packs: Sequence[Used]) -> tuple[list[Loaded], list[Problem]]:
    """The partner layer of a company: its packs in their order, then the folder ``partner/``."""
    good: list[Loaded] = []
    problems: list[Problem] = []
    layers = [layer_of(workspace, used) for used in packs]
    layers.append(files.layer_files(workspace.path / "partner", "partner/", "partner"))
    for loaded, found in layers:
        good += loaded
        problems += found
    return good, problems


def branches(workspace: Workspace, company_id: str) -> list[str]:
    """The branches of a company that have a layer of their own, sorted."""
    folder = workspace.folder(company_id) / "branches"
    return (
        sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    )


def banking_branches(effective: Effective) -> set[str]:
    """The branches that cash accounts belong to."""
    return {item["branch"] for _, _, item in effective.items(("cash_accounts",))
            if item.get("branch")}  # fmt: skip


def content_hash(values: dict[str, Any]) -> str:
    """sha256 of the effective values; 60.0 and 60.00 are the same value."""
    text = json.dumps(plain(values), sort_keys=True, ensure_ascii=False, default=_canonical)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> str:
    """A decimal without trailing zeros."""
    assert isinstance(value, Decimal)
    return f"{value.normalize():f}"


def _country(loaded_files: Iterable[Loaded]) -> str:
    """The country that the company's own file names; empty when it names none."""
    for loaded in loaded_files:
        if isinstance(loaded.data, dict):
            company = loaded.data.get("company")
            if isinstance(company, dict) and company.get("country"):
                return str(company["country"])
    return ""


def _build(
    effective: Effective, company_id: str, branch: str, prefix: str
) -> tuple[Preferences | None, list[Problem]]:
    """Complete the tree, then build; what is missing is reported at the company's own file."""
    missing: list[Problem] = []
    for kind in SECTIONS:
        for problem in complete(effective, schema(kind), f"schema/{kind}.json"):
            if problem.place is None or not problem.place.file.startswith(prefix):
                place = Place(f"{prefix}{kind}.yaml")
                problem = Problem(problem.code, problem.message, place, problem.help)  # noqa: PLW2901
            missing.append(problem)
    if missing:
        return None, missing
    return build(effective, company_id, branch)


def must_exist(workspace: Workspace, company_id: str, branch: str) -> None:
    """RK118 for a company or branch without a folder."""
    if company_id not in workspace.companies:
        message = f"there is no company '{company_id}' in the workspace"
        message += did_you_mean(company_id, workspace.companies)
        help_ = f"companies here: {', '.join(workspace.companies) or 'none'}"
        raise ReskontraError.of("RK118", message, help=help_, exit_code=Exit.USAGE)
    known = branches(workspace, company_id) if branch else []
    if branch and branch not in known:
        message = f"company '{company_id}' has no branch '{branch}'{did_you_mean(branch, known)}"
        help_ = f"branches with settings: {', '.join(known) or 'none'}"
        raise ReskontraError.of("RK118", message, help=help_, exit_code=Exit.USAGE)


def _rule_files(
    workspace: Workspace, company_id: str, of: Sequence[str], packs: Sequence[Used]
) -> tuple[tuple[tuple[str, str], ...], list[Problem]]:
    """The texts of rules and their tests, the most specific folder first: ``of`` these branches,
    of the company, of its partners.
    """
    company = workspace.folder(company_id)
    folders: list[Path] = [company / "rules", workspace.path / "partner" / "rules"]
    folders += (folder_of(workspace.path, use.id) / "rules" for use, _ in packs)
    folders = [*(company / "branches" / branch / "rules" for branch in of), *folders]
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            texts += files.rule_texts(folder, f"{workspace.label(folder)}/")
        except ReskontraError as error:
            problems += error.problems
    return tuple(texts), problems


def dotted(origins: Mapping[Key, Origin]) -> dict[str, Origin]:
    """Keys as people write them, sorted."""
    return {".".join(key): origins[key] for key in sorted(origins)}
