"""A figure with its range. Pure; `Decimal` only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO, ONE = Decimal(0), Decimal(1)
_CENTS, _MILLIS = Decimal("0.01"), Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure that is expected, with the lowest and the highest that the assumptions allow."""

    expected: Decimal
    low: Decimal
    high: Decimal

    @classmethod
    def exactly(cls, value: Decimal) -> "Amount":
        return cls(value, value, value)

    def map(self, change: Callable[[Decimal], Decimal]) -> "Amount":
        """`change` must not fall where its argument rises."""
        return Amount(change(self.expected), change(self.low), change(self.high))

    def times(self, other: "Amount | Decimal") -> "Amount":
        """Both not negative: low times low is the lowest."""
        if isinstance(other, Decimal):
            return Amount(self.expected * other, self.low * other, self.high * other)
        return Amount(self.expected * other.expected, self.low * other.low, self.high * other.high)

    def plus(self, other: "Amount") -> "Amount":
        return Amount(self.expected + other.expected, self.low + other.low, self.high + other.high)


def total(amounts: Iterable[Amount | None]) -> Amount | None:
    """The sum of what is known; None where nothing is."""
    expected, low, high, is_known = ZERO, ZERO, ZERO, False
    for amount in amounts:
        if amount is not None:
            is_known = True
            expected, low, high = expected + amount.expected, low + amount.low, high + amount.high
    return Amount(expected, low, high) if is_known else None


def money(value: Decimal) -> str:
    """As callers see it: two decimals, half a cent up; nothing has no sign."""
    return str(value.quantize(_CENTS, ROUND_HALF_UP) + ZERO)


def quantity(value: Decimal) -> str:
    """As callers see it: three decimals."""
    return str(value.quantize(_MILLIS, ROUND_HALF_UP) + ZERO)
