"""Looking for a lost attempt by its activity id.

Azure keeps the x-ms-client-request-id of the write that started a job as that job's `activityId` (every record seen,
2019-2026: wire.md section 1.1). `$filter` has no term for it, so the entries of the lists are matched here.
"""

from collections.abc import Sequence

from app.azure.errors import AzureUnknown
from app.azure.ports import AzureJobs
from app.azure.values import VaultRef
from app.jobs.matching import window_since
from app.jobs.work import Absent, Ambiguous, AttemptOnRecord, Finding, Found


async def find_by_activity(
    azure: AzureJobs, vault: VaultRef, attempts: Sequence[AttemptOnRecord], *, region: str | None = None
) -> Finding:
    """One complete look over the time since the first attempt. Raises AzureError when it could not be completed.

    `region` = the paired region that runs the job, asked for its own view of the vault. Two lists: what is in progress,
    which also tells Azure's clock, and the time window cut by that clock.
    """
    in_progress = await azure.list_in_progress(vault, region=region)
    first = attempts[0]
    start, end = window_since(first.opened_at, first.age_seconds, in_progress.began_at)
    window = await azure.list_window(vault, start, end, region=region)
    ours = {str(attempt.id) for attempt in attempts}
    # The same job stands in both lists, and may stand on two pages when a list shifts between them: count jobs.
    seen = (*in_progress.jobs, *window.jobs)
    found = {job.job_id.lower(): job for job in seen if job.activity_id.lower() in ours}
    if len(found) == 1:
        return Found(next(iter(found.values())))
    if found:
        return Ambiguous(f"{len(found)} Azure jobs carry attempts of this job: {', '.join(sorted(found))}")
    if not window.complete:
        raise AzureUnknown("The list of Azure's jobs could not be read to its end: it proves presence, never absence.")
    return Absent()
