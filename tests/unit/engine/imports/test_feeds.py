"""Linking what two formats tell of one day."""

from __future__ import annotations

from reskontra.engine.imports.feeds import Movement, link_day


def movements(
    first: int, *rows: tuple[int, str], batch: str = "", group: str = ""
) -> list[Movement]:
    return [
        Movement(first + n, amount, reference, "", batch, batch or group)
        for n, (amount, reference) in enumerate(rows)
    ]


def test_no_other_format_means_all_new() -> None:
    linking = link_day(movements(0, (1, ""), (2, "")), [])
    assert (linking.links, linking.new, linking.conflict) == ([], [0, 1], None)


def test_whole_day_by_amount_and_reference_then_by_amount() -> None:
    linking = link_day(
        movements(0, (5, "a"), (5, "b"), (7, "")), movements(10, (7, "x"), (5, "b"), (5, "c"))
    )
    assert {link.line: link.equals for link in linking.links} == {0: 12, 1: 11, 2: 10}
    assert {link.line: link.references_agree for link in linking.links} == {
        0: False, 1: True, 2: True,
    }  # fmt: skip
    assert not linking.new


def test_deposit_by_deposit() -> None:
    """camt.054 holds the bankgiro deposit and a card payment; BgMax the deposit alone."""
    deposit = movements(10, (5, "a"), (6, "b"), batch="camt-1")
    card = movements(20, (7, ""), batch="camt-2")
    bgmax = movements(0, (5, "a"), (6, "b"), batch="00007")
    linking = link_day(bgmax, [*deposit, *card])
    assert [(link.line, link.equals) for link in linking.links] == [(0, 10), (1, 11)]
    turned = link_day([*deposit, *card], bgmax)
    assert [(link.line, link.equals) for link in turned.links] == [(10, 0), (11, 1)]
    assert turned.new == [20]


def test_sums_that_agree_while_amounts_do_not_are_no_link() -> None:
    linking = link_day(movements(0, (1, ""), (3, "")), movements(10, (2, ""), (2, "")))
    assert linking.conflict is not None
    assert "2 lines of together 0.04 SEK" in linking.conflict.told("SEK")
    assert not linking.links


def test_lump_sum_known_in_parts_is_linked_to_the_parts() -> None:
    lump = movements(0, (11, ""), batch="D")
    linking = link_day(lump, movements(10, (5, "a"), (6, "b"), batch="D"))
    assert [(link.line, link.equals, link.by) for link in linking.links] == [(0, 10, "batch_id")]


def test_parts_of_a_known_lump_sum_are_a_conflict() -> None:
    linking = link_day(
        movements(0, (5, "a"), (6, "b"), batch="D"), movements(10, (11, ""), batch="D")
    )
    assert linking.conflict is not None
    assert linking.conflict.told("SEK").startswith("deposit D")


def test_bank_references_link_first_and_the_rest_is_new_when_all_have_ids() -> None:
    ours = [Movement(0, 5, "", "A"), Movement(1, 5, "", "B")]
    linking = link_day(ours, [Movement(10, 5, "", "C"), Movement(11, 5, "", "B")])
    assert [(link.line, link.equals, link.by) for link in linking.links] == [
        (1, 11, "bank_reference"), (0, 10, "amounts"),
    ]  # fmt: skip
    other = link_day(ours, [Movement(10, 6, "", "C"), Movement(11, 5, "", "B")])
    assert (len(other.links), other.new, other.conflict) == (1, [0], None)
    unnamed = link_day(ours, [Movement(10, 6, ""), Movement(11, 5, "", "B")])
    assert unnamed.conflict


def test_a_large_day_is_linked_in_linear_time() -> None:
    count = 20_000
    ours = [Movement(n, n, "", "", f"a{n}", f"a{n}") for n in range(count)]
    theirs = [Movement(count + n, n, "", "", f"b{n}", f"b{n}") for n in range(count + 1)]
    assert len(link_day(ours, theirs).links) == count
