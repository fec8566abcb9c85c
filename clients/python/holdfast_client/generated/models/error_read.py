from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.error_read_source import ErrorReadSource, check_error_read_source
from ..models.error_read_who import ErrorReadWho, check_error_read_who

T = TypeVar("T", bound="ErrorRead")


@_dataclass
class ErrorRead:
    """One error code of Azure, explained.

    Attributes:
        type_ (str): Holdfast's stable name of the error, as `code` of a job's error has it.
        codes (list[str]): Empty: recognised by Azure's message, not by a code.
        title (str): What it is, in a few words.
        cause (str): Why Azure answers so.
        remedy (str): What to do about it.
        retryable (bool): Whether the same request may succeed later without a change.
        who (ErrorReadWho): Who can do something about it: `caller`, `subscription_owner`, or `us` (the operators of
            Holdfast).
        source (ErrorReadSource): How well it is known: recorded (seen in Azure's answers), documented, reported by
            others, or assumed.
    """

    type_: str
    codes: list[str]
    title: str
    cause: str
    remedy: str
    retryable: bool
    who: ErrorReadWho
    source: ErrorReadSource
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        codes = self.codes

        title = self.title

        cause = self.cause

        remedy = self.remedy

        retryable = self.retryable

        who: str = self.who

        source: str = self.source

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "codes": codes,
                "title": title,
                "cause": cause,
                "remedy": remedy,
                "retryable": retryable,
                "who": who,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        codes = cast(list[str], d.pop("codes"))

        title = d.pop("title")

        cause = d.pop("cause")

        remedy = d.pop("remedy")

        retryable = d.pop("retryable")

        who = check_error_read_who(d.pop("who"))

        source = check_error_read_source(d.pop("source"))

        error_read = cls(
            type_=type_,
            codes=codes,
            title=title,
            cause=cause,
            remedy=remedy,
            retryable=retryable,
            who=who,
            source=source,
        )

        error_read.additional_properties = d
        return error_read
