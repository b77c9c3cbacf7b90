"""The schema as SQL text, one script per database: what a new database is made of.

``python -m reskontra.adapters.storage.ddl sqlite`` prints it; a new migration is written from the
difference between two of them.
"""

from __future__ import annotations

import sys

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from reskontra.adapters.storage.schema import metadata

DIALECTS = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}


def script(database: str) -> str:
    """Every table and index of the schema for ``sqlite`` or ``postgresql``, parted by ``;``."""
    dialect = DIALECTS[database]()
    statements: list[CreateTable | CreateIndex] = []
    for table in metadata.sorted_tables:
        statements.append(CreateTable(table))
        statements += [CreateIndex(i) for i in sorted(table.indexes, key=lambda i: str(i.name))]
    texts = [str(statement.compile(dialect=dialect)) for statement in statements]
    lines = ["\n".join(line.rstrip() for line in text.strip().splitlines()) for text in texts]
    return "".join(f"{text};\n" for text in lines)


if __name__ == "__main__":
    sys.stdout.write(script(sys.argv[1]))
