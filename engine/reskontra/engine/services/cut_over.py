"""Cut-over: what was open in the old system is here, is what the general ledger has, and is signed.

Once it is signed no open items come in or go out, unless somebody opens it again with a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.balance import sign as sign_of
from reskontra.engine.ledger.base_amounts import open_base
from reskontra.engine.ledger.records import Audit, Document, ImportFile
from reskontra.engine.money import exact
from reskontra.engine.ports import Books, Reader

Row = dict[str, Any]
SIGNED, REOPENED = "sign cut-over", "reopen cut-over"
"""Actions of the audit trail; the newest says how it stands."""


class GlBalance(NamedTuple):
    """What the old system's general ledger has on an account, in minor units of the currency;
    debit positive.
    """

    account: str
    currency: str
    balance: int
    base_balance: int | None = None
    """The same in the company's own currency; ``None`` = it does not tell."""


def compared(reader: Reader, balances: Sequence[GlBalance], base: str) -> Iterator[Row]:
    """Imported open items beside the general ledger, per account and currency of the items; what is
    in a foreign currency also in the own one (``base``), where the general ledger tells it.

    What was open when it came in counts, so that the proof holds whatever was booked since.
    """
    stated = dict(_stated(balances, base))
    brought: dict[tuple[str, str, str], int] = defaultdict(int)
    withdrawn = set(reader.frame(ImportFile, ("withdraws_id",), kind="withdrawal")["withdraws_id"])
    for document in reader.records(Document, migrated=True):
        if document.import_id is not None and document.import_id not in withdrawn:
            sign, left = sign_of(document.kind), document.initial_open
            brought[document.account, document.currency, document.currency] += sign * left
            in_base = (document.account, document.currency, base)
            if document.currency != base and in_base in stated:
                brought[in_base] += sign * open_base(document, left)
    for key in sorted(brought.keys() | stated.keys()):
        ours, theirs = brought.get(key, 0), stated.get(key, 0)
        yield {
            "account": key[0], "items_in": key[1], "currency": key[2], "open_items": ours,
            "general_ledger": theirs, "difference": ours - theirs,
        }  # fmt: skip


def _stated(balances: Sequence[GlBalance], base: str) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Account, currency of the items, currency of the sum -> what the general ledger says."""
    for one in balances:
        yield (one.account, one.currency, one.currency), one.balance
        if one.base_balance is not None and one.currency != base:
            yield (one.account, one.currency, base), one.base_balance


def is_signed(reader: Reader) -> bool:
    """Whether the cut-over is signed now."""
    rows = list(reader.records(Audit, action=[SIGNED, REOPENED]))
    return bool(rows) and rows[-1].action == SIGNED


def require_unsigned(reader: Reader) -> None:
    """RK922 when the cut-over is signed."""
    if is_signed(reader):
        raise ReskontraError.of(
            "RK922",
            "the cut-over is signed: open items come in no more, and none is taken back",
            help="enter a document, or open it again: reskontra cutover reopen --reason ...",
        )


def sign_off(books: Books, balances: Sequence[GlBalance], base: str, actor: Actor) -> list[Row]:
    """Sign that open items and general ledger agree; the sums stand in the audit trail.

    Raises ``ReskontraError`` RK920 for every account that differs, RK921 when there is nothing to
    sign, RK922 when it is signed.
    """
    with books.write() as writer:
        require_unsigned(writer)
        rows = list(compared(writer, balances, base))
        if not rows:
            raise ReskontraError.of(
                "RK921", "no open items were imported, so there is nothing to sign",
                help="reskontra import open-items FILE",
            )  # fmt: skip
        if wrong := tuple(_differences(rows)):
            raise ReskontraError(wrong)
        names = ("account", "items_in", "currency", "open_items")
        told = [[row[name] for name in names] for row in rows]
        record_deeds(writer, actor, [Deed(SIGNED, "cutover", canonical(told))])
    return rows


def _differences(rows: Sequence[Row]) -> Iterator[Problem]:
    for row in rows:
        if row["difference"]:
            ours, theirs, apart = (
                f"{exact(row[name], row['currency'])} {row['currency']}"
                for name in ("open_items", "general_ledger", "difference")
            )
            yield Problem(
                "RK920",
                f"account {row['account']}{_whose(row)}: open items {ours}, general "
                f"ledger {theirs}, apart by {apart}",
                help="reskontra show documents lists the items; correct the file and import again",
            )


def _whose(row: Row) -> str:
    """Tells a sum in the own currency from the items' own."""
    return "" if row["items_in"] == row["currency"] else f", what is in {row['items_in']}"


def reopen(books: Books, actor: Actor) -> None:
    """Let open items in again; RK923 when it is not signed."""
    with books.write() as writer:
        if not is_signed(writer):
            raise ReskontraError.of(
                "RK923", "the cut-over is not signed, so it is open", exit_code=Exit.USAGE,
                help="reskontra import open-items FILE",
            )  # fmt: skip
        record_deeds(writer, actor, [Deed(REOPENED, "cutover")])
