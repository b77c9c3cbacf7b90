"""``reskontra undo``: take a run, a payment or an import back; nothing is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import numbered
from reskontra.cli.commands.applying import Reason
from reskontra.cli.render.words import counted, say
from reskontra.cli.session import note, session
from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.services.undo import Undone


def undo(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="run:N, payment:NUMBER, line:N or import:N.")],
    cascade: Annotated[
        bool, typer.Option("--cascade", help="Also undo the later runs that built on it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be taken back.")
    ] = False,
    reason: Reason = "",
) -> None:
    """Take back: exact inverses are appended, and what was closed is open again.

    The bank lines then wait until they are released (`reskontra resolve line:N --release`).

    Example: reskontra undo run:3 --reason "wrong file"
    """
    application = session(context).open()
    kind = reference.partition(":")[0]
    if kind == "import":
        if cascade:
            raise typer.BadParameter(
                "--cascade takes later runs along; an import is taken back alone, after the runs "
                "that were built on it"
            )
        _undo_import(application, numbered(reference), reason, dry_run=dry_run)
    elif kind == "run":
        _undo_run(application, numbered(reference), None, reason, cascade, dry_run=dry_run)
    else:
        from reskontra.engine.services.explain import explain, find_line

        with application.books.read() as reader:
            line_id = find_line(reader, reference)
            run = explain(reader, line_id).run
        assert run is not None, "a stored decision has a run"
        _undo_run(application, run.id, line_id, reason, cascade, dry_run=dry_run)


def _undo_run(
    application: Application,
    run_id: int,
    line_id: int | None,
    reason: str,
    cascade: bool,
    *,
    dry_run: bool,
) -> None:
    from reskontra.engine.services import undo as service

    with application.books.read() as reader:
        found = service.reach(reader, run_id, bank_line=line_id)
    run = f"run:{run_id}"
    touched = say(
        "Taking back {what} touches {lines}, {documents}, {applications}, {vouchers}",
        what=say("line:{line} of {run}", line=line_id, run=run) if line_id else run,
        lines=counted(len(found.decisions), "bank line"),
        documents=counted(len(found.documents), "document"),
        applications=counted(len(found.applications), "application"),
        vouchers=counted(len(found.entries), "voucher"),
    )
    beside = [say("; run:{run} built on it", run=one) for one in found.later_runs]
    beside += [
        say("; what run:{run} took back before is left out", run=one)
        for one in found.earlier_undone
    ]
    note(touched + "".join(beside))
    if dry_run:
        return
    for undone in service.undo(
        application.books,
        run_id,
        preferences=application.preferences,
        actor=application.actor(reason),
        bank_line=line_id,
        cascade=cascade,
    ):
        typer.echo(_told(undone))


def _told(undone: Undone) -> str:
    """What was taken back, and what the bank lines wait for."""
    voided = ", ".join(
        say("{documents} voided", documents=counted(number, worded(kind)))
        for kind, number in undone.voided
    )
    told = say(
        "run:{run} took back {lines}: {voided}, {vouchers} reversed.",
        run=undone.run,
        lines=counted(undone.lines, "bank line") if undone.lines else f"run:{undone.of}",
        voided=voided or say("nothing voided"),
        vouchers=counted(undone.entries, "voucher"),
    )
    if not undone.lines:
        return told
    if undone.lines == 1:
        return f"{told} {say('The line waits until it is released.')}"
    return f"{told} {say('The lines wait until they are released.')}"


def _undo_import(application: Application, import_id: int, reason: str, *, dry_run: bool) -> None:
    from reskontra.engine.services.withdraw_import import check_withdrawal, withdraw_import

    if dry_run:
        with application.books.read() as reader:
            imported = check_withdrawal(reader, import_id)
        file = f"import:{import_id} ({imported.file_name})"
        note(say("{file} would be withdrawn, nothing blocks it", file=file))
        return
    actor = application.actor(reason)
    withdraw_import(
        application.books, import_id, actor=actor.login, reason=actor.reason, at=actor.at
    )
    withdrawn = say("is withdrawn; the same file can be imported again")
    typer.echo(f"import:{import_id} {withdrawn}")
