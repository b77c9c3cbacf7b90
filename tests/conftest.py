"""Shared by every suite: books on real databases, and the folder of public samples beside the
checkout."""

from __future__ import annotations

pytest_plugins = ["tests.books_fixtures"]
