"""The first books: records, projections, seals.

The statements stand in a file per database, frozen with this version; ``schema.py`` moves on with
the program, a migration never does.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    file = Path(__file__).with_name(f"v0001_books_{op.get_bind().dialect.name}.sql")
    for statement in file.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
