"""Limits how often the API reads from Azure for one tenant while a caller waits (live reads).

Azure counts all reads of a subscription together (docs/decisions/0008): one tenant that reads all the time would use up
the budget of the others, and of the reads that a worker needs before it sends. Each process counts for itself, in fixed
windows of a minute, like the requests of a principal: a count shared by all replicas would cost a write for every read.
Writes are not counted here: a thousand restores at once are what this service is for.
"""

import time

from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from app.azure.ports import Azure
from app.identity.access.caller import Caller
from app.identity.access.limits import WINDOW_SECONDS, Counters
from app.jobs.errors import QuotaExceeded

LIVE_READS = "live_reads_per_minute"
"""The tenant's own limit, before the one of the settings."""


class LiveReads:
    """The live reads per minute that one process allows a tenant.

    `per_minute`: for a tenant without a quota of its own.
    """

    def __init__(self, *, per_minute: int) -> None:
        self._windows = FixedWindowRateLimiter(Counters())
        self._per_minute = per_minute

    def count(self, caller: Caller, requests: int = 1) -> None:
        """Count requests to Azure that are about to be sent for this caller. Raises QuotaExceeded.

        A refused request is not counted, because nothing was sent. A request that needs more reads than the limit of a
        minute uses up one whole minute.
        """
        limit = caller.membership.quotas.get(LIVE_READS, self._per_minute)
        item, whose = RateLimitItemPerMinute(limit), caller.tenant
        requests = min(requests, max(limit, 1))
        if self._windows.test(item, whose, cost=requests):
            self._windows.hit(item, whose, cost=requests)
            return
        ends_at, left = self._windows.get_window_stats(item, whose)
        wait = ends_at - time.time() if left < limit else float(WINDOW_SECONDS)
        raise QuotaExceeded(
            f"Your tenant may have {limit} live reads of Azure a minute; {limit - left} have "
            f"been, and this would take {requests}.",
            remedy="Ask again after Retry-After, and less often: GET /v1/jobs and /v1/protected-items do not "
            "read Azure. Or ask for a higher quota.",
            quota=LIVE_READS,
            limit=limit,
            used=limit - left,
            retry_after=wait,
        )


class LiveAzure:
    """Azure's ports for a route that reads from Azure while its caller waits. Each use is counted."""

    def __init__(self, azure: Azure, reads: LiveReads, caller: Caller) -> None:
        self._azure = azure
        self._reads = reads
        self._caller = caller

    def asked(self, requests: int = 1) -> Azure:
        """The ports, for about `requests` requests. Raises QuotaExceeded."""
        self._reads.count(self._caller, requests)
        return self._azure
