from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="PolicyRemediation")


@_dataclass
class PolicyRemediation:
    """The newest remediation that Holdfast started.

    Attributes:
        id (str): ARM id of the remediation.
        state (str): Azure's word: accepted, running, succeeded, failed, cancelling, canceled.
        total (int | None): VMs to be protected by it; null: not known.
        succeeded (int | None): VMs of which it has ended well; null: not known.
        failed (int | None): VMs of which it has failed; null: not known.
    """

    id: str
    state: str
    total: int | None
    succeeded: int | None
    failed: int | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        state = self.state

        total: int | None
        total = self.total

        succeeded: int | None
        succeeded = self.succeeded

        failed: int | None
        failed = self.failed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "state": state,
                "total": total,
                "succeeded": succeeded,
                "failed": failed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        state = d.pop("state")

        def _parse_total(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total = _parse_total(d.pop("total"))

        def _parse_succeeded(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        succeeded = _parse_succeeded(d.pop("succeeded"))

        def _parse_failed(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        failed = _parse_failed(d.pop("failed"))

        policy_remediation = cls(
            id=id,
            state=state,
            total=total,
            succeeded=succeeded,
            failed=failed,
        )

        policy_remediation.additional_properties = d
        return policy_remediation
