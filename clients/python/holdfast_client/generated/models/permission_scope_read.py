from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.permission_scope_read_place import PermissionScopeReadPlace, check_permission_scope_read_place
from ..models.permission_scope_read_status import PermissionScopeReadStatus, check_permission_scope_read_status

if TYPE_CHECKING:
    from ..models.permission_action_read import PermissionActionRead


T = TypeVar("T", bound="PermissionScopeRead")


@_dataclass
class PermissionScopeRead:
    """One place that the operation touches.

    Attributes:
        place (PermissionScopeReadPlace): What kind of place it is.
        scope (None | str): The ARM id; null if the request names none.
        status (PermissionScopeReadStatus): unknown: Azure could not be asked, or does not say.
        reason (str): What was found there, in words.
        needed (list[PermissionActionRead]): The actions that Holdfast needs there.
        missing (list[str]): Those of them that its identity does not have.
    """

    place: PermissionScopeReadPlace
    scope: None | str
    status: PermissionScopeReadStatus
    reason: str
    needed: list[PermissionActionRead]
    missing: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        place: str = self.place

        scope: None | str
        scope = self.scope

        status: str = self.status

        reason = self.reason

        needed = []
        for needed_item_data in self.needed:
            needed_item = needed_item_data.to_dict()
            needed.append(needed_item)

        missing = self.missing

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "place": place,
                "scope": scope,
                "status": status,
                "reason": reason,
                "needed": needed,
                "missing": missing,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.permission_action_read import PermissionActionRead  # noqa: PLC0415

        d = dict(src_dict)
        place = check_permission_scope_read_place(d.pop("place"))

        def _parse_scope(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        scope = _parse_scope(d.pop("scope"))

        status = check_permission_scope_read_status(d.pop("status"))

        reason = d.pop("reason")

        needed = []
        _needed = d.pop("needed")
        for needed_item_data in _needed:
            needed_item = PermissionActionRead.from_dict(needed_item_data)

            needed.append(needed_item)

        missing = cast(list[str], d.pop("missing"))

        permission_scope_read = cls(
            place=place,
            scope=scope,
            status=status,
            reason=reason,
            needed=needed,
            missing=missing,
        )

        permission_scope_read.additional_properties = d
        return permission_scope_read
