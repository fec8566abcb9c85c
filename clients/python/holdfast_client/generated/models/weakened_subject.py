from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.weakened_subject_kind import WeakenedSubjectKind, check_weakened_subject_kind

T = TypeVar("T", bound="WeakenedSubject")


@_dataclass
class WeakenedSubject:
    """One thing that is weaker.

    Attributes:
        kind (WeakenedSubjectKind): What kind of thing it is.
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        name (str): Its name at that time.
        vm_id (None | str): ARM id of the VM of a protected item; else null.
    """

    kind: WeakenedSubjectKind
    id: UUID
    name: str
    vm_id: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        id = str(self.id)

        name = self.name

        vm_id: None | str
        vm_id = self.vm_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "id": id,
                "name": name,
                "vm_id": vm_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_weakened_subject_kind(d.pop("kind"))

        id = UUID(d.pop("id"))

        name = d.pop("name")

        def _parse_vm_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vm_id = _parse_vm_id(d.pop("vm_id"))

        weakened_subject = cls(
            kind=kind,
            id=id,
            name=name,
            vm_id=vm_id,
        )

        weakened_subject.additional_properties = d
        return weakened_subject
