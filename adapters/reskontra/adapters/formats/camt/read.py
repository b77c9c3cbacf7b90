"""Reads a camt file into a ``BankFile``: one reader for all versions, by local names.

Nothing is imported in part: every error of the file is collected and raised at once; warnings go
into the receipt. The schema
(XSD) is no gate, since banks' own files deviate from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from reskontra.adapters.formats.camt.entry import transactions
from reskontra.adapters.formats.camt.stream import Node, parse
from reskontra.adapters.formats.camt.values import ElementFindings, account, day, signed
from reskontra.engine.bank_file import BankFile, Statement, StatementKind, Transaction
from reskontra.engine.errors import Place, ReskontraError

BalanceCheck = Literal["error", "warn", "off"]
MAX_BYTES = 200 * 2**20
_MESSAGES: dict[str, tuple[str, StatementKind]] = {
    "BkToCstmrAcctRpt": ("camt.052", "report"),
    "BkToCstmrStmt": ("camt.053", "statement"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "details"),
}
_STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
_VERSION = re.compile(r"camt\.05[234]\.001\.(\d{2})")
KNOWN_VERSIONS = range(1, 14)


@dataclass(slots=True)
class _Reading:
    """Collects statements while the file streams by."""

    findings: ElementFindings
    balance_check: BalanceCheck
    message: str = ""
    version: str = ""
    kind: StatementKind | None = None
    statements: list[Statement] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)

    def opened(self, node: Node) -> None:
        """Recognise the message by its element, which no version renamed but for a suffix."""
        if self.kind is not None:
            return
        for name, (message, kind) in _MESSAGES.items():
            if node.name.startswith(name):
                namespace = _VERSION.search(node.namespace)
                self.message, self.kind = message, kind
                self.version = namespace.group(1) if namespace else ""
                self._check_version(node)

    def _check_version(self, node: Node) -> None:
        if not self.version or int(self.version) not in KNOWN_VERSIONS:
            shown = self.version or "without a version"
            self.findings.remark(
                "RK533", node, f"{self.message} {shown} is not a known version (01-13): it is tried"
            )

    def handle(self, node: Node, parent: Node | None) -> None:
        """Take an element that ended: an entry becomes transactions at once."""
        if self.kind is None:
            return
        if node.name == "Ntry":
            self.transactions += transactions(
                node, self.kind, _statement_date(parent), self.findings
            )
            return
        statement = _statement(node, self.kind, tuple(self.transactions), self.findings)
        if statement is not None:
            _check_balance(node, statement, self)
            self.statements.append(statement)
        self.transactions = []


def read(
    data: bytes, *, file: str, balance_check: BalanceCheck = "error", max_bytes: int = MAX_BYTES
) -> BankFile:
    """The file's statements; raises ``ReskontraError`` with every problem and its place."""
    if len(data) > max_bytes:
        raise ReskontraError.of(
            "RK502",
            f"the file has {len(data)} bytes, more than the {max_bytes} allowed",
            place=Place(file),
        )
    reading = _Reading(ElementFindings(file), balance_check)
    root = parse(
        data, file, opened=reading.opened, emit=("Ntry", *_STATEMENTS), handle=reading.handle
    )
    if reading.kind is None:
        raise _foreign(root, file)
    if not reading.statements:
        reading.findings.refuse("RK524", root, "the file holds no statement that can be read")
    reading.findings.stop()
    header = _header(root)
    return BankFile(
        format=f"{reading.message}.001.{reading.version}" if reading.version else reading.message,
        message_id=_message_id(header, reading.statements),
        created=header.value(("CreDtTm",)) if header else "",
        test=False,
        statements=_paged(header, reading.statements),
        warnings=reading.findings.problems(),
    )


def _statement_date(statement: Node | None) -> date | None:
    """The day a statement is about: of its closing balance, else of its period or creation."""
    if statement is None:
        return None
    for balance in statement.all("Bal"):
        if balance.value(("Tp", "CdOrPrtry", "Cd"), ("Tp", "Cd")) == "CLBD":
            return day(balance, "Dt")
    period = statement.first(("FrToDt",))
    return (day(period, "ToDtTm", "ToDt") if period else None) or day(statement, "CreDtTm")


def _foreign(root: Node, file: str) -> ReskontraError:
    inner = root.children[0].name if root.children else ""
    name = root.namespace or "/".join(filter(None, (root.name, inner)))
    return ReskontraError.of(
        "RK522",
        f"this is not camt.052, camt.053 or camt.054 but {name}",
        place=Place(file, root.line, root.column),
        help="`reskontra file detect FILE` says what a file is",
    )


def _header(root: Node) -> Node | None:
    """The group header, wherever an envelope has put it."""
    for child in root.children:
        if child.name == "GrpHdr":
            return child
        found = _header(child)
        if found is not None:
            return found
    return None


def _message_id(header: Node | None, statements: list[Statement]) -> str:
    stated = header.value(("MsgId",)) if header else ""
    return stated or (statements[0].id if statements else "")


def _paged(header: Node | None, statements: list[Statement]) -> tuple[Statement, ...]:
    """Message-level paging holds for every statement that states none itself."""
    number = header.value(("MsgPgntn", "PgNb")) if header else ""
    if header is None or not number.isdigit():
        return tuple(statements)
    last = header.value(("MsgPgntn", "LastPgInd")) != "false"
    return tuple(
        s if s.page != 1 or not s.last_page else replace(s, page=int(number), last_page=last)
        for s in statements
    )


def _statement(
    node: Node, kind: StatementKind, moved: tuple[Transaction, ...], findings: ElementFindings
) -> Statement | None:
    own = account(node.first(("Acct",)))
    if own is None:
        findings.refuse("RK528", node, f"<{node.name}> names no account")
        return None
    currency = _currency(node, moved)
    opening, closing, closed = _balances(node, currency, findings)
    return Statement(
        line=node.line,
        kind=kind,
        id=node.value(("Id",)),
        account=own,
        currency=currency,
        transactions=moved,
        sequence=node.value(("ElctrncSeqNb",), ("LglSeqNb",)),
        page=_page(node),
        last_page=_paging(node, "LastPgInd") != "false",
        opening=opening,
        closing=closing,
        booking_date=closed or day(node, "CreDtTm"),
    )


def _currency(node: Node, moved: tuple[Transaction, ...]) -> str:
    stated = node.value(("Acct", "Ccy"))
    if stated:
        return stated
    if moved:
        return moved[0].currency
    balance = node.first(("Bal", "Amt"))
    return balance.attributes.get("Ccy", "") if balance else ""


def _paging(node: Node, name: str) -> str:
    return node.value(("StmtPgntn", name), ("RptPgntn", name), ("NtfctnPgntn", name))


def _page(node: Node) -> int:
    number = _paging(node, "PgNb")
    return int(number) if number.isdigit() else 1


def _balances(
    node: Node, currency: str, findings: ElementFindings
) -> tuple[int | None, int | None, date | None]:
    """(opening, closing, date of closing): first OPBD or PRCD, last CLBD, in the account's
    currency.
    """
    opening = closing = None
    closed = None
    for balance in node.all("Bal"):
        code = balance.value(("Tp", "CdOrPrtry", "Cd"), ("Tp", "Cd"), ("Tp",))
        money_node = balance.first(("Amt",))
        if code not in ("OPBD", "PRCD", "CLBD") or money_node is None:
            continue
        value = _balance(balance, money_node, currency, findings)
        if value is None:
            continue
        if code == "CLBD":
            closing, closed = value, day(balance, "Dt")
        elif opening is None:
            opening = value
    return opening, closing, closed


def _balance(balance: Node, node: Node, currency: str, findings: ElementFindings) -> int | None:
    if node.attributes.get("Ccy") != currency:
        return None
    text = node.text.strip()
    indicator = balance.first(("CdtDbtInd",))
    if indicator is None:
        findings.remark("RK540", balance, "balance without CdtDbtInd: taken as it stands")
    if text.startswith("-"):
        node.text = text[1:]
        found = signed(node, findings, indicator=None)
        return -found[0] if found else None
    found = signed(node, findings, indicator=indicator)
    return found[0] if found else None


def _check_balance(node: Node, statement: Statement, reading: _Reading) -> None:
    if statement.opening is None or statement.closing is None or reading.balance_check == "off":
        return
    moved = sum(t.amount for t in statement.transactions if t.status == "booked")
    if statement.opening + moved == statement.closing or statement.kind != "statement":
        return
    message = (
        f"opening {statement.opening} + entries {moved} = {statement.opening + moved}, "
        f"but the closing balance is {statement.closing} (minor units)"
    )
    advice = "fetch the statement again; balance_check of the cash account can make this a warning"
    report = (
        reading.findings.refuse if reading.balance_check == "error" else reading.findings.remark
    )
    report("RK529", node, message, advice)
