"""Gives tenants places of which there are few, such that none can take them all. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable


class Shares:
    """A tenant may hold as many places as are free then: one alone gets half of them, and some are always left.

    Nothing is set for each tenant, and nothing waits here: who gets none tries again later.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._held: Counter[str] = Counter()

    @property
    def free(self) -> int:
        return self._places - self._held.total()

    @property
    def holders(self) -> Collection[str]:
        return self._held.keys()

    def left_for(self, tenant: str) -> int:
        """How many more it may take now."""
        return max(0, (self.free - self._held[tenant] + 1) // 2)

    def full_with(self, tenants: Iterable[str]) -> Collection[str]:
        """Those that may take no more once each of `tenants` has one more place. Holds nothing."""
        then = Shares(self._places)
        then._held = self._held + Counter(tenants)
        return [tenant for tenant in then.holders if not then.left_for(tenant)]

    def take(self, tenant: str) -> bool:
        """Whether it got one."""
        if self.free <= 0 or self._held[tenant] >= self.free:
            return False
        self.hold(tenant)
        return True

    def hold(self, tenant: str) -> None:
        """Count one that it has by now."""
        self._held[tenant] += 1

    def give_back(self, tenant: str) -> None:
        self._held[tenant] -= 1
        if not self._held[tenant]:
            del self._held[tenant]
