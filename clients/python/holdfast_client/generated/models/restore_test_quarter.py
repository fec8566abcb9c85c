from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.quarter_evidence import QuarterEvidence
    from ..models.quarter_failures import QuarterFailures
    from ..models.quarter_group import QuarterGroup
    from ..models.quarter_item import QuarterItem
    from ..models.quarter_left import QuarterLeft
    from ..models.quarter_plan_run import QuarterPlanRun
    from ..models.quarter_totals import QuarterTotals
    from ..models.tenant_named import TenantNamed


T = TypeVar("T", bound="RestoreTestQuarter")


@_dataclass
class RestoreTestQuarter:
    """What restore tests proved in a quarter, what they did not and why, and how long it took.

    Attributes:
        quarter (str): The quarter, such as 2026-Q1.
        time_zone (str): Time zone in which the quarter begins and ends: an IANA name.
        from_ (datetime.datetime): The first instant (UTC).
        to (datetime.datetime): The first instant after it (UTC).
        provisional (bool): The quarter is not over.
        made_at (datetime.datetime): When this answer was made (UTC).
        tenant (TenantNamed): A tenant by name.
        totals (QuarterTotals): VMs by outcome; together they are `items`.
        groups (list[QuarterGroup]): VMs by outcome in each resource group.
        plans (list[QuarterPlanRun]): Runs of recovery plans that ended in the quarter.
        items (list[QuarterItem]): VM by VM, the worst off first.
        failures (QuarterFailures): Runs of the quarter that did not prove their VM.
        left (QuarterLeft): What is still in Azure of tests, as far as it was seen when they ended.
        evidence (QuarterEvidence): Which of the tenant's statements are of runs that ended in the quarter.
        digest (str): SHA-256 of the canonical JSON (docs/evidence.md) of this report without `digest` and `made_at`.
    """

    quarter: str
    time_zone: str
    from_: datetime.datetime
    to: datetime.datetime
    provisional: bool
    made_at: datetime.datetime
    tenant: TenantNamed
    totals: QuarterTotals
    groups: list[QuarterGroup]
    plans: list[QuarterPlanRun]
    items: list[QuarterItem]
    failures: QuarterFailures
    left: QuarterLeft
    evidence: QuarterEvidence
    digest: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        quarter = self.quarter

        time_zone = self.time_zone

        from_ = self.from_.isoformat()

        to = self.to.isoformat()

        provisional = self.provisional

        made_at = self.made_at.isoformat()

        tenant = self.tenant.to_dict()

        totals = self.totals.to_dict()

        groups = []
        for groups_item_data in self.groups:
            groups_item = groups_item_data.to_dict()
            groups.append(groups_item)

        plans = []
        for plans_item_data in self.plans:
            plans_item = plans_item_data.to_dict()
            plans.append(plans_item)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        failures = self.failures.to_dict()

        left = self.left.to_dict()

        evidence = self.evidence.to_dict()

        digest = self.digest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "quarter": quarter,
                "time_zone": time_zone,
                "from": from_,
                "to": to,
                "provisional": provisional,
                "made_at": made_at,
                "tenant": tenant,
                "totals": totals,
                "groups": groups,
                "plans": plans,
                "items": items,
                "failures": failures,
                "left": left,
                "evidence": evidence,
                "digest": digest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quarter_evidence import QuarterEvidence  # noqa: PLC0415
        from ..models.quarter_failures import QuarterFailures  # noqa: PLC0415
        from ..models.quarter_group import QuarterGroup  # noqa: PLC0415
        from ..models.quarter_item import QuarterItem  # noqa: PLC0415
        from ..models.quarter_left import QuarterLeft  # noqa: PLC0415
        from ..models.quarter_plan_run import QuarterPlanRun  # noqa: PLC0415
        from ..models.quarter_totals import QuarterTotals  # noqa: PLC0415
        from ..models.tenant_named import TenantNamed  # noqa: PLC0415

        d = dict(src_dict)
        quarter = d.pop("quarter")

        time_zone = d.pop("time_zone")

        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        to = datetime.datetime.fromisoformat(d.pop("to"))

        provisional = d.pop("provisional")

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        tenant = TenantNamed.from_dict(d.pop("tenant"))

        totals = QuarterTotals.from_dict(d.pop("totals"))

        groups = []
        _groups = d.pop("groups")
        for groups_item_data in _groups:
            groups_item = QuarterGroup.from_dict(groups_item_data)

            groups.append(groups_item)

        plans = []
        _plans = d.pop("plans")
        for plans_item_data in _plans:
            plans_item = QuarterPlanRun.from_dict(plans_item_data)

            plans.append(plans_item)

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = QuarterItem.from_dict(items_item_data)

            items.append(items_item)

        failures = QuarterFailures.from_dict(d.pop("failures"))

        left = QuarterLeft.from_dict(d.pop("left"))

        evidence = QuarterEvidence.from_dict(d.pop("evidence"))

        digest = d.pop("digest")

        restore_test_quarter = cls(
            quarter=quarter,
            time_zone=time_zone,
            from_=from_,
            to=to,
            provisional=provisional,
            made_at=made_at,
            tenant=tenant,
            totals=totals,
            groups=groups,
            plans=plans,
            items=items,
            failures=failures,
            left=left,
            evidence=evidence,
            digest=digest,
        )

        restore_test_quarter.additional_properties = d
        return restore_test_quarter
