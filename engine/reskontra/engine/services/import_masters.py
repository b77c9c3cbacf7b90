"""Import customers and open items from another system: all of a file or nothing, safe to repeat.

Customers are added or replaced, with an audit record of every change. Open items become migrated
documents: no posting, the old system made it. What is in the books already changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reskontra.engine.customers.guarded import guarded, raised, raises_limit
from reskontra.engine.errors import Place, Problem, ReskontraError
from reskontra.engine.imports.customers import (
    Changes,
    Masters,
    merge,
    problems_of,
    shared_accounts,
)
from reskontra.engine.imports.open_items import (
    draft_documents,
    notes_of,
    only_new,
    only_noted,
    open_item,
    references_of,
)
from reskontra.engine.imports.profiles import lay_profiles, unknown_classes
from reskontra.engine.imports.receipt import TableReceipt, sums_of
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.acts import Act
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    Customer,
    CustomerAccount,
    CustomerAlias,
    CustomerProfile,
    Document,
    DocumentReference,
    ImportFile,
    Note,
    Record,
)
from reskontra.engine.masters import CustomerRow, CustomersTable, OpenItemRow, OpenItemsTable
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.approvals import Permit, unasked
from reskontra.engine.services.customer_numbers import todays_numbers
from reskontra.engine.services.cut_over import require_unsigned
from reskontra.engine.services.leaving import leaving_findings
from reskontra.engine.wording import worded


def import_customers(
    books: Books,
    table: CustomersTable,
    *,
    file_name: str,
    sha256: str,
    preferences: Preferences,
    actor: str,
    reason: str = "",
    at: str,
    permit: Permit = unasked,
) -> TableReceipt:
    """Add or replace customers, all or nothing when ``permit`` raises; ``at`` is the clock, ISO
    8601.

    A customer that was given another number is found by its old one, too. Raises
    ``ReskontraError`` with every problem found: RK590 number twice, RK591 parent, RK839 class,
    RK943 drafts need the group that a customer leaves.
    """
    with books.write() as writer:
        masters, defaults = masters_of(writer), preferences.customers
        rows = _under_todays_numbers(writer, table.rows)
        _stop(
            (
                *problems_of(rows, masters, file_name),
                *unknown_classes(rows, defaults, file_name),
                *_leaving(writer, rows, masters, file_name),
            )
        )
        import_id = writer.last_id(ImportFile) + 1
        changes = merge(rows, masters, company=preferences.company, import_id=import_id)
        profiles = {profile.customer_id: profile for profile in writer.records(CustomerProfile)}
        lay_profiles(rows, masters, profiles, changes, defaults)
        warnings = shared_accounts(rows, masters, changes, file_name)
        receipt = TableReceipt(
            import_id=import_id if changes.any else 0,
            kind="customers",
            file_name=file_name,
            sha256=sha256,
            format=table.format,
            changes=changes.any,
            rows=len(table.rows),
            new=len(changes.new),
            changed=len(changes.changed),
            unchanged=len(table.rows) - len(changes.new) - len(changes.changed),
            warnings=(*table.warnings, *warnings),
        )
        if changes.any:
            permit(writer, _acts(changes))
            _record(writer, receipt, actor, reason, at)
            store_customers(writer, changes, actor, reason, at)
    return receipt


def _leaving(
    reader: Reader, rows: Sequence[CustomerRow], masters: Masters, file_name: str
) -> Iterator[Problem]:
    """RK943 for customers whom a row gives another parent."""
    by_id = {customer.id: customer for customer in masters.customers.values()}
    for row in rows:
        member = masters.customers.get(row.number)
        head = by_id.get(member.parent_id or 0) if member else None
        if member and head and row.parent not in ("", head.number):
            for found in leaving_findings(reader, member, head):
                message = f"customer {row.number}: {found.message}"
                yield Problem(found.code, message, Place(file_name, row.line), found.help)


def _acts(changes: Changes) -> Iterator[Act]:
    """What of it needs a second person."""
    profiles = {new.customer_id: (old, new) for old, new in changes.profiles}
    for before, after in changes.changed:
        yield from guarded(before, after, *profiles.get(after.id, (None, None)))


def _under_todays_numbers(reader: Reader, rows: Sequence[CustomerRow]) -> Sequence[CustomerRow]:
    """The rows with the numbers that their customers have today."""
    today = todays_numbers(reader)
    if not today:
        return rows
    return [
        replace(
            row, number=today.get(row.number, row.number), parent=today.get(row.parent, row.parent)
        )
        for row in rows
    ]


def masters_of(reader: Reader) -> Masters:
    """Customers with their accounts and aliases, and the ids that come next."""
    return Masters(
        customers={customer.number: customer for customer in reader.records(Customer)},
        accounts=list(reader.records(CustomerAccount)),
        aliases=list(reader.records(CustomerAlias)),
        next_customer=reader.last_id(Customer) + 1,
        next_account=reader.last_id(CustomerAccount) + 1,
        next_alias=reader.last_id(CustomerAlias) + 1,
    )


def store_customers(writer: Writer, changes: Changes, actor: str, reason: str, at: str) -> None:
    """Store what changes; each changed customer gets an audit record."""
    if changes.changed:
        writer.replace([after for _, after in changes.changed])
    for records in (changes.new, changes.accounts, changes.aliases):
        if records:
            writer.append(records)
    writer.replace([profile for _, profile in changes.profiles])
    deeds = [
        Deed("change customer", f"customer:{after.number}", _difference(before, after, changes))
        for before, after in changes.changed
    ]
    numbers = {after.id: after.number for _, after in changes.changed}
    deeds += [
        raised(numbers[new.customer_id], old, new)
        for old, new in changes.profiles
        if raises_limit(old, new)
    ]
    record_deeds(writer, Actor(actor, reason, at), deeds)


def _difference(before: Customer, after: Customer, changes: Changes) -> str:
    """Old and new value of every field that changed, and what was added."""
    told = _changed(before, after)
    for old, new in changes.profiles:
        if old and new.customer_id == after.id:
            told |= _changed(old, new._replace(content=old.content))
    accounts = [a.account for a in changes.accounts if a.customer_id == after.id]
    aliases = [a.alias for a in changes.aliases if a.customer_id == after.id]
    told |= {"bank_accounts_added": accounts} if accounts else {}
    told |= {"aliases_added": aliases} if aliases else {}
    return canonical(told)


def _changed(old: Record, new: Record) -> dict[str, object]:
    """Field -> its value before and after."""
    values = zip(old._fields, old, new, strict=True)
    return {name: [before, after] for name, before, after in values if before != after}


def import_open_items(
    books: Books,
    table: OpenItemsTable,
    *,
    file_name: str,
    sha256: str,
    preferences: Preferences,
    actor: str,
    reason: str = "",
    at: str,
) -> TableReceipt:
    """Enter open documents without posting; ``at`` is the clock, ISO 8601.

    Raises ``ReskontraError`` with every problem found: RK594 unknown customer, RK595 number known
    with other content or twice in the file, RK596 base amount missing, RK922 the cut-over
    is signed.
    """
    with books.write() as writer:
        import_id = writer.last_id(ImportFile) + 1
        customers = known_customers(writer)
        stored = _stored(writer, table.rows)
        drafts = draft_documents(
            table.rows, customers, stored, preferences=preferences, import_id=import_id,
            first_id=writer.last_id(Document) + 1, file_name=file_name,
        )  # fmt: skip
        new, problems = only_new(table.rows, drafts.documents, stored, file_name)
        _stop((*drafts.problems, *problems))
        documents = [drafts.documents[index] for index in new]
        rows = [table.rows[i] for i in new]
        receipt = TableReceipt(
            import_id=import_id if documents else 0,
            kind="open_items",
            file_name=file_name,
            sha256=sha256,
            format=table.format,
            changes=bool(documents),
            rows=len(table.rows),
            new=len(documents),
            changed=0,
            unchanged=len(table.rows) - len(documents),
            sums=sums_of((d.currency, sign(d.kind) * d.initial_open) for d in documents),
            warnings=(*table.warnings, *only_noted(rows, file_name)),
        )
        if documents:
            require_unsigned(writer)
            _record(writer, receipt, actor, reason, at)
            _store_documents(writer, documents, rows)
            if notes := notes_of(documents, rows, writer.last_id(Note) + 1, actor, at):
                writer.append(notes)
    return receipt


def known_customers(reader: Reader) -> dict[str, int]:
    """Number -> id of every customer, old numbers too."""
    customers = dict(reader.frame(Customer, ("number", "id")).iter_rows())
    return customers | {old: customers[new] for old, new in todays_numbers(reader).items()}


def _stored(reader: Reader, rows: Sequence[OpenItemRow]) -> dict[tuple[str, str], Document]:
    """Documents of these numbers that count: those of a withdrawn import do not."""
    withdrawn = set(reader.frame(ImportFile, ("withdraws_id",), kind="withdrawal")["withdraws_id"])
    numbers = sorted({row.number for row in rows})
    return {
        (document.kind, document.number): document
        for document in reader.records(Document, number=numbers)
        if document.import_id is None or document.import_id not in withdrawn
    }


def _store_documents(
    writer: Writer, documents: Sequence[Document], rows: Sequence[OpenItemRow]
) -> None:
    references = references_of(documents, rows, writer.last_id(DocumentReference) + 1)
    items = [open_item(document) for document in documents if document.initial_open]
    writer.append(documents)
    if references:
        writer.append(references)
    if items:
        writer.replace(items)


def _stop(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise ReskontraError(found)


def _record(writer: Writer, receipt: TableReceipt, actor: str, reason: str, at: str) -> None:
    """The import itself, and its audit record."""
    writer.append(
        [
            ImportFile(
                writer.company, receipt.import_id, receipt.kind, receipt.file_name, receipt.sha256,
                receipt.format, "", receipt.rows, receipt.to_json(), actor, reason, None, at,
            )
        ]
    )  # fmt: skip
    detail = (
        f"{receipt.file_name}: {receipt.new} new, {receipt.changed} changed, "
        f"{receipt.unchanged} unchanged"
    )
    done = f"import {worded(receipt.kind)}"
    deed = Deed(done, f"import:{receipt.import_id}", detail)
    record_deeds(writer, Actor(actor, reason, at), [deed])
