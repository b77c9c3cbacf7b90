"""Which lines of a file are new, and which stored line each of the others equals.

First by content (the same format again, overlapping files; twins counted), then, for lines that
carry money, against what another format told of the same account, currency and day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reskontra.engine.bank_file import Transaction
from reskontra.engine.errors import Place, Problem
from reskontra.engine.imports.feeds import Linking, Movement, link_day
from reskontra.engine.imports.history import Claim, History, StoredLine
from reskontra.engine.imports.identity import bank_id, reference_forms
from reskontra.engine.imports.placing import Placed
from reskontra.engine.imports.receipt import PresentLine
from reskontra.engine.ports import Reader


class FileLine(NamedTuple):
    """A booked line of the file."""

    statement: int
    """Index of its statement among those placed."""
    transaction: Transaction
    identity: str


class NewLine(NamedTuple):
    """A line to store."""

    line: FileLine
    occurrence: int


@dataclass(slots=True)
class Sorted:
    """Every booked line of a file is either new or present."""

    new: list[NewLine] = field(default_factory=list)
    present: list[PresentLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    told_before: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Statement index -> number of its lines that another format told of first."""


def sort_lines(
    reader: Reader, history: History, placed: Sequence[Placed], family_name: str, file_name: str
) -> Sorted:
    """Sort all booked lines of the file, in its order."""
    result = Sorted()
    lines = [
        FileLine(index, transaction, identity)
        for index, each in enumerate(placed)
        for transaction, identity in zip(each.booked, each.identities, strict=True)
    ]
    if not lines:
        return result
    stored = history.lines(
        reader,
        {each.cash_account.id for each in placed},
        {day.isoformat() for day in {line.transaction.booking_date for line in lines}},
    )
    others = _other_formats(history, stored, family_name)
    claims = history.claims(reader, family_name, others)
    candidates = _by_identity(result, lines, stored, claims)
    claimed = {claim.equals for claim in claims}
    free = [line for line in others if line.id not in claimed]
    new = _link(result, candidates, free, placed, file_name)
    _number(result, [lines[i] for i in new], stored)
    result.present.sort(key=lambda present: (present.file_line, present.equals))
    return result


def _other_formats(
    history: History, stored: Sequence[StoredLine], family_name: str
) -> list[StoredLine]:
    money = history.money_statements()
    return [
        line
        for line in stored
        if line.statement_id in money and history.imports[line.import_id].family != family_name
    ]


def _by_identity(
    result: Sorted, lines: list[FileLine], stored: Sequence[StoredLine], claims: list[Claim]
) -> list[tuple[int, FileLine]]:
    """Take away what the same format told of before: the first n of n stored twins."""
    known: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for before in stored:
        known[before.identity].append((before.id, "identity"))
    for claim in claims:
        known[claim.identity].append((claim.equals, claim.by))
    met: dict[str, int] = defaultdict(int)
    left: list[tuple[int, FileLine]] = []
    for index, line in enumerate(lines):
        twins = known.get(line.identity)
        if twins is None:
            left.append((index, line))
            continue
        nth = met[line.identity]
        met[line.identity] += 1
        if nth < len(twins):
            equals, by = twins[nth]
            result.present.append(_present(line, equals, by))
            result.told_before[line.statement] += by != "identity"
        else:
            left.append((index, line))
    return left


def _present(line: FileLine, equals: int, by: str) -> PresentLine:
    told = line.transaction
    identity = "" if by == "identity" else line.identity
    return PresentLine(told.line, equals, by, identity, told.amount, told.currency)


_Day = tuple[str, str, str]
"""Cash account, currency, booking date."""


def _link(
    result: Sorted,
    candidates: list[tuple[int, FileLine]],
    others: list[StoredLine],
    placed: Sequence[Placed],
    file_name: str,
) -> list[int]:
    """Indexes of the lines that no other format told of either, in file order."""
    theirs: dict[_Day, list[StoredLine]] = defaultdict(list)
    for other in others:
        theirs[other.cash_account, other.currency, other.booking_date].append(other)
    ours: dict[_Day, list[tuple[int, FileLine]]] = defaultdict(list)
    new: list[int] = []
    if not theirs:
        return [index for index, _ in candidates]
    for index, line in candidates:
        each, told = placed[line.statement], line.transaction
        day = (each.cash_account.id, told.currency, told.booking_date.isoformat())
        if each.carries_money and day in theirs:
            ours[day].append((index, line))
        else:
            new.append(index)
    for day in sorted(ours):
        linking = link_day(
            [_file_movement(index, line) for index, line in ours[day]],
            [_stored_movement(line) for line in theirs[day]],
        )
        new += linking.new
        _record(result, linking, dict(ours[day]), day, theirs[day], file_name)
    return sorted(new)


def _file_movement(index: int, line: FileLine) -> Movement:
    told = line.transaction
    return Movement(
        index, told.amount, reference_forms(told.references), bank_id(told.bank_reference),
        bank_id(told.batch_id), told.batch_id or f"statement {line.statement}",
    )  # fmt: skip


def _stored_movement(line: StoredLine) -> Movement:
    return Movement(
        line.id, line.amount, line.reference_forms(), bank_id(line.bank_reference),
        bank_id(line.batch_id), line.batch_id or f"statement {line.statement_id}",
    )  # fmt: skip


def _record(
    result: Sorted,
    linking: Linking,
    lines: dict[int, FileLine],
    day: _Day,
    stored: list[StoredLine],
    file_name: str,
) -> None:
    for link in linking.links:
        line = lines[link.line]
        result.present.append(_present(line, link.equals, link.by))
        result.told_before[line.statement] += 1
        if not link.references_agree:
            result.problems.append(
                Problem(
                    "RK513",
                    f"line {line.transaction.line} was linked to line:{link.equals} by amount and "
                    "day, but their references differ",
                    Place(file_name, line.transaction.line),
                    help="compare the two before the line is booked",
                    severity="warning",
                )
            )
    if linking.conflict:
        imports = sorted({line.import_id for line in stored})
        names = ", ".join(f"import:{number}" for number in imports)
        result.problems.append(
            Problem(
                "RK513",
                f"{day[0]} {day[2]} {day[1]}: another format told of this day already ({names}), "
                f"and the two cannot be linked: {linking.conflict.told(day[1])}",
                Place(file_name, min(line.transaction.line for line in lines.values())),
                help=f"import only one of the formats, or take {names} back and import the more "
                "detailed file first",
            )
        )


def _number(result: Sorted, lines: Sequence[FileLine], stored: Sequence[StoredLine]) -> None:
    """Give each new line the lowest occurrence number that its twins left free."""
    taken: dict[str, set[int]] = defaultdict(set)
    for known in stored:
        taken[known.identity].add(known.occurrence)
    free: dict[str, int] = {}
    for line in lines:
        used = taken.get(line.identity, ())
        occurrence = free.get(line.identity, 0)
        while occurrence in used:
            occurrence += 1
        free[line.identity] = occurrence + 1
        result.new.append(NewLine(line, occurrence))
