"""Bodies of POST /v1/recovery-plans/{id}/preflight."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.jobs.api.schemas import VmRead
from app.protection.schemas import VM_EXAMPLE
from app.recovery_plans.preflight import Report
from app.recovery_plans.rules import Mode, Plan
from app.recovery_plans.schemas import ITEM, Closed, PlanPointBody
from app.restores.rules import shown
from app.restores.schemas import CHECK_EXAMPLE, ChosenPoint, RestoreCheckRead


class PlanPreflight(Closed):
    """What to look at: a mode, and a point rule in place of the plan's."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode = Mode.RECOVER
    point: PlanPointBody | None = Field(default=None, description="In place of the plan's own rule.")


class MemberPreflightRead(BaseModel):
    """One member: the point it would get, and every check of its restore."""

    protected_item_id: UUID
    vm: VmRead | None
    wave: str
    may_fail: bool
    ok: bool = Field(description="Whether its restore would be accepted: no check failed.")
    recovery_point: ChosenPoint | None
    checks: list[RestoreCheckRead]


class PlanPreflightRead(BaseModel):
    """Whether the plan could be carried out now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ok": False,
                    "complete": True,
                    "mode": "recover",
                    "members": [
                        {
                            "protected_item_id": ITEM,
                            "vm": VM_EXAMPLE,
                            "wave": "database",
                            "may_fail": False,
                            "ok": False,
                            "recovery_point": {"id": "155563201234567", "time": "2026-01-31T10:00:05Z"},
                            "checks": [CHECK_EXAMPLE],
                        }
                    ],
                    "point_spread_seconds": 0.0,
                    "as_of": "2026-01-31T12:00:00Z",
                }
            ]
        }
    )

    ok: bool = Field(description="True: no check failed of a member that may not fail.")
    complete: bool = Field(description="Whether all was checked: no check was skipped.")
    mode: Mode
    members: list[MemberPreflightRead]
    point_spread_seconds: float | None = Field(
        description="Between the oldest and the newest of these points; null: none is known."
    )
    as_of: datetime | None = Field(description="When Azure was asked; null: a check was skipped, see `complete`.")

    @classmethod
    def of(cls, report: Report, plan: Plan, mode: Mode, now: datetime) -> "PlanPreflightRead":
        members = [
            {
                "protected_item_id": one.candidate.item_id,
                "vm": VmRead.of_vm(one.candidate.item.ref.vm) if one.candidate.item is not None else None,
                "wave": plan.waves[one.candidate.wave].name,
                "may_fail": one.candidate.may_fail,
                "ok": one.is_ok,
                "recovery_point": shown(one.point) if one.point is not None else None,
                "checks": [check.as_json() for check in one.checks],
            }
            for one in report.members
        ]
        return cls.model_validate(
            {
                "ok": report.is_ok,
                "complete": report.is_complete,
                "mode": mode,
                "members": members,
                "point_spread_seconds": report.spread_seconds,
                "as_of": now if report.is_complete else None,
            }
        )
