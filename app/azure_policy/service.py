"""Requests for Azure Policy, reading what is assigned, and what follows when a job has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.governance.values import Scope
from app.azure.values import PolicyRef
from app.azure_policy import rules, weakening
from app.azure_policy.errors import AzurePolicyNotFound
from app.azure_policy.models import AzurePolicy, PolicyState
from app.azure_policy.weighing import rule_now
from app.core.db.database import NOW
from app.core.letter_case import fold_case
from app.jobs import watches
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED, WELL, State
from app.jobs.models import Job, Origin
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.work import Ticket
from app.policies.models import Policy
from app.protection_rules.models import ProtectionRule
from app.vaults.blockers import Blocker
from app.vaults.models import Vault

ORDER = TypeAdapter(rules.Order)
"""The form of an order in `jobs.ask`."""
WANTED = TypeAdapter(rules.Wanted)
SENT = TypeAdapter(rules.Wanted | None)
"""The form of an entry in `azure_policies.unproven`."""
SCOPES: TypeAdapter[list[Scope]] = TypeAdapter(list[Scope])
ROLE = TypeAdapter(rules.RoleOnRecord)
ROLES: TypeAdapter[list[rules.RoleOnRecord]] = TypeAdapter(list[rules.RoleOnRecord])
REMEDIATION: TypeAdapter[rules.RemediationOnRecord | None] = TypeAdapter(rules.RemediationOnRecord | None)
NOTES = TypeAdapter(rules.Notes)


@dataclass(frozen=True, slots=True)
class Target:
    """Rows of the vault and the policy that a request names."""

    vault_id: UUID
    policy_id: UUID


def path_of(rule_id: UUID) -> str:
    return f"/v1/protection-rules/{rule_id}/azure-policy"


async def find_policy(session: AsyncSession, tenant: str, rule_id: UUID) -> AzurePolicy | None:
    mine = select(AzurePolicy).where(AzurePolicy.rule_id == rule_id, AzurePolicy.tenant == tenant)
    found: AzurePolicy | None = await session.scalar(mine)
    return found


async def get_policy(session: AsyncSession, tenant: str, rule_id: UUID) -> AzurePolicy:
    """Raises AzurePolicyNotFound."""
    found = await find_policy(session, tenant, rule_id)
    if found is None:
        raise AzurePolicyNotFound(
            "Holdfast has assigned no policy of Azure for this rule.",
            remedy="Assign one: PUT /v1/protection-rules/{id}/azure-policy.",
        )
    return found


async def request(
    session: AsyncSession,
    asked: Asked,
    rule: ProtectionRule,
    wanted: rules.Wanted | None,
    target: Target | None,
    *,
    remediate: bool = False,
    vms: int = 0,
    at_most: int = 0,
) -> Job:
    """Record the change of what is assigned for a rule that is held; `wanted` None removes it.

    `vms`: how many are there already; `at_most`: what a remediation may cover. Runs after every earlier job about the
    rule's policy. Raises AzurePolicyNotFound.
    """
    find = get_policy if wanted is None else find_policy
    row = await find(session, rule.tenant, rule.id)
    touched = touched_scopes(row, wanted)
    expected = may_be_in_azure(row) + await _in_flight(session, rule.id)
    order = rules.Order(rule.id, rule.name, wanted, remediate, tuple(touched), tuple(expected), at_most)
    vault_id = target.vault_id if target is not None else row.vault_id if row is not None else None
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=JobKind.SET_AZURE_POLICY,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=path_of(rule.id),
            resource_id=rule.id,
            vault_id=vault_id,
            series=f"azure-policy:{rule.id}",
            sensitive=weakening.sensitive(order, rule_now(rule), vms),
        ),
    )
    if is_new:
        await _note(session, rule, wanted, target, job.id, touched)
    return job


def touched_scopes(row: AzurePolicy | None, wanted: rules.Wanted | None) -> list[Scope]:
    found = SCOPES.validate_python(row.touched) if row is not None else []
    found += [wanted.scope] if wanted is not None else []
    return list({one.id.lower(): one for one in found}.values())


async def _note(
    session: AsyncSession,
    rule: ProtectionRule,
    wanted: rules.Wanted | None,
    target: Target | None,
    job_id: UUID,
    touched: list[Scope],
) -> None:
    """The row, before anything is sent: what a job may leave in Azure can be found by it."""
    scopes = SCOPES.dump_python(touched, mode="json")
    changes = {"state": _state_while(wanted), "job_id": job_id, "touched": scopes, "updated_at": NOW}
    if wanted is None or target is None:
        await session.execute(update(AzurePolicy).where(AzurePolicy.rule_id == rule.id).values(changes))
        return
    changes |= {"vault_id": target.vault_id, "policy_id": target.policy_id}
    new = {"rule_id": rule.id, "tenant": rule.tenant, "is_set": False, "unproven": [], "roles": [], "progress": {}}
    new |= {"wanted": WANTED.dump_python(wanted, mode="json"), **changes}
    await session.execute(
        pg_insert(AzurePolicy).values(new).on_conflict_do_update(index_elements=["rule_id"], set_=changes)
    )


def wanted_of(row: AzurePolicy) -> rules.Wanted:
    return WANTED.validate_python(row.wanted)


def may_be_in_azure(row: AzurePolicy | None) -> list[rules.Wanted]:
    """What a job has set last, and what was sent since by jobs that did not end well: part of it may be there."""
    if row is None:
        return []
    sent = [wanted for one in row.unproven if (wanted := SENT.validate_python(one)) is not None]
    return [wanted_of(row), *sent] if row.is_set else sent


async def _in_flight(session: AsyncSession, rule_id: UUID) -> list[rules.Wanted]:
    """What the requests before this one, that have not ended, want; oldest first."""
    return (await _in_flight_of(session, [rule_id])).get(rule_id, [])


async def _in_flight_of(session: AsyncSession, rule_ids: Sequence[UUID]) -> dict[UUID, list[rules.Wanted]]:
    found: dict[UUID, list[rules.Wanted]] = {}
    asks = await session.execute(select(Job.resource_id, Job.ask).where(*_not_ended(*rule_ids)).order_by(Job.id))
    for rule_id, ask in asks:
        wanted = ORDER.validate_python(ask).wanted
        if wanted is not None:
            found.setdefault(rule_id, []).append(wanted)
    return found


def _not_ended(*rule_ids: UUID) -> Sequence[ColumnElement[bool]]:
    """Jobs about the policies of rules; also those that wait for a person."""
    return (
        Job.resource_id.in_(rule_ids),
        Job.kind == JobKind.SET_AZURE_POLICY,
        Job.state.in_(NOT_ENDED),
        Job.origin == Origin.HOLDFAST,
    )


# --- the end of a job ------------------------------------------------------------------------------------------------
async def settle(session: AsyncSession, ticket: Ticket, state: State) -> None:
    """What is set now, in the transaction that ends the job."""
    order, rule_id = ORDER.validate_python(ticket.ask), ticket.named_resource_id
    policy = await session.scalar(select(AzurePolicy).where(AzurePolicy.rule_id == rule_id).with_for_update())
    if policy is None:
        return
    policy.updated_at = NOW
    if state in WELL:
        _take_over(policy, order)
    elif policy.unproven:
        policy.as_of = None
    if policy.job_id == ticket.id:
        await _hand_on(session, policy)
    await session.flush()
    await watches.look_at_vault(session, ticket.vault_id, within=0)  # it may have items that Azure protected


def note_sent(policy: AzurePolicy, wanted: rules.Wanted | None) -> None:
    sent = SENT.dump_python(wanted, mode="json")
    if sent not in policy.unproven:
        policy.unproven = [*policy.unproven, sent]


def _take_over(policy: AzurePolicy, order: rules.Order) -> None:
    """What a job that ended well has left in Azure."""
    wanted = order.wanted
    policy.as_of, policy.is_set, policy.unproven = NOW, wanted is not None, []
    if wanted is not None:
        policy.wanted = WANTED.dump_python(wanted, mode="json")
    else:
        policy.roles = []


async def _hand_on(session: AsyncSession, policy: AzurePolicy) -> None:
    """The row after its newest job has ended: it is about the newest of the others, or as Azure has it, or it goes."""
    others = select(Job.id, Job.ask).where(*_not_ended(policy.rule_id), Job.id != policy.job_id)
    other = (await session.execute(others.order_by(Job.id.desc()).limit(1))).first()
    if other is not None:
        policy.job_id = other.id
        policy.state = _state_while(ORDER.validate_python(other.ask).wanted)
    elif policy.unproven:
        policy.state = PolicyState.INCOMPLETE
    elif policy.is_set:
        policy.state = PolicyState.READY
        policy.touched = SCOPES.dump_python([wanted_of(policy).scope], mode="json")
    else:
        await session.delete(policy)  # nothing of it is in Azure, or ever was


def _state_while(wanted: rules.Wanted | None) -> PolicyState:
    return PolicyState.REMOVING if wanted is None else PolicyState.SETTING


# --- what must not go before it --------------------------------------------------------------------------------------
async def rule_blocker(session: AsyncSession, rule_id: UUID) -> str | None:
    """The path of what Azure may still have of a rule: without the rule it would be left there."""
    found = await session.scalar(select(AzurePolicy.rule_id).where(AzurePolicy.rule_id == rule_id))
    return None if found is None else path_of(rule_id)


def places_of(row: AzurePolicy, in_flight: Sequence[rules.Wanted]) -> list[PolicyRef]:
    """Vault and policy of all that may be in Azure, or is asked for."""
    return [one.policy for one in (*may_be_in_azure(row), *in_flight)]


async def _all_of(session: AsyncSession, tenant: str) -> list[tuple[AzurePolicy, list[PolicyRef]]]:
    """Each row of the tenant, with its `places_of`."""
    rows = (await session.scalars(select(AzurePolicy).where(AzurePolicy.tenant == tenant))).all()
    in_flight = await _in_flight_of(session, [row.rule_id for row in rows])
    return [(row, places_of(row, in_flight.get(row.rule_id, []))) for row in rows]


async def policy_blocker(session: AsyncSession, policy_id: UUID) -> str | None:
    """The path of an assignment by which Azure may protect VMs by this policy: without it each deployment fails."""
    query = select(Policy.name, Vault).join(Vault, Vault.id == Policy.vault_id)
    row = (await session.execute(query.where(Policy.id == policy_id))).first()
    if row is None:
        return None
    name, vault = row
    key = fold_case(PolicyRef(vault.ref, name).id)
    for one, places in await _all_of(session, vault.tenant):
        if one.policy_id == policy_id or key in {fold_case(place.id) for place in places}:
            return path_of(one.rule_id)
    return None


async def vault_blockers(session: AsyncSession, vault_id: UUID) -> Sequence[Blocker]:
    """Assignments that let Azure protect VMs in the vault, or may: also those that a newer request replaces."""
    vault = await session.get(Vault, vault_id)
    if vault is None:
        return []
    key = fold_case(vault.ref.id)
    found = [
        (row.rule_id, row.state)
        for row, places in await _all_of(session, vault.tenant)
        if row.vault_id == vault.id or key in {fold_case(place.vault.id) for place in places}
    ]
    remedy = "Remove the assignment: Azure Policy would go on to protect VMs in the vault."
    return [
        {
            "kind": "azure_policy",
            "name": "Azure Policy of a rule",
            "vm_id": None,
            "resource": path_of(rule_id),
            "purge_at": None,
            "call": None if state == PolicyState.REMOVING else f"DELETE {path_of(rule_id)}",
            "remedy": remedy,
        }
        for rule_id, state in found
    ]
