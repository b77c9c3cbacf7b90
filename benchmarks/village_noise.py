"""How people and banks spoil what is written: spellings, typing errors, phrases, other money."""

from __future__ import annotations

import random
import unicodedata

TEXT_SIZE = 140
OWN_ACCOUNT = "991-2346"
_BEFORE = ("", "Fakt ", "Faktura nr ", "lasku ", "Regning ", "Inv. ", "BETALNING ", "avser ",
           "maksu/", "ref:")  # fmt: skip
_AFTER = ("", "", "", " hälsningar", " 2026", " {day}.{month}", " {day}/{month}-26", " kl 14:30",
          " tel 0{phone}", " avd {small}")  # fmt: skip
_OTHER = (
    ("Lön {month}/26", "", "", -1), ("SKATTEKONTO INBET", "Skatteverket", "", -1),
    ("Moms återbet {year}", "Skatteverket", "", 1), ("Ränta {year}", "", "", 1),
    ("Bankavgift", "", "", -1), ("Överföring eget konto", "", OWN_ACCOUNT, 1),
    ("KORT {batch} INLÖSEN", "Kortbolaget AB", "", 1), ("Swish {phone}", "", "", 1),
    ("Återbetalning fakt {invoice}", "Elnätet Syd AB", "", 1), ("Utdelning", "Fondbolaget", "", 1),
    ("LB {batch}", "", "", -1), ("Försäkringsersättning ärende {invoice}", "Trygg AB", "", 1),
    ("Hyra {month}", "Fastighets AB Torget", "", -1), ("Kontantinsättning", "", "", 1),
)  # fmt: skip


def typing_error(value: str, rnd: random.Random) -> str:
    """One error by its known frequency: digit, swap, omitted or added, twin, jump."""
    place = rnd.randrange(1, len(value) - 1)
    a, b, c = value[place - 1], value[place], value[place + 1]
    kind = rnd.choices(("digit", "swap", "omit", "add", "twin", "jump"), (70, 15, 7, 6, 1, 1))[0]
    if kind == "swap" and a != b:
        return value[: place - 1] + b + a + value[place + 1 :]
    if kind == "omit":
        return value[:place] + value[place + 1 :]
    if kind == "add":
        return value[:place] + rnd.choice("0123456789") + value[place:]
    if kind == "twin" and a == b:
        wrong = rnd.choice("0123456789".replace(a, ""))
        return value[: place - 1] + 2 * wrong + value[place + 1 :]
    if kind == "jump" and a != c:
        return value[: place - 1] + c + b + a + value[place + 2 :]
    return value[:place] + rnd.choice("0123456789".replace(b, "")) + value[place + 1 :]


def phrase(value: str, rnd: random.Random) -> str:
    """A number inside what people write."""
    if len(value) > 8 and rnd.random() < 0.2:
        step = rnd.choice((3, 4, 5))
        value = " ".join(value[n : n + step] for n in range(0, len(value), step))
    after = rnd.choice(_AFTER).format(
        day=rnd.randint(1, 28), month=rnd.randint(1, 12), small=rnd.randint(1, 99),
        phone=rnd.randrange(70_000_000, 79_999_999),
    )  # fmt: skip
    return cut(rnd.choice(_BEFORE) + value + after)


def cut(text: str, size: int = TEXT_SIZE) -> str:
    """What the bank keeps of it."""
    return text[:size]


def spelling(name: str, rnd: random.Random, noise: float) -> str:
    """A name as the payer's bank has it; each spoiler strikes with a share of ``noise``."""
    words = name.split()
    if rnd.random() < noise / 3 and len(words) > 2:
        words = words[:-1]
    if rnd.random() < noise / 3:
        words = [*words[1:], words[0]]
    name = " ".join(words)
    if rnd.random() < noise:
        name = name.upper()
    if rnd.random() < noise:
        plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
        name = "".join(c for c in plain if not unicodedata.combining(c))
    if rnd.random() < noise / 4:
        name = cut(name, rnd.choice((18, 22, 35)))
    if rnd.random() < noise / 8 and len(name) > 5:
        name = typing_error_in_word(name, rnd)
    return name.strip()


def typing_error_in_word(name: str, rnd: random.Random) -> str:
    """One letter lost or doubled."""
    place = rnd.randrange(1, len(name) - 1)
    return name[:place] + (name[place + 1 :] if rnd.random() < 0.5 else name[place] + name[place:])


def no_receivable(rnd: random.Random) -> tuple[int, str, str, str]:
    """(amount, text, name, account) of money that is nobody's payment of an invoice."""
    text, name, account, direction = rnd.choice(_OTHER)
    filled = text.format(
        month=rnd.randint(1, 12), year=rnd.choice((2025, 2026)), batch=rnd.randrange(1_000, 99_999),
        phone=rnd.randrange(1_000_000_000, 1_300_000_000), invoice=rnd.randrange(10**5, 10**7),
    )  # fmt: skip
    amount = rnd.choice((9_900, 50_000, 120_000, rnd.randint(500, 9_000_000)))
    return direction * amount, filled, name, account
