"""The workspace: one folder (a git repository) that holds companies, users and a partner layer.

::

    reskontra.yaml   users.yaml   reskontra.lock
    partner/*.yaml                partner/packs/<pack>/*.yaml
    companies/<id>/*.yaml         companies/<id>/rules/*.yaml
    companies/<id>/branches/<b>/*.yaml

Reads ``reskontra.yaml`` and ``users.yaml``; a company's preferences are read by ``company``. Opens
no database: ``database_url`` is only handed on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reskontra.engine.errors import Exit, Place, Problem, ReskontraError

if TYPE_CHECKING:
    from reskontra.config.strict_yaml import Loaded

MARKER = "reskontra.yaml"
"""The file that makes a folder a workspace."""

COMPANY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
"""Form of a company's folder name."""

ROLES = ("clerk", "approver", "controller", "consultant", "auditor")


@dataclass(frozen=True, slots=True)
class User:
    """A person (or scheduler) of the workspace."""

    login: str
    name: str
    roles: tuple[str, ...]
    companies: tuple[str, ...]
    """Empty = all."""


@dataclass(frozen=True, slots=True)
class PackUse:
    """A partner pack that the workspace takes in."""

    id: str
    source: str
    """A folder (relative to the workspace) or the address of a git repository."""
    revision: str
    """Of the repository; empty for a folder."""
    companies: tuple[str, ...]
    """Empty = all."""
    place: Place

    def serves(self, company: str) -> bool:
        """Whether ``company`` uses the pack."""
        return not self.companies or company in self.companies


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with companies."""

    path: Path
    """Absolute."""
    name: str
    companies: tuple[str, ...]
    """Folder names, sorted."""
    default_company: str
    """Empty when there are several companies and none is named."""
    database_url: str
    """Relative SQLite paths are made absolute."""
    users: tuple[User, ...]
    packs: tuple[PackUse, ...] = ()

    def folder(self, company_id: str) -> Path:
        """The folder of a company."""
        return self.path / "companies" / company_id

    def label(self, path: Path) -> str:
        """The name of a file in messages: relative to the workspace, with ``/``."""
        return path.relative_to(self.path).as_posix()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who runs a command."""

    login: str
    name: str
    roles: tuple[str, ...]

    def has(self, role: str) -> bool:
        """Whether the actor may act as ``role``."""
        return role in self.roles


def enclosing(start: Path) -> Path | None:
    """The nearest folder at or above ``start`` that is a workspace."""
    here = start.resolve()
    return next((f for f in (here, *here.parents) if (f / MARKER).is_file()), None)


def find_workspace(start: Path) -> Path:
    """The nearest folder at or above ``start`` that is a workspace; raises RK116."""
    found = enclosing(start)
    if found is not None:
        return found
    raise ReskontraError.of(
        "RK116",
        f"no {MARKER} in {start} or above it",
        help="go to the workspace, name it with -C, or make one: reskontra init DIR --country se",
        exit_code=Exit.USAGE,
    )


def load_workspace(path: Path) -> Workspace:
    """Read the workspace at ``path`` (or above it).

    Raises ``ReskontraError`` with every problem of ``reskontra.yaml`` and ``users.yaml``.
    """
    workspace, problems = read_workspace(find_workspace(path))
    if problems:
        raise ReskontraError(tuple(problems))
    return workspace


def read_workspace(root: Path) -> tuple[Workspace, list[Problem]]:
    """What can be read of the workspace at exactly ``root``, and every problem met."""
    from reskontra.config.files import misspelt, read

    loaded, problems = read(root / MARKER, MARKER, "workspace", "workspace")
    problems += misspelt(root, ("reskontra", "users", "lint-accepted"))
    data: dict[str, Any] = loaded.data if loaded and isinstance(loaded.data, dict) else {}
    folders, bad_names = _company_folders(root)
    problems += bad_names
    default = str(data.get("default_company", ""))
    if default and default not in folders and loaded:
        message = f"default_company '{default}' has no folder companies/{default}"
        help_ = f"companies here: {', '.join(folders) or 'none'}"
        problems.append(loaded.problem("RK204", message, ("default_company",), help=help_))
    users, user_problems = _read_users(root, folders)
    workspace = Workspace(
        path=root,
        name=str(data.get("name", root.name)),
        companies=folders,
        default_company=default or (folders[0] if len(folders) == 1 else ""),
        database_url=_database_url(root, str(data.get("database", DEFAULT_DATABASE))),
        users=users,
        packs=tuple(_pack_use(loaded, index) for index in range(len(data.get("packs") or ())))
        if loaded and not problems
        else (),
    )
    return workspace, problems + user_problems


def _pack_use(loaded: Loaded, index: int) -> PackUse:
    """One entry of ``packs``."""
    entry: dict[str, Any] = loaded.data["packs"][index]
    return PackUse(
        id=entry["id"],
        source=entry["source"],
        revision=entry.get("revision", ""),
        companies=tuple(entry.get("companies", ())),
        place=loaded.place(("packs", index)),
    )


DEFAULT_DATABASE = "sqlite:///.reskontra/ledger.sqlite"


def _database_url(root: Path, url: str) -> str:
    """A relative SQLite path starts in the workspace; other addresses stay as written."""
    scheme, separator, rest = url.partition(":///")
    if scheme.startswith("sqlite") and separator and not rest.startswith("/") and rest:
        return f"{scheme}:///{(root / rest).as_posix()}"
    return url


def _company_folders(root: Path) -> tuple[tuple[str, ...], list[Problem]]:
    """The folders below ``companies/``, sorted, and names that cannot be company ids."""
    parent = root / "companies"
    found = sorted(p.name for p in parent.iterdir() if p.is_dir()) if parent.is_dir() else []
    names = [name for name in found if not name.startswith(".")]
    problems = [
        Problem(
            "RK121",
            f"'{name}' cannot be a company id",
            Place(f"companies/{name}"),
            "use a to z, 0 to 9 and hyphens, at most 20 characters, not beginning with a hyphen",
        )
        for name in names
        if COMPANY_ID.fullmatch(name) is None
    ]
    return tuple(name for name in names if COMPANY_ID.fullmatch(name)), problems


def _read_users(root: Path, companies: tuple[str, ...]) -> tuple[tuple[User, ...], list[Problem]]:
    """The people in ``users.yaml``; no file means nobody is listed."""
    from reskontra.config.files import read

    path = root / "users.yaml"
    if not path.is_file():
        return (), []
    loaded, problems = read(path, "users.yaml", "users", "workspace")
    if loaded is None or problems:
        return (), problems
    users: list[User] = []
    rows: list[Mapping[str, Any]] = (loaded.data or {}).get("users") or []
    for index, row in enumerate(rows):
        user = User(
            login=row["login"],
            name=row.get("name", row["login"]),
            roles=tuple(role for role in ROLES if role in row["roles"]),
            companies=tuple(row.get("companies", ())),
        )
        if any(other.login == user.login for other in users):
            message = f"login '{user.login}' is listed twice"
            problems.append(loaded.problem("RK208", message, ("users", index, "login")))
        for at, company in enumerate(user.companies):
            if company not in companies:
                message = f"user '{user.login}' is given company '{company}', which has no folder"
                place = ("users", index, "companies", at)
                help_ = f"companies here: {', '.join(companies) or 'none'}"
                problems.append(loaded.problem("RK205", message, place, help=help_))
        users.append(user)
    return tuple(users), problems


def resolve_actor(workspace: Workspace, login: str, company: str) -> Actor:
    """Who ``login`` is in ``company``.

    With nobody in ``users.yaml`` everyone may do everything (separation of duties is then not
    enforced). Raises RK206 for a login that is not listed, RK207 for one without this company.
    """
    if not workspace.users:
        return Actor(login, login, ROLES)
    for user in workspace.users:
        if user.login != login:
            continue
        if user.companies and company and company not in user.companies:
            raise ReskontraError.of(
                "RK207",
                f"'{login}' does not work in company '{company}'",
                place=Place("users.yaml"),
                help=f"companies of '{login}': {', '.join(user.companies)}",
                exit_code=Exit.USAGE,
            )
        return Actor(user.login, user.name, user.roles)
    raise ReskontraError.of(
        "RK206",
        f"login '{login}' is not listed in users.yaml",
        place=Place("users.yaml"),
        help=f"add it there: - {{login: {login}, roles: [clerk]}}",
        exit_code=Exit.USAGE,
    )


def choose_company(workspace: Workspace, wanted: str) -> str:
    """``wanted``, else the default company; RK118 when neither says which."""
    if wanted or workspace.default_company:
        return wanted or workspace.default_company
    raise ReskontraError.of(
        "RK118",
        "which company? The workspace has no default_company",
        help=f"say --company ID, one of: {', '.join(workspace.companies) or 'none'}",
        exit_code=Exit.USAGE,
    )
