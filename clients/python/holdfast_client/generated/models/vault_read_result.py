from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.vault_read_result_kind import VaultReadResultKind, check_vault_read_result_kind

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource
    from ..models.vault_findings import VaultFindings
    from ..models.vault_unreadable_read import VaultUnreadableRead


T = TypeVar("T", bound="VaultReadResult")


@_dataclass
class VaultReadResult:
    """Of a vault that was adopted or refreshed.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (VaultReadResultKind): The kind of the job: it says which fields there are.
        unreadable (list[VaultUnreadableRead]): Entries of Azure's lists that are there and could not be read.
        found (None | VaultFindings): What was not as Holdfast had it; null: not known yet.
    """

    resources: list[ResultResource]
    kind: VaultReadResultKind
    unreadable: list[VaultUnreadableRead]
    found: None | VaultFindings
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.vault_findings import VaultFindings  # noqa: PLC0415

        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind: str = self.kind

        unreadable = []
        for unreadable_item_data in self.unreadable:
            unreadable_item = unreadable_item_data.to_dict()
            unreadable.append(unreadable_item)

        found: dict[str, Any] | None
        if isinstance(self.found, VaultFindings):
            found = self.found.to_dict()
        else:
            found = self.found

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "unreadable": unreadable,
                "found": found,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.result_resource import ResultResource  # noqa: PLC0415
        from ..models.vault_findings import VaultFindings  # noqa: PLC0415
        from ..models.vault_unreadable_read import VaultUnreadableRead  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = check_vault_read_result_kind(d.pop("kind"))

        unreadable = []
        _unreadable = d.pop("unreadable")
        for unreadable_item_data in _unreadable:
            unreadable_item = VaultUnreadableRead.from_dict(unreadable_item_data)

            unreadable.append(unreadable_item)

        def _parse_found(data: object) -> None | VaultFindings:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                found_type_0 = VaultFindings.from_dict(data)

                return found_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VaultFindings, data)

        found = _parse_found(d.pop("found"))

        vault_read_result = cls(
            resources=resources,
            kind=kind,
            unreadable=unreadable,
            found=found,
        )

        vault_read_result.additional_properties = d
        return vault_read_result
