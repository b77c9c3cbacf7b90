"""Reads a camt file into a ``BankFile``: one reader for all versions, by local names.

Nothing is imported in part: every error of the file is collected and raised at once; warnings go
into the receipt. The schema (XSD) is no gate, since banks' own files deviate from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reskontra.adapters.formats.camt import checks
from reskontra.adapters.formats.camt.checks import BalanceCheck
from reskontra.adapters.formats.camt.entry import transactions
from reskontra.adapters.formats.camt.statement import day_of, statement
from reskontra.adapters.formats.camt.stream import Node, parse
from reskontra.adapters.formats.camt.values import ElementFindings
from reskontra.adapters.formats.plain_text import check_bytes, warn_of_damage
from reskontra.engine.bank_file import BankFile, Statement, StatementKind, Transaction
from reskontra.engine.collection import no_collection
from reskontra.engine.errors import Place, ReskontraError

MAX_BYTES = 200 * 2**20
_MESSAGES: dict[str, tuple[str, StatementKind]] = {
    "BkToCstmrAcctRpt": ("camt.052", "report"),
    "BkToCstmrStmt": ("camt.053", "statement"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "details"),
}
_ELEMENT = re.compile(rf"({'|'.join(_MESSAGES)})(?:V[0-9]{{2}})?")
"""No version renamed it; version 01 adds a suffix."""
_STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
_NAMESPACE = re.compile(r"(camt\.05[234])\.([0-9]{3}\.[0-9]{2})(?![0-9])")
_KNOWN_VERSIONS = frozenset(f"001.{version:02}" for version in range(1, 14))
_FOREIGN_HELP = "`reskontra file detect FILE` says what a file is"


@dataclass(slots=True)
class _Reading:
    """Collects statements while the file streams by."""

    findings: ElementFindings
    balance_check: BalanceCheck
    message: Node | None = None
    format: str = ""
    kind: StatementKind = "statement"
    statements: list[Statement] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    entries: int = 0
    elements: int = 0

    def opened(self, node: Node) -> bool:
        """Recognise the message by its element and its namespace; true when it is found."""
        found = _ELEMENT.fullmatch(node.name)
        if found is None:
            return False
        name, self.kind = _MESSAGES[found[1]]
        self.message = node
        version = _NAMESPACE.search(node.namespace)
        if node.namespace and (version is None or version[1] != name):
            raise ReskontraError.of(
                "RK522",
                f"<{node.name}> ({name}) stands in the namespace {node.namespace[:120]!r}",
                place=Place(self.findings.file, node.line, node.column),
                help=f"expected a namespace that ends in {name}.001.01 to {name}.001.13, or none",
            )
        self.format = f"{name}.{version[2]}" if version else name
        if version is None or version[2] not in _KNOWN_VERSIONS:
            shown = version[2] if version else "without a version"
            self.findings.remark(
                "RK533", node, f"{name} {shown} is not a known version (001.01-13): it is tried"
            )
        return True

    def handle(self, node: Node, parent: Node | None) -> None:
        """Take an element that ended: an entry becomes transactions at once."""
        if self.message is None:
            return
        if node.name == "Ntry":
            self._entry(node, parent)
        else:
            self._statement(node, parent)

    def _entry(self, node: Node, parent: Node | None) -> None:
        if parent is None or parent.name not in _STATEMENTS:
            self.findings.refuse("RK524", node, "an entry stands outside every statement")
            return
        self.entries += 1
        day = None if _has_day(node) else day_of(parent)
        self.transactions += transactions(node, self.kind, day, self.findings)

    def _statement(self, node: Node, parent: Node | None) -> None:
        moved, entries = self.transactions, self.entries
        self.transactions, self.entries = [], 0
        self.elements += 1
        if parent is not self.message or parent is None:
            again = parent is not None and _ELEMENT.fullmatch(parent.name)
            self.findings.refuse(
                "RK542" if again else "RK524",
                node,
                "the file holds a second message" if again else f"<{node.name}> is misplaced",
                "import each message as a file of its own" if again else "",
            )
            return
        header = parent.first(("GrpHdr",))
        found = statement(node, self.kind, moved, header, self.findings)
        if found is not None:
            checks.balances(node, found, self.balance_check, self.findings)
            checks.summary(node, entries, found, self.findings)
            self.statements.append(found)


@no_collection()
def read(
    data: bytes, *, file: str, balance_check: BalanceCheck = "error", max_bytes: int = MAX_BYTES
) -> BankFile:
    """The file's statements; ``balance_check`` says what statements that do not add up are.

    Raises ``ReskontraError`` with every problem and its place (RK500, RK502, RK506, RK507, RK509,
    RK520 to RK532, RK542); warnings (RK505, RK533 to RK544) are in the result.
    """
    findings = ElementFindings(file)
    if not data.strip() or len(data) > max_bytes:
        check_bytes(data, findings, max_bytes=max_bytes)
    reading = _Reading(findings, balance_check)
    try:
        root = parse(
            data, file, opened=reading.opened, emit=("Ntry", *_STATEMENTS), handle=reading.handle
        )
    except ReskontraError as error:
        raise ReskontraError((*findings.problems(), *error.problems)) from error
    if reading.message is None:
        raise _foreign(root, file)
    if not reading.elements:
        findings.refuse(
            "RK524",
            reading.message,
            f"<{reading.message.name}> holds no statement, report or notification",
            "ask the bank for the file again; a day without movements has an empty statement",
        )
    _check_letters(data, findings)
    findings.stop()
    return _file(reading, reading.message)


def _file(reading: _Reading, message: Node) -> BankFile:
    header = message.first(("GrpHdr",)) or message
    return BankFile(
        format=reading.format,
        message_id=header.value(("MsgId",)) or reading.statements[0].id,
        created=header.value(("CreDtTm",)),
        # Swiss banks, the only ones to say so, write SPS/1.7/TEST or SPS/1.7/PROD.
        test=header.value(("AddtlInf",)).upper().endswith("/TEST"),
        statements=tuple(reading.statements),
        warnings=reading.findings.problems(),
    )


def _has_day(entry: Node) -> bool:
    return bool(entry.children) and "BookgDt" in (entry.children or ())


def _foreign(root: Node, file: str) -> ReskontraError:
    """Name the message that came instead: by the first namespace of a document."""
    node = root
    while not node.namespace and node.children:
        node = next(iter(node.children.values()))[0]
    inner = f"{root.name}/{next(iter(root.children))}" if root.children else root.name
    return ReskontraError.of(
        "RK522",
        f"expected camt.052, camt.053 or camt.054, met {(node.namespace or inner)[:120]}",
        place=Place(file, root.line, root.column),
        help=_FOREIGN_HELP,
    )


def _check_letters(data: bytes, findings: ElementFindings) -> None:
    """Warn (RK505) of letters that an earlier program destroyed, in the encoding of nearly all."""
    if data.isascii():
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    warn_of_damage(text, findings)
