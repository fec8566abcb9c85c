"""`governance.ports.Governance` (docs/azure.md, Azure Policy): plain requests, with recorded versions of the API."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar
from urllib.parse import quote
from uuid import UUID

from azure.core.rest import AsyncHttpResponse, HttpRequest

from app.azure import values as v
from app.azure.errors import AzureNotFound, AzureRejected, proves_absence
from app.azure.governance import values as gv
from app.azure.lists import Listed
from app.azure.sdk import translate_governance as translate
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.paging import read_list, read_some
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.translate import Json
from app.azure.sdk.writing import write_once

POLICY_API: Final = "2021-06-01"
ROLE_API: Final = "2022-04-01"
STATES_API: Final = "2019-10-01"
REMEDIATION_API: Final = "2021-10-01"
VM_API: Final = "2024-07-01"
STATES: Final = f"{gv.INSIGHTS}/policyStates/latest"
BUILT_IN: Final = frozenset(one.id.lower() for one in gv.BuiltIn)
T = TypeVar("T")


class SdkGovernance:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_definition(self, definition_id: str) -> gv.Definition:
        doing = "reading a policy definition"
        if definition_id.lower() not in BUILT_IN:
            raise AzureRejected(400, "NotSayable", "Only the built-in definitions of VM backup are read.")
        return await self._read(f"{quote(definition_id)}?api-version={POLICY_API}", translate.definition, doing)

    # --- assignments -------------------------------------------------------------------------------------------------
    async def get_assignment(self, scope: gv.Scope, name: str) -> gv.Assignment:
        url = f"{quote(gv.assignment_id(scope, name))}?api-version={POLICY_API}"
        return await self._read(url, translate.assignment, "reading a policy assignment")

    async def list_assignments(self, subscription_id: str) -> Listed[gv.Assignment]:
        scope = gv.Scope(subscription_id)
        url = f"{quote(scope.id)}/{gv.AUTHORIZATION}/policyAssignments?api-version={POLICY_API}"
        return await read_list(self._connection, url, translate.assignment, doing="listing policy assignments")

    async def put_assignment(
        self, order: gv.AssignmentOrder, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        url = f"{quote(gv.assignment_id(order.scope, order.name))}?api-version={POLICY_API}"
        body = translate.assignment_body(order)
        return await self._write("PUT", url, "writing a policy assignment", request_id, deadline, body)

    async def delete_assignment(
        self, scope: gv.Scope, name: str, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        url = f"{quote(gv.assignment_id(scope, name))}?api-version={POLICY_API}"
        return await self._delete(url, "deleting a policy assignment", request_id, deadline)

    # --- roles -------------------------------------------------------------------------------------------------------
    async def get_role(self, scope: gv.Scope, name: str) -> gv.Role:
        url = f"{quote(gv.role_id(scope, name))}?api-version={ROLE_API}"
        return await self._read(url, translate.role, "reading a role assignment")

    async def put_role(self, order: gv.RoleOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        url = f"{quote(order.id)}?api-version={ROLE_API}"
        return await self._write("PUT", url, "assigning a role", request_id, deadline, translate.role_body(order))

    async def delete_role(
        self, scope: gv.Scope, name: str, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        url = f"{quote(gv.role_id(scope, name))}?api-version={ROLE_API}"
        return await self._delete(url, "removing a role assignment", request_id, deadline)

    # --- compliance --------------------------------------------------------------------------------------------------
    async def compliance(self, scope: gv.Scope, name: str) -> gv.Compliance:
        doing = "reading the compliance of a policy assignment"
        url = f"{quote(gv.assignment_id(scope, name))}/{STATES}/summarize?api-version={STATES_API}"
        response = await self._connection.ask(url, {}, doing=doing)
        with azure_errors(doing):
            return translate.compliance(json_of(response))

    async def evaluate(self, scope: gv.Scope, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        url = f"{quote(scope.id)}/{STATES}/triggerEvaluation?api-version={STATES_API}"
        return await self._write("POST", url, "beginning an evaluation of policies", request_id, deadline)

    # --- remediations ------------------------------------------------------------------------------------------------
    async def get_remediation(self, scope: gv.Scope, name: str) -> gv.Remediation:
        return await self._read(_remediation(scope, name), translate.remediation, "reading a remediation")

    async def put_remediation(
        self, order: gv.RemediationOrder, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        url, body = _remediation(order.scope, order.name), translate.remediation_body(order)
        begun = await self._write("PUT", url, "beginning a remediation", request_id, deadline, body)
        return replace(self.follow_remediation(order.scope, order.name), retry_after=begun.retry_after)

    def follow_remediation(self, scope: gv.Scope, name: str) -> v.Operation:
        return v.Operation(self._connection.address(_remediation(scope, name)))

    async def cancel_remediation(
        self, scope: gv.Scope, name: str, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        url = _remediation(scope, name, "/cancel")
        return await self._write("POST", url, "cancelling a remediation", request_id, deadline)

    async def list_deployments(self, scope: gv.Scope, name: str) -> Listed[gv.Deployment]:
        doing = "listing the deployments of a remediation"

        async def fetch(address: str) -> AsyncHttpResponse:
            return await self._connection.ask(address, {}, doing=doing)

        url = _remediation(scope, name, "/listDeployments")
        return await read_list(self._connection, url, translate.deployment, doing=doing, fetch=fetch)

    async def see_vms(self, scope: gv.Scope, *, seconds: float) -> gv.VmsSeen:
        url = f"{quote(scope.id)}/providers/Microsoft.Compute/virtualMachines?api-version={VM_API}"
        listed, is_whole = await read_some(
            self._connection, url, translate.policy_vm, doing="listing virtual machines", seconds=seconds
        )
        return gv.VmsSeen(listed, is_whole)

    # --- requests ----------------------------------------------------------------------------------------------------
    async def _read(self, url: str, read: Callable[[Json], T], doing: str) -> T:
        response = await self._connection.get(url, doing=doing)
        with azure_errors(doing):
            return read(json_of(response))

    async def _write(
        self, method: str, url: str, doing: str, request_id: UUID, deadline: float | None, body: Any = None
    ) -> v.Operation:
        with before_sending(doing):
            request = HttpRequest(method, self._connection.address(url), json=body)
        return await write_once(
            self._connection.send, doing=doing, request_id=request_id, deadline=deadline, request=request
        )

    async def _delete(self, url: str, doing: str, request_id: UUID, deadline: float | None) -> v.Operation:
        """A 404 about the thing itself says that it is gone; about its group, or from a proxy, it proves nothing."""
        try:
            return await self._write("DELETE", url, doing, request_id, deadline)
        except AzureNotFound as missing:
            if not proves_absence(missing):
                raise
            return v.Operation(None)


def _remediation(scope: gv.Scope, name: str, action: str = "") -> str:
    return f"{quote(gv.remediation_id(scope, name))}{action}?api-version={REMEDIATION_API}"
