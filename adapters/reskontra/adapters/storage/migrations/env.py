"""Runs migrations on the connection that ``storage.upgrading`` hands over, or prints their SQL."""

from __future__ import annotations

from alembic import context

from reskontra.adapters.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
