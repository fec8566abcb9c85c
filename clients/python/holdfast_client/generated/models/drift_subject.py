from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.drift_subject_kind import DriftSubjectKind, check_drift_subject_kind

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="DriftSubject")


@_dataclass
class DriftSubject:
    """What was changed. Its row may be gone.

    Attributes:
        kind (DriftSubjectKind): What kind of thing it is.
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        name (str): Its name at that time.
        vm (None | VmRead): The VM of a protected item; else null.
        vault_id (UUID): The vault it is in, or is.
    """

    kind: DriftSubjectKind
    id: UUID
    name: str
    vm: None | VmRead
    vault_id: UUID
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        kind: str = self.kind

        id = str(self.id)

        name = self.name

        vm: dict[str, Any] | None
        if isinstance(self.vm, VmRead):
            vm = self.vm.to_dict()
        else:
            vm = self.vm

        vault_id = str(self.vault_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "id": id,
                "name": name,
                "vm": vm,
                "vault_id": vault_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_drift_subject_kind(d.pop("kind"))

        id = UUID(d.pop("id"))

        name = d.pop("name")

        def _parse_vm(data: object) -> None | VmRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                vm_type_0 = VmRead.from_dict(data)

                return vm_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VmRead, data)

        vm = _parse_vm(d.pop("vm"))

        vault_id = UUID(d.pop("vault_id"))

        drift_subject = cls(
            kind=kind,
            id=id,
            name=name,
            vm=vm,
            vault_id=vault_id,
        )

        drift_subject.additional_properties = d
        return drift_subject
