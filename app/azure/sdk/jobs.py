"""`ports.AzureJobs` (docs/azure.md, Jobs)."""

from datetime import UTC, datetime
from uuid import UUID

from azure.mgmt.recoveryservicesbackup.operations._operations import build_backup_jobs_list_request

from app.azure import values as v
from app.azure.sdk import translate_jobs as translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.cross_region_jobs import CrossRegionJobs, job_listing
from app.azure.sdk.formats import filter_window
from app.azure.sdk.paging import first_page
from app.azure.sdk.refusals import azure_errors
from app.azure.sdk.writing import write_once


class SdkAzureJobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._elsewhere = CrossRegionJobs(connection)

    async def list_in_progress(self, vault: v.VaultRef, *, region: str | None = None) -> v.JobListing:
        return await self._list(vault, "status eq 'InProgress'", region)

    async def list_window(
        self, vault: v.VaultRef, start: datetime, end: datetime, *, region: str | None = None
    ) -> v.JobListing:
        """By the one grammar that was seen with times: an empty operation means any."""
        first, last = filter_window(start, end)
        return await self._list(vault, f"operation eq '' and startTime eq '{first}' and endTime eq '{last}'", region)

    async def get(self, vault: v.VaultRef, job_id: str, *, region: str | None = None) -> v.AzureJob:
        if region is not None:
            return await self._elsewhere.get(vault, region, job_id)
        client = self._connection.backup(vault.subscription_id)
        with azure_errors("reading a job"):
            found = await client.job_details.get(vault.name, vault.resource_group, job_id)
            return translate.job_named(job_id, found.as_dict())

    async def cancel(
        self, vault: v.VaultRef, job_id: str, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        return await write_once(
            self._connection.backup(vault.subscription_id).job_cancellations.trigger,
            doing="cancelling a job",
            request_id=request_id,
            deadline=deadline,
            vault_name=vault.name,
            resource_group_name=vault.resource_group,
            job_name=job_id,
        )

    async def _list(self, vault: v.VaultRef, condition: str, region: str | None) -> v.JobListing:
        """All pages, or the error of the page that failed: the error says when to try again, half a list does not.

        An entry that cannot be read is left out and makes the listing incomplete; the others are used. The SDK builds
        the request, but its models are not used: for a hundred entries they took half of the time of a sweep
        (measured), and contain nothing that the JSON does not.
        """
        if region is not None:
            return await self._elsewhere.list(vault, region, condition)
        doing, asked_at = "listing jobs", datetime.now(UTC)
        request = build_backup_jobs_list_request(
            vault.name, vault.resource_group, vault.subscription_id, filter=condition
        )
        first = await first_page(self._connection.backup(vault.subscription_id), request, doing=doing)
        return await job_listing(first, lambda url: self._connection.get(url, doing=doing), asked_at, doing=doing)
