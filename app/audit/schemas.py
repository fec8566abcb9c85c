"""Request and response bodies of /v1/audit."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.audit.models import AuditEntry, AuditSeal
from app.audit.queries import Head

Outcome = Literal["accepted", "refused", "done"]

_HASH = "3f6cbd4ff2d1d9bd07b2a2e1f7a9d9f2fdb1c2b9a6e0f6c2dd3e6a1b0c9d8e7f"
ENTRY_EXAMPLE: dict[str, Any] = {
    "id": "4711",
    "tenant": "0197c0de-0000-7000-8000-000000000001",
    "at": "2026-01-31T12:00:00.123456Z",
    "actor": {
        "issuer": "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0",
        "directory": "11111111-1111-1111-1111-111111111111",
        "object_id": "22222222-2222-2222-2222-222222222222",
        "name": "ada@contoso.example",
    },
    "action": "create_restore",
    "target": "/v1/restores/0197c0de-0000-7000-8000-000000000002",
    "outcome": "accepted",
    "address": "192.0.2.7",
    "request_id": "5d0c9f7e-6f39-4a43-9d53-5f3c3ed0b0a1",
    "job_id": "0197c0de-0000-7000-8000-000000000003",
    "approval_id": None,
    "attempt_id": None,
    "details": {"kind": "restore", "reference": "CHG-1234", "asked": {"target": {"mode": "disks"}}},
    "seal": {
        "seq": 4709,
        "version": 1,
        "sealed_at": "2026-01-31T12:00:04.000000Z",
        "previous": "0" * 64,
        "hash": _HASH,
    },
}
HEAD_EXAMPLE: dict[str, Any] = {
    "tenant": "0197c0de-0000-7000-8000-000000000001",
    "seq": 4709,
    "hash": _HASH,
    "at": "2026-01-31T12:00:04.000000Z",
}


class ActorRead(BaseModel):
    """Who did it: a principal of an issuer's directory; or `holdfast`, without an issuer, for its own decisions."""

    issuer: str
    directory: str
    object_id: str
    name: str = Field(description="Display name; it may change.")


class SealRead(BaseModel):
    """The seal of an entry: its link in the tenant's chain of hashes."""

    seq: int
    version: int = Field(description="Version of the canonical form that was hashed (docs/audit.md).")
    sealed_at: datetime
    previous: str
    hash: str = Field(description="SHA-256 over the entry and the hash before it.")


class AuditEntryRead(BaseModel):
    """One action of a principal, done or refused."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENTRY_EXAMPLE]})

    id: str
    tenant: str = Field(description="The tenant whose trail has this entry; empty: the platform's.")
    at: datetime
    actor: ActorRead
    action: str = Field(
        description="The operation id that was called; `attempt`: a worker sent it to Azure; or what Holdfast "
        "did by itself (`retire_attempt`, `expire_approval`, ...: docs/audit.md)."
    )
    target: str = Field(description="The path of the resource, as the request named it.")
    outcome: Outcome = Field(description="accepted: a job will do it. refused: it is not allowed. done: it was done.")
    address: str = Field(description="Network address of the request; empty for a worker.")
    request_id: str
    job_id: UUID | None
    approval_id: UUID | None
    attempt_id: UUID | None = Field(description="What Azure shows as the activity id of the job.")
    details: dict[str, Any]
    seal: SealRead | None = Field(description="Null for the few seconds until it is sealed.")

    @classmethod
    def of(cls, entry: AuditEntry, seal: AuditSeal | None) -> "AuditEntryRead":
        own = {name: getattr(entry, name) for name in cls.model_fields if name not in {"id", "actor", "seal"}}
        actor = {name: getattr(entry, f"actor_{name}") for name in ActorRead.model_fields}
        link = None if seal is None else {name: getattr(seal, name) for name in SealRead.model_fields}
        return cls.model_validate(own | {"id": str(entry.id), "actor": actor, "seal": link})


class AuditHeadRead(BaseModel):
    """The last hash of a chain.

    A copy that database users cannot change proves that all earlier entries are unchanged.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [HEAD_EXAMPLE]})

    tenant: str
    seq: int = Field(description="Number of links of the chain.")
    hash: str
    at: datetime | None = Field(description="When it was sealed; null: nothing was sealed yet.")

    @classmethod
    def of(cls, head: Head) -> "AuditHeadRead":
        return cls(tenant=head.tenant, seq=head.seq, hash=head.hash, at=head.at)
