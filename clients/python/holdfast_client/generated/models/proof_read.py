from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.proof_read_level import ProofReadLevel, check_proof_read_level

T = TypeVar("T", bound="ProofRead")


@_dataclass
class ProofRead:
    """That a restore test passed a level.

    Attributes:
        level (ProofReadLevel): The level that was passed.
        at (datetime.datetime): When it happened (UTC).
        rto_seconds (float | None): From the beginning of that restore to the level; null: not known.
    """

    level: ProofReadLevel
    at: datetime.datetime
    rto_seconds: float | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        level: str = self.level

        at = self.at.isoformat()

        rto_seconds: float | None
        rto_seconds = self.rto_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "level": level,
                "at": at,
                "rto_seconds": rto_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        level = check_proof_read_level(d.pop("level"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_rto_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds"))

        proof_read = cls(
            level=level,
            at=at,
            rto_seconds=rto_seconds,
        )

        proof_read.additional_properties = d
        return proof_read
