"""The secondary region's own view of the restores that run there (wire.md section 16).

The vault's list has a copy of these jobs (same job id, same activity id, 0.5 s later); they are followed here and not
there, because whoever restores across regions may be doing it while the primary region is down.
"""

from datetime import UTC, datetime
from typing import Any

from azure.core.rest import AsyncHttpResponse

from app.azure import values as v
from app.azure.sdk import translate_jobs as translate
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.cross_region import asked, location_path
from app.azure.sdk.formats import http_date
from app.azure.sdk.refusals import azure_errors


class CrossRegionJobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, vault: v.VaultRef, region: str, condition: str) -> v.JobListing:
        """All pages, by POST. Entries that cannot be read make the listing incomplete, as in the primary region."""
        doing = "listing the jobs of the secondary region"
        url: str | None = asked(f"{location_path(vault.subscription_id, region)}/backupCrrJobs", condition)
        began_at: datetime | None = None
        jobs: list[v.AzureJob] = []
        complete = True
        asked_at = datetime.now(UTC)
        while url:
            response = await self._connection.ask(url, {"resourceId": vault.id}, doing=doing)
            began_at = began_at or http_date(response.headers.get("Date")) or asked_at
            with azure_errors(doing):
                url, readable = take_page(response, jobs)
            complete = complete and readable
        return v.JobListing(jobs=tuple(jobs), began_at=began_at or asked_at, complete=complete)

    async def get(self, vault: v.VaultRef, region: str, job_id: str) -> v.AzureJob:
        doing = "reading a job of the secondary region"
        url = asked(f"{location_path(vault.subscription_id, region)}/backupCrrJob")
        response = await self._connection.ask(url, {"resourceId": vault.id, "jobName": job_id}, doing=doing)
        with azure_errors(doing):
            return translate.job(json_of(response))


def take_page(response: AsyncHttpResponse, jobs: list[v.AzureJob]) -> tuple[str | None, bool]:
    """Adds the page's jobs of VMs: (the next page, whether every entry could be read)."""
    page = json_of(response)
    readable = True
    for entry in page.get("value", ()):
        try:
            _keep(entry, jobs)
        except (KeyError, ValueError, TypeError, AttributeError):
            readable = False
    return page.get("nextLink"), readable


def _keep(entry: Any, jobs: list[v.AzureJob]) -> None:
    if translate.is_vm_job(entry):
        jobs.append(translate.job(entry))
