"""``reskontra db``: the version of the database and its upgrade."""

from __future__ import annotations

import typer

from reskontra.cli.session import Session, session

app = typer.Typer(help="The database: version and upgrade.", no_args_is_help=True)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to the version of this program. SQLite is made on first use.

    Example: reskontra --db postgresql://ledger@db/ledger db upgrade
    """
    from reskontra.adapters.storage.upgrading import upgrade as service
    from reskontra.config.workspace import enclosing

    here = session(context)
    if enclosing(here.directory):
        here.to_change()
    typer.echo(f"The database is at version {service(_url(here))}.")


@app.command()
def version(context: typer.Context) -> None:
    """Show the version of the database and the one that this program needs.

    Example: reskontra db version
    """
    from reskontra.adapters.storage.upgrading import head
    from reskontra.adapters.storage.upgrading import version as service

    typer.echo(f"database {service(_url(session(context))) or 'empty'}, program {head()}")


def _url(current: Session) -> str:
    from reskontra.config.workspace import load_workspace

    return current.database or load_workspace(current.directory).database_url
