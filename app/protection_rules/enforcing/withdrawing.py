"""Takes back pauses that a rule asked for and that were not sent, once it does not want them any more.

It is lost again later where it is: the rule then asks for another pause.
"""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.estate.records import one_of
from app.identity.access.caller import Caller
from app.jobs.api.actions import UNSENT, Works
from app.jobs.api.parts import withdraw_part
from app.jobs.models import Job
from app.protection_rules.models import ProtectionRule, ProtectionRuleMember

SELECTED_AGAIN = "its rule selects the VM again, or another rule does"
STOPPED = "its rule was stopped, changed or deleted"


async def withdraw_pauses(
    session: AsyncSession, rule: ProtectionRule, works: Works, *, by: str, why: str, keys: Collection[str] | None = None
) -> int:
    """Of this rule, which is locked; `keys`: of these VMs only. Returns how many were taken back."""
    unsent = (
        select(ProtectionRuleMember.vm_key, Job.id)
        .join(Job, Job.id == ProtectionRuleMember.pause_job_id)
        .where(ProtectionRuleMember.rule_id == rule.id, Job.state.in_(UNSENT))
        .order_by(Job.id)
    )
    if keys is not None:
        unsent = unsent.where(ProtectionRuleMember.vm_key == one_of(keys))
    done = [
        key
        for key, job_id in (await session.execute(unsent)).all()
        if await withdraw_part(session, job_id, works, by=by, action="withdraw_rule_pause", why=why)
    ]
    if done:
        which = (ProtectionRuleMember.rule_id == rule.id, ProtectionRuleMember.vm_key.in_(done))
        await session.execute(update(ProtectionRuleMember).where(*which).values(pause_job_id=None))
    return len(done)


async def take_back(session: AsyncSession, caller: Caller, rule: ProtectionRule, works: Works) -> None:
    """All that were not sent: the caller has stopped, changed or deleted the rule."""
    await withdraw_pauses(session, rule, works, by=caller.name, why=STOPPED)
