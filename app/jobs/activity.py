"""Looking for a lost attempt by its activity id.

Azure keeps the x-ms-client-request-id of the write that started a job
as that job's `activityId` (every record seen, 2019-2026: wire.md section 1.1). `$filter` has no term for it, so the
entries of a time window are matched here.
"""

from collections.abc import Sequence
from datetime import timedelta

from app.azure.errors import AzureUnknown
from app.azure.ports import AzureJobs
from app.azure.values import VaultRef
from app.jobs.work import Absent, Ambiguous, AttemptOnRecord, Finding, Found

WINDOW_MARGIN = timedelta(minutes=10)
"""Cut on both sides: the attempt was stamped by our database's clock, the job by Azure's."""


async def find_by_activity(azure: AzureJobs, vault: VaultRef, attempts: Sequence[AttemptOnRecord]) -> Finding:
    """One complete look over the time since the first attempt. Raises AzureError when it could not be completed."""
    now = attempts[-1].opened_at + timedelta(seconds=attempts[-1].age_seconds)
    listing = await azure.list_window(vault, attempts[0].opened_at - WINDOW_MARGIN, now + WINDOW_MARGIN)
    ours = {str(attempt.id) for attempt in attempts}
    # The same entry may stand on two pages when the list shifts between them: count jobs, not entries.
    found = {job.job_id: job for job in listing.jobs if job.activity_id.lower() in ours}
    if len(found) == 1:
        return Found(next(iter(found.values())))
    if found:
        return Ambiguous(f"{len(found)} Azure jobs carry attempts of this job: {', '.join(sorted(found))}")
    if not listing.complete:
        raise AzureUnknown("The list of Azure's jobs could not be read to its end: it proves presence, never absence.")
    return Absent()
