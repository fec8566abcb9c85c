"""The services of an API process, made once at its start; a handler gets them by `services_of(request)`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request

from app.azure.ports import Azure, AzureProvider
from app.identity.access.services import AccessServices
from app.jobs.api.costs import CostOfChanges
from app.jobs.api.live_reads import LiveReads
from app.jobs.api.wait import JobEnds
from app.jobs.work import ItemIds, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(AccessServices):
    """Made in main.py, kept as `app.state.services`."""

    azure: AzureProvider
    works_of: Callable[[Azure], Mapping[str, Work[Any, Any]]]
    job_ends: JobEnds
    item_ids: ItemIds
    live_reads: LiveReads
    costs: CostOfChanges
    price_lists: Any
    """app/cost's `PriceLists`: it is to the right of this folder."""


def services_of(request: Request) -> Services:
    return services_of_app(request.app)


def services_of_app(app: FastAPI) -> Services:
    found: Services = app.state.services
    return found
