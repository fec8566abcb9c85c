"""What a person decides about a job that needs attention, from the request to the job's new state."""

from uuid import UUID

from app.azure.grants import check_granted
from app.azure.ports import Azure
from app.core.db.database import Transactions
from app.identity.access.caller import Caller
from app.jobs.api import actions, adoption
from app.jobs.api.services import Services
from app.jobs.errors import AzureJobNotAdoptable
from app.jobs.kinds import CANCELLABLE
from app.jobs.models import Job


async def resolve_job(
    services: Services, db: Transactions, azure: Azure, caller: Caller, job_id: UUID, decision: actions.Decision
) -> Job:
    """The job after the decision. An Azure job that is to be adopted is looked up first, outside of any transaction.

    Raises what `actions` and `adoption` raise; AzureJobNotAdoptable names the Azure jobs that would do.
    """
    works, poll_seconds = services.works_of(azure), services.settings.poll_seconds
    async with db.begin() as session:
        job, vault = await actions.check_resolvable(
            session, caller.tenant, job_id, decision.action, poll_seconds=poll_seconds
        )
        sought = await adoption.criteria_of(session, job, services.item_ids) if decision.action == "adopt" else None
    if vault is not None and decision.action != "abandon":
        check_granted(caller.membership.grants, vault)
    adopted = None
    try:
        if sought is not None and (decision.azure_job_id or job.kind in CANCELLABLE):
            adopted = await adoption.look_up(azure.jobs, vault, sought, decision.azure_job_id)
        async with db.begin() as session:
            return await actions.resolve(session, caller, job_id, decision, adopted, works, poll_seconds=poll_seconds)
    except AzureJobNotAdoptable as refusal:
        if sought is not None:
            fitting = await adoption.find_fitting(azure.jobs, vault, sought)
            async with db.begin() as session:
                refusal.facts["candidates"] = await adoption.candidates(session, job, fitting)
        raise
