"""Shared by every suite: books on real databases, and the folder of public samples beside the
checkout."""

from __future__ import annotations

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # each core has a worker of its own
pytest_plugins = ["tests.books_fixtures"]
