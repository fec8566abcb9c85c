from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.alert_rule_body_severity_type_0 import AlertRuleBodySeverityType0, check_alert_rule_body_severity_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="AlertRuleBody")


@_dataclass
class AlertRuleBody:
    """The rule of a kind, in place of what was set before. Null or left out: by default.

    Attributes:
        enabled (bool | Unset): False: nothing of this kind opens any more. What is open heals. Default: True.
        severity (AlertRuleBodySeverityType0 | None | Unset): How grave an alert of this kind is; null: by default.
        grace_seconds (int | None | Unset): How long it must last before it is an alert: at most 30 days.
        webhook_ids (list[UUID] | Unset): Webhooks that get these alerts, also where they ask for other types. One that
            is not there is passed over.
        mail (list[str] | Unset): Addresses that get a mail, and the digest.
    """

    enabled: bool | Unset = True
    severity: AlertRuleBodySeverityType0 | None | Unset = UNSET
    grace_seconds: int | None | Unset = UNSET
    webhook_ids: list[UUID] | Unset = UNSET
    mail: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        enabled = self.enabled

        severity: None | str | Unset
        if isinstance(self.severity, Unset):
            severity = UNSET
        elif isinstance(self.severity, str):
            severity = self.severity
        else:
            severity = self.severity

        grace_seconds: int | None | Unset
        if isinstance(self.grace_seconds, Unset):
            grace_seconds = UNSET
        else:
            grace_seconds = self.grace_seconds

        webhook_ids: list[str] | Unset = UNSET
        if not isinstance(self.webhook_ids, Unset):
            webhook_ids = []
            for webhook_ids_item_data in self.webhook_ids:
                webhook_ids_item = str(webhook_ids_item_data)
                webhook_ids.append(webhook_ids_item)

        mail: list[str] | Unset = UNSET
        if not isinstance(self.mail, Unset):
            mail = self.mail

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if severity is not UNSET:
            field_dict["severity"] = severity
        if grace_seconds is not UNSET:
            field_dict["grace_seconds"] = grace_seconds
        if webhook_ids is not UNSET:
            field_dict["webhook_ids"] = webhook_ids
        if mail is not UNSET:
            field_dict["mail"] = mail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        enabled = d.pop("enabled", UNSET)

        def _parse_severity(data: object) -> AlertRuleBodySeverityType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                severity_type_0 = check_alert_rule_body_severity_type_0(data)

                return severity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AlertRuleBodySeverityType0 | None | Unset, data)

        severity = _parse_severity(d.pop("severity", UNSET))

        def _parse_grace_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        grace_seconds = _parse_grace_seconds(d.pop("grace_seconds", UNSET))

        _webhook_ids = d.pop("webhook_ids", UNSET)
        webhook_ids: list[UUID] | Unset = UNSET
        if _webhook_ids is not UNSET:
            webhook_ids = []
            for webhook_ids_item_data in _webhook_ids:
                webhook_ids_item = UUID(webhook_ids_item_data)

                webhook_ids.append(webhook_ids_item)

        mail = cast(list[str], d.pop("mail", UNSET))

        alert_rule_body = cls(
            enabled=enabled,
            severity=severity,
            grace_seconds=grace_seconds,
            webhook_ids=webhook_ids,
            mail=mail,
        )

        return alert_rule_body
