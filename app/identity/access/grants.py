"""Which part of Azure a tenant may touch: subscriptions, or resource groups of them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.letter_case import fold_case

EVERYTHING = "*"
"""Every subscription: what the home tenant of a directory is granted. Both exist, and count, in simulator mode only."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A whole subscription, or one resource group of it. Names compare without letter case, as Azure's do."""

    subscription_id: str
    resource_group: str | None = None

    def covers(self, subscription_id: str, resource_group: str | None) -> bool:
        if self.subscription_id == EVERYTHING:
            return True
        if self.subscription_id.lower() != subscription_id.lower():
            return False
        if self.resource_group is None:
            return True
        return resource_group is not None and fold_case(self.resource_group) == fold_case(resource_group)


@dataclass(frozen=True, slots=True)
class Grants:
    """All of a tenant."""

    of: tuple[Grant, ...] = ()

    def cover(self, subscription_id: str, resource_group: str | None) -> bool:
        """Whether the grants include this resource group. `resource_group` None = the whole subscription."""
        return any(grant.covers(subscription_id, resource_group) for grant in self.of)

    def touch(self, subscription_id: str) -> bool:
        """Whether anything of the subscription may be touched."""
        wanted = {EVERYTHING, subscription_id.lower()}
        return any(grant.subscription_id.lower() in wanted for grant in self.of)

    @property
    def hold_everything(self) -> bool:
        return any(grant.subscription_id == EVERYTHING for grant in self.of)

    @classmethod
    def read(cls, rows: Iterable[dict[str, str | None]]) -> "Grants":
        """From the tenant's row."""
        return cls(tuple(Grant(str(row["subscription_id"]), row.get("resource_group")) for row in rows))


NOTHING = Grants()
