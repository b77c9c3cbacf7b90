"""Published SIE files: as many vouchers and rows as their index says, and checksums that agree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reskontra.adapters.formats import sie
from reskontra.engine.errors import ReskontraError
from reskontra.engine.services.transfers import turnover

SHARED = Path(os.environ.get("RESKONTRA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SAMPLES = SHARED / "samples" / "sie"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no public samples (set RESKONTRA_SHARED)"
)

ACCEPTED = {
    "12_typ4.se": (81, 287),
    "36_MAMUT_SIE4_EXPORT.SE": (168, 458),
    "39_Norstedts_Bokslut_SIE_4I.si": (2, 4),
    "44_sie4.se": (286, 949),
    "45_Exempelbolaget_SIE_110322_B_33.si": (13, 91),
    "4_BL0001_typ4I.SI": (1, 10),
    "57_BokOrder.si": (1, 4),
    "66_Lön.si": (1, 8),
}
REJECTED = {
    "1_BL0001_typ2.SE": [("RK871", 5)],
    "5_Test1.SE": [("RK871", 5)],
    "9_sie-gruppen-e-conomic.se": [("RK872", 1461)],
    "sie_file_with_unknown_entries.se": [("RK872", 22)],
}
"""Without vouchers; a brace is missing; a voucher has 40.00 over."""


def samples() -> dict[str, Path]:
    return {path.name: path for path in SAMPLES.glob("*/*")}


def test_every_sample_has_an_expectation() -> None:
    assert set(samples()) == {*ACCEPTED, *REJECTED}


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_accepted(name: str) -> None:
    read = sie.read(samples()[name].read_bytes(), file=name)
    assert (len(read.vouchers), sum(len(v.lines) for v in read.vouchers)) == ACCEPTED[name]
    assert read.company_name
    assert read.warnings == ()


@pytest.mark.parametrize("name", ["39_Norstedts_Bokslut_SIE_4I.si", "44_sie4.se"])
def test_published_checksums_are_ours(name: str) -> None:
    data = samples()[name].read_bytes()
    assert b"#KSUMMA\t" in data
    with pytest.raises(ReskontraError, match="RK873"):
        sie.read(data.replace(b"#FNAMN", b"#FNAMNX", 1), file=name)


@pytest.mark.parametrize("name", sorted(REJECTED))
def test_rejected(name: str) -> None:
    with pytest.raises(ReskontraError) as caught:
        sie.read(samples()[name].read_bytes(), file=name)
    found = [(p.code, p.place.line if p.place else 0) for p in caught.value.problems]
    assert found == REJECTED[name]


def test_the_example_of_the_vectors_adds_up() -> None:
    path = SHARED / "vectors" / "sie4_example.si"
    read = sie.read(path.read_bytes(), file=path.name)
    assert (len(read.vouchers), read.company_name) == (6, "Exempel & Söner AB")
    assert {row["account"]: row["balance"] for row in turnover(read)} == {
        "1510": -16_787_67, "1930": 24_750_00, "2611": -1_549_90, "3001": -9_999_60,
        "3731": 200_00, "3740": -50, "3930": -60_00, "6351": 3_600_00, "8313": -152_33,
    }  # fmt: skip
