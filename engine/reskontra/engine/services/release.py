"""Release: drafts become documents with numbers, payment references and vouchers.

Numbers (unless the draft has one) and references are given while booking, in the same transaction,
so that no number is lost and no reference belongs to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.entry import CLAIMS
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.ledger.records import Document, Draft
from reskontra.engine.ledger.works import PlannedStep, Reference, Work, work_of
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.references import make, scheme_for
from reskontra.engine.services.credit import failed
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.drafts import completed_again, open_drafts
from reskontra.engine.services.match import basis_of
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.work import Worked
from reskontra.engine.wording import worded

_SUBJECT = "draft:"


def plan_release(
    books: Books, identifiers: Sequence[int], setting: Setting
) -> tuple[Work, tuple[Problem, ...]]:
    """The work that releases these drafts, of none all that are balanced in the branch at work;
    and RK850 as warnings.

    Raises ``ReskontraError`` with every problem: RK807, RK808, RK812 (no such draft), RK811 (on
    hold), RK850 (where failed credit checks hold), and what ``drafts.completed_again`` finds.
    """
    preferences = setting.preferences
    with books.read() as reader:
        drafts = _wanted(reader, identifiers, preferences.company.branch)
        completed = completed_again(reader, drafts, preferences, "released")
        as_of = max((draft.document_date for draft in drafts), default="")
        basis = basis_of(reader, setting, kind="documents", as_of=as_of)
        unsafe = failed(reader, drafts, preferences, as_of)
    holds = preferences.ledger.entry.hold_on_failed_credit_check
    problems = tuple(one.problem("error" if holds else "warning") for one in unsafe)
    if holds and problems:
        raise ReskontraError(problems)
    steps = [
        _numbered(release_step(f"{_SUBJECT}{draft.id}", done, preferences), draft.number)
        for draft, done in zip(drafts, completed, strict=True)
    ]
    return work_of(basis, steps, setting.texts), problems


def _numbered(step: PlannedStep, number: str) -> PlannedStep:
    """The step with the number that its draft has, if any, on the document that it becomes."""
    first, *others = step.documents
    made = replace(first, document=first.document._replace(number=number))
    return replace(step, documents=(made, *others))


def _wanted(reader: Reader, identifiers: Sequence[int], branch: str) -> list[Draft]:
    if not identifiers:
        return list(reader.records(Draft, status="balanced", branch=branch))
    drafts = open_drafts(reader, identifiers, branch)
    problems = tuple(
        Problem(
            "RK811",
            f"draft:{draft.id} is on {worded(draft.status)} and cannot be released",
            help=f"`reskontra documents unhold draft:{draft.id}` checks it and takes it off"
            + ("; `documents approve` lets it through" if draft.status == "credit_hold" else ""),
        )
        for draft in drafts
        if draft.status != "balanced"
    )
    if problems:
        raise ReskontraError(problems)
    return drafts


def payment_references(
    reader: Reader, work: Work, preferences: Preferences
) -> Callable[[Document], Sequence[Reference]]:
    """What gives a claim of a work its payment reference once it has its number, by the company's
    scheme.
    """
    made = [new.document for step in work.steps for new in step.documents]
    ids = sorted({one.customer_id for one in made if one.customer_id is not None})
    numbers = numbers_of(reader, ids)

    def references(document: Document) -> Sequence[Reference]:
        scheme = scheme_for(
            preferences.references, branch=document.branch, document_type=document.kind
        )
        if document.kind not in CLAIMS or scheme is None:
            return ()
        parts = {
            "customer_no": numbers.get(document.customer_id or 0, ""),
            "invoice_no": document.number,
            "order_no": document.order_number,
            "branch": document.branch,
            "company": document.company,
            "doc_type": document.kind,
            "invoice_date": document.document_date,
            "due_date": document.due_date or "",
        }
        return [Reference("payment_reference", make(scheme, parts, amount=document.amount))]

    return references


def mark_released(writer: Writer, worked: Worked, work: Work) -> None:
    """Let the drafts of a work say which document they became: the first of their step."""
    made = iter(worked.documents)
    became = {}
    for step in work.steps:
        documents = [next(made) for _ in step.documents]
        if step.subject.startswith(_SUBJECT):
            became[int(step.subject.removeprefix(_SUBJECT))] = documents[0].id
    drafts = writer.records(Draft, id=sorted(became))
    writer.replace(
        [draft._replace(status="released", document_id=became[draft.id]) for draft in drafts]
    )
