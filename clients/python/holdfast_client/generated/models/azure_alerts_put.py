from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.azure_alerts_put_labels import AzureAlertsPutLabels


T = TypeVar("T", bound="AzureAlertsPut")


@_dataclass
class AzureAlertsPut:
    """Who hears from Azure about failed backups of the vault, and about which.

    Attributes:
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (AzureAlertsPutLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        action_group_id (None | str | Unset): An action group of yours. It is never deleted. Not together with `emails`.
        emails (list[str] | Unset): Addresses to tell: Holdfast makes an action group for them.
        severity (int | Unset): Of the metric alert: 0 (critical) to 4 (verbose). Default: 1.
        built_in (bool | Unset): Azure's built-in alerts of failed jobs: turned on and sent to the group, or turned off.
            Security alerts cannot be turned off. Default: True.
        receive (bool | Unset): The group calls Holdfast too, which then looks at the vault early. Each PUT makes a new
            secret address. Needs the setting PUBLIC_URL. Default: False.
    """

    reference: None | str | Unset = UNSET
    labels: AzureAlertsPutLabels | Unset = UNSET
    action_group_id: None | str | Unset = UNSET
    emails: list[str] | Unset = UNSET
    severity: int | Unset = 1
    built_in: bool | Unset = True
    receive: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        action_group_id: None | str | Unset
        if isinstance(self.action_group_id, Unset):
            action_group_id = UNSET
        else:
            action_group_id = self.action_group_id

        emails: list[str] | Unset = UNSET
        if not isinstance(self.emails, Unset):
            emails = self.emails

        severity = self.severity

        built_in = self.built_in

        receive = self.receive

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if action_group_id is not UNSET:
            field_dict["action_group_id"] = action_group_id
        if emails is not UNSET:
            field_dict["emails"] = emails
        if severity is not UNSET:
            field_dict["severity"] = severity
        if built_in is not UNSET:
            field_dict["built_in"] = built_in
        if receive is not UNSET:
            field_dict["receive"] = receive

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.azure_alerts_put_labels import AzureAlertsPutLabels  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: AzureAlertsPutLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = AzureAlertsPutLabels.from_dict(_labels)

        def _parse_action_group_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        action_group_id = _parse_action_group_id(d.pop("action_group_id", UNSET))

        emails = cast(list[str], d.pop("emails", UNSET))

        severity = d.pop("severity", UNSET)

        built_in = d.pop("built_in", UNSET)

        receive = d.pop("receive", UNSET)

        azure_alerts_put = cls(
            reference=reference,
            labels=labels,
            action_group_id=action_group_id,
            emails=emails,
            severity=severity,
            built_in=built_in,
            receive=receive,
        )

        return azure_alerts_put
