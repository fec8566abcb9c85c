from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.remediation_failure import RemediationFailure


T = TypeVar("T", bound="RemediationResult")


@_dataclass
class RemediationResult:
    """How a remediation ended.

    Attributes:
        id (str): Its id: a UUID. Ids of one kind sort in the order of creation.
        state (str): Azure's word for how it ended.
        total (int | None | Unset): How many VMs it was for; null: Azure does not say.
        succeeded (int | None | Unset): How many it protected; null: Azure does not say.
        failed (int | None | Unset): How many it could not protect; null: Azure does not say.
        failures (list[RemediationFailure] | Unset): The first ones.
        left (int | None | Unset): VMs beyond its limit; null: Azure does not say.
    """

    id: str
    state: str
    total: int | None | Unset = UNSET
    succeeded: int | None | Unset = UNSET
    failed: int | None | Unset = UNSET
    failures: list[RemediationFailure] | Unset = UNSET
    left: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        state = self.state

        total: int | None | Unset
        if isinstance(self.total, Unset):
            total = UNSET
        else:
            total = self.total

        succeeded: int | None | Unset
        if isinstance(self.succeeded, Unset):
            succeeded = UNSET
        else:
            succeeded = self.succeeded

        failed: int | None | Unset
        if isinstance(self.failed, Unset):
            failed = UNSET
        else:
            failed = self.failed

        failures: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.failures, Unset):
            failures = []
            for failures_item_data in self.failures:
                failures_item = failures_item_data.to_dict()
                failures.append(failures_item)

        left: int | None | Unset
        if isinstance(self.left, Unset):
            left = UNSET
        else:
            left = self.left

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "state": state,
            }
        )
        if total is not UNSET:
            field_dict["total"] = total
        if succeeded is not UNSET:
            field_dict["succeeded"] = succeeded
        if failed is not UNSET:
            field_dict["failed"] = failed
        if failures is not UNSET:
            field_dict["failures"] = failures
        if left is not UNSET:
            field_dict["left"] = left

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.remediation_failure import RemediationFailure  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        state = d.pop("state")

        def _parse_total(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total = _parse_total(d.pop("total", UNSET))

        def _parse_succeeded(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        succeeded = _parse_succeeded(d.pop("succeeded", UNSET))

        def _parse_failed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        failed = _parse_failed(d.pop("failed", UNSET))

        _failures = d.pop("failures", UNSET)
        failures: list[RemediationFailure] | Unset = UNSET
        if _failures is not UNSET:
            failures = []
            for failures_item_data in _failures:
                failures_item = RemediationFailure.from_dict(failures_item_data)

                failures.append(failures_item)

        def _parse_left(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        left = _parse_left(d.pop("left", UNSET))

        remediation_result = cls(
            id=id,
            state=state,
            total=total,
            succeeded=succeeded,
            failed=failed,
            failures=failures,
            left=left,
        )

        remediation_result.additional_properties = d
        return remediation_result
