from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.job_error_read_fixable_by_type_0 import JobErrorReadFixableByType0, check_job_error_read_fixable_by_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="JobErrorRead")


@_dataclass
class JobErrorRead:
    """Why a job failed, and what to do.

    Attributes:
        code (str): A stable code for programs.
        title (str): What it is, in a few words.
        detail (str): What happened, in one or two sentences; Azure's message where it helps.
        remedy (str): What to do about it.
        retryable (bool): Whether the same request may succeed later without a change.
        azure_code (None | str): Azure's own error code; null: Azure sent none, or was not involved.
        type_ (None | str | Unset): Stable; Azure's reasons are explained by GET /v1/errors.
        fixable_by (JobErrorReadFixableByType0 | None | Unset): Who can do something about it, where that is known.
    """

    code: str
    title: str
    detail: str
    remedy: str
    retryable: bool
    azure_code: None | str
    type_: None | str | Unset = UNSET
    fixable_by: JobErrorReadFixableByType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        title = self.title

        detail = self.detail

        remedy = self.remedy

        retryable = self.retryable

        azure_code: None | str
        azure_code = self.azure_code

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        fixable_by: None | str | Unset
        if isinstance(self.fixable_by, Unset):
            fixable_by = UNSET
        elif isinstance(self.fixable_by, str):
            fixable_by = self.fixable_by
        else:
            fixable_by = self.fixable_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "title": title,
                "detail": detail,
                "remedy": remedy,
                "retryable": retryable,
                "azure_code": azure_code,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_
        if fixable_by is not UNSET:
            field_dict["fixable_by"] = fixable_by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        title = d.pop("title")

        detail = d.pop("detail")

        remedy = d.pop("remedy")

        retryable = d.pop("retryable")

        def _parse_azure_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        azure_code = _parse_azure_code(d.pop("azure_code"))

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_fixable_by(data: object) -> JobErrorReadFixableByType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fixable_by_type_0 = check_job_error_read_fixable_by_type_0(data)

                return fixable_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobErrorReadFixableByType0 | None | Unset, data)

        fixable_by = _parse_fixable_by(d.pop("fixable_by", UNSET))

        job_error_read = cls(
            code=code,
            title=title,
            detail=detail,
            remedy=remedy,
            retryable=retryable,
            azure_code=azure_code,
            type_=type_,
            fixable_by=fixable_by,
        )

        job_error_read.additional_properties = d
        return job_error_read
