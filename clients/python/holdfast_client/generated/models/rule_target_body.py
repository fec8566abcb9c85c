from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T", bound="RuleTargetBody")


@_dataclass
class RuleTargetBody:
    """Where the VMs of a region are protected.

    Attributes:
        location (str): Azure region of the VMs.
        vault_id (UUID): In that region. Of one region each subscription may have a vault of its own.
        policy_id (UUID): A policy of that vault.
    """

    location: str
    vault_id: UUID
    policy_id: UUID

    def to_dict(self) -> dict[str, Any]:
        location = self.location

        vault_id = str(self.vault_id)

        policy_id = str(self.policy_id)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "location": location,
                "vault_id": vault_id,
                "policy_id": policy_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        location = d.pop("location")

        vault_id = UUID(d.pop("vault_id"))

        policy_id = UUID(d.pop("policy_id"))

        rule_target_body = cls(
            location=location,
            vault_id=vault_id,
            policy_id=policy_id,
        )

        return rule_target_body
