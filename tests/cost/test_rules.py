"""The formula: twenty invoices by hand agree within 1 %, the guide's figures hold, and what is not known stays null."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.azure.values import HourlySchedule, PolicyDefinition
from app.cost.amounts import Amount, money
from app.cost.points import copied_only, is_still_growing, points_of, snapshots_only
from app.cost.rules import Basis, Bill, Meter, Place, PriceKey, instance_quantity, lines_of
from app.cost.sizes import Assumptions, SizeFacts, size_of
from app.policies.preview import counts_between
from app.policies.schemas import DefinitionBody
from tests.cost.invoices import INVOICES, POLICIES, PRICES, Invoice
from tests.each import each
from tests.policies.random_policies import definitions, starts

FIRST, ON = date(2025, 1, 1), date(2026, 6, 30)
EUR = {PriceKey(name): Decimal(price) for name, price in PRICES.items()}
USD = {
    PriceKey.INSTANCE: Decimal(10),
    PriceKey.VAULT_LRS: Decimal("0.0224"),
    PriceKey.VAULT_GRS: Decimal("0.0448"),
    PriceKey.VAULT_RA_GRS: Decimal("0.0569"),
}

LRS, ZRS = Place("local", cross_region_restore=False), Place("zone", cross_region_restore=False)
GRS, RA_GRS = Place("geo", cross_region_restore=False), Place("geo", cross_region_restore=True)
PLACES = {"local": LRS, "zone": ZRS, "geo": GRS, "geo_and_cross_region": RA_GRS}


def policy(name: str, **more: Any) -> PolicyDefinition:
    return DefinitionBody.model_validate({"time_zone": "UTC", **POLICIES[name], **more}).to_definition()


def said(used_gb: int, churn: object, compression: object = 0, archive: int | None = None) -> Assumptions:
    return Assumptions(used_gb * 2**30, Decimal(str(churn)), Decimal(str(compression)), archive_after_days=archive)


def bill(
    assumed: Assumptions, definition: PolicyDefinition, place: Place, prices: dict[PriceKey, Decimal] = EUR
) -> Bill:
    points = points_of(definition, FIRST, ON, assumed.archive_after_days)
    size = size_of(SizeFacts(), assumed, points.days_between)
    return Bill(lines_of(size, points, place, prices, is_enhanced=definition.enhanced))


def near(found: Amount | None, wanted: str) -> bool:
    """Within 1 %, or within a tenth of a cent of nothing."""
    return found is not None and abs(found.expected - Decimal(wanted)) <= max(Decimal(wanted) / 100, Decimal("0.001"))


@each(INVOICES)
def test_an_invoice_by_hand_agrees_within_one_per_cent(invoice: Invoice) -> None:
    assumed = said(invoice.used_gb, invoice.churn, invoice.compression, invoice.archive_after_days)
    made = bill(assumed, policy(invoice.policy), PLACES[invoice.redundancy])
    lines = {line.meter: line.monthly for line in made.lines}
    assert near(lines[Meter.INSTANCE], invoice.instance), lines
    assert near(lines[Meter.VAULT_STORAGE], invoice.vault), lines
    assert near(lines[Meter.SNAPSHOTS], invoice.snapshots), lines
    assert (Meter.ARCHIVE in lines) == (invoice.archive is not None)
    if invoice.archive is not None:
        assert near(lines[Meter.ARCHIVE], invoice.archive), lines
    assert near(made.monthly, invoice.total), made.monthly


def test_there_are_twenty_invoices() -> None:
    assert len(INVOICES) == 20
    assert len({invoice.name for invoice in INVOICES}) == 20


def test_the_guides_vm_costs_10_to_20_usd_a_month() -> None:
    """100 GB, daily, 30 days, in every redundancy."""
    for place in (LRS, GRS, RA_GRS):
        for churn in (1, 2):
            made = bill(said(100, churn), policy("daily_30"), place, USD)
            assert made.monthly is not None
            assert 10 <= made.monthly.expected <= 20, (place, churn)


def storage(place: Place) -> Decimal:
    made = bill(said(100, 2), policy("daily_30"), place)
    found = next(line.monthly for line in made.lines if line.meter is Meter.VAULT_STORAGE)
    assert found is not None
    return found.expected


def test_the_copy_in_another_region_doubles_storage_from_local_redundancy() -> None:
    assert round(storage(GRS) / storage(LRS), 2) == Decimal("2.00")


def test_cross_region_restore_of_a_geo_vault_adds_27_per_cent_of_storage() -> None:
    assert round(storage(RA_GRS) / storage(GRS), 2) == Decimal("1.27")


@each([(0, "0.5"), (50, "0.5"), ("50.001", "1"), (500, "1"), ("500.001", "2"), (1000, "2"), (1001, "3"), (2000, "4")])
def test_the_instance_fee_goes_in_steps_of_500_gb(row: tuple[object, str]) -> None:
    assert instance_quantity(Decimal(str(row[0]))) == Decimal(row[1])


def test_an_unknown_price_is_null_and_named_and_never_part_of_the_sum() -> None:
    made = bill(said(100, 2), policy("daily_30"), RA_GRS, {PriceKey.INSTANCE: Decimal(10)})
    assert {line.meter: line.monthly is None for line in made.lines} == {
        Meter.INSTANCE: False,
        Meter.VAULT_STORAGE: True,
        Meter.SNAPSHOTS: True,
    }
    assert made.monthly == Amount.exactly(Decimal(10))
    assert made.unknown == {"vault_storage_ra_grs", "snapshots_standard"}
    assert not made.is_complete


def test_nothing_at_a_price_that_is_not_known_costs_nothing() -> None:
    """A standard policy with one snapshot is charged for no snapshot: that price does not matter."""
    points = replace(points_of(policy("daily_30"), FIRST, ON), more_snapshots=Decimal(0))
    size = size_of(SizeFacts(), said(100, 2), Decimal(1))
    prices = {key: price for key, price in EUR.items() if key != "snapshots_standard"}
    made = Bill(lines_of(size, points, LRS, prices, is_enhanced=False))
    assert (made.is_complete, made.unknown) == (True, set())
    assert made.lines[2].monthly == Amount.exactly(Decimal(0))
    bare = Bill(lines_of(size, points, LRS, {}, is_enhanced=False))
    assert bare.monthly is None  # not 0: what is known is a charge of nothing only


def test_a_redundancy_that_is_not_known_has_no_price() -> None:
    made = bill(said(100, 2), policy("daily_30"), Place(None, None))
    assert "vault_storage_of_this_redundancy" in made.unknown


def test_a_vm_without_a_size_has_no_quantity_and_no_charge() -> None:
    points = points_of(policy("daily_30"), FIRST, ON)
    size = size_of(SizeFacts(), Assumptions(), Decimal(1))
    made = Bill(lines_of(size, points, GRS, EUR, is_enhanced=False))
    assert {line.quantity for line in made.lines} == {None}
    assert made.monthly is None
    assert made.unknown == set()  # the prices are known: it is the size that is not


def test_a_policy_that_is_not_known_leaves_only_the_instance_fee() -> None:
    size = size_of(SizeFacts(), said(100, 2), Decimal(1))
    made = Bill(lines_of(size, None, GRS, EUR, is_enhanced=False))
    assert made.monthly == Amount.exactly(EUR[PriceKey.INSTANCE])
    assert not made.is_complete


# --- sizes -----------------------------------------------------------------------------------------------------------
GB = 2**30


def test_what_a_caller_says_comes_before_what_was_measured_and_that_before_the_disks() -> None:
    facts = SizeFacts(first_backup=60 * GB, disks=200 * GB)
    assert size_of(facts, said(10, 1), Decimal(1)).used_gb == Amount.exactly(Decimal(10))
    measured = size_of(facts, Assumptions(), Decimal(1))
    assert (measured.used_gb, measured.basis) == (Amount.exactly(Decimal(60)), Basis.MEASURED)
    by_disks = size_of(replace(facts, first_backup=None), Assumptions(), Decimal(1))
    assert by_disks.used_gb == Amount(Decimal(100), Decimal(50), Decimal(200))  # never more than the disks hold
    assert by_disks.basis is Basis.ESTIMATED


def test_later_backups_measure_the_churn_by_day_when_there_are_enough() -> None:
    facts = SizeFacts(first_backup=100 * GB, later_backups=Decimal(7 * GB), later_count=3)
    weekly = size_of(facts, Assumptions(), Decimal(7))
    assert (weekly.daily_churn.expected, weekly.churn_basis) == (Decimal("0.01"), Basis.MEASURED)
    few = size_of(replace(facts, later_count=2), Assumptions(), Decimal(7))
    assert (few.daily_churn.expected, few.churn_basis) == (Decimal("0.02"), Basis.ASSUMED)


def test_storage_is_an_estimate_at_best_and_assumed_where_the_churn_is() -> None:
    facts = SizeFacts(first_backup=100 * GB, later_backups=Decimal(2 * GB), later_count=9)
    assert size_of(facts, Assumptions(), Decimal(1)).storage_basis is Basis.ESTIMATED
    assert size_of(replace(facts, later_count=0), Assumptions(), Decimal(1)).storage_basis is Basis.ASSUMED


def test_the_range_holds_the_expected_figure() -> None:
    points = points_of(policy("layers"), FIRST, ON)
    size = size_of(SizeFacts(disks=512 * GB), Assumptions(), points.days_between)
    made = Bill(lines_of(size, points, RA_GRS, EUR, is_enhanced=False)).monthly
    assert made is not None
    assert made.low < made.expected < made.high


# --- points ----------------------------------------------------------------------------------------------------------
def test_a_retention_of_years_is_said_to_be_still_growing() -> None:
    years = policy("daily_30", retention={"daily": {"count": 9999}})
    assert is_still_growing(years, FIRST, date(2025, 12, 31))
    assert not is_still_growing(policy("daily_30"), FIRST, date(2025, 12, 31))


def test_no_point_exists_before_the_first_day() -> None:
    before = points_of(policy("daily_30"), date(2026, 7, 1), ON)
    assert before.kept == 0
    assert before.has_snapshot == 0


@given(definitions(), starts, st.integers(40, 500))
@settings(max_examples=25)
def test_the_points_of_a_month_are_the_previews_own_counts(made: PolicyDefinition, first: date, days: int) -> None:
    """Of a policy with one run a day the vault has what the preview counts; no policy has more in it than that."""
    on = first + timedelta(days=days)
    counts = counts_between(made, first, on)[-30:]
    points = points_of(made, first, on)
    mean = Decimal(sum(counts)) / len(counts)
    if isinstance(made.schedule, HourlySchedule):
        assert points.kept <= mean
    else:
        assert abs(points.kept - mean) < Decimal("0.001")


@given(definitions(), starts, st.integers(0, 500), st.integers(1, 40))
@settings(max_examples=25)
def test_the_months_of_later_starts_are_the_counts_since_then(
    made: PolicyDefinition, first: date, days: int, later: int
) -> None:
    """Items of a policy share one walk: each must find what a count of its own finds."""
    on = first + timedelta(days=days)
    for since in (first, min(on, first + timedelta(days=later)), on):
        vault = counts_between(copied_only(made), since, on)[-30:]
        snapshots = counts_between(snapshots_only(made), since, on)[-30:]
        points = points_of(made, since, on)
        assert round(points.in_vault * len(vault)) == sum(count > 0 for count in vault)
        assert round(points.more_in_vault * len(vault)) == sum(max(0, count - 1) for count in vault)
        assert round(points.has_snapshot * len(vault)) == sum(count > 0 for count in snapshots)
        assert round(points.more_snapshots * len(vault)) == sum(max(0, count - 1) for count in snapshots)


# --- figures as callers see them ---------------------------------------------------------------------------------
@each(
    [
        ("-0.001", "0.00"),
        ("-0.004", "0.00"),
        ("-0.005", "-0.01"),
        ("0", "0.00"),
        ("1.005", "1.01"),
        ("1E+5", "100000.00"),
    ]
)
def test_money_has_two_decimals_and_nothing_has_no_sign(row: tuple[str, str]) -> None:
    assert money(Decimal(row[0])) == row[1]
