from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.alert_rule_read_kind import AlertRuleReadKind, check_alert_rule_read_kind
from ..models.alert_rule_read_severity import AlertRuleReadSeverity, check_alert_rule_read_severity

T = TypeVar("T", bound="AlertRuleRead")


@_dataclass
class AlertRuleRead:
    """What holds for a kind: as set, or by default.

    Attributes:
        kind (AlertRuleReadKind): The kind it holds for.
        enabled (bool): Whether alerts of this kind open.
        severity (AlertRuleReadSeverity): How grave they are.
        grace_seconds (int): How long something must last before it is an alert, in seconds.
        webhook_ids (list[UUID]): Webhooks that get these alerts, also where they ask for other types.
        mail (list[str]): Addresses that get a mail, and the digest.
        is_default (bool): Whether the tenant has set nothing.
        updated_at (datetime.datetime | None): When your tenant last set it (UTC); null: it is as by default.
    """

    kind: AlertRuleReadKind
    enabled: bool
    severity: AlertRuleReadSeverity
    grace_seconds: int
    webhook_ids: list[UUID]
    mail: list[str]
    is_default: bool
    updated_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        enabled = self.enabled

        severity: str = self.severity

        grace_seconds = self.grace_seconds

        webhook_ids = []
        for webhook_ids_item_data in self.webhook_ids:
            webhook_ids_item = str(webhook_ids_item_data)
            webhook_ids.append(webhook_ids_item)

        mail = self.mail

        is_default = self.is_default

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "enabled": enabled,
                "severity": severity,
                "grace_seconds": grace_seconds,
                "webhook_ids": webhook_ids,
                "mail": mail,
                "is_default": is_default,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_alert_rule_read_kind(d.pop("kind"))

        enabled = d.pop("enabled")

        severity = check_alert_rule_read_severity(d.pop("severity"))

        grace_seconds = d.pop("grace_seconds")

        webhook_ids = []
        _webhook_ids = d.pop("webhook_ids")
        for webhook_ids_item_data in _webhook_ids:
            webhook_ids_item = UUID(webhook_ids_item_data)

            webhook_ids.append(webhook_ids_item)

        mail = cast(list[str], d.pop("mail"))

        is_default = d.pop("is_default")

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        alert_rule_read = cls(
            kind=kind,
            enabled=enabled,
            severity=severity,
            grace_seconds=grace_seconds,
            webhook_ids=webhook_ids,
            mail=mail,
            is_default=is_default,
            updated_at=updated_at,
        )

        alert_rule_read.additional_properties = d
        return alert_rule_read
