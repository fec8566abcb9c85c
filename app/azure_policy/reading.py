"""What Azure has of a rule's policy, for a caller that waits: each part is read by itself, within a few seconds.

What could not be read is null and named in `unreachable`. A missing right fails the part that needs it, not the others.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from app.azure.errors import AzureNotFound, AzureRejected, AzureUnreadable, proves_absence_with_group
from app.azure.governance.ports import Governance
from app.azure.governance.values import Assignment, Compliance, Remediation
from app.azure.lists import Listed
from app.azure.live_reads import or_none_if_unavailable
from app.azure.values import PolicyRef
from app.azure_policy import findings
from app.azure_policy.findings import Fight, Skip
from app.azure_policy.rules import RemediationOnRecord, Wanted
from app.core.gather_isolated import all_or_none

T = TypeVar("T")
NOT_WHOLE: Final = "not_whole"
LISTING_SECONDS: Final = 2.5
"""For the VMs of a scope: less than a caller waits at most (`azure.live_reads`)."""
MOST_SUBSCRIPTIONS: Final = 10
"""Whose assignments one request reads. The others are named in `unreachable`."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    scope: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Live:
    """What could be read now."""

    compliance: Compliance | None = None
    remediation: Remediation | None = None
    skips: Sequence[Skip] | None = None
    """Of the VMs that were read: not all, where `unreachable` says so (NOT_WHOLE)."""
    fights: Sequence[Fight] | None = None
    unreachable: Sequence[Unreachable] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read: of the assignment where there is one, and of every assignment that may fight the rule."""

    name: str
    wanted: Wanted | None
    remediation: RemediationOnRecord | None
    targets: Mapping[str, Sequence[tuple[str, PolicyRef]]]
    """Subscription -> (region, where the rule protects its VMs)."""
    vaults: Mapping[str, str] = field(default_factory=dict)
    """VM (`names.vm_key`) -> ARM id of the vault that protects it."""

    @property
    def requests(self) -> int:
        """About how many requests to Azure that is."""
        assigned = 3 if self.wanted is not None else 0
        return assigned + bool(self.remediation) + min(len(self.targets), MOST_SUBSCRIPTIONS)


class Reader:
    def __init__(self, azure: Governance) -> None:
        self._azure = azure
        self._unreachable: list[Unreachable] = []

    async def read(self, asked: Asked) -> Live:
        wanted, remediation = asked.wanted, asked.remediation
        (compliance, last), skips, fights = await all_or_none(
            all_or_none(self._compliance(asked.name, wanted), self._remediation(remediation)),
            self._skips(asked, wanted),
            self._fights(asked),
        )
        return Live(compliance, last, skips, fights, self._unreachable)

    async def _compliance(self, name: str, wanted: Wanted | None) -> Compliance | None:
        if wanted is None:
            return None
        return await self._or_none(wanted.scope.id, self._azure.compliance(wanted.scope, name))

    async def _remediation(self, one: RemediationOnRecord | None) -> Remediation | None:
        if one is None:
            return None
        try:
            asked = self._azure.get_remediation(one.scope, one.name)
            return await self._or_none(one.scope.id, asked, raise_missing=True)
        except AzureNotFound as missing:  # Azure deletes one 60 days after its last change
            if not proves_absence_with_group(missing):
                self._unreachable.append(Unreachable(one.scope.id, missing.code, missing.message[:500]))
            return None

    async def _skips(self, asked: Asked, wanted: Wanted | None) -> Sequence[Skip] | None:
        if wanted is None:
            return None
        definition, seen = await all_or_none(
            self._or_none(wanted.built_in.id, self._azure.get_definition(wanted.built_in.id)),
            self._or_none(wanted.scope.id, self._azure.see_vms(wanted.scope, seconds=LISTING_SECONDS)),
        )
        if definition is None or seen is None:
            return None
        self._odd(wanted.scope.id, seen.vms)
        if not seen.is_whole:
            said = f"Only {len(seen.vms)} VMs of the scope could be read in time: `skips` are of these."
            self._unreachable.append(Unreachable(wanted.scope.id, NOT_WHOLE, said))
        return list(findings.skips(definition, wanted, seen.vms, asked.vaults))

    async def _fights(self, asked: Asked) -> Sequence[Fight] | None:
        every = list(asked.targets.items())
        listed = every[:MOST_SUBSCRIPTIONS]
        for left_out, _ in every[MOST_SUBSCRIPTIONS:]:
            said = f"One request reads the assignments of {MOST_SUBSCRIPTIONS} subscriptions."
            self._unreachable.append(Unreachable(f"/subscriptions/{left_out}", "not_read", said))
        found = await all_or_none(*(self._assignments(one) for one, _ in listed))
        if any(one is None for one in found):
            return None
        pairs = zip(found, listed, strict=True)
        return [
            fight for one, (_, targets) in pairs for fight in findings.fights(one or (), targets, own_name=asked.name)
        ]

    async def _assignments(self, subscription_id: str) -> Listed[Assignment] | None:
        scope = f"/subscriptions/{subscription_id}"
        found = await self._or_none(scope, self._azure.list_assignments(subscription_id))
        if found is not None:
            self._odd(scope, found)
        return found

    def _odd(self, scope: str, listed: Listed[T]) -> None:
        if listed.unreadable:
            said = f"{len(listed.unreadable)} entries cannot be read; the first: {listed.unreadable[0].reason}"
            self._unreachable.append(Unreachable(scope, "unreadable", said))

    async def _or_none(self, scope: str, asked: Awaitable[T], *, raise_missing: bool = False) -> T | None:
        try:
            found = await or_none_if_unavailable(asked, must_be_readable=True)
        except AzureRejected as refused:
            if raise_missing and isinstance(refused, AzureNotFound):
                raise
            self._unreachable.append(Unreachable(scope, refused.code, refused.message[:500]))
            return None
        except AzureUnreadable as odd:
            self._unreachable.append(Unreachable(scope, "unreadable", str(odd)[:500]))
            return None
        if found is None:
            self._unreachable.append(Unreachable(scope, "azure_unreachable", "Azure did not answer in time."))
        return found
