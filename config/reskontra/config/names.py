"""Names in a company's own files that nothing in the workspace defines: branches, currencies.

Series, presets, roles and other closed lists are checked where they are built (``building``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reskontra.config.layers import Effective, Key
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Problem

_BY_CURRENCY = (
    ("differences", "rounding"),
    ("differences", "write_off_limit"),
    ("differences", "unattended_limit"),
)
_OWN = ("company", "branch")
"""Layers that are written for one company; what is above serves others too."""


def unknown_names(effective: Effective, branches: Sequence[str]) -> Iterator[Problem]:
    """RK345 for a branch without a folder; RK346, a warning, for a limit in a currency that neither
    the company nor one of its cash accounts has.
    """
    for key, branch in _named_branches(effective):
        if branch not in branches:
            message = f"there is no branch '{branch}'{did_you_mean(branch, branches)}"
            help_ = f"branches have folders below branches/; here: {', '.join(branches) or 'none'}"
            yield effective.problem("RK345", message, key, help_)
    accounts = effective.get(("cash_accounts",)) or {}
    known = [
        effective.get(("company", "currency")),
        *(a.get("currency") for a in accounts.values()),
    ]
    for key in _limits(effective):
        if key[-1] not in known:
            message = f"the company has nothing in {key[-1]}: this limit limits nothing"
            message += did_you_mean(key[-1], [name for name in known if name])
            problem = effective.problem("RK346", message, key, "correct the currency, or delete it")
            yield replace(problem, severity="warning")


def _named_branches(effective: Effective) -> Iterator[tuple[Key, str]]:
    """Branches that number series, reference formats and cash accounts name, with their keys."""
    for key, _, series in effective.items(("numbering", "series")):
        for index, row in enumerate(series.get("rows") or ()):
            if row.get("branch"):
                yield (*key, "rows", str(index)), row["branch"]
    for key, _, account in effective.items(("cash_accounts",)):
        if account.get("branch"):
            yield (*key, "branch"), account["branch"]
    for key, _, scheme in effective.items(("references",)):
        branch = (scheme.get("scope") or {}).get("branch")
        if branch and branch != "*":
            yield (*key, "scope", "branch"), branch


def _limits(effective: Effective) -> Iterator[Key]:
    """Keys of amounts by currency that the company wrote itself."""
    for key, origin in effective.origins.items():
        amounts = key[:2] in _BY_CURRENCY or key[:3] == ("matching", "auto", "max_amount")
        if amounts and origin.layer in _OWN:
            yield key
