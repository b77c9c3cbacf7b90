"""What customers have ordered and not been invoiced, as another system tells it: each telling is
whole, and takes the place of the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from reskontra.engine.errors import ReskontraError
from reskontra.engine.imports.open_items import unknown_customers
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import OpenOrder
from reskontra.engine.ports import Books, Reader
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.import_masters import known_customers


class WantedOrder(NamedTuple):
    """An order that is not wholly invoiced."""

    number: str
    customer: str
    """Number of a customer, today's or an earlier one."""
    currency: str
    amount: int
    """What is not invoiced yet, minor units."""
    on_hold: bool
    line: int
    """Where it stands in the file."""

    @property
    def kind(self) -> str:
        """What a problem calls it."""
        return "order"


class OrderChange(NamedTuple):
    """What becomes of an order."""

    before: OpenOrder | None
    after: OpenOrder | None
    """None = it is told no more: invoiced, delivered or dropped."""

    @property
    def kind(self) -> Literal["new", "changed", "unchanged", "gone"]:
        """What happens to it."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        return "unchanged" if self.before == self.after else "changed"


def plan_orders(reader: Reader, wanted: Sequence[WantedOrder], file: str) -> list[OrderChange]:
    """What would become of each order, by number.

    Raises ``ReskontraError`` with RK594 for every order of an unknown customer.
    """
    customers = known_customers(reader)
    if problems := tuple(unknown_customers(wanted, customers, file)):
        raise ReskontraError(problems)
    held = {order.number: order for order in reader.records(OpenOrder)}
    changes = {number: OrderChange(order, None) for number, order in held.items()}
    free = reader.last_id(OpenOrder) + 1
    for order in wanted:
        before = held.get(order.number)
        after = OpenOrder(
            reader.company, before.id if before else free, order.number,
            customers[order.customer], order.currency, order.amount, order.on_hold,
        )  # fmt: skip
        free += before is None
        changes[order.number] = OrderChange(before, after)
    return [changes[number] for number in sorted(changes)]


def replace_orders(
    books: Books, wanted: Sequence[WantedOrder], file: str, actor: Actor
) -> list[OrderChange]:
    """Store what ``plan_orders`` says, with one audit record for all; all of it or nothing."""
    with books.write() as writer:
        changes = plan_orders(writer, wanted, file)
        writer.remove(OpenOrder, [one.before.id for one in changes if one.before and not one.after])
        told = [one.after for one in changes if one.after and one.after != one.before]
        told.sort(key=lambda order: order.id)
        writer.replace(told)
        counts = {kind: sum(one.kind == kind for one in changes) for kind in _MOVED}
        if summary := ", ".join(f"{count} {kind}" for kind, count in counts.items() if count):
            record_deeds(writer, actor, [Deed("import open orders", "open orders", summary)])
    return changes


_MOVED = ("new", "changed", "gone")


def order_rows(reader: Reader, changes: Sequence[OrderChange]) -> Iterator[dict[str, Any]]:
    """Every order that changes: order, customer, before, amount (minor units), on_hold, change."""
    numbers = numbers_of(reader)
    for one in changes:
        if one.kind == "unchanged":
            continue
        order = one.after or one.before
        assert order is not None
        yield {
            "order": order.number, "customer": numbers[order.customer_id],
            "currency": order.currency, "before": one.before.amount if one.before else None,
            "amount": one.after.amount if one.after else None, "on_hold": order.on_hold,
            "change": one.kind,
        }  # fmt: skip
