"""Candidates decide every plan beside the active configuration; what differs is kept and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reskontra.cli.render.problems import print_problems
from reskontra.cli.session import note

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.plan.model import Plan


def let_candidates_decide(application: Application, plan: Plan, overrides: Sequence[str]) -> None:
    """Keep what each candidate of the company would do otherwise; one that cannot is told of and
    stops nothing.
    """
    if not (application.workspace.path / ".reskontra" / "candidates").is_dir():
        return
    from reskontra.adapters.candidates import candidates, decide_beside, keep
    from reskontra.cli.render.simulations import as_json, told
    from reskontra.engine.errors import ReskontraError

    country = application.preferences.company.country
    try:
        for candidate in candidates(application.workspace):
            if plan.records.len() and candidate.use.serves(plan.basis.company):
                found = decide_beside(application, candidate, plan, overrides)
                lines = list(told(found, country))
                keep(candidate, plan, "\n".join(lines), as_json(found))
                note(f"candidate {candidate.told}: {lines[0]}; see: reskontra packs diff")
    except ReskontraError as error:
        print_problems(error.problems)
        note("a candidate could not decide; what is active did")
