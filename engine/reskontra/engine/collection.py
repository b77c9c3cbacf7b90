"""Bulk work without garbage collection: rows and records are no cycles, and walking them again and
again while they are made costs up to a third of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """No collection of cycles meanwhile; as it was afterwards, also after an exception."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
