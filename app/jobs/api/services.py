"""The services of an API process, made once at its start; a handler gets them by `services_of(request)`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.ports import Azure, AzureProvider
from app.core.secret_box import SecretBox
from app.events.open_streams import EventServices
from app.jobs.api.costs import CostOfChanges
from app.jobs.api.live_reads import LiveReads
from app.jobs.api.wait import JobEnds
from app.jobs.work import ItemIds, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(EventServices):
    """Made in main.py, kept as `app.state.services`."""

    azure: AzureProvider
    works_of: Callable[[Azure], Mapping[str, Work[Any, Any]]]
    job_ends: JobEnds
    item_ids: ItemIds
    vault_blockers: Callable[[AsyncSession, UUID], Awaitable[Sequence[dict[str, Any]]]]
    """What keeps a vault from being deleted, of folders to the right of `vaults`."""
    rule_blocker: Callable[[AsyncSession, UUID], Awaitable[str | None]]
    """The path of what keeps a protection rule from being deleted; None = nothing does."""
    policy_blocker: Callable[[AsyncSession, UUID], Awaitable[str | None]]
    """The path of what keeps a backup policy from being deleted, of folders to the right of `policies`."""
    live_reads: LiveReads
    costs: CostOfChanges
    price_lists: Any
    """app/cost's `PriceLists`: it is to the right of this folder."""
    secret_box: SecretBox
    webhook_calls: Any
    """app/webhooks' `Outgoing`, for the same reason."""


def services_of(request: Request) -> Services:
    return services_of_app(request.app)


def services_of_app(app: FastAPI) -> Services:
    found: Services = app.state.services
    return found
