from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.not_looked_up import NotLookedUp
    from ..models.point_restored import PointRestored
    from ..models.restore_result_azure import RestoreResultAzure
    from ..models.result_resource import ResultResource
    from ..models.result_resource_named import ResultResourceNamed


T = TypeVar("T", bound="RestoreResult")


@_dataclass
class RestoreResult:
    """Of a restore to disks, to a new VM, or over the VM's disks.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['restore']): The kind of the job: it says which fields there are.
        mode (None | str): `disks`, `new_vm` or `replace_disks`.
        region (None | str): `primary` or `secondary`.
        recovery_point_id (None | str): The point that was restored; null: not known.
        recovery_point (None | PointRestored): Where a worker chose it.
        disks (list[ResultResourceNamed]): The disks that were restored.
        vm (None | ResultResourceNamed): The new VM.
        network_interfaces (list[ResultResourceNamed]): Those of the new VM.
        kept_disks (list[ResultResourceNamed]): What was left: the disks that the VM had before. Azure keeps them, and
            charges for them.
        template_url (None | str): The blob with the template for a VM.
        replaced (bool | None): For `replace_disks`: whether the VM runs on restored disks now; null: not known.
        not_looked_up (list[NotLookedUp]): What Azure did not let Holdfast look for; empty: everything was looked for.
        azure (RestoreResultAzure): The properties of Azure's job, in its own words.
    """

    resources: list[ResultResource]
    kind: Literal["restore"]
    mode: None | str
    region: None | str
    recovery_point_id: None | str
    recovery_point: None | PointRestored
    disks: list[ResultResourceNamed]
    vm: None | ResultResourceNamed
    network_interfaces: list[ResultResourceNamed]
    kept_disks: list[ResultResourceNamed]
    template_url: None | str
    replaced: bool | None
    not_looked_up: list[NotLookedUp]
    azure: RestoreResultAzure
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.point_restored import PointRestored  # noqa: PLC0415
        from ..models.result_resource_named import ResultResourceNamed  # noqa: PLC0415

        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        mode: None | str
        mode = self.mode

        region: None | str
        region = self.region

        recovery_point_id: None | str
        recovery_point_id = self.recovery_point_id

        recovery_point: dict[str, Any] | None
        if isinstance(self.recovery_point, PointRestored):
            recovery_point = self.recovery_point.to_dict()
        else:
            recovery_point = self.recovery_point

        disks = []
        for disks_item_data in self.disks:
            disks_item = disks_item_data.to_dict()
            disks.append(disks_item)

        vm: dict[str, Any] | None
        if isinstance(self.vm, ResultResourceNamed):
            vm = self.vm.to_dict()
        else:
            vm = self.vm

        network_interfaces = []
        for network_interfaces_item_data in self.network_interfaces:
            network_interfaces_item = network_interfaces_item_data.to_dict()
            network_interfaces.append(network_interfaces_item)

        kept_disks = []
        for kept_disks_item_data in self.kept_disks:
            kept_disks_item = kept_disks_item_data.to_dict()
            kept_disks.append(kept_disks_item)

        template_url: None | str
        template_url = self.template_url

        replaced: bool | None
        replaced = self.replaced

        not_looked_up = []
        for not_looked_up_item_data in self.not_looked_up:
            not_looked_up_item = not_looked_up_item_data.to_dict()
            not_looked_up.append(not_looked_up_item)

        azure = self.azure.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "mode": mode,
                "region": region,
                "recovery_point_id": recovery_point_id,
                "recovery_point": recovery_point,
                "disks": disks,
                "vm": vm,
                "network_interfaces": network_interfaces,
                "kept_disks": kept_disks,
                "template_url": template_url,
                "replaced": replaced,
                "not_looked_up": not_looked_up,
                "azure": azure,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.not_looked_up import NotLookedUp  # noqa: PLC0415
        from ..models.point_restored import PointRestored  # noqa: PLC0415
        from ..models.restore_result_azure import RestoreResultAzure  # noqa: PLC0415
        from ..models.result_resource import ResultResource  # noqa: PLC0415
        from ..models.result_resource_named import ResultResourceNamed  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["restore"], d.pop("kind"))
        if kind != "restore":
            raise ValueError(f"kind must match const 'restore', got '{kind}'")

        def _parse_mode(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        mode = _parse_mode(d.pop("mode"))

        def _parse_region(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        region = _parse_region(d.pop("region"))

        def _parse_recovery_point_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        recovery_point_id = _parse_recovery_point_id(d.pop("recovery_point_id"))

        def _parse_recovery_point(data: object) -> None | PointRestored:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recovery_point_type_0 = PointRestored.from_dict(data)

                return recovery_point_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PointRestored, data)

        recovery_point = _parse_recovery_point(d.pop("recovery_point"))

        disks = []
        _disks = d.pop("disks")
        for disks_item_data in _disks:
            disks_item = ResultResourceNamed.from_dict(disks_item_data)

            disks.append(disks_item)

        def _parse_vm(data: object) -> None | ResultResourceNamed:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                vm_type_0 = ResultResourceNamed.from_dict(data)

                return vm_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ResultResourceNamed, data)

        vm = _parse_vm(d.pop("vm"))

        network_interfaces = []
        _network_interfaces = d.pop("network_interfaces")
        for network_interfaces_item_data in _network_interfaces:
            network_interfaces_item = ResultResourceNamed.from_dict(network_interfaces_item_data)

            network_interfaces.append(network_interfaces_item)

        kept_disks = []
        _kept_disks = d.pop("kept_disks")
        for kept_disks_item_data in _kept_disks:
            kept_disks_item = ResultResourceNamed.from_dict(kept_disks_item_data)

            kept_disks.append(kept_disks_item)

        def _parse_template_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        template_url = _parse_template_url(d.pop("template_url"))

        def _parse_replaced(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        replaced = _parse_replaced(d.pop("replaced"))

        not_looked_up = []
        _not_looked_up = d.pop("not_looked_up")
        for not_looked_up_item_data in _not_looked_up:
            not_looked_up_item = NotLookedUp.from_dict(not_looked_up_item_data)

            not_looked_up.append(not_looked_up_item)

        azure = RestoreResultAzure.from_dict(d.pop("azure"))

        restore_result = cls(
            resources=resources,
            kind=kind,
            mode=mode,
            region=region,
            recovery_point_id=recovery_point_id,
            recovery_point=recovery_point,
            disks=disks,
            vm=vm,
            network_interfaces=network_interfaces,
            kept_disks=kept_disks,
            template_url=template_url,
            replaced=replaced,
            not_looked_up=not_looked_up,
            azure=azure,
        )

        restore_result.additional_properties = d
        return restore_result
