"""What a month of backup costs: quantities, prices, ranges. Pure; money is `Decimal`, sizes are GB of 2^30 bytes.

The formula of a VM, a month (docs/cost.md has its sources, and says what is documented and what is assumed):
- instance: 0.5 up to 50 GB used, 1 up to 500 GB, above that 1 for each started 500 GB, times one flat price;
- vault storage: used GB x (1 - compression) x (1 + (points - 1) x churn of one point);
- snapshots of instant restore: the standard policy is charged for what changed since the first snapshot, the enhanced
  policy for the full used size too, at another price;
- archive: each point moved there is a full copy, used GB x (1 - compression).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from app.cost.amounts import ONE, ZERO, Amount, total
from app.cost.points import Points

GIB = Decimal(2**30)
HALF_STEP_GB = Decimal(50)
STEP_GB = Decimal(500)
HALF = Decimal("0.5")


class Meter(StrEnum):
    """What is charged. The API's `lines[].meter` lists the same."""

    INSTANCE = "instance"
    VAULT_STORAGE = "vault_storage"
    SNAPSHOTS = "snapshots"
    ARCHIVE = "archive"


class Basis(StrEnum):
    """What a quantity rests on, the weakest first. The API's `lines[].basis` lists the same."""

    ASSUMED = "assumed"
    ESTIMATED = "estimated"
    MEASURED = "measured"


_STRENGTH = list(Basis)


class PriceKey(StrEnum):
    """One price of a list, in our words."""

    INSTANCE = "instance"
    VAULT_LRS = "vault_storage_lrs"
    VAULT_ZRS = "vault_storage_zrs"
    VAULT_GRS = "vault_storage_grs"
    VAULT_RA_GRS = "vault_storage_ra_grs"
    ARCHIVE_LRS = "archive_lrs"
    ARCHIVE_GRS = "archive_grs"
    SNAPSHOTS_STANDARD = "snapshots_standard"
    SNAPSHOTS_ENHANCED = "snapshots_enhanced"


UNITS = {Meter.INSTANCE: "1/month"}
"""The unit of a quantity; all others are GB."""
GB_MONTH = "GB/month"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data is kept. None: not known, and so is the price."""

    redundancy: str | None
    cross_region_restore: bool | None

    @property
    def vault_key(self) -> PriceKey | None:
        """Cross-region restore is charged as read-access geo redundancy."""
        if self.redundancy == "geo":
            if self.cross_region_restore is None:
                return None
            return PriceKey.VAULT_RA_GRS if self.cross_region_restore else PriceKey.VAULT_GRS
        return {"local": PriceKey.VAULT_LRS, "zone": PriceKey.VAULT_ZRS}.get(self.redundancy or "")

    @property
    def archive_key(self) -> PriceKey | None:
        """Only two archive meters are known; for the other redundancies the price is not known."""
        if self.redundancy == "geo" and self.cross_region_restore is False:
            return PriceKey.ARCHIVE_GRS
        return PriceKey.ARCHIVE_LRS if self.redundancy == "local" else None


@dataclass(frozen=True, slots=True)
class Size:
    """How much one VM uses, and how much of it changes in a day."""

    used_gb: Amount | None
    """None: not known."""
    basis: Basis
    daily_churn: Amount
    """A share of the used size: 0.02 = 2 % a day."""
    churn_basis: Basis
    kept_share: Amount
    """What compression leaves: 1 = all of it."""

    @property
    def storage_basis(self) -> Basis:
        """Storage is computed from both, so it is an estimate at best."""
        return min(self.basis, self.churn_basis, Basis.ESTIMATED, key=_STRENGTH.index)


@dataclass(frozen=True, slots=True)
class Line:
    """One charge of one VM for a month."""

    meter: Meter
    key: PriceKey | None
    quantity: Amount | None
    unit_price: Decimal | None
    basis: Basis

    @property
    def unit(self) -> str:
        return UNITS.get(self.meter, GB_MONTH)

    @property
    def monthly(self) -> Amount | None:
        if self.quantity is not None and not self.quantity.high and not self.quantity.expected:
            return self.quantity  # nothing, at any price
        if self.quantity is None or self.unit_price is None:
            return None
        return self.quantity.times(self.unit_price)


def gb(size_bytes: int) -> Decimal:
    return Decimal(size_bytes) / GIB


def instance_quantity(used_gb: Decimal) -> Decimal:
    """How many protected instances a VM of this used size is."""
    if used_gb <= HALF_STEP_GB:
        return HALF
    return max(ONE, (used_gb / STEP_GB).to_integral_value(ROUND_CEILING))


def lines_of(
    size: Size, points: Points | None, place: Place, prices: Mapping[PriceKey, Decimal], *, is_enhanced: bool
) -> list[Line]:
    """The charges of one VM. `points` None: its policy is not known, and so is all that hangs on it."""
    used = size.used_gb
    vault = snapshots = archived = None
    if used is not None and points is not None:
        stored = used.times(size.kept_share)
        vault = stored.times(_copies(points.in_vault, points.more_in_vault, points.days_between, size.daily_churn))
        first = points.has_snapshot if is_enhanced else ZERO
        snapshots = used.times(_copies(first, points.more_snapshots, points.days_between_snapshots, size.daily_churn))
        archived = stored.times(points.in_archive)
    snapshot_key = PriceKey.SNAPSHOTS_ENHANCED if is_enhanced else PriceKey.SNAPSHOTS_STANDARD
    lines = [
        _line(Meter.INSTANCE, PriceKey.INSTANCE, used.map(instance_quantity) if used else None, prices, size.basis),
        _line(Meter.VAULT_STORAGE, place.vault_key, vault, prices, size.storage_basis),
        _line(Meter.SNAPSHOTS, snapshot_key, snapshots, prices, size.storage_basis),
    ]
    if points is not None and points.in_archive:
        lines.append(_line(Meter.ARCHIVE, place.archive_key, archived, prices, Basis.ASSUMED))
    return lines


def _line(
    meter: Meter, key: PriceKey | None, quantity: Amount | None, prices: Mapping[PriceKey, Decimal], basis: Basis
) -> Line:
    return Line(meter, key, quantity, prices.get(key) if key is not None else None, basis)


def _copies(first: Decimal, more: Decimal, days_between: Decimal, daily_churn: Amount) -> Amount:
    """How many times the used size is stored: the first copy, and what changed until each further one."""
    per_point = daily_churn.map(lambda churn: min(ONE, churn * days_between))
    return per_point.times(more).plus(Amount.exactly(first))


@dataclass(frozen=True, slots=True)
class Bill:
    """The charges of one VM, or of none yet."""

    lines: Sequence[Line]

    @property
    def monthly(self) -> Amount | None:
        """The sum of the charges that are known. None: no charge is known."""
        is_complete = self.is_complete  # a charge of nothing alone says nothing of the sum
        return total(line.monthly for line in self.lines if is_complete or line.unit_price is not None)

    @property
    def is_complete(self) -> bool:
        return all(line.monthly is not None for line in self.lines)

    @property
    def unknown(self) -> set[str]:
        """The prices that are not known, by name. What has no quantity is not among them."""
        return {
            line.key or f"{line.meter}_of_this_redundancy"
            for line in self.lines
            if line.unit_price is None and (line.quantity is None or line.monthly is None)
        }
