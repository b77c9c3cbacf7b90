"""``init``: a workspace to start from, or one more company in it.

Writes files only; never overwrites one. The templates are package data in ``scaffold``; a country
brings its own reference format.
"""

from __future__ import annotations

import json
from pathlib import Path

from reskontra.config import files
from reskontra.config.files import text_of
from reskontra.config.schemas import KINDS, ROOM, SECTIONS, export
from reskontra.config.validation import did_you_mean
from reskontra.config.workspace import COMPANY_ID, MARKER
from reskontra.engine.errors import Exit, Place, ReskontraError

COUNTRIES = ("se", "no", "fi", "dk")

_TEMPLATES = ROOM / "scaffold"
_ORG_NUMBERS = {
    "se": "556677-8899", "no": "988 077 917", "fi": "1234567-1", "dk": "12345674",
}  # fmt: skip
_EDITOR = "# yaml-language-server: $schema={schema}\n# $schema: {schema}\n"
"""Modelines: the first for editors with the YAML language server, the second for JetBrains."""


def create(
    folder: Path,
    *,
    country: str,
    company: str,
    name: str,
    login: str,
    source: Path | None = None,
) -> list[Path]:
    """Make a workspace in ``folder`` with one company, or add the company to a workspace there.

    Returns the files written, sorted. ``login`` is the operating-system user that becomes the
    first consultant. ``source`` is the folder of a company whose settings and rules are taken over,
    all but its identity and mode: a copy starts in test mode. Raises RK106 (country), RK121
    (company id), RK117 (something is in the way), RK119 (source).
    """
    _check(country, company)
    texts = _company_texts(country, company, name)
    if source is not None:
        texts |= _copied(source, f"companies/{company}")
    if not (folder / MARKER).is_file():
        _must_be_empty(folder)
        texts |= _workspace_texts(company, login)
    elif (folder / "companies" / company).exists():
        raise ReskontraError.of(
            "RK117",
            f"company '{company}' is already there; nothing was written",
            place=Place(f"companies/{company}"),
            help="choose another --company, or edit its files",
            exit_code=Exit.USAGE,
        )
    written = [_write(folder / label, text) for label, text in sorted(texts.items())]
    return sorted(written + export(folder / ".reskontra" / "schema"))


def _check(country: str, company: str) -> None:
    """Country and company id must be usable."""
    if country not in COUNTRIES:
        message = f"country '{country}' is not one of {', '.join(COUNTRIES)}"
        raise ReskontraError.of(
            "RK106", message + did_you_mean(country, COUNTRIES), exit_code=Exit.USAGE
        )
    if COMPANY_ID.fullmatch(company) is None:
        raise ReskontraError.of(
            "RK121",
            f"'{company}' cannot be a company id",
            help="use a to z, 0 to 9 and hyphens, at most 20 characters",
            exit_code=Exit.USAGE,
        )


def _must_be_empty(folder: Path) -> None:
    """RK117 when the folder holds anything but a git repository."""
    if folder.exists() and not folder.is_dir():
        raise ReskontraError.of("RK117", f"{folder} is a file, not a folder", exit_code=Exit.USAGE)
    ours = {".git", ".gitignore", "README.md", "LICENSE"}
    found = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    others = [name for name in found if name not in ours]
    if others:
        raise ReskontraError.of(
            "RK117",
            f"{folder} is not empty ({', '.join(others[:3])}); nothing was written",
            help="name a new or empty folder",
            exit_code=Exit.USAGE,
        )


def _write(path: Path, text: str) -> Path:
    """Write a file that does not exist yet; an existing one stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(text, "utf-8")
    return path


def _copied(source: Path, base: str) -> dict[str, str]:
    """The settings and rules of another company folder."""
    if not source.is_dir():
        raise ReskontraError.of(
            "RK119",
            f"'{source}' is not a folder with the files of a company",
            help="name a folder below companies/, e.g. --from companies/nordic",
            exit_code=Exit.USAGE,
        )
    kinds = [kind for kind in SECTIONS if kind != "company"]
    found = [source / f"{kind}.yaml" for kind in kinds]
    found += sorted((source / "rules").glob("*.yaml"))
    return {
        f"{base}/{path.relative_to(source).as_posix()}": text_of(path, str(path))
        for path in found
        if path.is_file()
    }


def _workspace_texts(company: str, login: str) -> dict[str, str]:
    """The files of the workspace itself."""
    words = {"company": company, "login": json.dumps(login, ensure_ascii=False)}
    return {
        "reskontra.yaml": _template("reskontra.yaml", "workspace", depth=0, words=words),
        "users.yaml": _template("users.yaml", "users", depth=0, words=words),
        ".gitignore": (_TEMPLATES / "gitignore").read_text("utf-8"),
        ".vscode/settings.json": _vscode(),
    }


def _company_texts(country: str, company: str, name: str) -> dict[str, str]:
    """The files of one company."""
    words = {
        "name": json.dumps(name, ensure_ascii=False),
        "country": country.upper(),
        "company": company,
        "currency": {"se": "SEK", "no": "NOK", "fi": "EUR", "dk": "DKK"}[country],
        "org_number": _ORG_NUMBERS[country],
        **_example_accounts(country),
        "fee": {"se": "avgift", "no": "gebyr", "fi": "palvelumaksu", "dk": "gebyr"}[country],
    }
    base = f"companies/{company}"
    texts = {}
    for path in sorted((_TEMPLATES / "company").glob("*.yaml")):
        texts[f"{base}/{path.name}"] = _template(
            f"company/{path.name}", path.stem, depth=2, words=words
        )
    for kind in ("references", "cash_accounts"):
        texts[f"{base}/{kind}.yaml"] = _template(
            f"country/{country}/{kind}.yaml", kind, depth=2, words=words
        )
    texts[f"{base}/rules/bank_rules.yaml"] = _template(
        "rules/bank_rules.yaml", "rules", depth=3, words=words
    )
    return texts


def _example_accounts(country: str) -> dict[str, str]:
    """Roles with the account that is usual in the country."""
    for loaded in files.country(country):
        if "accounts" in loaded.data:
            return {role: str(number) for role, number in loaded.data["accounts"]["roles"].items()}
    raise AssertionError(f"no accounts of {country}")


def _template(source: str, kind: str, *, depth: int, words: dict[str, str]) -> str:
    """A template with its modelines and words filled in (``<<name>>``)."""
    schema = f"{'../' * depth}.reskontra/schema/{kind}.json"
    text = (_TEMPLATES / source).read_text("utf-8")
    for word, value in words.items():
        text = text.replace(f"<<{word}>>", value)
    return _EDITOR.format(schema=schema) + text


def _vscode() -> str:
    """Editor settings: which schema belongs to which file."""
    schemas = {
        "./.reskontra/schema/workspace.json": ["reskontra.yaml"],
        "./.reskontra/schema/rules.json": ["**/rules/*.yaml"],
        **{
            f"./.reskontra/schema/{kind}.json": [f"**/{kind}.yaml"]
            for kind in KINDS
            if kind != "workspace"
        },
    }
    settings = {"yaml.schemas": schemas, "[yaml]": {"editor.tabSize": 2}}
    return json.dumps(settings, indent=2) + "\n"
