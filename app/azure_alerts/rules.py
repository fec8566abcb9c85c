"""What shall be in Azure for a vault's alerts, which writes are left, and which changes weaken them. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.azure.monitor.values import (
    ActionGroup,
    AlertRoute,
    AlertRouteOrder,
    MetricAlert,
    MetricAlertOrder,
    VaultAlerts,
    monitor_id,
)
from app.azure.values import VaultRef
from app.azure_alerts.errors import AzureAlertsNotValid
from app.identity.access.second_person import Sensitive

MAIL = "holdfast-mail-"
"""How the names of our mail receivers begin. They are in groups of ours only."""
TAG = "holdfast-vault"
OFF = "azure_alerts_off"
"""The operation of a change that weakens, in a tenant's settings."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants. Without `action_group_id` a group of Holdfast's own tells `emails`."""

    action_group_id: str | None
    emails: tuple[str, ...]
    severity: int
    built_in: bool
    receive: bool


@dataclass(frozen=True, slots=True)
class Order:
    """`wanted` None = everything of ours is removed. `expected`: what is set, and what earlier requests want."""

    vault: VaultRef
    vault_id: UUID
    wanted: Wanted | None
    receive_at: str | None = None
    """Where Azure calls; the token follows."""
    touched: tuple[str, ...] = ()
    expected: tuple[Wanted, ...] = ()

    @property
    def name(self) -> str:
        """Of all that Holdfast makes in Azure for this vault."""
        return f"holdfast-{self.vault_id}"

    @property
    def own_group_id(self) -> str:
        return monitor_id(self.vault, "group", self.name)

    @property
    def alert_id(self) -> str:
        return monitor_id(self.vault, "alert", self.name)

    @property
    def route_id(self) -> str:
        return monitor_id(self.vault, "route", self.name)

    @property
    def group_id(self) -> str:
        """The group that is told."""
        given = self.wanted.action_group_id if self.wanted is not None else None
        return given or self.own_group_id

    @property
    def tags(self) -> Mapping[str, str]:
        return {TAG: str(self.vault_id)}

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group that may hold something of ours, each once."""
        found = {one.lower(): one for one in (self.own_group_id, *self.touched, self.group_id)}
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Seen:
    """What Azure has. `groups` by id in lower case; a group that is not there is missing."""

    groups: Mapping[str, ActionGroup]
    alert: MetricAlert | None
    route: AlertRoute | None
    vault: VaultAlerts | None
    """None: it was not asked for."""


# --- writes --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Of the group as it is when it is written: without these receivers, with those."""

    id: str
    emails: Mapping[str, str] = field(default_factory=dict)
    hook: bool = False
    """Our webhook is put in, with a token."""
    without: frozenset[str] = frozenset()
    is_ours: bool = False
    """It may be made; and it goes when nothing is left in it."""


@dataclass(frozen=True, slots=True)
class Delete:
    id: str


@dataclass(frozen=True, slots=True)
class SetBuiltIn:
    on: bool


Step = ChangeGroup | MetricAlertOrder | AlertRouteOrder | Delete | SetBuiltIn


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def steps(order: Order, seen: Seen, digest: str | None) -> tuple[Step, ...]:
    """The writes that are left, in order: nothing is deleted that something still names.

    `digest`: of the token that this job has issued; None = none yet.
    """
    if order.wanted is None:
        first = [Delete(one.id) for one in (seen.route, seen.alert) if one is not None]
        return (*first, *_emptied(order, seen, keep=None))
    return (
        *_told(order, order.wanted, seen, digest),
        *_alert(order, order.wanted, seen.alert),
        *_route(order, order.wanted, seen.route),
        *_emptied(order, seen, keep=order.group_id.lower()),
        *_built_in(order.wanted, seen.vault),
    )


def _told(order: Order, wanted: Wanted, seen: Seen, digest: str | None) -> list[Step]:
    """The group in use."""
    group = seen.groups.get(order.group_id.lower())
    is_ours = wanted.action_group_id is None
    emails = {f"{MAIL}{number}": one for number, one in enumerate(wanted.emails, start=1)} if is_ours else {}
    has = {name: one for name, one in group.emails.items() if name.startswith(MAIL)} if group and is_ours else {}
    hook = group.webhooks.get(order.name) if group is not None else None
    is_hooked = hook_is_good(order, hook, digest) if wanted.receive else hook is None
    is_odd = group is not None and (order.name in group.odd_hooks or (is_ours and not group.is_on))
    if group is not None and has == emails and is_hooked and not is_odd:
        return []
    if group is None and not is_ours:
        return []  # `prepare` refuses it
    gone = frozenset(has.keys() - emails.keys()) | (frozenset() if wanted.receive else frozenset({order.name}))
    return [ChangeGroup(order.group_id, emails, wanted.receive, gone, is_ours)]


def is_off(order: Order, seen: Seen) -> bool:
    """Whether the group that a caller has named is turned off: it would tell no one. It is not ours to turn on."""
    given = order.wanted.action_group_id if order.wanted is not None else None
    group = seen.groups.get(given.lower()) if given is not None else None
    return group is not None and not group.is_on


def hook_is_good(order: Order, url: str | None, digest: str | None) -> bool:
    """Whether Azure has the token that this job has issued."""
    start = order.receive_at
    if url is None or start is None or digest is None or not url.startswith(start):
        return False
    return digest_of(url.removeprefix(start)) == digest


def _alert(order: Order, wanted: Wanted, alert: MetricAlert | None) -> list[Step]:
    is_good = (
        alert is not None
        and alert.is_on
        and alert.is_as_made
        and alert.severity == wanted.severity
        and alert.scopes == {order.vault.id.lower()}
        and order.group_id.lower() in alert.groups
    )
    made = MetricAlertOrder(order.alert_id, order.vault, wanted.severity, order.group_id, order.tags)
    return [] if is_good else [made]


def _route(order: Order, wanted: Wanted, route: AlertRoute | None) -> list[Step]:
    """Built-in alerts reach a group only by a rule."""
    if not wanted.built_in:
        return [] if route is None else [Delete(route.id)]
    is_good = (
        route is not None
        and route.is_on
        and route.is_as_made
        and route.scopes == {order.vault.id.lower()}
        and route.groups == {order.group_id.lower()}
    )
    return [] if is_good else [AlertRouteOrder(order.route_id, order.vault, order.group_id, order.tags)]


def _emptied(order: Order, seen: Seen, *, keep: str | None) -> list[Step]:
    """Our receivers out of the groups that are not in use any more; `keep`: the one that is, in lower case."""
    found: list[Step] = []
    for group_id in order.groups:
        group = seen.groups.get(group_id.lower())
        if group is None or group_id.lower() == keep:
            continue
        is_own = group_id.lower() == order.own_group_id.lower()
        ours = ours_in(order, group, is_own=is_own)
        if is_own and group.receivers == ours:
            found.append(Delete(group_id))
        elif ours:
            found.append(ChangeGroup(group_id, without=ours))
    return found


def ours_in(order: Order, group: ActionGroup, *, is_own: bool) -> frozenset[str]:
    """Names of the receivers that we have put into the group."""
    mails = {name for name in group.emails if name.startswith(MAIL)} if is_own else set[str]()
    return frozenset(mails | {name for name in group.webhooks if name == order.name})


def _built_in(wanted: Wanted, vault: VaultAlerts | None) -> list[Step]:
    return [] if vault is None or vault.job_failures is wanted.built_in else [SetBuiltIn(wanted.built_in)]


def said_of(step: Step) -> str:
    """What is left, for the message of a job that waits for it."""
    match step:
        case ChangeGroup():
            return f"the receivers of {step.id}"
        case Delete():
            return f"the deletion of {step.id}"
        case SetBuiltIn():
            return f"the built-in alerts of failed jobs {'on' if step.on else 'off'}"
        case _:
            return step.id


# --- what a caller may want ----------------------------------------------------------------------------------------
def check(wanted: Wanted) -> None:
    """Raises AzureAlertsNotValid."""
    if wanted.action_group_id is not None and wanted.emails:
        raise AzureAlertsNotValid(
            "Both an action group and addresses were named.",
            pointer="#/emails",
            remedy="Name your action group, or the addresses: then Holdfast makes a group. Not both.",
        )
    if wanted.action_group_id is None and not wanted.emails and not wanted.receive:
        raise AzureAlertsNotValid(
            "The alerts would tell no one.",
            pointer="#/action_group_id",
            remedy="Name an action group or addresses, or set receive.",
        )
    if len({one.lower() for one in wanted.emails}) != len(wanted.emails):
        raise AzureAlertsNotValid(
            "An address is named twice.", pointer="#/emails", remedy="Name each address once, in any letter case."
        )


def _told_by(wanted: Wanted) -> set[str]:
    """Who is told, in lower case."""
    return {one.lower() for one in (*wanted.emails, *([wanted.action_group_id] if wanted.action_group_id else []))}


HEARS_LESS = "hears_less"
"""The fact that an approval is bound to: what is lost, a part for each loss."""
BUILT_IN_OFF = "turn Azure's built-in alerts of failed jobs off"


def losses(wanted: Wanted | None, before: Sequence[Wanted]) -> list[str]:
    """What is heard less of than `before`: what is set, or may be by then. Empty = no less than any of them.

    Built-in alerts are on in a new vault, so turning them off always weakens, unless they are known to be off.
    """
    if wanted is None:
        return ["all"]
    said = sorted({f"tell no more {one}" for told in before for one in _told_by(told) - _told_by(wanted)})
    if any(one.severity < wanted.severity for one in before):
        said.append(f"lower the severity to {wanted.severity}")
    if not wanted.built_in and not (before and all(not one.built_in for one in before)):
        said.append(BUILT_IN_OFF)
    return said


def sensitive(order: Order) -> Sensitive:
    """What a second person may be wanted for: to hear less of failed backups."""
    where = f"the vault {order.vault.name} of {order.vault.resource_group}"
    lost = losses(order.wanted, order.expected)
    facts = {HEARS_LESS: lost}
    if order.wanted is None:
        return Sensitive((OFF,), f"Remove the alerts that Azure sends about {where}.", facts)
    if lost:
        return Sensitive((OFF,), f"In the alerts that Azure sends about {where}: {'; '.join(lost)}."[:2000], facts)
    return Sensitive((), f"Set the alerts that Azure sends about {where}.", facts)


def kept_groups(order: Order, seen: Seen) -> Sequence[str]:
    """Of a removal: the group of ours that stays, because others have put receivers into it."""
    return [order.own_group_id] if order.own_group_id.lower() in seen.groups else []
