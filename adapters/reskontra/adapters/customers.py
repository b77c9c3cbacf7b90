"""Files of customers, as what somebody wants to change."""

from __future__ import annotations

from pathlib import Path

from reskontra.adapters.imports import read_bytes
from reskontra.config.customer_files import read_csv, read_yaml
from reskontra.engine.customers.wanted import Wanted
from reskontra.engine.errors import Place, ReskontraError


def read_customers_file(path: Path) -> list[Wanted]:
    """YAML (``.yaml``, ``.yml``) or CSV; raises ``ReskontraError`` with every problem of it."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReskontraError.of(
            "RK109", f"byte {error.start + 1} is not UTF-8", place=Place(str(path)),
            help="save the file as UTF-8",
        ) from error  # fmt: skip
    read = read_yaml if path.suffix in (".yaml", ".yml") else read_csv
    return read(text, str(path))
