"""The storage room: the books in SQLite or PostgreSQL behind the ports of ``engine.ports``.

``opening`` finds and opens them, ``upgrading`` brings a database to the version of the program,
``tampering`` finds what was changed past the program. Nothing heavy is imported
before it is used.
"""

from reskontra.adapters.storage.opening import open_books, open_database

__all__ = ["open_books", "open_database"]
