"""The path /v1/protection-rules/{id}/azure-policy."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from app.azure.governance.values import Scope, read_scope
from app.azure.values import PolicyRef
from app.azure_policy import answers, rules, service, weighing
from app.azure_policy.errors import AzurePolicyNotValid
from app.azure_policy.reading import Asked as LiveAsked
from app.azure_policy.reading import Reader
from app.azure_policy.schemas import AzurePolicyPut, AzurePolicyRead
from app.azure_policy.targets import check_quota_left, target_of
from app.core.http.conventions import answer
from app.core.http.problems import problem_responses
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.errors import NotGranted
from app.jobs.api.schemas import JobRead, WriteBody
from app.jobs.api.writes import ACCEPTED, CurrentWrite, LiveAzureOf
from app.jobs.requests.enqueue import find_replay
from app.protection_rules.service import get_rule
from app.vaults.rules import region_of

router = APIRouter(
    prefix="/v1/protection-rules/{rule_id}/azure-policy", tags=["protection rules"], route_class=SecuredRoute
)


@router.put(
    "",
    operation_id="put_azure_policy",
    openapi_extra=requires(Permission.RULES_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)
async def put_azure_policy(rule_id: UUID, body: Annotated[AzurePolicyPut, Body()], write: CurrentWrite) -> Response:
    """Have Azure Policy protect new VMs by itself: a built-in definition for an existing vault, assigned for the rule.

    Replaces what an earlier PUT has assigned. The assignment gets an identity with the roles that it needs. May need an
    approval. 409 while the rule is stopped or waits for an approval, and where more than 100 VMs would be remediated
    without `confirm`.
    """
    caller, asked = write.caller, write.asked(body)
    scope = _scope(body, caller)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            rule = await get_rule(session, caller.tenant, rule_id, hold=True)
            weighing.check_may_act(rule)
            target, policy = await target_of(session, caller, rule, scope, region_of(body.location))
            await check_quota_left(session, caller)
            wanted = _wanted(body, scope, policy, rule.definition["selector"].get("tags") or {})
            vms = await weighing.count_vms(session, caller.tenant, wanted)
            at_most = weighing.most_of(vms, body.confirm) if body.remediate else 0
            job = await service.request(
                session, asked, rule, wanted, target, remediate=body.remediate, vms=vms, at_most=at_most
            )
    return await write.accepted(job)


def _scope(body: AzurePolicyPut, caller: Caller) -> Scope:
    """All of it must be granted: Azure Policy would protect every VM in it."""
    try:
        scope = read_scope(body.scope)
    except ValueError as error:
        raise AzurePolicyNotValid(
            str(error),
            pointer="#/scope",
            remedy="Name a subscription, or a resource group, by its ARM id.",
        ) from None
    _check_granted(scope, caller, "#/scope")
    return scope


def _check_granted(scope: Scope, caller: Caller, pointer: str | None) -> None:
    if not caller.membership.grants.cover(scope.subscription_id, scope.resource_group):
        raise NotGranted(
            f"Your tenant has no grant for all of {scope.id}.",
            pointer=pointer,
            remedy="Name a resource group that is granted, or ask the platform's administrator to grant the scope.",
        )


def _wanted(body: AzurePolicyPut, scope: Scope, policy: PolicyRef, tags: dict[str, list[str]]) -> rules.Wanted:
    tag = rules.Tag(body.tag.name, tuple(body.tag.values)) if body.tag is not None else None
    if body.definition == "existing_vault_with_tag" and tag is None:
        if len(tags) != 1 or not all(all(values) and values for values in tags.values()):
            raise AzurePolicyNotValid(
                f"The definition tests one tag; the rule's selector has {len(tags)}.",
                pointer="#/tag",
                remedy="Name the tag that includes VMs, or use existing_vault.",
            )
        ((name, values),) = tags.items()
        tag = rules.Tag(name, tuple(values))
    return rules.Wanted(scope, region_of(body.location), body.definition, tag, policy)


@router.get(
    "",
    operation_id="get_azure_policy",
    openapi_extra=requires(Permission.RULES_READ),
    response_model=AzurePolicyRead,
    responses=problem_responses(401, 404, 422, 503),
)
async def get_azure_policy(rule_id: UUID, caller: CurrentCaller, db: DatabaseOf, azure: LiveAzureOf) -> Response:
    """What Azure Policy does for the rule: compliance, the remediation, what the definition leaves out, and conflicts.

    Read from Azure while you wait. Works without an assignment, too: `conflicts` then names those of others that
    protect the rule's VMs in another vault.
    """
    async with db.begin() as session:
        rule = await get_rule(session, caller.tenant, rule_id)
        row = await service.find_policy(session, caller.tenant, rule_id)
        known = await answers.known_of(session, caller, rule, row)
    asked = LiveAsked(known.name, known.wanted_if_granted, known.remediation, known.targets, known.vaults)
    live = await Reader(azure.asked(asked.requests).governance).read(asked)
    return answer(answers.read_of(known, live))


@router.delete(
    "",
    operation_id="delete_azure_policy",
    openapi_extra=requires(Permission.RULES_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)
async def delete_azure_policy(
    rule_id: UUID, write: CurrentWrite, body: Annotated[WriteBody | None, Body()] = None
) -> Response:
    """Remove the assignment and the roles that Holdfast has made, and nothing else.

    A remediation that runs is cancelled. VMs that Azure Policy protected stay protected. May need an approval.
    """
    caller, asked = write.caller, write.asked(body)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            rule = await get_rule(session, caller.tenant, rule_id, hold=True)
            row = await service.get_policy(session, caller.tenant, rule_id)
            for scope in service.SCOPES.validate_python(row.touched):
                _check_granted(scope, caller, None)
            job = await service.request(session, asked, rule, None, None)
    return await write.accepted(job)
