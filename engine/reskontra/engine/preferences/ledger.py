"""Customer ledger preferences (AR101000 *Kundreskontrainställningar*, CS100000 *Funktioner*)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reskontra.engine.money import RoundingMode
from reskontra.engine.preferences.by_id import by_id


@dataclass(frozen=True, slots=True)
class Posting:
    """How vouchers reach the general ledger."""

    automatic: bool
    """Off: a transfer waits for a person who has looked at it."""
    summarised: bool
    """A transfer has one voucher per day."""
    migration_mode: bool
    """Documents change balances, but make no voucher."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How document totals of one currency are rounded."""

    rule: RoundingMode
    precision: int
    """Minor units; a total becomes a multiple of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is asked of a document that is entered."""

    hold: bool
    validate_totals: bool
    require_payment_reference: bool
    hold_on_failed_credit_check: bool
    """Off: a failed check only warns."""


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """Which acts another person must let pass: all of a kind, or those above an amount in minor
    units of the base currency.
    """

    raised_limits: bool
    released_holds: bool
    payout_accounts: bool
    unlocks: bool
    write_offs_above: int
    credit_losses_above: int
    refunds_above: int


@dataclass(frozen=True, slots=True)
class VatOnDiscount:
    """The one mechanism by which a cash discount corrects VAT."""

    mechanism: Literal["at_payment", "credit_note", "none"]
    release: bool
    """VAT credit notes are released at once."""
    description: Mapping[str, str]
    """Language -> text of the VAT credit note."""


@dataclass(frozen=True, slots=True)
class Refunds:
    """What a refund is prefilled with."""

    automatic_method: str
    manual_method: str
    message_prefix: str


@dataclass(frozen=True, slots=True)
class Ageing:
    """Buckets of days past due."""

    days: tuple[int, ...]
    """Last day of each bucket, rising: ``(30, 60, 90)`` = current, 1-30, 31-60, 61-90, over 90."""
    credits: Literal["own_date", "current"]
    """Credit notes and open payments age by their own date, or always count as current."""


@dataclass(frozen=True, slots=True)
class LateCompensation:
    """The fixed sum for a claim on a business that was not paid in time."""

    charge: bool
    """Off: the company does not ask for it."""
    amount: int
    """Minor units of the base currency: the most for a claim, its fees included."""


@dataclass(frozen=True, slots=True)
class OverdueCharges:
    """Switches of overdue charges."""

    code_from: Literal["statement_cycle", "customer_class"]
    on_charges: bool
    """Charges bear charges themselves."""
    settle_first: bool
    """Automatic application settles charges before principal."""


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Whether one letter speaks for all branches, and which branch then sends it."""

    all_branches: bool
    branch: str


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """Why something is written off or adjusted, and the account that carries it."""

    id: str
    description: str
    kind: Literal["balance_write_off", "credit_write_off", "adjustment"]
    role: str
    account: str
    """Of the two exactly one is given."""


@dataclass(frozen=True, slots=True)
class Commission:
    """When salespersons earn, and for which period (kept and shown)."""

    by: Literal["invoice", "payment"]
    period: Literal["monthly", "quarterly", "yearly", "financial_period"]


@dataclass(frozen=True, slots=True)
class Prices:
    """Settings of prices and discounts on lines (kept and shown)."""

    rate_type: str
    from_base_price: Literal["never", "missing", "always"]
    alternate_item_number: bool
    retention: Literal["last_price", "fixed_months"]
    retention_months: int
    """0 = for ever."""
    line_discount_basis: Literal["item_price", "extended_price"]
    quantity_discounts_by: Literal["base_unit", "sales_unit"]
    customer_price_excludes_line_discount: bool


@dataclass(frozen=True, slots=True)
class Features:
    """Parts that a company uses; what is off is neither asked for nor checked."""

    overdue_charges: bool
    dunning: bool
    parent_child: bool
    locations: bool
    multi_branch: bool
    multi_currency: bool
    projects: bool
    warehouses: bool
    discounts: bool
    commission: bool
    vat_reporting: bool
    peppol: bool


@dataclass(frozen=True, slots=True)
class LedgerPreferences:
    """Everything of AR101000 that has no file of its own."""

    features: Features
    fiscal_year_start: int
    """Month, 1 to 12."""
    posting: Posting
    roundings: Mapping[str, Rounding]
    """By currency; a currency that is absent is not rounded."""
    rounding_limit: int
    """Largest rounding difference of one document, minor units of the base currency."""
    entry: Entry
    second_person: SecondPerson
    sales_subaccount_from: str
    """Mask, one letter of a source per segment (kept and shown)."""
    vat_timing: Literal["invoice"]
    vat_on_discount: VatOnDiscount
    refunds: Refunds
    ageing: Ageing
    expected_losses: Mapping[str, int]
    """Bucket of ``ageing`` -> share of what it holds that will not be paid, 1/10 000."""
    keep_allowance: bool
    """The allowance for expected losses stays and is adjusted; off: it is reversed next day."""
    doubtful_after: int
    """Days past due after which a receivable is doubtful."""
    late_compensation: LateCompensation
    overdue_charges: OverdueCharges
    statements: Consolidation
    dunning_letters: Consolidation
    reason_codes: tuple[ReasonCode, ...]
    balance_reason: str
    credit_reason: str
    """Reason codes of write-offs that name none."""
    commission: Commission
    prices: Prices

    def reason_code(self, ident: str) -> ReasonCode:
        """The reason code with this id; ``KeyError`` when there is none."""
        return by_id(self.reason_codes, ident)
