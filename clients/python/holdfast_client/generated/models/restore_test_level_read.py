from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.restore_test_level import RestoreTestLevel, check_restore_test_level
from ..models.restore_test_level_read_outcome import RestoreTestLevelReadOutcome, check_restore_test_level_read_outcome
from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestLevelRead")


@_dataclass
class RestoreTestLevelRead:
    """One level of a run.

    Attributes:
        level (RestoreTestLevel): What a restore test verifies, in this order.
        outcome (RestoreTestLevelReadOutcome): skipped: a level before it was not passed.
        at (datetime.datetime | None): By Azure's clock where Azure gives the time.
        azure_code (None | str | Unset): Azure's own error code; null: Azure sent none, or was not involved.
        detail (None | str | Unset): What was seen, in words; null: nothing to say.
        remedy (None | str | Unset): What to do about it; null: nothing is known.
        output (None | str | Unset): Of the script: the last 4,096 characters.
    """

    level: RestoreTestLevel
    outcome: RestoreTestLevelReadOutcome
    at: datetime.datetime | None
    azure_code: None | str | Unset = UNSET
    detail: None | str | Unset = UNSET
    remedy: None | str | Unset = UNSET
    output: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        level: str = self.level

        outcome: str = self.outcome

        at: None | str
        if isinstance(self.at, datetime.datetime):
            at = self.at.isoformat()
        else:
            at = self.at

        azure_code: None | str | Unset
        if isinstance(self.azure_code, Unset):
            azure_code = UNSET
        else:
            azure_code = self.azure_code

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        remedy: None | str | Unset
        if isinstance(self.remedy, Unset):
            remedy = UNSET
        else:
            remedy = self.remedy

        output: None | str | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        else:
            output = self.output

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "level": level,
                "outcome": outcome,
                "at": at,
            }
        )
        if azure_code is not UNSET:
            field_dict["azure_code"] = azure_code
        if detail is not UNSET:
            field_dict["detail"] = detail
        if remedy is not UNSET:
            field_dict["remedy"] = remedy
        if output is not UNSET:
            field_dict["output"] = output

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        level = check_restore_test_level(d.pop("level"))

        outcome = check_restore_test_level_read_outcome(d.pop("outcome"))

        def _parse_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                at_type_0 = datetime.datetime.fromisoformat(data)

                return at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        at = _parse_at(d.pop("at"))

        def _parse_azure_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        azure_code = _parse_azure_code(d.pop("azure_code", UNSET))

        def _parse_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        def _parse_remedy(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remedy = _parse_remedy(d.pop("remedy", UNSET))

        def _parse_output(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        output = _parse_output(d.pop("output", UNSET))

        restore_test_level_read = cls(
            level=level,
            outcome=outcome,
            at=at,
            azure_code=azure_code,
            detail=detail,
            remedy=remedy,
            output=output,
        )

        restore_test_level_read.additional_properties = d
        return restore_test_level_read
