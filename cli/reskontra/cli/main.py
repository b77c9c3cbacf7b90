"""The command line: one application, exit codes that scripts can use, and no traceback for a
person.

Command modules import only Typer and the standard library at their top, so that ``reskontra
--help`` answers at once.
"""

from __future__ import annotations

import copy
import inspect
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from reskontra.cli.commands import (
    applying,
    approving,
    checking,
    closing,
    config,
    customers,
    cutover,
    db,
    document_works,
    documents,
    explaining,
    exporting,
    file,
    importing,
    init,
    inquiring,
    learning,
    lint,
    marking,
    matching,
    month_end,
    noting,
    packs,
    rates,
    reference,
    replaying,
    resolving,
    rules,
    schema,
    settling,
    showing,
    simulating,
    testing,
    transferring,
    undoing,
    webhooks,
)
from reskontra.cli.render.words import ENGLISH, speak
from reskontra.cli.session import Session

app = typer.Typer(
    name="reskontra",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

_BEFORE = ("-C", "--directory", "--company", "--branch", "--db", "--lang")
"""Options that hold for every command and stand before it."""
_TRANSLATED = (
    "import", "match", "apply", "run", "resolve", "explain", "why-not", "undo", "show", "mark",
    "note", "documents", "transfer", "approvals",
)  # fmt: skip
"""Commands that speak the chosen language; a sentence is never half in one and half in another."""
_NAMES_ANOTHER = ("init", "lint")
"""Commands that take a workspace of their own; what they are told to use need not be here."""
EVERY_DAY, LEDGER, CONFIGURE, OPERATE = "Every day", "Ledger", "Configure", "Operate"

app.add_typer(importing.app, name="import", rich_help_panel=EVERY_DAY)
app.command("match", rich_help_panel=EVERY_DAY)(matching.match)
app.command("apply", rich_help_panel=EVERY_DAY)(applying.apply)
app.command("run", rich_help_panel=EVERY_DAY)(applying.run)
app.command("resolve", rich_help_panel=EVERY_DAY)(resolving.resolve)
app.command("explain", rich_help_panel=EVERY_DAY)(explaining.explain)
app.command("why-not", rich_help_panel=EVERY_DAY)(explaining.why_not)
app.command("replay", rich_help_panel=EVERY_DAY)(replaying.replay)
app.command("undo", rich_help_panel=EVERY_DAY)(undoing.undo)
app.add_typer(showing.app, name="show", rich_help_panel=EVERY_DAY)
showing.app.command("customer")(inquiring.customer)
showing.app.command("balance")(inquiring.balance)
showing.app.command("statement-of-account")(inquiring.statement_of_account)
showing.app.command("history")(inquiring.history)
showing.app.command("applications")(inquiring.applications)
showing.app.command("marks")(inquiring.marks)
showing.app.command("confirmations")(inquiring.confirmations)
showing.app.command("received-after")(inquiring.received_after)
showing.app.command("vat")(month_end.vat)
app.add_typer(exporting.app, name="export", rich_help_panel=EVERY_DAY)
app.add_typer(customers.app, name="customers", rich_help_panel=LEDGER)
app.add_typer(documents.app, name="documents", rich_help_panel=LEDGER)
documents.app.command("apply")(document_works.apply_credit)
documents.app.command("pay")(document_works.pay)
documents.app.command("refund")(document_works.refund)
documents.app.command("compensate")(document_works.compensate)
documents.app.command("unapply")(document_works.unapply)
documents.app.command("reverse")(document_works.reverse)
documents.app.command("correct")(document_works.correct)
documents.app.command("void")(document_works.void)
app.add_typer(settling.app, name="settle", rich_help_panel=LEDGER)
app.add_typer(approving.app, name="approvals", rich_help_panel=LEDGER)
app.command("close", rich_help_panel=LEDGER)(closing.close)
app.command("reopen", rich_help_panel=LEDGER)(closing.reopen)
app.add_typer(marking.app, name="mark", rich_help_panel=LEDGER)
app.add_typer(noting.app, name="note", rich_help_panel=LEDGER)
app.add_typer(rates.app, name="rates", rich_help_panel=LEDGER)
app.add_typer(cutover.app, name="cutover", rich_help_panel=LEDGER)
app.add_typer(transferring.app, name="transfer", rich_help_panel=LEDGER)
app.add_typer(webhooks.app, name="webhooks", rich_help_panel=OPERATE)
app.command("init", rich_help_panel=CONFIGURE)(init.init)
app.command("lint", rich_help_panel=CONFIGURE)(lint.lint)
app.command("test", rich_help_panel=CONFIGURE)(testing.run_tests)
app.add_typer(rules.app, name="rules", rich_help_panel=CONFIGURE)
app.add_typer(config.app, name="config", rich_help_panel=CONFIGURE)
app.command("simulate", rich_help_panel=CONFIGURE)(simulating.simulate)
app.command("learn", rich_help_panel=CONFIGURE)(learning.learn)
app.add_typer(packs.app, name="packs", rich_help_panel=CONFIGURE)
app.add_typer(schema.app, name="schema", rich_help_panel=CONFIGURE)
app.add_typer(reference.app, name="reference", rich_help_panel=CONFIGURE)
app.add_typer(file.app, name="file", rich_help_panel=OPERATE)
app.command("check", rich_help_panel=OPERATE)(checking.check)
app.command("verify", rich_help_panel=OPERATE)(checking.verify)
app.add_typer(db.app, name="db", rich_help_panel=OPERATE)
app.command("doctor", rich_help_panel=OPERATE)(checking.doctor)


@app.callback()
def start(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Option("-C", "--directory", help="The workspace (or a folder inside it).")
    ] = Path(),
    company: Annotated[
        str, typer.Option(envvar="RESKONTRA_COMPANY", help="Company id; default: the workspace's.")
    ] = "",
    branch: Annotated[str, typer.Option(help="Branch whose layer is used.")] = "",
    db: Annotated[
        str, typer.Option(envvar="RESKONTRA_DB", help="Database URL instead of the workspace's.")
    ] = "",
    lang: Annotated[
        str, typer.Option(envvar="RESKONTRA_LANG", help="Language of plans and the like: en or sv.")
    ] = ENGLISH,
) -> None:
    """Accounts receivable by configuration: import bank files, look at the plan, apply it, explain
    it, undo it.

    Exit codes: 0 done · 1 findings · 2 something waits · 3 the world moved · 64 usage · 65 bad
    input · 70 our fault.
    """
    speak(lang)
    if context.invoked_subcommand not in _TRANSLATED:
        speak(ENGLISH)
    context.obj = Session(directory, company, branch, db)
    if context.invoked_subcommand not in _NAMES_ANOTHER:
        context.obj.must_exist()


_NAMES = {str(command.name) for command in app.registered_commands}
_NAMES |= {str(group.name) for group in app.registered_groups}


def main() -> None:
    """Entry point: turns every error into one readable message and its exit code."""
    sys.exit(run(sys.argv[1:]))


@cache
def program(asked: frozenset[str] = frozenset(), *, listed: bool = False) -> Any:
    """The commands and groups of these names, or all when it is none of them, ``listed`` or whole:
    to build all takes 75 ms, which everybody would wait for. A paragraph of help flows, however
    its docstring is broken.
    """
    part = copy.copy(app)
    part.registered_commands = [c for c in app.registered_commands if c.name in asked]
    part.registered_groups = [g for g in app.registered_groups if g.name in asked]
    if not (part.registered_commands or part.registered_groups):
        part = _listed() if listed else app
    found = typer.main.get_command(part)
    waiting = [found]
    while waiting:
        command = waiting.pop()
        paragraphs = (command.help or "").split("\n\n")
        command.help = "\n\n".join(" ".join(text.split("\n")) for text in paragraphs)
        waiting += getattr(command, "commands", {}).values()
    return found


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    from reskontra.engine.errors import Exit, ReskontraError

    try:
        listed = not {"-h", "--help"}.isdisjoint(arguments)
        command = program(frozenset(_NAMES.intersection(arguments)), listed=listed)
        result = command.main(arguments, prog_name="reskontra", standalone_mode=False)
    except ReskontraError as error:
        from reskontra.cli.render.problems import print_problems

        print_problems(error.problems, output_format="text")
        return int(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("interrupted: nothing was left half-done", err=True)
        return 130
    except BrokenPipeError:
        return int(Exit.NOTHING)
    except Exception as error:  # noqa: BLE001  (the last line of defence: no traceback for people)
        return _unexpected(error)
    return int(result or 0)


def _listed() -> typer.Typer:
    """The application whose commands have a name and a description, and nothing in them."""
    listed = copy.copy(app)
    listed.registered_commands = [copy.copy(command) for command in app.registered_commands]
    for command in listed.registered_commands:
        command.help, command.callback = inspect.getdoc(command.callback), lambda: None
    listed.registered_groups = [copy.copy(group) for group in app.registered_groups]
    for group in listed.registered_groups:
        group.typer_instance = copy.copy(group.typer_instance)
        assert group.typer_instance is not None, "every group is made of a Typer"
        group.typer_instance.registered_commands = []
        group.typer_instance.registered_groups = []
    return listed


def _unexpected(error: Exception) -> int:
    from reskontra.engine.errors import Exit

    show = getattr(error, "show", None)
    if show is not None and hasattr(error, "exit_code"):
        show()
        option = getattr(error, "option_name", "")
        if option in _BEFORE:
            typer.echo(f"help: put {option} before the command: reskontra {option} ...", err=True)
        return int(Exit.USAGE)
    import os
    import traceback

    if os.environ.get("RESKONTRA_DEBUG"):
        traceback.print_exc()
    typer.echo(
        f"RK700 this is our fault: {type(error).__name__}: {error}\n"
        "  nothing was booked by the failed command; RESKONTRA_DEBUG=1 shows where it happened",
        err=True,
    )
    return int(Exit.OUR_FAULT)
