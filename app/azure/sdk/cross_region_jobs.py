"""The secondary region's own view of the restores that run there (docs/azure.md, Cross-region restore).

The vault's list has a copy of these jobs (same job id, same activity id, 0.5 s later); they are followed here and not
there, because a restore across regions may run while the primary region is down.
"""

from datetime import UTC, datetime

from azure.core.rest import AsyncHttpResponse

from app.azure import values as v
from app.azure.lists import Unreadable
from app.azure.sdk import translate_jobs as translate
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.cross_region import asked, location_path
from app.azure.sdk.formats import http_date
from app.azure.sdk.paging import Fetch, pages, take
from app.azure.sdk.refusals import azure_errors


class CrossRegionJobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, vault: v.VaultRef, region: str, condition: str) -> v.JobListing:
        """All pages, by POST. Entries that cannot be read make the listing incomplete, as in the primary region."""
        doing, asked_at = "listing the jobs of the secondary region", datetime.now(UTC)

        async def ask(url: str) -> AsyncHttpResponse:
            return await self._connection.ask(url, {"resourceId": vault.id}, doing=doing)

        first = await ask(asked(f"{location_path(vault.subscription_id, region)}/backupCrrJobs", condition))
        return await job_listing(first, ask, asked_at, doing=doing)

    async def get(self, vault: v.VaultRef, region: str, job_id: str) -> v.AzureJob:
        doing = "reading a job of the secondary region"
        url = asked(f"{location_path(vault.subscription_id, region)}/backupCrrJob")
        response = await self._connection.ask(url, {"resourceId": vault.id, "jobName": job_id}, doing=doing)
        with azure_errors(doing):
            return translate.job_named(job_id, json_of(response))


async def job_listing(first: AsyncHttpResponse, fetch: Fetch, asked_at: datetime, *, doing: str) -> v.JobListing:
    """A list of jobs, its first page being there. `asked_at` = when it began, where the answer has no `Date`."""
    jobs: list[v.AzureJob] = []
    unreadable: list[Unreadable] = []
    read = 0
    async for page in pages(first, fetch, doing=doing):
        read += 1
        for entry in page:
            take(entry, translate.vm_job, jobs, unreadable)
    began_at = http_date(first.headers.get("Date")) or asked_at
    return v.JobListing(jobs=tuple(jobs), began_at=began_at, complete=not unreadable, pages=read)
