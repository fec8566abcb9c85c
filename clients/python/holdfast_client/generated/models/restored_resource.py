from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.restored_resource_cause_type_0 import RestoredResourceCauseType0, check_restored_resource_cause_type_0
from ..models.restored_resource_kind import RestoredResourceKind, check_restored_resource_kind
from ..models.restored_resource_known_by_item import RestoredResourceKnownByItem, check_restored_resource_known_by_item
from ..models.restored_resource_state import RestoredResourceState, check_restored_resource_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoredResource")


@_dataclass
class RestoredResource:
    """One thing that the restore made, or kept.

    Attributes:
        id (str): ARM id; of a blob its address.
        kind (RestoredResourceKind): What it is; kept_disk: a disk that the VM had before.
        known_by (list[RestoredResourceKnownByItem]): job: Azure's job, or the request, names it. tag: it carries the
            job's tag. vm: the restored VM refers to it. before_after: it was not in the group before; alone that proves
            nothing.
        state (RestoredResourceState): changed: another one under the same name, or changed by hand since. unknown:
            Azure does not show it; that proves nothing.
        deletable (bool): Whether a tear-down would delete it now.
        cause (None | RestoredResourceCauseType0 | Unset): Why not, as one word.
        reason (None | str | Unset): Why a tear-down would not delete it, in words; null: it would.
        remark (None | str | Unset): Which tags differ from those at the end of the restore. Policies and cost tools add
            tags, so that is no reason to leave it.
    """

    id: str
    kind: RestoredResourceKind
    known_by: list[RestoredResourceKnownByItem]
    state: RestoredResourceState
    deletable: bool
    cause: None | RestoredResourceCauseType0 | Unset = UNSET
    reason: None | str | Unset = UNSET
    remark: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        known_by = []
        for known_by_item_data in self.known_by:
            known_by_item: str = known_by_item_data
            known_by.append(known_by_item)

        state: str = self.state

        deletable = self.deletable

        cause: None | str | Unset
        if isinstance(self.cause, Unset):
            cause = UNSET
        elif isinstance(self.cause, str):
            cause = self.cause
        else:
            cause = self.cause

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        remark: None | str | Unset
        if isinstance(self.remark, Unset):
            remark = UNSET
        else:
            remark = self.remark

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "known_by": known_by,
                "state": state,
                "deletable": deletable,
            }
        )
        if cause is not UNSET:
            field_dict["cause"] = cause
        if reason is not UNSET:
            field_dict["reason"] = reason
        if remark is not UNSET:
            field_dict["remark"] = remark

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_restored_resource_kind(d.pop("kind"))

        known_by = []
        _known_by = d.pop("known_by")
        for known_by_item_data in _known_by:
            known_by_item = check_restored_resource_known_by_item(known_by_item_data)

            known_by.append(known_by_item)

        state = check_restored_resource_state(d.pop("state"))

        deletable = d.pop("deletable")

        def _parse_cause(data: object) -> None | RestoredResourceCauseType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                cause_type_0 = check_restored_resource_cause_type_0(data)

                return cause_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoredResourceCauseType0 | Unset, data)

        cause = _parse_cause(d.pop("cause", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_remark(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remark = _parse_remark(d.pop("remark", UNSET))

        restored_resource = cls(
            id=id,
            kind=kind,
            known_by=known_by,
            state=state,
            deletable=deletable,
            cause=cause,
            reason=reason,
            remark=remark,
        )

        restored_resource.additional_properties = d
        return restored_resource
