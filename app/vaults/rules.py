"""Validates a vault's settings and changes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from app.azure import names
from app.azure.facts.regions import paired_region
from app.azure.values import AzureItem, AzureVault, Redundancy, SoftDelete, VaultChange, VaultOrder, VaultRef
from app.vaults.errors import ImmutabilityStep, SettingIsFinal, VaultNotValid
from app.vaults.tags import has_tags

SOFT_DELETE_DAYS = range(14, 181)
SoftDeleteState = Literal["on", "off", "always_on"]
Immutability = Literal["disabled", "unlocked", "locked"]


def region_of(location: str) -> str:
    """Azure's short name of a region: "West US" and "westus" are one."""
    return location.replace(" ", "").lower()


def vault_ref(subscription_id: str, resource_group: str, name: str) -> VaultRef:
    """The identity that three fields of a body name. Raises VaultNotValid with a pointer to the wrong one."""
    for field, check, value in (
        ("subscription_id", names.check_subscription_id, subscription_id),
        ("resource_group", names.check_resource_group_name, resource_group),
        ("name", names.check_vault_name, name),
    ):
        try:
            check(value)
        except ValueError as error:
            raise VaultNotValid(
                str(error), pointer=f"#/{field}", remedy="Correct the name; the detail says what Azure allows."
            ) from None
    return VaultRef(subscription_id.lower(), resource_group, name)


def subscription(text: str) -> str:
    """Raises VaultNotValid."""
    try:
        return names.check_subscription_id(text.lower())
    except ValueError as error:
        raise VaultNotValid(
            str(error), pointer="#/subscription_id", remedy="Send the subscription's id, a GUID."
        ) from None


def check_only_read(sent: Sequence[str]) -> None:
    """A vault that is taken over keeps its settings. Raises VaultNotValid for the first that was sent."""
    for field in sent:
        raise VaultNotValid(
            "A vault that is adopted keeps its settings: they are read from Azure.",
            pointer=f"#/{field}",
            remedy="Leave it out; change it with PATCH once the vault is adopted.",
        )


def check_location(there: AzureVault, location: str | None) -> None:
    """Raises VaultNotValid if a location was sent that is not the vault's."""
    if location is not None and region_of(location) != region_of(there.location):
        raise VaultNotValid(
            f"The vault {there.ref.name} is in {there.location}.",
            pointer="#/location",
            remedy="Leave the location out: it is read from Azure.",
        )


def check_order(
    vault: VaultRef,
    *,
    location: str | None,
    redundancy: Redundancy,
    cross_region_restore: bool,
    soft_delete_state: SoftDeleteState,
    soft_delete_days: int,
    immutability: Immutability,
    tags: Mapping[str, str],
) -> VaultOrder:
    """The order to create it. Raises VaultNotValid where the settings contradict each other."""
    if location is None:
        remedy = 'Name its location; or send "adopt": true if the vault exists.'
        raise VaultNotValid("A vault is created in a region.", pointer="#/location", remedy=remedy)
    if cross_region_restore and redundancy != "geo":
        raise VaultNotValid(
            "Cross-region restore needs geo redundancy.",
            pointer="#/cross_region_restore",
            remedy='Set "redundancy": "geo", or cross_region_restore to false.',
        )
    _check_has_pair(location, crosses=cross_region_restore)
    _check_keeps_data(soft_delete_days, immutability)
    return VaultOrder(
        vault=vault,
        location=region_of(location),
        redundancy=redundancy,
        cross_region_restore=cross_region_restore,
        soft_delete_state=soft_delete_state,
        soft_delete_days=soft_delete_days,
        immutability=immutability,
        tags=dict(tags),
    )


def _check_keeps_data(soft_delete_days: int, immutability: Immutability) -> None:
    if soft_delete_days not in SOFT_DELETE_DAYS:
        raise VaultNotValid(
            f"Azure keeps soft-deleted data for 14 to 180 days, not {soft_delete_days}.",
            pointer="#/soft_delete/days",
            remedy="Choose 14 to 180 days.",
        )
    if immutability == "locked":
        raise VaultNotValid(
            "A vault cannot be created with locked immutability: locking cannot be undone.",
            pointer="#/immutability",
            remedy='Create it with "unlocked", test it, and lock it afterwards.',
        )


def _check_has_pair(location: str, *, crosses: bool | None) -> None:
    """Cross-region restore means the paired region: without one there is nowhere to restore. Raises VaultNotValid."""
    if crosses and paired_region(location) is None:
        raise VaultNotValid(
            f"The region {region_of(location)} has no paired region that is known: nothing would be copied anywhere.",
            pointer="#/cross_region_restore",
            remedy="Set cross_region_restore to false, or choose a region that has a pair.",
        )


def matches(order: VaultOrder, *, location: str, tags: Mapping[str, str]) -> bool:
    """Whether a vault that is there can be the one this order made: the fields Azure does not rewrite are as asked.

    Others may have added tags, by an Azure Policy above all.
    """
    return region_of(location) == order.location and has_tags(tags, order.tags)


# --- changing a vault that exists ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a vault that can be changed. None = not changed, or not known."""

    redundancy: Redundancy | None = None
    cross_region_restore: bool | None = None
    soft_delete_state: SoftDeleteState | None = None
    soft_delete_days: int | None = None
    immutability: Immutability | None = None
    tags: Mapping[str, str] | None = None


FIELDS = ("redundancy", "cross_region_restore", "soft_delete_state", "soft_delete_days", "immutability", "tags")


@dataclass(frozen=True, slots=True)
class UpdateOrder:
    """A change as it was accepted.

    `expected` holds the settings Azure may be found with: as last read, and as changes accepted earlier and not ended
    yet want them. Anything else was changed outside.
    """

    vault: VaultRef
    wanted: Settings
    expected: tuple[Settings, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not what it was."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.field} was {self.before}, is {self.after}"

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "before": self.before, "now": self.after}


def settings_of(vault: AzureVault) -> Settings:
    """Azure's settings as we compare them."""
    return Settings(**{name: getattr(vault, name) for name in FIELDS})


def check_change(now: Settings, wanted: Settings, *, confirm: bool, location: str) -> None:
    """Raises VaultNotValid for contradictions, a Conflict for changes that this vault does not allow (any more)."""
    if all(getattr(wanted, name) is None for name in FIELDS):
        raise VaultNotValid("The body names nothing to change.", pointer="#", remedy="Name at least one setting.")
    _check_redundancy_change(now, wanted)
    _check_has_pair(location, crosses=wanted.cross_region_restore and not now.cross_region_restore)
    _check_soft_delete_change(now, wanted)
    _check_immutability_change(now, wanted, confirm=confirm)


def _check_redundancy_change(now: Settings, wanted: Settings) -> None:
    redundancy = wanted.redundancy or now.redundancy
    crossing = now.cross_region_restore if wanted.cross_region_restore is None else wanted.cross_region_restore
    if crossing and redundancy is not None and redundancy != "geo":
        raise VaultNotValid(
            "Cross-region restore needs geo redundancy.",
            pointer="#/redundancy" if wanted.cross_region_restore is None else "#/cross_region_restore",
            remedy='Set "redundancy": "geo", or cross_region_restore to false, in the same request.',
        )


def _check_soft_delete_change(now: Settings, wanted: Settings) -> None:
    if wanted.soft_delete_days is not None and wanted.soft_delete_days not in SOFT_DELETE_DAYS:
        raise VaultNotValid(
            f"Azure keeps soft-deleted data for 14 to 180 days, not {wanted.soft_delete_days}.",
            pointer="#/soft_delete/days",
            remedy="Choose 14 to 180 days.",
        )
    state = wanted.soft_delete_state or now.soft_delete_state
    if now.soft_delete_state == "always_on" and state != "always_on":
        raise SettingIsFinal(
            "Soft delete of this vault is always on: Azure does not turn it off any more.",
            pointer="#/soft_delete/state",
            remedy="Leave the state out; only the days can still be changed.",
        )
    if state == "off" and wanted.soft_delete_days is not None:
        raise VaultNotValid(
            "Days are kept only while soft delete is on.",
            pointer="#/soft_delete/days",
            remedy='Leave the days out, or set "state": "on" as well.',
        )


def _check_immutability_change(now: Settings, wanted: Settings, *, confirm: bool) -> None:
    if wanted.immutability is None or wanted.immutability == (now.immutability or "disabled"):
        return
    if now.immutability == "locked":
        raise SettingIsFinal(
            "The immutability of this vault is locked: it cannot be turned off, not even by Azure.",
            pointer="#/immutability",
            remedy="Leave it out. Use another vault for data that must be deletable.",
        )
    if wanted.immutability != "locked":
        return
    if now.immutability != "unlocked":
        raise ImmutabilityStep(
            "A vault is locked only after its immutability was turned on unlocked.",
            pointer="#/immutability",
            remedy='Set "unlocked" first, check that your policies work with it, then lock.',
        )
    if not confirm:
        raise VaultNotValid(
            "Locking immutability cannot be undone, so it must be confirmed.",
            pointer="#/confirm",
            remedy='Send "confirm": true with the same body if you mean it.',
        )


def needs_empty_vault(now: Settings, wanted: Settings) -> bool:
    """Whether Azure does this only while nothing is protected: another redundancy, or no cross-region restore."""
    other = wanted.redundancy is not None and wanted.redundancy != now.redundancy
    return other or (wanted.cross_region_restore is False and now.cross_region_restore is not False)


def left_to_do(order: UpdateOrder, live: Settings) -> Settings:
    """The part of the order that Azure does not have yet. Each step reads first, so the job can be repeated."""
    left = {
        name: wanted if (wanted := getattr(order.wanted, name)) is not None and wanted != getattr(live, name) else None
        for name in FIELDS
    }
    return Settings(**left | {"tags": _tags_left(order, live)})


def _tags_left(order: UpdateOrder, live: Settings) -> Mapping[str, str] | None:
    """The tags to send: those wanted, and those that others have added since. None = Azure has them already.

    Azure replaces tags as a whole. A tag that was known and is not wanted is left out.
    """
    wanted, there = order.wanted.tags, live.tags or {}
    if wanted is None:
        return None
    known = {name.lower() for settings in order.expected for name in settings.tags or ()}
    named = {name.lower() for name in wanted}
    others = {name: value for name, value in there.items() if name.lower() not in known | named}
    is_left = any(name.lower() in known - named for name in there)
    return None if not is_left and has_tags(there, wanted) else {**others, **wanted}


def is_nothing(settings: Settings) -> bool:
    return all(getattr(settings, name) is None for name in FIELDS)


def not_as_asked(left: Settings, live: Settings) -> str:
    """What was requested and what is there, setting by setting; empty if nothing is left to do."""
    parts = [
        f"{name} was asked to be {wanted}, and is {getattr(live, name)}"
        for name in FIELDS
        if (wanted := getattr(left, name)) is not None
    ]
    return "; ".join(parts)


def not_created_as_asked(order: VaultOrder, live: Settings) -> str:
    """What was requested for a new vault and what it has, setting by setting; empty if they are equal.

    Ignored: settings that Azure does not show, the days of a soft delete that is off, and tags of others.
    """
    wanted = Settings(**{name: getattr(order, name) for name in FIELDS if name != "tags"})
    if wanted.soft_delete_state == "off":
        wanted = replace(wanted, soft_delete_days=None)
    left = {
        name: value
        for name in FIELDS
        if (value := getattr(wanted, name)) is not None and getattr(live, name) not in {None, value}
    }
    tags = None if has_tags(live.tags or {}, order.tags) else order.tags
    return not_as_asked(Settings(**left | {"tags": tags}), live)


def changed_outside(order: UpdateOrder, live: Settings) -> list[Difference]:
    """Settings of the order that were changed outside since they were read. A setting as wanted is no conflict."""
    left = left_to_do(order, live)
    found = []
    for name in FIELDS:
        if getattr(left, name) is None:
            continue
        known = [value for settings in order.expected if (value := getattr(settings, name)) is not None]
        if name == "tags" and any(has_tags(live.tags or {}, tags) for tags in known):
            continue  # others have added some: they stay
        if known and getattr(live, name) not in known:
            found.append(Difference(name, known[0], getattr(live, name)))
    return found


def changed(settings: Settings, wanted: Settings) -> Settings:
    """The settings once a change of them has been made."""
    return Settings(
        **{name: value if (value := getattr(wanted, name)) is not None else getattr(settings, name) for name in FIELDS}
    )


def differences(before: Settings, now: Settings) -> list[Difference]:
    """Every setting that is not what it was."""
    pairs = ((name, getattr(before, name), getattr(now, name)) for name in FIELDS)
    return [Difference(name, old, new) for name, old, new in pairs if old != new]


def vault_change(vault: VaultRef, left: Settings) -> VaultChange | None:
    """The PATCH of the vault itself; None if nothing is left to change."""
    change = VaultChange(vault, left.redundancy, left.cross_region_restore, left.immutability, left.tags)
    return None if change == VaultChange(vault) else change


def with_soft_delete(vault: VaultRef, change: VaultChange | None, soft_delete: SoftDelete) -> VaultChange:
    """The PATCH of the vault itself, with soft delete in it."""
    return replace(change or VaultChange(vault), soft_delete=soft_delete)


def soft_delete_change(left: Settings, live: Settings) -> SoftDelete | None:
    """The soft delete settings, both with their new values; None if nothing is left to change."""
    if left.soft_delete_state is None and left.soft_delete_days is None:
        return None
    state = left.soft_delete_state or live.soft_delete_state or "on"
    days = None if state == "off" else (left.soft_delete_days or live.soft_delete_days or SOFT_DELETE_DAYS[0])
    return SoftDelete(state, days)


# --- deleting ------------------------------------------------------------------------------------------------------
def purge_at(item: AzureItem, vault_days: int | None) -> datetime | None:
    """When a soft-deleted item's data goes: its delete time and the days it is kept.

    Source: docs/azure.md, The states of an item.
    """
    if item.deleted_at is None:
        return None
    return item.deleted_at + timedelta(days=item.soft_delete_days or vault_days or SOFT_DELETE_DAYS[0])
