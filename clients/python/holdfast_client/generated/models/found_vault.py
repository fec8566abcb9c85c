from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="FoundVault")


@_dataclass
class FoundVault:
    """A vault that exists in Azure.

    Attributes:
        arm_id (str): ARM id in Azure.
        resource_group (str): Name of the Azure resource group, in any letter case.
        name (str): Name of the vault.
        location (str): Azure region, such as `northeurope`.
        known (bool): True: managed here already, so it cannot be adopted.
        vault (None | str): Path of the vault here, if it is your tenant's.
        job (None | str): The job that adopts it, if requested.
    """

    arm_id: str
    resource_group: str
    name: str
    location: str
    known: bool
    vault: None | str
    job: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        arm_id = self.arm_id

        resource_group = self.resource_group

        name = self.name

        location = self.location

        known = self.known

        vault: None | str
        vault = self.vault

        job: None | str
        job = self.job

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "arm_id": arm_id,
                "resource_group": resource_group,
                "name": name,
                "location": location,
                "known": known,
                "vault": vault,
                "job": job,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        arm_id = d.pop("arm_id")

        resource_group = d.pop("resource_group")

        name = d.pop("name")

        location = d.pop("location")

        known = d.pop("known")

        def _parse_vault(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vault = _parse_vault(d.pop("vault"))

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

        found_vault = cls(
            arm_id=arm_id,
            resource_group=resource_group,
            name=name,
            location=location,
            known=known,
            vault=vault,
            job=job,
        )

        found_vault.additional_properties = d
        return found_vault
