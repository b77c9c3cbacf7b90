"""Files into the books: read the bytes, detect or describe the layout, hand the result to the
import services.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reskontra.adapters.formats.csv_table import (
    Dialect,
    dialect_from_mapping,
    read_customers,
    read_open_items,
    read_open_orders,
)
from reskontra.adapters.formats.detect import read_bank_file
from reskontra.adapters.wiring import Application
from reskontra.config.dialects import dialect_mapping
from reskontra.engine.collection import no_collection
from reskontra.engine.errors import Place, Problem, ReskontraError
from reskontra.engine.imports.open_items import unknown_customers
from reskontra.engine.imports.receipt import Receipt, TableReceipt
from reskontra.engine.masters import OpenItemRow
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.approvals import Permit, unasked
from reskontra.engine.services.import_bank import import_bank
from reskontra.engine.services.import_masters import (
    import_customers,
    import_open_items,
    known_customers,
)
from reskontra.engine.services.open_orders import OrderChange, plan_orders, replace_orders


@no_collection()
def import_bank_file(
    application: Application,
    path: Path,
    *,
    dialect: str = "",
    account: str = "",
    reason: str = "",
) -> Receipt:
    """Import one bank file, all or nothing; the same file again changes nothing."""
    data = read_bytes(path)
    file = read_bank_file(
        data,
        file=str(path),
        dialect=load_dialect(application, dialect) if dialect else None,
        balance_check="off",  # the cash account decides, and only the import knows which it is
        account=own_account(application.preferences, account),
    )
    return import_bank(application.books, file, **_provenance(application, path, data, reason))


def own_account(preferences: Preferences, account: str) -> str:
    """The number of the company's account that ``account`` names by number or by id.

    A company with one account need not name it; of several, a CSV file must say which.
    """
    known = preferences.cash_accounts
    named = [cash for cash in known if cash.id == account] if account else known
    if len(named) == 1 and named[0].identifiers:
        return named[0].identifiers[0]
    return account


@no_collection()
def import_customers_file(
    application: Application,
    path: Path,
    *,
    dialect: str = "",
    reason: str = "",
    permit: Permit = unasked,
) -> TableReceipt:
    """Import customers from CSV; ``permit`` lets raised limits and the like pass."""
    data = read_bytes(path)
    table = read_customers(
        data, file=str(path), dialect=load_dialect(application, dialect or "customers")
    )
    return import_customers(
        application.books, table, permit=permit, **_provenance(application, path, data, reason)
    )


@no_collection()
def import_open_items_file(
    application: Application, path: Path, *, dialect: str = "", reason: str = ""
) -> TableReceipt:
    """Import open items from CSV."""
    data = read_bytes(path)

    def unknown(rows: Iterable[OpenItemRow]) -> list[Problem]:
        with application.books.read() as reader:
            return list(unknown_customers(rows, known_customers(reader), str(path)))

    table = read_open_items(
        data,
        file=str(path),
        dialect=load_dialect(application, dialect or "open_items"),
        base_currency=application.preferences.company.currency,
        elsewhere=unknown,
    )
    return import_open_items(
        application.books, table, **_provenance(application, path, data, reason)
    )


def import_open_orders_file(
    application: Application,
    path: Path,
    *,
    dialect: str = "",
    reason: str = "",
    preview: bool = False,
) -> list[OrderChange]:
    """Import open orders from CSV; with ``preview`` only look what it would change."""
    actor = None if preview else application.actor(reason)
    layout = load_dialect(application, dialect or "open_orders")
    wanted = read_open_orders(read_bytes(path), file=str(path), dialect=layout)
    if actor is not None:
        return replace_orders(application.books, wanted, str(path), actor)
    with application.books.read() as reader:
        return plan_orders(reader, wanted, str(path))


def _provenance(application: Application, path: Path, data: bytes, reason: str) -> dict[str, Any]:
    """Which file, under which preferences, by whom: what every import records."""
    actor = application.actor(reason)
    return {
        "file_name": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "preferences": application.preferences,
        "actor": actor.login,
        "reason": actor.reason,
        "at": actor.at,
    }


def load_dialect(application: Application, name: str) -> Dialect:
    """A dialect by name (the company's own, then the shipped ones) or by file."""
    mapping, file = dialect_mapping(
        name, folder=application.workspace.folder(application.books.company)
    )
    return dialect_from_mapping(mapping, file=file)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; RK501 when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReskontraError.of(
            "RK501", f"cannot read the file: {error.strerror}", place=Place(str(path))
        ) from error
