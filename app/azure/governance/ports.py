"""The port to Azure Policy. The contract of app/azure/ports.py holds: errors, one request a write, deadlines."""

from typing import Protocol
from uuid import UUID

from app.azure.governance import values as gv
from app.azure.lists import Listed
from app.azure.values import Operation


class Governance(Protocol):
    """Definitions, assignments, roles of their identities, compliance, remediations.

    All writes are PUTs of the whole thing, or deletions. Each is done when it is answered, but for remediations and
    evaluations. Deleting what is not there succeeds. Azure offers no If-Match here.
    """

    async def get_definition(self, definition_id: str) -> gv.Definition:
        """A built-in one. Raises AzureNotFound."""
        ...

    async def get_assignment(self, scope: gv.Scope, name: str) -> gv.Assignment: ...

    async def list_assignments(self, subscription_id: str) -> Listed[gv.Assignment]:
        """All that hold anywhere in the subscription."""
        ...

    async def put_assignment(
        self, order: gv.AssignmentOrder, *, request_id: UUID, deadline: float | None = None
    ) -> Operation: ...

    async def delete_assignment(
        self, scope: gv.Scope, name: str, *, request_id: UUID, deadline: float | None = None
    ) -> Operation:
        """Its identity goes with it; the roles of that do not."""
        ...

    async def get_role(self, scope: gv.Scope, name: str) -> gv.Role: ...

    async def put_role(self, order: gv.RoleOrder, *, request_id: UUID, deadline: float | None = None) -> Operation:
        """AzureRejected with `PrincipalNotFound` while the directory does not know the identity yet."""
        ...

    async def delete_role(
        self, scope: gv.Scope, name: str, *, request_id: UUID, deadline: float | None = None
    ) -> Operation: ...

    async def compliance(self, scope: gv.Scope, name: str) -> gv.Compliance:
        """Of an assignment, as last evaluated."""
        ...

    async def evaluate(self, scope: gv.Scope, *, request_id: UUID, deadline: float | None = None) -> Operation:
        """Have everything in the scope evaluated now. Took nine and a half minutes once; safe to repeat."""
        ...

    async def get_remediation(self, scope: gv.Scope, name: str) -> gv.Remediation: ...

    async def put_remediation(
        self, order: gv.RemediationOrder, *, request_id: UUID, deadline: float | None = None
    ) -> Operation:
        """The operation is the remediation itself: its state is followed."""
        ...

    def follow_remediation(self, scope: gv.Scope, name: str) -> Operation:
        """The operation of one that was begun. Asks nothing."""
        ...

    async def cancel_remediation(
        self, scope: gv.Scope, name: str, *, request_id: UUID, deadline: float | None = None
    ) -> Operation:
        """Deployments that run go on. Refused for one that has ended."""
        ...

    async def list_deployments(self, scope: gv.Scope, name: str) -> Listed[gv.Deployment]:
        """The VMs of a remediation."""
        ...

    async def see_vms(self, scope: gv.Scope, *, seconds: float) -> gv.VmsSeen:
        """The VMs of a scope, as far as they can be read in this time."""
        ...
