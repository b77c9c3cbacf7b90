"""``reskontra customers``: add, change, find, rename and delete customers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat, TextFormat, one_of
from reskontra.cli.commands.applying import Reason
from reskontra.cli.render.words import counted
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reskontra.adapters.wiring import Application
    from reskontra.engine.customers.wanted import Wanted
    from reskontra.engine.services.customers import Expect

app = typer.Typer(
    help="Customers: what holds for them, and how it is changed.", no_args_is_help=True
)

Number = Annotated[str, typer.Argument(help="Number of the customer; an old one will do.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="A field: key=value; key= takes it back to the class."),
]
Preview = Annotated[
    bool, typer.Option("--preview", help="Only show what would change (exit code 2).")
]


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Name in the system.")],
    number: Annotated[str, typer.Option(help="Number; absent = the next of the series.")] = "",
    customer_class: Annotated[
        str, typer.Option("--class", help="Class whose values hold; absent = the default class.")
    ] = "",
    settings: Set = None,
    preview: Preview = False,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Add a customer. Every field there is: docs/reference/customers.md, or config why WORDS.

    Example: reskontra customers add --name "Ek AB" --number 1042 --set org_number=556047-3521
    """
    from reskontra.config.customer_files import read_settings

    given = [f"name={name}", *([f"class={customer_class}"] if customer_class else [])]
    wanted = read_settings(number, [*given, *(settings or [])])
    application = session(context).open()
    _change(application, [wanted], reason, output_format, expect="new", preview=preview)


@app.command()
def edit(
    context: typer.Context,
    number: Number,
    settings: Set = None,
    preview: Preview = False,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Change fields of a customer; what is not named stays as it is.

    Example: reskontra customers edit 1042 --set address.main.city=Lund --set credit.limit=50000
    """
    from reskontra.config.customer_files import read_settings

    if not settings:
        raise typer.BadParameter("say what to change: --set key=value")
    application = session(context).open()
    wanted = read_settings(number, settings)
    _change(application, [wanted], reason, output_format, expect="known", preview=preview)


@app.command()
def reset(
    context: typer.Context,
    number: Number,
    keys: Annotated[
        list[str] | None, typer.Argument(help="Only these fields; absent = all the class decides.")
    ] = None,
    preview: Preview = False,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Take a customer back to its class.

    Example: reskontra customers reset 1042 terms credit.limit
    """
    from reskontra.engine.customers.fields import reset as of_class
    from reskontra.engine.customers.wanted import Wanted
    from reskontra.engine.services.customer_view import view

    application = session(context).open()
    defaults = application.preferences.customers
    with application.books.read() as reader:
        own = view(reader, number, defaults).own
    named = keys or sorted(own.keys() - of_class(own, defaults).keys())
    wanted = Wanted(number, dict.fromkeys(named))
    _change(application, [wanted], reason, output_format, expect="known", preview=preview)


@app.command("import")
def import_customers(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="YAML or CSV; see docs/customers.md.")],
    preview: Preview = False,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Add and change customers from a file with any of their fields: all of it or nothing.

    Example: reskontra customers import customers.yaml --preview
    """
    from reskontra.adapters.customers import read_customers_file

    application = session(context).open()
    wanted = read_customers_file(file)
    _change(application, wanted, reason, output_format, expect="any", preview=preview)


def _change(
    application: Application,
    wanted: Sequence[Wanted],
    reason: str,
    output_format: str,
    *,
    expect: Expect,
    preview: bool,
) -> None:
    from reskontra.cli.render.customers import print_planned
    from reskontra.cli.second_person import two_people
    from reskontra.engine.services.customers import change_customers, plan_customers

    preferences, actor = application.preferences, application.actor(reason)
    if preview:
        with application.books.read() as reader:
            planned = plan_customers(reader, wanted, preferences, expect=expect, on=actor.at[:10])
    else:
        with two_people(application, actor) as permit:
            planned = change_customers(
                application.books, wanted, preferences, actor, expect=expect, permit=permit
            )
    print_planned(planned, output_format=output_format, preview=preview)
    if preview and any(each.kind != "unchanged" for each in planned):
        raise typer.Exit(2)


@app.command()
def show(
    context: typer.Context,
    number: Number,
    everything: Annotated[
        bool, typer.Option("--all", help="Fields that have the program's default, too.")
    ] = False,
    output_format: Annotated[
        str,
        typer.Option(
            "--format", help="text, json or yaml.", callback=one_of("text", "json", "yaml")
        ),
    ] = "text",
) -> None:
    """One customer: what holds, and whether it said so or its class does.

    yaml is what a person said, in the form that `reskontra customers import` reads.

    Example: reskontra customers show 1042
    """
    from reskontra.cli.render.customers import print_view
    from reskontra.engine.services.customer_view import view

    application = session(context).open()
    preferences = application.preferences
    with application.books.read() as reader:
        found = view(reader, number, preferences.customers)
    print_view(
        found, preferences.customers, output_format=output_format, everything=everything,
        country=preferences.company.country,
    )  # fmt: skip


@app.command("list")
def list_customers(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(help="Words in any order; % stands for anything, in order.")
    ] = "",
    customer_class: Annotated[str, typer.Option("--class", help="Only of this class.")] = "",
    status: Annotated[str, typer.Option(help="Only of this status.")] = "",
    country: Annotated[str, typer.Option(help="Only in this country.")] = "",
    parent: Annotated[str, typer.Option(help="Only members of this head's group.")] = "",
    owing: Annotated[
        bool | None, typer.Option("--owing/--settled", help="Only with, or without, a balance.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many rows (0 = all).")] = 0,
    offset: Annotated[int, typer.Option(help="Leave out so many rows before.")] = 0,
    output_format: TableFormat = "table",
) -> None:
    """Find customers by number (an old one, too), name, town or organisation number.

    Example: reskontra customers list "bygg%ab" --status active --owing --limit 20
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.customers.statuses import EFFECTS
    from reskontra.engine.services.customer_numbers import find_customer
    from reskontra.engine.services.customer_view import Filter
    from reskontra.engine.services.customer_view import list_customers as listed

    if status:
        one_of(*EFFECTS)(status)
    application = session(context).open()
    preferences = application.preferences
    with application.books.read() as reader:
        head = find_customer(reader, parent).number if parent else ""
        wanted = Filter(query, customer_class, status, country, head, owing)
        print_amounts(
            listed(reader, wanted, preferences.customers),
            ("number", "name", "class", "country", "status", "parent"), ("balance",),
            country=preferences.company.country, limit=limit, offset=offset,
            output_format=output_format,
        )  # fmt: skip


@app.command()
def rename(
    context: typer.Context,
    number: Number,
    new: Annotated[str, typer.Argument(help="The number from now on.")],
    reason: Reason = "",
) -> None:
    """Give a customer another number; papers with the old one still find it.

    Example: reskontra customers rename 1042 20042
    """
    from reskontra.engine.services.customer_numbers import rename_customer

    application = session(context).open()
    done = rename_customer(application.books, number, new, application.actor(reason))
    typer.echo(f"{done.number} {done.name} was {number}")


@app.command()
def delete(context: typer.Context, number: Number, reason: Reason = "") -> None:
    """Remove a customer that was never used; one that was becomes inactive instead.

    Example: reskontra customers delete 1042 --reason "entered twice"
    """
    from reskontra.engine.services.customer_numbers import delete_customer

    application = session(context).open()
    gone = delete_customer(application.books, number, application.actor(reason))
    typer.echo(f"{gone.number} {gone.name} is gone")


@app.command()
def classes(
    context: typer.Context,
    apply: Annotated[
        str, typer.Option(help="Let the class as it is written now hold for its customers.")
    ] = "",
    preview: Preview = False,
    reason: Reason = "",
    output_format: TableFormat = "table",
) -> None:
    """Customer classes and how many customers have each; a changed class reaches them by --apply.

    Example: reskontra customers classes --apply domestic --preview
    """
    from collections import Counter

    from reskontra.cli.render.tables import print_rows
    from reskontra.engine.customers.wanted import Wanted
    from reskontra.engine.services.customer_numbers import numbers_of
    from reskontra.engine.services.customer_view import classes_of

    application = session(context).open()
    defaults = application.preferences.customers
    with application.books.read() as reader:
        of_class = classes_of(reader, defaults.default_class)
        numbers = numbers_of(reader)
    if apply:
        if apply not in defaults.classes:
            raise typer.BadParameter(f"{apply!r} is none of {', '.join(defaults.classes) or '-'}")
        wanted = [Wanted(numbers[key], {}) for key, name in of_class.items() if name == apply]
        note(f"{counted(len(wanted), 'customer')} of class {apply}")
        shape = "text" if output_format == "table" else "json"
        _change(application, wanted, reason, shape, expect="known", preview=preview)
        return
    counts = Counter(of_class.values())
    rows = [
        {"class": name, "customers": counts[name], "default": name == defaults.default_class}
        for name in sorted({*defaults.classes, *counts})
    ]
    columns = ("class", "customers", "default")
    print_rows(rows, columns, output_format=output_format, right=("customers",))
