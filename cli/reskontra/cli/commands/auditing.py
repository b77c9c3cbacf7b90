"""What an auditor asks the books: who may do what."""

from __future__ import annotations

import typer

from reskontra.cli.choices import TableFormat
from reskontra.cli.session import note, session


def permissions(context: typer.Context, output_format: TableFormat = "table") -> None:
    """Who may do what: every command that some role may not give, the roles, and the people.

    Example: reskontra show permissions
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.config.permissions import MAY, not_enforced
    from reskontra.config.workspace import ROLES, load_workspace

    users = load_workspace(session(context).directory).users
    rows = [
        {
            "deed": deed,
            "roles": ", ".join(roles),
            "people": ", ".join(user.login for user in users if set(user.roles) & set(roles)),
        }
        for deed, roles in MAY.items()
        if roles != ROLES
    ]
    print_rows(rows, ("deed", "roles", "people"), output_format=output_format)
    if why := not_enforced(users):
        note(f"two people for one change: not enforced, {why}")
