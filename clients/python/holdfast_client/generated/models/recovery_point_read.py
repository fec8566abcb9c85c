from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.recovery_point_read_consistency_type_0 import (
    RecoveryPointReadConsistencyType0,
    check_recovery_point_read_consistency_type_0,
)
from ..models.recovery_point_read_expiry_by_type_0 import (
    RecoveryPointReadExpiryByType0,
    check_recovery_point_read_expiry_by_type_0,
)
from ..models.recovery_point_read_kept import RecoveryPointReadKept, check_recovery_point_read_kept
from ..models.recovery_point_read_region import RecoveryPointReadRegion, check_recovery_point_read_region

if TYPE_CHECKING:
    from ..models.recovery_point_tier_read import RecoveryPointTierRead
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RecoveryPointRead")


@_dataclass
class RecoveryPointRead:
    """A point in time that can be restored.

    Attributes:
        id (str): Azure's name of the point: what `recovery_point.id` of a restore takes.
        vm (VmRead): A virtual machine.
        time (datetime.datetime): When it was taken (UTC). A restore gives the disks as they were then.
        consistency (None | RecoveryPointReadConsistencyType0): `application` (the applications took part),
            `file_system`, or `crash` (as after a power cut); null: Azure does not say.
        tiers (list[RecoveryPointTierRead]): Where its data is; a restore reads from the fastest that is ready.
        region (RecoveryPointReadRegion): `primary`: the vault's own region; `secondary`: the paired region.
        encrypted (bool | None): Whether disks in it are encrypted by Azure Disk Encryption; null: Azure does not say.
        included_luns (list[int] | None): Data disks in the point. Null if Azure does not say; the OS disk is always
            included.
        disks_included (int | None): Number of disks in it, the OS disk included.
        disks_attached (int | None): Number of disks that the VM had then.
        expires_at (datetime.datetime | None): When the point expires; null if no such time is known: `kept` says why.
            Azure deletes it some time later.
        expiry_by (None | RecoveryPointReadExpiryByType0): Who says so: Azure; the retain_until of a backup made here;
            the item's present policy, counted from the planned run that made the point; or the `purge_at` of a soft-deleted
            item.
        kept (RecoveryPointReadKept): until: until `expires_at`. for_ever: protection is paused, so nothing expires
            before it is resumed; or backups are suspended, and it is the last point. unknown: Azure does not say, and no
            request or policy here made the point.
        as_of (datetime.datetime): When Azure said so (UTC).
    """

    id: str
    vm: VmRead
    time: datetime.datetime
    consistency: None | RecoveryPointReadConsistencyType0
    tiers: list[RecoveryPointTierRead]
    region: RecoveryPointReadRegion
    encrypted: bool | None
    included_luns: list[int] | None
    disks_included: int | None
    disks_attached: int | None
    expires_at: datetime.datetime | None
    expiry_by: None | RecoveryPointReadExpiryByType0
    kept: RecoveryPointReadKept
    as_of: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        vm = self.vm.to_dict()

        time = self.time.isoformat()

        consistency: None | str
        if isinstance(self.consistency, str):
            consistency = self.consistency
        else:
            consistency = self.consistency

        tiers = []
        for tiers_item_data in self.tiers:
            tiers_item = tiers_item_data.to_dict()
            tiers.append(tiers_item)

        region: str = self.region

        encrypted: bool | None
        encrypted = self.encrypted

        included_luns: list[int] | None
        if isinstance(self.included_luns, list):
            included_luns = self.included_luns

        else:
            included_luns = self.included_luns

        disks_included: int | None
        disks_included = self.disks_included

        disks_attached: int | None
        disks_attached = self.disks_attached

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        expiry_by: None | str
        if isinstance(self.expiry_by, str):
            expiry_by = self.expiry_by
        else:
            expiry_by = self.expiry_by

        kept: str = self.kept

        as_of = self.as_of.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "vm": vm,
                "time": time,
                "consistency": consistency,
                "tiers": tiers,
                "region": region,
                "encrypted": encrypted,
                "included_luns": included_luns,
                "disks_included": disks_included,
                "disks_attached": disks_attached,
                "expires_at": expires_at,
                "expiry_by": expiry_by,
                "kept": kept,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_point_tier_read import RecoveryPointTierRead  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        vm = VmRead.from_dict(d.pop("vm"))

        time = datetime.datetime.fromisoformat(d.pop("time"))

        def _parse_consistency(data: object) -> None | RecoveryPointReadConsistencyType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consistency_type_0 = check_recovery_point_read_consistency_type_0(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryPointReadConsistencyType0, data)

        consistency = _parse_consistency(d.pop("consistency"))

        tiers = []
        _tiers = d.pop("tiers")
        for tiers_item_data in _tiers:
            tiers_item = RecoveryPointTierRead.from_dict(tiers_item_data)

            tiers.append(tiers_item)

        region = check_recovery_point_read_region(d.pop("region"))

        def _parse_encrypted(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        encrypted = _parse_encrypted(d.pop("encrypted"))

        def _parse_included_luns(data: object) -> list[int] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                included_luns_type_0 = cast(list[int], data)

                return included_luns_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None, data)

        included_luns = _parse_included_luns(d.pop("included_luns"))

        def _parse_disks_included(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        disks_included = _parse_disks_included(d.pop("disks_included"))

        def _parse_disks_attached(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        disks_attached = _parse_disks_attached(d.pop("disks_attached"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        def _parse_expiry_by(data: object) -> None | RecoveryPointReadExpiryByType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expiry_by_type_0 = check_recovery_point_read_expiry_by_type_0(data)

                return expiry_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryPointReadExpiryByType0, data)

        expiry_by = _parse_expiry_by(d.pop("expiry_by"))

        kept = check_recovery_point_read_kept(d.pop("kept"))

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        recovery_point_read = cls(
            id=id,
            vm=vm,
            time=time,
            consistency=consistency,
            tiers=tiers,
            region=region,
            encrypted=encrypted,
            included_luns=included_luns,
            disks_included=disks_included,
            disks_attached=disks_attached,
            expires_at=expires_at,
            expiry_by=expiry_by,
            kept=kept,
            as_of=as_of,
        )

        recovery_point_read.additional_properties = d
        return recovery_point_read
