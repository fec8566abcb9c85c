"""Bodies of recovery runs and gates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.azure import names
from app.jobs.api.schemas import JOB_EXAMPLE, PRINTABLE, JobErrorRead, JobRead, VmRead, WriteBody
from app.jobs.lifecycle import TERMINAL, WELL, State
from app.jobs.models import Job
from app.protection.schemas import VM_EXAMPLE
from app.recovery_plans.rules import GateKind, Mode
from app.recovery_plans.schemas import PLAN_ID, PlanPointBody
from app.recovery_runs.models import RecoveryMember, RecoveryRun
from app.recovery_runs.row_json import WAVES
from app.recovery_runs.rules import MemberState, WaveState

RUN_ID = "01890000-0000-7000-8000-0000000000c2"
_GATE: JsonDict = {
    "kind": "person",
    "since": "2026-01-31T12:10:00Z",
    "until": "2026-02-01T12:10:00Z",
    "decision": None,
    "unready": [],
}
RUN_EXAMPLE: JsonDict = {
    "id": RUN_ID,
    "plan_id": PLAN_ID,
    "mode": "recover",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
    "state": "running",
    "waves": [{"name": "database", "state": "gate", "began_at": "2026-01-31T12:00:00Z", "gate": _GATE}],
    "members": [
        {
            "protected_item_id": "01890000-0000-7000-8000-000000000003",
            "vm": VM_EXAMPLE,
            "wave": "database",
            "may_fail": False,
            "state": "succeeded",
            "restore": "/v1/restores/01890000-0000-7000-8000-000000000004",
            "job": "/v1/jobs/01890000-0000-7000-8000-000000000011",
            "recovery_point_time": "2026-01-31T10:00:05Z",
            "rto_seconds": 540.0,
            "error": None,
        }
    ],
    "point_spread_seconds": 0.0,
    "rto_seconds": None,
    "promised_rto_seconds": 14400,
    "stopped": None,
    "plan_hash": "9b0b5a…",
    "created_at": "2026-01-31T12:00:00Z",
    "started_at": "2026-01-31T12:00:00Z",
    "ended_at": None,
}


class RunCreate(WriteBody):
    """Carry out the plan, or rehearse it."""

    mode: Mode
    point: PlanPointBody | None = Field(default=None, description="In place of the plan's own rule.")


class GateDecide(BaseModel):
    """What a person decides at a gate."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["go", "stop"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PRINTABLE)]


class GateDecisionRead(BaseModel):
    decision: Literal["go", "stop"]
    reason: str
    by: str
    at: datetime

    @classmethod
    def of(cls, said: dict[str, Any]) -> "GateDecisionRead":
        """Of a decision as the row keeps it."""
        return cls.model_validate({**said, "decision": "go" if said["go"] else "stop"})


class GateRead(BaseModel):
    """The gate after a wave."""

    kind: GateKind
    since: datetime | None = Field(default=None, description="When the last member of the wave had ended.")
    until: datetime | None = Field(
        default=None, description="Of delay: when it opens. Of check and person: the time limit."
    )
    decision: GateDecisionRead | None = None
    unready: list[str] = Field(description="Of a check: the VMs that were not ready at the last look.")


class WaveRead(BaseModel):
    name: str
    state: WaveState
    began_at: datetime | None = None
    gate: GateRead


class RecoveryMemberRead(BaseModel):
    protected_item_id: UUID
    vm: VmRead | None
    wave: str
    may_fail: bool
    state: MemberState
    restore: str | None
    job: str | None = Field(description="Of its restore; the restore's own state is there.")
    recovery_point_time: datetime | None
    rto_seconds: float | None = Field(description="From the beginning of the run until this VM was back.")
    error: JobErrorRead | None = None


class StoppedRead(BaseModel):
    """Why nothing more begins."""

    code: str
    detail: str | None


class RecoveryRunRead(BaseModel):
    """A recovery run: which wave it is in, and what became of every VM."""

    model_config = ConfigDict(json_schema_extra={"examples": [RUN_EXAMPLE]})

    id: UUID
    plan_id: UUID = Field(description="The plan may have been changed or deleted since: the run keeps its copy.")
    mode: Mode
    job: str
    state: State = Field(description="State of its job.")
    waves: list[WaveRead]
    members: list[RecoveryMemberRead]
    point_spread_seconds: float | None = Field(description="Between the oldest and the newest recovery point.")
    rto_seconds: float | None = Field(
        description="From the beginning until the last VM was back; null unless all came back that may not fail."
    )
    promised_rto_seconds: int | None
    stopped: StoppedRead | None
    plan_hash: str = Field(description="SHA-256 of the plan as it is carried out: what an approval is bound to.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, run: RecoveryRun, job: Job, members: Sequence[tuple[RecoveryMember, Job | None]]) -> "RecoveryRunRead":
        waves = WAVES.validate_python(run.waves)
        return cls.model_validate(
            {
                "id": run.id,
                "plan_id": run.plan_id,
                "mode": run.mode,
                "job": f"/v1/jobs/{job.id}",
                "state": job.state,
                "waves": [
                    {
                        "name": wave.name,
                        "state": wave.state,
                        "began_at": wave.began_at,
                        "gate": {
                            "kind": wave.gate.kind,
                            "since": wave.gate_since,
                            "until": wave.gate_until,
                            "decision": GateDecisionRead.of(kept["decision"]) if kept["decision"] else None,
                            "unready": list(wave.unready),
                        },
                    }
                    for wave, kept in zip(waves, run.waves, strict=True)
                ],
                "members": [_member(one, of_it, waves[one.wave].name) for one, of_it in members],
                "stopped": run.stopped,
                **{name: getattr(run, name) for name in _OWN},
            }
        )


_OWN = (
    *("point_spread_seconds", "rto_seconds", "promised_rto_seconds"),
    *("plan_hash", "created_at", "started_at", "ended_at"),
)


def _member(member: RecoveryMember, job: Job | None, wave: str) -> dict[str, Any]:
    """A restore that has ended is shown so at once, before the loop has written it down."""
    state, error = member.state, member.error
    if state == MemberState.RESTORING and job is not None and job.state in TERMINAL:
        state = MemberState.SUCCEEDED if job.state in WELL else MemberState.FAILED
        error = job.error
    return {
        "protected_item_id": member.protected_item_id,
        "vm": VmRead.of_vm(names.read_vm_id(member.vm_id)) if member.vm_id is not None else None,
        "wave": wave,
        "may_fail": member.may_fail,
        "state": state,
        "restore": f"/v1/restores/{member.restore_id}" if member.restore_id is not None else None,
        "job": f"/v1/jobs/{member.job_id}" if member.job_id is not None else None,
        "recovery_point_time": member.recovery_point_at,
        "rto_seconds": member.rto_seconds,
        "error": error,
    }


class RecoveryRunAccepted(JobRead):
    """The job, and the run that it leads."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **JOB_EXAMPLE,
                    "kind": "recovery_run",
                    "state": "queued",
                    "resource": f"/v1/recovery-runs/{RUN_ID}",
                    "run": f"/v1/recovery-runs/{RUN_ID}",
                    "point_spread_seconds": 3600.0,
                }
            ]
        }
    )

    run: str = Field(description="Path of the run: /v1/recovery-runs/{id}.")
    point_spread_seconds: float | None = None


class RecoveryGateEventData(BaseModel):
    """The data of `holdfast.recovery_run.gate`: a gate that a run waits at, or has left."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": RUN_ID,
                    "plan_id": PLAN_ID,
                    "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
                    "mode": "recover",
                    "wave": "database",
                    "kind": "person",
                    "state": "waiting",
                    "since": "2026-01-31T12:10:00Z",
                    "until": "2026-02-01T12:10:00Z",
                }
            ]
        }
    )

    id: UUID
    plan_id: UUID
    job: str
    mode: Mode
    wave: str
    kind: GateKind
    state: Literal["waiting", "open", "closed"]
    since: datetime | None = None
    until: datetime | None = None
    decision: GateDecisionRead | None = None

    @classmethod
    def of(cls, data: dict[str, Any]) -> "RecoveryGateEventData":
        gate = data["gate"]
        decision = GateDecisionRead.of(gate["decision"]) if gate.get("decision") else None
        own = {"id": data["id"], "plan_id": data["plan_id"], "mode": data["mode"], "job": f"/v1/jobs/{data['job_id']}"}
        named = {name: gate.get(name) for name in ("wave", "kind", "state", "since", "until")}
        return cls.model_validate(own | named | {"decision": decision})
