"""Bodies of Azure's alerts."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints
from pydantic.config import JsonDict

from app.azure_alerts import rules
from app.azure_alerts.models import AzureAlerts
from app.jobs.api.schemas import WriteBody
from app.protection.schemas import ArmId

MOST_EMAILS = 20
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[!-?A-~]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+$")]
"""One address in ASCII. Azure sends a mail to confirm each."""
GROUP = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
    "/providers/Microsoft.Insights/actionGroups/on-call"
)
READ_EXAMPLE: JsonDict = {
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "state": "ready",
    "action_group_id": GROUP,
    "made_action_group": False,
    "emails": [],
    "severity": 1,
    "built_in": True,
    "receive": True,
    "heard_at": None,
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
    "as_of": "2026-01-31T10:00:20Z",
}


class AzureAlertsPut(WriteBody):
    """Who hears from Azure about failed backups of the vault, and about which."""

    action_group_id: ArmId | None = Field(
        default=None, description="An action group of yours. It is never deleted. Not together with `emails`."
    )
    emails: list[Email] = Field(
        default=[], max_length=MOST_EMAILS, description="Addresses to tell: Holdfast makes an action group for them."
    )
    severity: StrictInt = Field(default=1, ge=0, le=4, description="Of the metric alert: 0 (critical) to 4 (verbose).")
    built_in: StrictBool = Field(
        default=True,
        description="Azure's built-in alerts of failed jobs: turned on and sent to the group, or turned off. Security "
        "alerts cannot be turned off.",
    )
    receive: StrictBool = Field(
        default=False,
        description="The group calls Holdfast too, which then looks at the vault early. Each PUT makes a new secret "
        "address. Needs the setting PUBLIC_URL.",
    )


class AzureAlertsRead(BaseModel):
    """What is set. While the first job runs, or after it has failed: what was asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    vault_id: UUID
    state: Literal["setting", "ready", "removing", "incomplete"] = Field(
        description="incomplete: the last job ended badly, and some of it may be in Azure. PUT again, or DELETE."
    )
    action_group_id: str
    made_action_group: bool = Field(description="Holdfast makes the group, and removes it.")
    emails: list[str]
    severity: int
    built_in: bool
    receive: bool
    heard_at: datetime | None = Field(description="When an alert of the vault last came in.")
    job: str = Field(description="The newest job about it: /v1/jobs/{id}; null: none.")
    as_of: datetime | None = Field(description="When Azure was last seen to have it so.")

    @classmethod
    def of(cls, row: AzureAlerts, order: rules.Order) -> "AzureAlertsRead":
        return cls(
            vault_id=row.vault_id,
            state=row.state,
            action_group_id=order.group_id,
            made_action_group=row.action_group_id is None,
            emails=row.emails,
            severity=row.severity,
            built_in=row.built_in,
            receive=row.receive,
            heard_at=row.heard_at,
            job=f"/v1/jobs/{row.job_id}",
            as_of=row.as_of,
        )
