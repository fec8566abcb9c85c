"""The month in 90 days: within 10 % of what is planted in 50 fleets drawn by seed, and inside its own band."""

from datetime import date, timedelta
from decimal import Decimal

from app.azure.values import DailyRetention, PolicyDefinition, Retention, WeeklyRetention, WeeklySchedule
from app.cost.amounts import Amount, total
from app.cost.forecast import DAYS, with_band
from app.cost.points import days_between_copies, points_of
from app.cost.rules import Bill, Place, PriceKey, lines_of
from app.cost.sizes import Assumptions, SizeFacts, size_of
from app.policies.schemas import DefinitionBody
from tests.cost.fleets import PlantedVm, draw_fleet
from tests.cost.invoices import POLICIES, PRICES
from tests.whole import of_walk

SUNDAY = date(2026, 5, 31)
"""The first backup of every VM: weekly ones run on Sundays."""
SNAPSHOTS = (PriceKey.SNAPSHOTS_STANDARD, PriceKey.SNAPSHOTS_ENHANCED)
STORED = {PriceKey(name): Decimal(price) for name, price in PRICES.items() if PriceKey(name) not in SNAPSHOTS}
FLEETS = of_walk(short=15, whole=50)


def definition_of(vm: PlantedVm) -> PolicyDefinition:
    daily = DefinitionBody.model_validate({"time_zone": "UTC", **POLICIES["daily_30"]}).to_definition()
    if vm.every_days == 1:
        return PolicyDefinition("UTC", daily.schedule, Retention(DailyRetention(vm.keep)), 2)
    at = daily.schedule.at  # type: ignore[union-attr]
    weekly = Retention(weekly=WeeklyRetention(vm.keep, ("sunday",)))
    return PolicyDefinition("UTC", WeeklySchedule(at, ("sunday",)), weekly, 5)


def forecast(vm: PlantedVm) -> Amount | None:
    later = [Decimal(gb) for gb in vm.later_backups_gb]
    mean = sum(later, Decimal(0)) / len(later) * 2**30 if later else None
    facts = SizeFacts(int(vm.first_backup_gb * 2**30), mean, len(later))
    definition = definition_of(vm)
    size = size_of(facts, Assumptions(), days_between_copies(definition))
    points = points_of(definition, SUNDAY, SUNDAY + timedelta(days=vm.age + DAYS))
    place = Place(vm.redundancy, cross_region_restore=False)
    return Bill(lines_of(size, points, place, STORED, is_enhanced=False)).monthly


def test_the_forecast_of_each_fleet_is_within_ten_per_cent_of_what_is_planted() -> None:
    for seed in range(FLEETS):
        fleet = draw_fleet(seed)
        found, truth = total(forecast(vm) for vm in fleet), sum(vm.truth for vm in fleet)
        assert found is not None
        assert abs(float(found.expected) - truth) <= truth / 10, (seed, found.expected, truth)
        band = with_band(found)
        assert band.low <= Decimal(truth) <= band.high, (seed, band, truth)


def test_the_band_is_wider_than_the_range_of_the_sizes() -> None:
    band = with_band(Amount(Decimal(100), Decimal(90), Decimal(120)))
    assert (str(band.expected), str(band.low), str(band.high)) == ("100", "84.60", "127.20")
