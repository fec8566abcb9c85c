from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ReportLinkRead")


@_dataclass
class ReportLinkRead:
    """A link for a browser. Who has it sees this one report, until it expires.

    Attributes:
        url (str): Address for a browser. It is a secret: it needs no token.
        expires_at (datetime.datetime): Until when it can be used (UTC).
    """

    url: str
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "url": url,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        report_link_read = cls(
            url=url,
            expires_at=expires_at,
        )

        report_link_read.additional_properties = d
        return report_link_read
