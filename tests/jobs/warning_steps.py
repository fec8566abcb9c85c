"""A job read back with its warnings."""

from typing import Any
from uuid import uuid4

from app.azure.values import (
    AzureJob,
    AzureJobDetails,
    AzureJobError,
    JobOutcome,
)


def job(outcome: JobOutcome = JobOutcome.FAILED, *errors: AzureJobError, **details: Any) -> AzureJob:
    shown = AzureJobDetails(**details) if details else None
    return AzureJob("j", str(uuid4()), "Backup", outcome.name, outcome, None, None, None, errors, shown)
