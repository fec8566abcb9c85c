from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="TenantQuotas")


@_dataclass
class TenantQuotas:
    """Limits of a tenant; a quota that is left out is not limited.

    If `live_reads_per_minute` is left out, the setting of each process applies.

        Attributes:
            concurrent_restores (int | None | Unset): Restores and mounts that have not ended; null: not limited.
            backups_per_vm_and_day (int | None | Unset): Backups on demand of one VM since midnight UTC; null: not limited.
            protected_items (int | None | Unset): Protected VMs, soft-deleted ones included; null: not limited.
            live_reads_per_minute (int | None | Unset): Requests to Azure that callers wait for, in a minute; null: the
                installation's setting.
            webhooks (int | None | Unset): Webhooks of the tenant; null: the installation's default.
            recovery_plans (int | None | Unset): Recovery plans of the tenant; null: 100.
            restore_tests (int | None | Unset): Restore tests of the tenant; null: 100.
            concurrent_tear_downs (int | None | Unset): Tear-downs that have not ended; null: not limited.
            open_bulk_requests (int | None | Unset): Bulk requests that have not ended; null: 20.
            protection_rules (int | None | Unset): Protection rules of the tenant; null: 100.
    """

    concurrent_restores: int | None | Unset = UNSET
    backups_per_vm_and_day: int | None | Unset = UNSET
    protected_items: int | None | Unset = UNSET
    live_reads_per_minute: int | None | Unset = UNSET
    webhooks: int | None | Unset = UNSET
    recovery_plans: int | None | Unset = UNSET
    restore_tests: int | None | Unset = UNSET
    concurrent_tear_downs: int | None | Unset = UNSET
    open_bulk_requests: int | None | Unset = UNSET
    protection_rules: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        concurrent_restores: int | None | Unset
        if isinstance(self.concurrent_restores, Unset):
            concurrent_restores = UNSET
        else:
            concurrent_restores = self.concurrent_restores

        backups_per_vm_and_day: int | None | Unset
        if isinstance(self.backups_per_vm_and_day, Unset):
            backups_per_vm_and_day = UNSET
        else:
            backups_per_vm_and_day = self.backups_per_vm_and_day

        protected_items: int | None | Unset
        if isinstance(self.protected_items, Unset):
            protected_items = UNSET
        else:
            protected_items = self.protected_items

        live_reads_per_minute: int | None | Unset
        if isinstance(self.live_reads_per_minute, Unset):
            live_reads_per_minute = UNSET
        else:
            live_reads_per_minute = self.live_reads_per_minute

        webhooks: int | None | Unset
        if isinstance(self.webhooks, Unset):
            webhooks = UNSET
        else:
            webhooks = self.webhooks

        recovery_plans: int | None | Unset
        if isinstance(self.recovery_plans, Unset):
            recovery_plans = UNSET
        else:
            recovery_plans = self.recovery_plans

        restore_tests: int | None | Unset
        if isinstance(self.restore_tests, Unset):
            restore_tests = UNSET
        else:
            restore_tests = self.restore_tests

        concurrent_tear_downs: int | None | Unset
        if isinstance(self.concurrent_tear_downs, Unset):
            concurrent_tear_downs = UNSET
        else:
            concurrent_tear_downs = self.concurrent_tear_downs

        open_bulk_requests: int | None | Unset
        if isinstance(self.open_bulk_requests, Unset):
            open_bulk_requests = UNSET
        else:
            open_bulk_requests = self.open_bulk_requests

        protection_rules: int | None | Unset
        if isinstance(self.protection_rules, Unset):
            protection_rules = UNSET
        else:
            protection_rules = self.protection_rules

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if concurrent_restores is not UNSET:
            field_dict["concurrent_restores"] = concurrent_restores
        if backups_per_vm_and_day is not UNSET:
            field_dict["backups_per_vm_and_day"] = backups_per_vm_and_day
        if protected_items is not UNSET:
            field_dict["protected_items"] = protected_items
        if live_reads_per_minute is not UNSET:
            field_dict["live_reads_per_minute"] = live_reads_per_minute
        if webhooks is not UNSET:
            field_dict["webhooks"] = webhooks
        if recovery_plans is not UNSET:
            field_dict["recovery_plans"] = recovery_plans
        if restore_tests is not UNSET:
            field_dict["restore_tests"] = restore_tests
        if concurrent_tear_downs is not UNSET:
            field_dict["concurrent_tear_downs"] = concurrent_tear_downs
        if open_bulk_requests is not UNSET:
            field_dict["open_bulk_requests"] = open_bulk_requests
        if protection_rules is not UNSET:
            field_dict["protection_rules"] = protection_rules

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_concurrent_restores(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        concurrent_restores = _parse_concurrent_restores(d.pop("concurrent_restores", UNSET))

        def _parse_backups_per_vm_and_day(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        backups_per_vm_and_day = _parse_backups_per_vm_and_day(d.pop("backups_per_vm_and_day", UNSET))

        def _parse_protected_items(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        protected_items = _parse_protected_items(d.pop("protected_items", UNSET))

        def _parse_live_reads_per_minute(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        live_reads_per_minute = _parse_live_reads_per_minute(d.pop("live_reads_per_minute", UNSET))

        def _parse_webhooks(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        webhooks = _parse_webhooks(d.pop("webhooks", UNSET))

        def _parse_recovery_plans(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        recovery_plans = _parse_recovery_plans(d.pop("recovery_plans", UNSET))

        def _parse_restore_tests(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        restore_tests = _parse_restore_tests(d.pop("restore_tests", UNSET))

        def _parse_concurrent_tear_downs(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        concurrent_tear_downs = _parse_concurrent_tear_downs(d.pop("concurrent_tear_downs", UNSET))

        def _parse_open_bulk_requests(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        open_bulk_requests = _parse_open_bulk_requests(d.pop("open_bulk_requests", UNSET))

        def _parse_protection_rules(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        protection_rules = _parse_protection_rules(d.pop("protection_rules", UNSET))

        tenant_quotas = cls(
            concurrent_restores=concurrent_restores,
            backups_per_vm_and_day=backups_per_vm_and_day,
            protected_items=protected_items,
            live_reads_per_minute=live_reads_per_minute,
            webhooks=webhooks,
            recovery_plans=recovery_plans,
            restore_tests=restore_tests,
            concurrent_tear_downs=concurrent_tear_downs,
            open_bulk_requests=open_bulk_requests,
            protection_rules=protection_rules,
        )

        return tenant_quotas
