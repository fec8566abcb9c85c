from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.protected_item_read_origin import ProtectedItemReadOrigin, check_protected_item_read_origin
from ..models.protected_item_read_proven_level_type_0 import (
    ProtectedItemReadProvenLevelType0,
    check_protected_item_read_proven_level_type_0,
)
from ..models.protected_item_read_state import ProtectedItemReadState, check_protected_item_read_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_consistency_read import ItemConsistencyRead
    from ..models.item_disks_body import ItemDisksBody
    from ..models.item_health_detail import ItemHealthDetail
    from ..models.item_rpo_read import ItemRpoRead
    from ..models.proof_read import ProofRead
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="ProtectedItemRead")


@_dataclass
class ProtectedItemRead:
    """A protected VM.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The item is at /v1/protected-items/{id}.
        vm_id (str): ARM id of the virtual machine, in any letter case.
        vm (VmRead): A virtual machine.
        vault_id (UUID): The vault that keeps its backups.
        policy_id (None | UUID): The policy it follows; null: none, or one that Holdfast does not know.
        state (ProtectedItemReadState): paused: no backups, every point is kept for ever. suspended: no backups, points
            expire as the policy says (`expires_at`), all but the last one. error: see `health_details` and `azure_state`.
        azure_state (None | str): Azure's own name of the state; null until Azure was read.
        disks (ItemDisksBody | None): Which data disks are backed up; null: all of them.
        health (None | str): Azure's word for the state of its backups, such as Passed or ActionRequired; null: not
            known yet.
        health_details (list[ItemHealthDetail]): What Azure says about it: codes, and what to do.
        last_backup_status (None | str): Azure's word for the end of its last backup, such as Completed or Failed; null:
            none yet.
        last_backup_at (datetime.datetime | None): When its last backup ended, by Azure's clock; null: none yet.
        last_recovery_point_at (datetime.datetime | None): Time of its newest recovery point, as Azure last said; null:
            none yet.
        origin (ProtectedItemReadOrigin): azure: it was protected outside Holdfast.
        vm_missing (bool): The VM was deleted outside Holdfast. Its points can still be restored.
        deleted_at (datetime.datetime | None): When its backup data was deleted, if soft delete keeps it.
        purge_at (datetime.datetime | None): When soft-deleted data is purged; until then it can be undeleted.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
        as_of (datetime.datetime | None): When this was last read from Azure.
        rpo (ItemRpoRead): Whether the item has the recovery points that are expected of it (docs/consistency.md).
        consistency (ItemConsistencyRead): Of which kind the newest recovery point is, and of which it should be
            (docs/consistency.md).
        last_proven_at (datetime.datetime | None | Unset): When a restore test of it last passed every level of its own;
            null: never.
        proven_level (None | ProtectedItemReadProvenLevelType0 | Unset): The highest level that was proven in the 90
            days up to then, and not refuted since its proof.
        rto_seconds (float | None | Unset): Measured by the run that proved it, until that level.
        proofs (list[ProofRead] | Unset): When each level was last proven.
        refuted_at (datetime.datetime | None | Unset): When a restore test of it last ended as `failed` or `timed_out`:
            no proof before counts.
    """

    id: UUID
    vm_id: str
    vm: VmRead
    vault_id: UUID
    policy_id: None | UUID
    state: ProtectedItemReadState
    azure_state: None | str
    disks: ItemDisksBody | None
    health: None | str
    health_details: list[ItemHealthDetail]
    last_backup_status: None | str
    last_backup_at: datetime.datetime | None
    last_recovery_point_at: datetime.datetime | None
    origin: ProtectedItemReadOrigin
    vm_missing: bool
    deleted_at: datetime.datetime | None
    purge_at: datetime.datetime | None
    created_at: datetime.datetime
    updated_at: datetime.datetime
    as_of: datetime.datetime | None
    rpo: ItemRpoRead
    consistency: ItemConsistencyRead
    last_proven_at: datetime.datetime | None | Unset = UNSET
    proven_level: None | ProtectedItemReadProvenLevelType0 | Unset = UNSET
    rto_seconds: float | None | Unset = UNSET
    proofs: list[ProofRead] | Unset = UNSET
    refuted_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415

        id = str(self.id)

        vm_id = self.vm_id

        vm = self.vm.to_dict()

        vault_id = str(self.vault_id)

        policy_id: None | str
        if isinstance(self.policy_id, UUID):
            policy_id = str(self.policy_id)
        else:
            policy_id = self.policy_id

        state: str = self.state

        azure_state: None | str
        azure_state = self.azure_state

        disks: dict[str, Any] | None
        if isinstance(self.disks, ItemDisksBody):
            disks = self.disks.to_dict()
        else:
            disks = self.disks

        health: None | str
        health = self.health

        health_details = []
        for health_details_item_data in self.health_details:
            health_details_item = health_details_item_data.to_dict()
            health_details.append(health_details_item)

        last_backup_status: None | str
        last_backup_status = self.last_backup_status

        last_backup_at: None | str
        if isinstance(self.last_backup_at, datetime.datetime):
            last_backup_at = self.last_backup_at.isoformat()
        else:
            last_backup_at = self.last_backup_at

        last_recovery_point_at: None | str
        if isinstance(self.last_recovery_point_at, datetime.datetime):
            last_recovery_point_at = self.last_recovery_point_at.isoformat()
        else:
            last_recovery_point_at = self.last_recovery_point_at

        origin: str = self.origin

        vm_missing = self.vm_missing

        deleted_at: None | str
        if isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        purge_at: None | str
        if isinstance(self.purge_at, datetime.datetime):
            purge_at = self.purge_at.isoformat()
        else:
            purge_at = self.purge_at

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        rpo = self.rpo.to_dict()

        consistency = self.consistency.to_dict()

        last_proven_at: None | str | Unset
        if isinstance(self.last_proven_at, Unset):
            last_proven_at = UNSET
        elif isinstance(self.last_proven_at, datetime.datetime):
            last_proven_at = self.last_proven_at.isoformat()
        else:
            last_proven_at = self.last_proven_at

        proven_level: None | str | Unset
        if isinstance(self.proven_level, Unset):
            proven_level = UNSET
        elif isinstance(self.proven_level, str):
            proven_level = self.proven_level
        else:
            proven_level = self.proven_level

        rto_seconds: float | None | Unset
        if isinstance(self.rto_seconds, Unset):
            rto_seconds = UNSET
        else:
            rto_seconds = self.rto_seconds

        proofs: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.proofs, Unset):
            proofs = []
            for proofs_item_data in self.proofs:
                proofs_item = proofs_item_data.to_dict()
                proofs.append(proofs_item)

        refuted_at: None | str | Unset
        if isinstance(self.refuted_at, Unset):
            refuted_at = UNSET
        elif isinstance(self.refuted_at, datetime.datetime):
            refuted_at = self.refuted_at.isoformat()
        else:
            refuted_at = self.refuted_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "vm_id": vm_id,
                "vm": vm,
                "vault_id": vault_id,
                "policy_id": policy_id,
                "state": state,
                "azure_state": azure_state,
                "disks": disks,
                "health": health,
                "health_details": health_details,
                "last_backup_status": last_backup_status,
                "last_backup_at": last_backup_at,
                "last_recovery_point_at": last_recovery_point_at,
                "origin": origin,
                "vm_missing": vm_missing,
                "deleted_at": deleted_at,
                "purge_at": purge_at,
                "created_at": created_at,
                "updated_at": updated_at,
                "as_of": as_of,
                "rpo": rpo,
                "consistency": consistency,
            }
        )
        if last_proven_at is not UNSET:
            field_dict["last_proven_at"] = last_proven_at
        if proven_level is not UNSET:
            field_dict["proven_level"] = proven_level
        if rto_seconds is not UNSET:
            field_dict["rto_seconds"] = rto_seconds
        if proofs is not UNSET:
            field_dict["proofs"] = proofs
        if refuted_at is not UNSET:
            field_dict["refuted_at"] = refuted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_consistency_read import ItemConsistencyRead  # noqa: PLC0415
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415
        from ..models.item_health_detail import ItemHealthDetail  # noqa: PLC0415
        from ..models.item_rpo_read import ItemRpoRead  # noqa: PLC0415
        from ..models.proof_read import ProofRead  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        vm_id = d.pop("vm_id")

        vm = VmRead.from_dict(d.pop("vm"))

        vault_id = UUID(d.pop("vault_id"))

        def _parse_policy_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                policy_id_type_0 = UUID(data)

                return policy_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        policy_id = _parse_policy_id(d.pop("policy_id"))

        state = check_protected_item_read_state(d.pop("state"))

        def _parse_azure_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        azure_state = _parse_azure_state(d.pop("azure_state"))

        def _parse_disks(data: object) -> ItemDisksBody | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                disks_type_0 = ItemDisksBody.from_dict(data)

                return disks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ItemDisksBody | None, data)

        disks = _parse_disks(d.pop("disks"))

        def _parse_health(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        health = _parse_health(d.pop("health"))

        health_details = []
        _health_details = d.pop("health_details")
        for health_details_item_data in _health_details:
            health_details_item = ItemHealthDetail.from_dict(health_details_item_data)

            health_details.append(health_details_item)

        def _parse_last_backup_status(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_backup_status = _parse_last_backup_status(d.pop("last_backup_status"))

        def _parse_last_backup_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_backup_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_backup_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_backup_at = _parse_last_backup_at(d.pop("last_backup_at"))

        def _parse_last_recovery_point_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_recovery_point_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_recovery_point_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_recovery_point_at = _parse_last_recovery_point_at(d.pop("last_recovery_point_at"))

        origin = check_protected_item_read_origin(d.pop("origin"))

        vm_missing = d.pop("vm_missing")

        def _parse_deleted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at"))

        def _parse_purge_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                purge_at_type_0 = datetime.datetime.fromisoformat(data)

                return purge_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        purge_at = _parse_purge_at(d.pop("purge_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        rpo = ItemRpoRead.from_dict(d.pop("rpo"))

        consistency = ItemConsistencyRead.from_dict(d.pop("consistency"))

        def _parse_last_proven_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_proven_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_proven_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_proven_at = _parse_last_proven_at(d.pop("last_proven_at", UNSET))

        def _parse_proven_level(data: object) -> None | ProtectedItemReadProvenLevelType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                proven_level_type_0 = check_protected_item_read_proven_level_type_0(data)

                return proven_level_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProtectedItemReadProvenLevelType0 | Unset, data)

        proven_level = _parse_proven_level(d.pop("proven_level", UNSET))

        def _parse_rto_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds", UNSET))

        _proofs = d.pop("proofs", UNSET)
        proofs: list[ProofRead] | Unset = UNSET
        if _proofs is not UNSET:
            proofs = []
            for proofs_item_data in _proofs:
                proofs_item = ProofRead.from_dict(proofs_item_data)

                proofs.append(proofs_item)

        def _parse_refuted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                refuted_at_type_0 = datetime.datetime.fromisoformat(data)

                return refuted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        refuted_at = _parse_refuted_at(d.pop("refuted_at", UNSET))

        protected_item_read = cls(
            id=id,
            vm_id=vm_id,
            vm=vm,
            vault_id=vault_id,
            policy_id=policy_id,
            state=state,
            azure_state=azure_state,
            disks=disks,
            health=health,
            health_details=health_details,
            last_backup_status=last_backup_status,
            last_backup_at=last_backup_at,
            last_recovery_point_at=last_recovery_point_at,
            origin=origin,
            vm_missing=vm_missing,
            deleted_at=deleted_at,
            purge_at=purge_at,
            created_at=created_at,
            updated_at=updated_at,
            as_of=as_of,
            rpo=rpo,
            consistency=consistency,
            last_proven_at=last_proven_at,
            proven_level=proven_level,
            rto_seconds=rto_seconds,
            proofs=proofs,
            refuted_at=refuted_at,
        )

        protected_item_read.additional_properties = d
        return protected_item_read
