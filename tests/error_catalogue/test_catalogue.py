"""The error catalogue: whole, unambiguous, told the same way by the API, the page and the jobs that fail."""

import re
from collections import Counter
from pathlib import Path

import pytest

from app import error_catalogue
from app.azure.errors import AzureDenied, AzureRejected
from app.azure.values import AzureJob, AzureJobError, JobOutcome, OperationState, OperationStatus
from app.error_catalogue import page
from app.jobs import failures
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
ON_THE_WIRE = {
    "ResourceGroupNotFound",
    "ResourceNotFound",
    "ServiceResourceNotEmptyWithBackendMessage",
    "BMSUserErrorContainerIsAlreadyRegisteredWithAnotherVault",
    "VMCreationTimeOutStorageErrorV2",
    "400199",
    "DiffCopyFailedToTransferData",
    "400052",
    "UserErrorBackupOperationInProgress",
}
"""Every code of the recordings and of what is written about the wire."""
READ_IN_THE_MESSAGE = {"enhanced_policy_needed", "enhanced_for_good"}
"""Azure's code for them is not known: none is made up, and tests/error_catalogue/test_causes.py reads the messages."""


def test_every_code_of_the_recordings_is_explained() -> None:
    assert {code for code in ON_THE_WIRE if error_catalogue.find(code) is None} == set()


def test_every_code_the_simulator_refuses_with_is_explained() -> None:
    """What the simulator says is what Azure is expected to say: a remedy for it must be here."""
    said = set()
    for path in (ROOT / "app" / "simulator").glob("*.py"):
        said |= set(re.findall(r'"((?:BMS)?UserError\w+)"', path.read_text(encoding="utf-8")))
    assert said
    assert {code for code in said if error_catalogue.find(code) is None} == set()


def test_no_code_and_no_type_means_two_things() -> None:
    codes = Counter(code.lower() for entry in error_catalogue.ENTRIES for code in entry.codes)
    types = Counter(entry.type for entry in error_catalogue.ENTRIES)
    assert [name for name, times in (codes + types).items() if times > 1] == []


@pytest.mark.parametrize("entry", error_catalogue.ENTRIES, ids=lambda entry: entry.slug)
def test_every_entry_says_what_why_and_what_to_do(entry: error_catalogue.Entry) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", entry.slug)
    assert bool(entry.codes) is (entry.slug not in READ_IN_THE_MESSAGE)
    assert not entry.title.endswith(".")
    assert all(text.endswith((".", ".)")) for text in (entry.cause, entry.remedy)), entry
    assert len(entry.remedy) > 15


def test_the_page_is_the_catalogue() -> None:
    """`python -m app.error_catalogue.page > docs/errors.md` writes it anew."""
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == page.render()


def test_a_known_refusal_speaks_in_our_words_and_keeps_azures() -> None:
    error = failures.from_rejected(AzureRejected(400, "storagemodelmodifyerror", "Azure's words."))
    assert (error.code, error.azure_code, error.detail) == (
        "azure_refused",
        "storagemodelmodifyerror",
        "Azure's words.",
    )
    assert (error.type, error.fixable_by, error.retryable) == ("urn:holdfast:azure:redundancy_locked", "caller", False)


def test_an_unknown_refusal_keeps_its_raw_code_under_the_generic_type() -> None:
    error = failures.from_rejected(AzureRejected(418, "TeapotShort", "Short and stout."))
    assert (error.type, error.azure_code, error.detail) == (
        error_catalogue.UNKNOWN_TYPE,
        "TeapotShort",
        "Short and stout.",
    )
    assert error.remedy


def test_a_denied_request_names_who_can_grant_it() -> None:
    error = failures.from_rejected(AzureDenied(403, "AuthorizationFailed", "No."))
    assert (error.code, error.fixable_by) == ("azure_denied", "subscription_owner")


@pytest.mark.parametrize(("code", "title"), [("400199", "Whatever"), ("1", "VMCreationTimeOutStorageErrorV2")])
def test_a_failed_job_is_explained_by_its_title_or_by_its_number(code: str, title: str) -> None:
    failed = AzureJob(
        "1",
        "2",
        "Restore",
        "Failed",
        JobOutcome.FAILED,
        None,
        None,
        None,
        errors=(AzureJobError(code, title, "It took long.", ("Try.",)),),
    )
    error = failures.from_azure_job(failed)
    assert (error.type, error.retryable) == ("urn:holdfast:azure:disks_not_made_in_time", True)
    assert (error.azure_code, error.detail) == (title, "It took long.")


def test_azures_recommendations_are_the_remedy_where_ours_has_none() -> None:
    failed = AzureJob(
        "1",
        "2",
        "Backup",
        "Failed",
        JobOutcome.FAILED,
        None,
        None,
        None,
        errors=(AzureJobError("1", "Unheard", "It broke.", ("Do this.", "Do that.")),),
    )
    error = failures.from_azure_job(failed)
    assert (error.type, error.remedy) == (error_catalogue.UNKNOWN_TYPE, "Do this. Do that.")


def test_a_failed_operation_without_a_code_is_still_an_error_with_a_remedy() -> None:
    error = failures.from_operation(OperationStatus(OperationState.FAILED))
    assert (error.type, error.azure_code) == (error_catalogue.UNKNOWN_TYPE, "OperationFailed")
    assert error.remedy


async def test_the_api_lists_and_explains(world: World) -> None:
    listed = (await world.api.get("/v1/errors")).json()["items"]
    assert len(listed) == len(error_catalogue.ENTRIES)
    for name in ("UserErrorGuestAgentStatusUnavailable", "usererrorguestagentstatusunavailable", "agent_unreachable"):
        one = await world.api.get(f"/v1/errors/{name}")
        assert one.json()["type"] == "urn:holdfast:azure:agent_unreachable"
        assert one.json() in listed
    typed = await world.api.get("/v1/errors/urn:holdfast:azure:agent_unreachable")
    assert typed.json() in listed


async def test_a_reason_without_a_known_code_is_found_by_its_type_and_names_no_code(world: World) -> None:
    for slug in READ_IN_THE_MESSAGE:
        shown = (await world.api.get(f"/v1/errors/urn:holdfast:azure:{slug}")).json()
        assert (shown["codes"], shown["source"]) == ([], "documented")


async def test_a_code_that_nobody_explains_is_said_to_be_unknown(world: World) -> None:
    answer = await world.api.get("/v1/errors/NobodyKnowsThis")
    assert (answer.status_code, answer.json()["code"]) == (404, "error_not_known")
    assert (answer.json()["azure_code"], bool(answer.json()["remedy"])) == ("NobodyKnowsThis", True)


async def test_a_stranger_without_a_token_is_told_nothing(world: World) -> None:
    async with world.client(token=None) as nobody:
        assert (await nobody.get("/v1/errors")).status_code == 401


async def test_a_job_that_azure_refuses_carries_the_type(world: World) -> None:
    world.fault("PUT", "/vaults/", "status_before", status=409, code="ScopeLocked", message="Locked.")
    answer = await world.api.post(
        "/v1/vaults",
        json={
            "subscription_id": "00000000-0000-0000-0000-000000000001",
            "resource_group": "rg-demo",
            "name": "vault-a",
            "location": "westus",
        },
    )
    await world.settle()
    error = (await world.api.get(answer.headers["Location"])).json()["error"]
    assert (error["type"], error["azure_code"]) == ("urn:holdfast:azure:locked", "ScopeLocked")
    assert (error["fixable_by"], error["retryable"]) == ("subscription_owner", False)
