from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.weakening_kind import WeakeningKind, check_weakening_kind

if TYPE_CHECKING:
    from ..models.weakened_subject import WeakenedSubject
    from ..models.weakening_read_change import WeakeningReadChange
    from ..models.weakening_read_radius import WeakeningReadRadius


T = TypeVar("T", bound="WeakeningRead")


@_dataclass
class WeakeningRead:
    """What is weaker in one vault than it was, in one way, and what that costs: as an event tells it.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        vault_id (UUID): Id of the vault: /v1/vaults/{id}.
        vault (str): The name of the vault.
        kind (WeakeningKind): How it is weaker: the kind of alert of the same name.
        subjects (list[WeakenedSubject]): Up to 100; `change.drifts` says how many there are.
        change (WeakeningReadChange): before and after of the first of them, and its kind as a drift.
        radius (WeakeningReadRadius): What could be restored before and after: docs/tamper.md.
        seen_at (datetime.datetime): When Holdfast first saw it (UTC).
        weighed_at (datetime.datetime): When `radius` was last computed (UTC).
        resolved_at (datetime.datetime | None): When it was over (UTC); null: it is not over.
    """

    id: UUID
    vault_id: UUID
    vault: str
    kind: WeakeningKind
    subjects: list[WeakenedSubject]
    change: WeakeningReadChange
    radius: WeakeningReadRadius
    seen_at: datetime.datetime
    weighed_at: datetime.datetime
    resolved_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        vault_id = str(self.vault_id)

        vault = self.vault

        kind: str = self.kind

        subjects = []
        for subjects_item_data in self.subjects:
            subjects_item = subjects_item_data.to_dict()
            subjects.append(subjects_item)

        change = self.change.to_dict()

        radius = self.radius.to_dict()

        seen_at = self.seen_at.isoformat()

        weighed_at = self.weighed_at.isoformat()

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "vault_id": vault_id,
                "vault": vault,
                "kind": kind,
                "subjects": subjects,
                "change": change,
                "radius": radius,
                "seen_at": seen_at,
                "weighed_at": weighed_at,
                "resolved_at": resolved_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.weakened_subject import WeakenedSubject  # noqa: PLC0415
        from ..models.weakening_read_change import WeakeningReadChange  # noqa: PLC0415
        from ..models.weakening_read_radius import WeakeningReadRadius  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        vault_id = UUID(d.pop("vault_id"))

        vault = d.pop("vault")

        kind = check_weakening_kind(d.pop("kind"))

        subjects = []
        _subjects = d.pop("subjects")
        for subjects_item_data in _subjects:
            subjects_item = WeakenedSubject.from_dict(subjects_item_data)

            subjects.append(subjects_item)

        change = WeakeningReadChange.from_dict(d.pop("change"))

        radius = WeakeningReadRadius.from_dict(d.pop("radius"))

        seen_at = datetime.datetime.fromisoformat(d.pop("seen_at"))

        weighed_at = datetime.datetime.fromisoformat(d.pop("weighed_at"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        weakening_read = cls(
            id=id,
            vault_id=vault_id,
            vault=vault,
            kind=kind,
            subjects=subjects,
            change=change,
            radius=radius,
            seen_at=seen_at,
            weighed_at=weighed_at,
            resolved_at=resolved_at,
        )

        weakening_read.additional_properties = d
        return weakening_read
