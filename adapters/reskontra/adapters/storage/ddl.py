"""The schema as SQL text, one script per database: what a new database is made of.

``python -m reskontra.adapters.storage.ddl sqlite`` prints it; a new migration is written from the
difference between two of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

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
    if database == "sqlite":
        lines += ["ANALYZE sqlite_schema", *_expectations()]
    return "".join(f"{text};\n" for text in lines)


def _expectations() -> Iterator[str]:
    """What SQLite's planner is to expect: how many rows a table has, a company has, and what the
    other fields of an index find. A company is all of a table, and what an index finds is little;
    left to itself SQLite takes a company for ten rows, and searches all of them.
    """
    for table in metadata.sorted_tables:
        found = sorted((i for i in table.indexes if not i.unique), key=lambda i: str(i.name))
        of_rowid = table.dialect_options["sqlite"]["with_rowid"]
        key = f"sqlite_autoindex_{table.name}_1" if of_rowid else table.name
        expected = {key: "1"} if found else {}
        expected |= {str(i.name): " ".join([_FOUND] * (len(i.columns) - 1)) for i in found}
        for name, rows in expected.items():
            values = f"'{table.name}', '{name}', '{_ROWS} {_ROWS} {rows}'"
            yield f"INSERT INTO sqlite_stat1 VALUES ({values})"  # noqa: S608 (names are ours)


_ROWS, _FOUND = "1000000", "10"


if __name__ == "__main__":
    sys.stdout.write(script(sys.argv[1]))
