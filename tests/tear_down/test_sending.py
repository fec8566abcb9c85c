"""What a request that did not leave takes back of the notes."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from app.azure.errors import AzureUnreachable
from app.tear_down.plans import Plan
from app.tear_down.steps import Note, observed
from app.tear_down.values import NotThere, Resource, Thing
from app.tear_down.work import Prepared, TearDown

VM = Resource(
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v", "vm", ("job",), "present"
)


@pytest.mark.parametrize("is_first", [True, False])
async def test_only_what_this_attempt_noted_as_sent_is_taken_back(*, is_first: bool) -> None:
    """A worker that was killed may have sent it: then its machine's disks are freed by a deletion of ours."""
    noted: dict[str, Note] = {}

    async def delete(*_: Any, **__: Any) -> Any:
        raise AzureUnreachable("The gate is shut; nothing was sent.")

    async def note(_: Any, notes: dict[str, Note]) -> None:
        noted.update(notes)

    azure: Any = SimpleNamespace(machines=SimpleNamespace(delete=delete))
    records: Any = SimpleNamespace(note=note)
    ticket: Any = None
    plan = Plan((VM,), {VM.key: Note(is_sent=True)})
    prepared = Prepared(plan, (VM,), frozenset({VM.key} if is_first else ()))
    with pytest.raises(AzureUnreachable):
        await TearDown(azure, records).send(ticket, prepared, request_id=UUID(int=1), deadline=1.0)
    assert noted == ({VM.key: Note()} if is_first else {})


@pytest.mark.parametrize("is_final", [False, True])
def test_a_machine_whose_deletion_azure_refused_for_good_frees_no_disk(*, is_final: bool) -> None:
    """A person deleted it then: who knows what was done with its disks since."""
    disk = Resource(
        VM.id.replace("virtualMachines/v", "disks/d"), "disk", ("job",), "present", deletable=True, is_held=True
    )
    notes = {VM.key: Note(asked=1, is_sent=True, is_final=is_final)}
    found = observed((VM, disk), {VM.key: NotThere(), disk.key: Thing("u")}, notes)
    assert (disk.key in found and found[disk.key].is_freed) is not is_final
