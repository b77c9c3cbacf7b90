"""``reskontra explain``: why a payment went where it went, or what an error code means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TextFormat, numbered
from reskontra.cli.session import session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reskontra.adapters.wiring import Application
    from reskontra.engine.services.explain import Explanation
    from reskontra.rules.language import Rule

_DATED = re.compile(r"\b(?:from|to): ")
"""What a text of rules has when one of them is in force on some days only."""
_CODE = re.compile(r"RK\d{1,4}", re.IGNORECASE)
"""A code, or what somebody takes for one: its own message says which are near."""


def explain(
    context: typer.Context,
    reference: Annotated[
        str,
        typer.Argument(
            help="line:N, payment:NUMBER, document:NUMBER, run:N, a bank's id, or a code (RK402)."
        ),
    ],
    plan: Annotated[
        Path | None, typer.Option(help="Explain from this plan instead of the books.")
    ] = None,
    output_format: TextFormat = "text",
) -> None:
    """Explain a decision from its stored record: evidence, weights, the rule, the runner-up; or a
    document: what was applied to it, and what is open; or a run: its sums by rule and evidence,
    and what it left to a person.

    Example: reskontra explain payment:P0000001
    """
    if _CODE.fullmatch(reference):
        from reskontra.config.error_pages import page

        typer.echo(page(reference.upper()))
        return
    from reskontra.adapters import plan_file
    from reskontra.cli.render.explanations import print_explanation
    from reskontra.engine.services import explain as service
    from reskontra.engine.services.replay import kept_texts

    application = session(context).open()
    if reference.startswith("run:") and not plan:
        _run(application, reference, output_format)
        return
    if not plan and _document(application, reference, output_format):
        return
    if plan:
        read = plan_file.read(plan)[0]
        found, texts = service.explain_planned(read, reference), read.texts
    else:
        with application.books.read() as reader:
            found = service.explain(reader, service.find_line(reader, reference))
            texts = kept_texts(reader, found.run) if found.run else {}
    print_explanation(
        found,
        _out_of_force(texts, found),
        country=application.preferences.company.country,
        origins=application.company.origins,
        output_format=output_format,
    )


def _out_of_force(texts: Mapping[str, str], found: Explanation) -> list[Rule]:
    """Rules with days of their own that may have decided otherwise on another day."""
    from reskontra.rules.verifying import Verifier

    if not any(_DATED.search(text) for name, text in texts.items() if name != "configuration"):
        return []
    told = found.line.record()
    return list(Verifier.of_texts(texts).out_of_force(told | {"why": told}))


def _run(application: Application, reference: str, output_format: str) -> None:
    """Explain the run that is named."""
    from reskontra.cli.render.runs import print_run
    from reskontra.cli.render.works import print_work_run
    from reskontra.engine.services.explain_run import WorkExplained, explain_run

    with application.books.read() as reader:
        found = explain_run(reader, numbered(reference))
    company = application.preferences.company
    if isinstance(found, WorkExplained):
        print_work_run(found, company, output_format)
    else:
        print_run(found, country=company.country, output_format=output_format)


def _document(application: Application, reference: str, output_format: str) -> bool:
    """Explain the document that is named; False when none is, or a bank line as well."""
    from reskontra.cli.render.documents import print_documents
    from reskontra.engine.errors import Exit, ReskontraError
    from reskontra.engine.ledger.records import BankLine
    from reskontra.engine.services.document_names import documents_named
    from reskontra.engine.services.explain_document import explain_document

    with application.books.read() as reader:
        found = [
            explain_document(reader, d) for d in documents_named(reader, reference, from_bank=False)
        ]
        line = reference.isdigit() and reader.count(BankLine, id=int(reference))
    if found and line:
        raise ReskontraError.of(
            "RK750",
            f"{reference!r} names a bank line and a document",
            help=f"say line:{reference} or document:{reference}",
            exit_code=Exit.USAGE,
        )
    country = application.preferences.company.country
    if found:
        print_documents(found, country=country, output_format=output_format)
    return bool(found)


def why_not(
    context: typer.Context,
    payment: Annotated[str, typer.Argument(help="line:N, payment:NUMBER or a bank's id.")],
    document: Annotated[str, typer.Argument(help="Number of the document.")],
    output_format: TextFormat = "text",
) -> None:
    """Tell why a payment was not applied to a document: what is decided about the two alone, and
    which single change joins them, with what else of the run it changes.

    Example: reskontra why-not line:31 310061
    """
    from reskontra.adapters.why_not import why_not as service
    from reskontra.cli.render.explanations import print_apart
    from reskontra.cli.render.progress import working
    from reskontra.engine.errors import Exit, ReskontraError
    from reskontra.engine.services.document_names import documents_named
    from reskontra.engine.services.explain import find_line

    application = session(context).open()
    with application.books.read() as reader:
        named = documents_named(reader, document, from_bank=False)
        if len(named) != 1:
            raise ReskontraError.of(
                "RK752",
                f"document {document!r} names {len(named)} documents",
                help="`reskontra show documents --all` lists their numbers",
                exit_code=Exit.USAGE,
            )
        with working("Trying changes"):
            found = service(application, reader, find_line(reader, payment), named[0])
    print_apart(
        found,
        country=application.preferences.company.country,
        origins=application.company.origins,
        output_format=output_format,
    )
