from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.vault_discover_labels import VaultDiscoverLabels


T = TypeVar("T", bound="VaultDiscover")


@_dataclass
class VaultDiscover:
    """Where to look for vaults.

    Attributes:
        subscription_id (str): The subscription to look in. Your tenant needs a grant of it.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (VaultDiscoverLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        adopt (bool | Unset): Adopt every vault that is not managed yet, with a job each. Default: False.
    """

    subscription_id: str
    reference: None | str | Unset = UNSET
    labels: VaultDiscoverLabels | Unset = UNSET
    adopt: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        subscription_id = self.subscription_id

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        adopt = self.adopt

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "subscription_id": subscription_id,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if adopt is not UNSET:
            field_dict["adopt"] = adopt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vault_discover_labels import VaultDiscoverLabels  # noqa: PLC0415

        d = dict(src_dict)
        subscription_id = d.pop("subscription_id")

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: VaultDiscoverLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = VaultDiscoverLabels.from_dict(_labels)

        adopt = d.pop("adopt", UNSET)

        vault_discover = cls(
            subscription_id=subscription_id,
            reference=reference,
            labels=labels,
            adopt=adopt,
        )

        return vault_discover
