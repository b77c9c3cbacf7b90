"""Give a customer another number, or remove one that was never used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import polars as pl

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import (
    Audit,
    Customer,
    CustomerAccount,
    CustomerAlias,
    CustomerProfile,
    Decision,
    Document,
    Draft,
    FormerNumber,
    ImportFile,
    JournalLine,
    Note,
    OpenOrder,
    Run,
)
from reskontra.engine.ports import Books, Reader


def find_customer(reader: Reader, number: str) -> Customer:
    """The customer who has this number, or had it; raises ``ReskontraError`` RK830."""
    found = next(iter(reader.records(Customer, number=number)), None)
    if found is None:
        former = next(iter(reader.records(FormerNumber, number=number)), None)
        if former is not None:
            found = next(iter(reader.records(Customer, id=former.customer_id)))
    if found is None:
        raise ReskontraError.of(
            "RK830", f"there is no customer {number}",
            help="reskontra customers list finds customers by words", exit_code=Exit.BAD_INPUT,
        )  # fmt: skip
    return found


def numbers_of(reader: Reader, customers: Sequence[int] | None = None) -> dict[int, str]:
    """Id -> number of these customers; ``None`` = of all."""
    whose = {} if customers is None else {"id": list(customers)}
    return dict(reader.frame(Customer, ("id", "number"), **whose).iter_rows())


def todays_numbers(reader: Reader) -> dict[str, str]:
    """Old number -> the number that the customer has today."""
    former = {found.number: found.customer_id for found in reader.records(FormerNumber)}
    customers = reader.records(Customer, id=sorted(set(former.values()))) if former else ()
    numbers = {customer.id: customer.number for customer in customers}
    today = {old: numbers[customer_id] for old, customer_id in former.items()}
    return {old: new for old, new in today.items() if old != new}


def rename_customer(books: Books, number: str, new: str, actor: Actor) -> Customer:
    """Give a customer another number; papers with the old one still find it.

    Raises ``ReskontraError``: RK830 no such customer, RK840 the new number is, or was, another's.
    """
    with books.write() as writer:
        customer = find_customer(writer, number)
        holders = [c.id for c in writer.records(Customer, number=new)]
        holders += [f.customer_id for f in writer.records(FormerNumber, number=new)]
        if customer.number == new:
            return customer
        if any(holder != customer.id for holder in holders):
            other = next(iter(writer.records(Customer, id=holders)))
            raise ReskontraError.of(
                "RK840", f"number {new} is, or was, the number of {other.number} {other.name}",
                help="choose a number that nobody had",
            )  # fmt: skip
        renamed = customer._replace(number=new)
        writer.replace([renamed])
        former = FormerNumber(
            writer.company, writer.last_id(FormerNumber) + 1, customer.id, customer.number,
            actor.login, actor.at,
        )  # fmt: skip
        writer.append([former])
        told = f"{customer.number} became {new}"
        record_deeds(writer, actor, [Deed("rename customer", f"customer:{new}", told)])
    return renamed


def delete_customer(books: Books, number: str, actor: Actor) -> Customer:
    """Remove a customer that was never used; raises ``ReskontraError`` RK830, RK841 it was."""
    with books.write() as writer:
        customer = find_customer(writer, number)
        uses = list(_uses(writer, customer))
        if uses:
            raise ReskontraError.of(
                "RK841", f"customer {customer.number} was used: {', '.join(uses)}",
                help=f"reskontra customers edit {customer.number} --set status=inactive",
            )  # fmt: skip
        accounts = writer.records(CustomerAccount, customer_id=customer.id)
        aliases = writer.records(CustomerAlias, customer_id=customer.id)
        writer.remove(CustomerAccount, [account.id for account in accounts])
        writer.remove(CustomerAlias, [alias.id for alias in aliases])
        writer.remove(CustomerProfile, [customer.id])
        writer.remove(Customer, [customer.id])
        subject = f"customer:{customer.number}"
        record_deeds(writer, actor, [Deed("delete customer", subject, customer.name)])
    return customer


def _uses(reader: Reader, customer: Customer) -> Iterator[str]:
    """Where the books name a customer."""
    for what, kind, field in (
        ("documents", Document, "customer_id"), ("drafts", Draft, "customer_id"),
        ("open orders", OpenOrder, "customer_id"),
        ("vouchers", JournalLine, "customer_id"), ("members of its group", Customer, "parent_id"),
        ("earlier numbers", FormerNumber, "customer_id"),
    ):  # fmt: skip
        if count := reader.count(kind, **{field: customer.id}):
            yield f"{count} {what}"
    if count := reader.count(Note, subject=f"customer:{customer.id}"):
        yield f"{count} notes"
    runs = reader.frame(Run, ("id", "at")).filter(pl.col("at") >= _known_since(reader, customer))
    records = reader.frame(Decision, ("record",), run_id=runs["id"].to_list())["record"]
    decided = records.str.contains(f'"{customer.number}"', literal=True)
    if count := records.filter(decided).len():
        yield f"{count} decisions"


def _known_since(reader: Reader, customer: Customer) -> str:
    """When the books got the customer, ISO 8601: a decision before cannot name it."""
    brought = customer.import_id
    for deed in reader.records(Audit, subject=f"customer:{customer.number}"):
        if deed.action == "add customer":
            return deed.at
        changed = json.loads(deed.detail) if deed.action == "change customer" else {}
        if "import_id" in changed:
            brought = changed["import_id"][0]
            break
    return next((file.at for file in reader.records(ImportFile, id=brought)), "")
