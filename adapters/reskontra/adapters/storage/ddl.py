"""The schema as SQL text, one script per database: what a new database is made of.

``python -m reskontra.adapters.storage.ddl sqlite`` prints it; a new migration is written from the
difference between two of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from reskontra.adapters.storage.schema import LONG_ROWS, UNIQUE, metadata
from reskontra.adapters.storage.tables import TABLES

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
    other fields of an index find. A company is most of a table, and what an index finds is little;
    left to itself SQLite takes a company for ten rows, and searches all of them. By its key a
    company is read in order, which is quicker than by an index: so the key says fewer rows.
    """
    for table in TABLES.values():
        name = table.name
        key = f"sqlite_autoindex_{name}_1" if table.kind in LONG_ROWS else name
        expected = {key: "1000000 500000 1"}
        fields = {
            f"sqlite_autoindex_{name}_{number}": len(unique)
            for number, unique in enumerate(UNIQUE.get(table.kind, ()), 2)
        }
        for index in sorted(metadata.tables[name].indexes, key=lambda i: str(i.name)):
            fields[str(index.name)] = len(index.columns) - 1
        for index_name, others in fields.items():
            expected[index_name] = "1000000 1000000" + others * " 10"
        for index_name, rows in expected.items():
            values = f"'{name}', '{index_name}', '{rows}'"
            yield f"INSERT INTO sqlite_stat1 VALUES ({values})"  # noqa: S608 (names are ours)


if __name__ == "__main__":
    sys.stdout.write(script(sys.argv[1]))
