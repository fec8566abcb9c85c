from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.vault_list_found import VaultListFound
    from ..models.vault_setting_found import VaultSettingFound


T = TypeVar("T", bound="VaultFindings")


@_dataclass
class VaultFindings:
    """What was not as Holdfast had it.

    Attributes:
        policies (VaultListFound): How Azure's list differed from what Holdfast had.
        protected_items (VaultListFound): How Azure's list differed from what Holdfast had.
        settings (list[VaultSettingFound] | Unset): Settings that were changed outside.
        vms_missing (list[str] | None | Unset): Protected VMs that do not exist any more; null: Holdfast may not read
            VMs.
    """

    policies: VaultListFound
    protected_items: VaultListFound
    settings: list[VaultSettingFound] | Unset = UNSET
    vms_missing: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        policies = self.policies.to_dict()

        protected_items = self.protected_items.to_dict()

        settings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = []
            for settings_item_data in self.settings:
                settings_item = settings_item_data.to_dict()
                settings.append(settings_item)

        vms_missing: list[str] | None | Unset
        if isinstance(self.vms_missing, Unset):
            vms_missing = UNSET
        elif isinstance(self.vms_missing, list):
            vms_missing = self.vms_missing

        else:
            vms_missing = self.vms_missing

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "policies": policies,
                "protected_items": protected_items,
            }
        )
        if settings is not UNSET:
            field_dict["settings"] = settings
        if vms_missing is not UNSET:
            field_dict["vms_missing"] = vms_missing

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vault_list_found import VaultListFound  # noqa: PLC0415
        from ..models.vault_setting_found import VaultSettingFound  # noqa: PLC0415

        d = dict(src_dict)
        policies = VaultListFound.from_dict(d.pop("policies"))

        protected_items = VaultListFound.from_dict(d.pop("protected_items"))

        _settings = d.pop("settings", UNSET)
        settings: list[VaultSettingFound] | Unset = UNSET
        if _settings is not UNSET:
            settings = []
            for settings_item_data in _settings:
                settings_item = VaultSettingFound.from_dict(settings_item_data)

                settings.append(settings_item)

        def _parse_vms_missing(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                vms_missing_type_0 = cast(list[str], data)

                return vms_missing_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        vms_missing = _parse_vms_missing(d.pop("vms_missing", UNSET))

        vault_findings = cls(
            policies=policies,
            protected_items=protected_items,
            settings=settings,
            vms_missing=vms_missing,
        )

        vault_findings.additional_properties = d
        return vault_findings
