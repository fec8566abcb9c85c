"""The remedy follows the cause that Azure's message names; what cannot be read in a message is not claimed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import error_catalogue
from app.azure.errors import AzureDenied, AzureNotFound, AzureRejected, classify
from app.azure.facts.roles import role_of
from app.azure.values import AzureJob, AzureJobError, JobOutcome, OperationState, OperationStatus
from app.error_catalogue.causes import read_denial
from app.jobs import failures
from app.jobs.errors import azure_said
from tests.vaults.vault_steps import seed
from tests.world import World, vm_id

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m"
SUBNET = "/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/d"
VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v"
GUARD = "/subscriptions/s/resourceGroups/safe/providers/Microsoft.DataProtection/resourceGuards/guard"
WHO = "The client 'h' with object id 'o' "
PLAIN = WHO + "does not have authorization to perform action '{action}' over scope '{scope}'{more}"
LINKED = (
    WHO + "has permission to perform action 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/"
    f"protectedItems/write' on scope '{VAULT}'; however, it does not have permission to perform action(s) '{{action}}' "
    "on the linked scope(s) '{scope}' (respectively) or the linked scope(s) are invalid."
)
OR_INVALID = " or the scope is invalid. If access was recently granted, please refresh your credentials."
READS = [
    ("AuthorizationFailed", PLAIN, "Microsoft.Compute/virtualMachines/write", VM, "Virtual Machine Contributor"),
    (
        "AuthorizationFailed",
        PLAIN,
        "Microsoft.RecoveryServices/vaults/backupPolicies/write",
        VAULT,
        "Backup Contributor",
    ),
    (
        "AuthorizationFailed",
        PLAIN,
        "Microsoft.Storage/storageAccounts/write",
        "/subscriptions/s/x",
        "Storage Account Contributor",
    ),
    ("AuthorizationFailed", PLAIN, "Microsoft.Compute/restorePointCollections/write", VM, "Contributor"),
    ("AuthorizationFailed", PLAIN, "Microsoft.Authorization/roleAssignments/write", VAULT, "User Access Administrator"),
    (
        "AuthorizationFailed",
        PLAIN,
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "/subscriptions/s",
        "Reader",
    ),
    (
        "LinkedAuthorizationFailed",
        LINKED,
        "Microsoft.Network/virtualNetworks/subnets/join/action",
        SUBNET,
        "Network Contributor",
    ),
    (
        "LinkedAccessCheckFailed",
        LINKED,
        "Microsoft.Compute/disks/write",
        "/subscriptions/s/resourceGroups/r",
        "Virtual Machine Contributor",
    ),
]


@pytest.mark.parametrize(("code", "form", "action", "scope", "role"), READS)
def test_a_denial_names_action_scope_and_a_role_that_holds_it(
    code: str, form: str, action: str, scope: str, role: str
) -> None:
    message = form.format(action=action, scope=scope, more=OR_INVALID)
    denied = AzureDenied(403, code, message)
    for remedy in (failures.from_rejected(denied).remedy, azure_said(denied).remedy):
        assert action in remedy
        assert f" on {scope}:" in remedy
        assert f"the role {role} holds it" in remedy
        assert ("Backup Contributor" in remedy) is (role == "Backup Contributor")


def test_a_job_that_is_denied_something_names_it_too() -> None:
    message = PLAIN.format(action="Microsoft.Compute/disks/write", scope=VM, more=OR_INVALID)
    failed = AzureJob(
        "1",
        "2",
        "Restore",
        "Failed",
        JobOutcome.FAILED,
        None,
        None,
        None,
        errors=(AzureJobError("1", "AuthorizationFailed", message, ("Do it again.",)),),
    )
    status = OperationStatus(OperationState.FAILED, error_code="AuthorizationFailed", error_message=message)
    for error in (failures.from_azure_job(failed), failures.from_operation(status)):
        assert "Microsoft.Compute/disks/write" in error.remedy
        assert error.type == "urn:holdfast:azure:permission_missing"


OTHER_TENANT = (
    f"{WHO}has permission to perform action 'Microsoft.RecoveryServices/vaults/write' on scope '{VAULT}'; however, the "
    "current tenant 't' is not authorized to access linked subscription '00000000-0000-0000-0000-000000000002'."
)
LOCKED = (
    "The scope 'x' cannot perform write operation because following scope(s) are locked: "
    "'/subscriptions/s/resourceGroups/kept'. Please remove the lock and try again."
)
DISALLOWED = (
    "Resource 'x' was disallowed by policy. Policy identifiers: "
    '\'[{"policyAssignment":{"name":"Only our tags","id":"/providers/a"}}]\'.'
)
SEVERAL = [
    "AuthorizationFailed",
    "LinkedAuthorizationFailed",
    "ScopeLocked",
    "RequestDisallowedByPolicy",
    "ResourceNotFound",
    "OperationNotAllowed",
    "MissingSubscriptionRegistration",
    "X",
]
ODD = [
    ("", None, None),
    ("No.", None, None),
    (
        "Forbidden: caller does not have Microsoft.Compute/virtualMachines/write.",
        "Microsoft.Compute/virtualMachines/write",
        None,
    ),
    (
        "not authorized to perform action Microsoft.Network/virtualNetworks/read on /subscriptions/s/resourceGroups/a.",
        "Microsoft.Network/virtualNetworks/read",
        "/subscriptions/s/resourceGroups/a",
    ),
    (
        f'{WHO}does not have authorization to perform action "Microsoft.A/b/write" over scope "{VM}"',
        "Microsoft.A/b/write",
        VM,
    ),
    (OTHER_TENANT, None, "/subscriptions/00000000-0000-0000-0000-000000000002"),
    (f"The client has permission to perform action 'Microsoft.A/b/write' on '{VAULT}'.", None, None),
    ("\u65e5\u672c\u8a9e Microsoft.A/b/write '/subscriptions/s'", None, None),
]


@pytest.mark.parametrize(("message", "action", "scope"), ODD)
def test_a_message_is_read_as_far_as_it_can_be(message: str, action: str | None, scope: str | None) -> None:
    denied = read_denial(message)
    assert (denied.action, denied.scope) == (action, scope)
    remedy = failures.from_rejected(AzureDenied(403, "AuthorizationFailed", message)).remedy
    assert "Backup Contributor" not in remedy
    assert (action or "GET /v1/permissions/check") in remedy


@given(st.text(max_size=300), st.sampled_from(SEVERAL))
def test_whatever_azure_says_the_error_is_whole(message: str, code: str) -> None:
    for status in (400, 401, 403, 404, 409):
        rejected = classify(status, code, message, None)
        assert isinstance(rejected, AzureRejected)
        error, read = failures.from_rejected(rejected), azure_said(rejected)
        assert all(text.strip() for text in (error.title, error.detail, error.remedy, read.title, read.remedy))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "LinkedAuthorizationFailed",
            LINKED.format(
                action="Microsoft.DataProtection/resourceGuards/deleteProtectedItemRequests/read", scope=GUARD
            ),
        ),
        ("UserErrorResourceGuardOperationDenied", f"The operation is protected by '{GUARD}'."),
        ("AuthorizationFailed", "The client does not have access: the operation is protected by a Resource Guard."),
    ],
)
def test_a_resource_guard_is_named_with_who_can_open_it(code: str, message: str) -> None:
    error = failures.from_rejected(AzureDenied(403, code, message))
    assert error.type == "urn:holdfast:azure:resource_guard"
    assert "Backup MUA Operator" in error.remedy
    assert (GUARD in error.remedy) is (GUARD in message)


CAUSES = [
    ("ScopeLocked", LOCKED, "/subscriptions/s/resourceGroups/kept"),
    ("RequestDisallowedByPolicy", DISALLOWED, "Only our tags"),
    (
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.Compute'.",
        "Microsoft.Compute",
    ),
    ("SubscriptionNotRegistered", "Register first.", "registered"),
    (
        "ResourceNotFound",
        "The Resource 'Microsoft.RecoveryServices/vaults/v' under resource group 'g' was not found.",
        "/v1/vaults/{id}/refresh",
    ),
    (
        "ResourceNotFound",
        "The Resource 'Microsoft.Compute/virtualMachines/m' under resource group 'g' was not found.",
        "restored to a new VM",
    ),
    (
        "ResourceNotFound",
        "The Resource 'Microsoft.Storage/storageAccounts/a' under resource group 'g' was not found.",
        "staging storage account",
    ),
    ("ResourceNotFound", "Could not perform the operation as VM no longer exists", "restored"),
    ("OperationNotAllowed", "The operation results in exceeding approved Total Regional Cores quota.", "quota raised"),
    ("OperationNotAllowed", "Disk d is attached to VM m.", "Change what the message names"),
    (
        "BMSUserErrorContainerIsAlreadyRegisteredWithAnotherVault",
        f"Registered. It is protected in {VAULT}.",
        "the vault v of g",
    ),
    ("BMSUserErrorProtectionStopped", "Stopped.", '"resume"'),
    ("BMSUserErrorItemSoftDeleted", "Deleted.", "/undelete"),
    ("BMSUserErrorObjectNotFound", "Gone.", "POST /v1/protected-items"),
    ("UserErrorVmNotFoundV2", "Gone.", "restored"),
    ("AnotherOperationInProgress", "Busy.", "GET /v1/jobs"),
]


@pytest.mark.parametrize(("code", "message", "said"), CAUSES)
def test_one_code_with_several_causes_says_what_helps_against_this_one(code: str, message: str, said: str) -> None:
    assert said in failures.from_rejected(AzureRejected(409, code, message)).remedy


def test_an_unknown_denial_is_read_too_and_an_unknown_refusal_claims_nothing_of_rights() -> None:
    message = PLAIN.format(action="Microsoft.Network/virtualNetworks/read", scope=SUBNET, more="")
    assert "Network Contributor" in failures.from_rejected(AzureDenied(403, "Brand.New", message)).remedy
    assert "Network Contributor" in azure_said(AzureDenied(403, "Brand.New", message)).remedy
    assert "permission" not in azure_said(AzureNotFound(404, "Brand.New", "Nothing.")).remedy


def test_every_action_of_ours_has_a_role() -> None:
    assert role_of("MICROSOFT.RECOVERYSERVICES/vaults/write") == "Backup Contributor"
    assert role_of("microsoft.compute/virtualMachines/write") == "Virtual Machine Contributor"
    assert role_of("Contoso.Thing/x/write") == "Contributor"


def test_numbers_and_beginnings_of_codes_are_found() -> None:
    for code, slug in (("400136", "vm_gone"), ("usererrorresourceguardx", "resource_guard")):
        entry = error_catalogue.find(code)
        assert entry is not None
        assert entry.slug == slug


async def test_denied_on_the_machine_is_told_of_the_machine(world: World) -> None:
    vault = await world.vault()
    policy = await world.default_policy(vault)
    message = PLAIN.format(action="Microsoft.Compute/virtualMachines/write", scope=VM, more=".")
    world.fault("PUT", "/protectedItems/", "status_before", status=403, code="AuthorizationFailed", message=message)
    answer = await world.api.post("/v1/protected-items", json={"vm_id": vm_id("vm-web-01"), "policy_id": policy["id"]})
    await world.settle()
    error = (await world.api.get(answer.headers["Location"])).json()["error"]
    assert (error["code"], error["detail"]) == ("azure_denied", message)
    assert "Virtual Machine Contributor" in error["remedy"]
    assert "Backup Contributor" not in error["remedy"]
    assert "GET /v1/permissions/role" in error["remedy"]


ENHANCED = [
    ("UserErrorNeverSeen", "Ultra disks are supported with an Enhanced policy only.", "enhanced_policy_needed"),
    ("BMSUserErrorInvalidInput", "Backup of this VM requires the enhanced backup policy.", "enhanced_policy_needed"),
    ("UserErrorNeverSeen", "It has an enhanced policy: it cannot go back to a standard one.", "enhanced_for_good"),
    ("BMSUserErrorInvalidInput", "Enhanced policies cannot be changed to Standard.", "enhanced_for_good"),
    ("BMSUserErrorInvalidInput", "Something else is wrong.", "setting_not_valid"),
    ("UserErrorVmNotFoundV2", "It had an enhanced policy.", "vm_gone"),
    ("UserErrorNeverSeen", "Something else is wrong.", "unknown"),
    ("UserErrorNeverSeen", "The enhanced policy DefaultPolicy could not be found.", "unknown"),
    ("BMSUserErrorInvalidInput", "Enhanced policy is not supported in region X.", "setting_not_valid"),
    ("UserErrorNeverSeen", "This VM does not require an enhanced policy.", "unknown"),
    ("UserErrorNeverSeen", "The enhanced policy P was written; its schedule is wrong.", "unknown"),
    ("UserErrorNeverSeen", "The enhanced policy P was changed from a standard one; wait.", "unknown"),
    (
        "UserErrorNeverSeen",
        "It is not supported with a standard policy; use an Enhanced policy.",
        "enhanced_policy_needed",
    ),
    ("UserErrorNeverSeen", "An enhanced policy is required for shared disks.", "enhanced_policy_needed"),
]


@pytest.mark.parametrize(("code", "message", "slug"), ENHANCED)
def test_a_refusal_for_the_type_of_the_policy_is_known_by_its_words(code: str, message: str, slug: str) -> None:
    error = failures.from_rejected(AzureRejected(400, code, message))
    assert (error.type, error.azure_code) == (f"urn:holdfast:azure:{slug}", code)
    assert ("enhanced" in (error.remedy or "")) is slug.startswith("enhanced")


@pytest.mark.parametrize("kind", ["protect", "change_policy", "backup", "restore", "put_vault"])
def test_only_what_names_a_policy_is_told_to_name_another_one(kind: str) -> None:
    rejected = AzureRejected(400, "UserErrorNeverSeen", "It requires an enhanced policy.")
    chooses = kind in {"protect", "change_policy"}
    assert ("enhanced_policy_needed" in str(failures.from_rejected(rejected, kind).type)) is chooses
    error = AzureJobError("1", rejected.code, rejected.message)
    operation = {"protect": "ConfigureBackup", "change_policy": "ConfigureBackup"}.get(kind, "Backup")
    job = AzureJob("j", "", operation, "Failed", JobOutcome.FAILED, None, None, None, (error,))
    assert (failures.warnings_of(job)[0]["code"] == "enhanced_policy_needed") is chooses


async def test_a_machine_that_needs_an_enhanced_policy_is_told_so_by_the_job(world: World) -> None:
    vault = await world.vault()
    await seed(world, vms=[{"name": "vm-ultra", "ultra": True}])
    policy = await world.default_policy(vault)
    body = {"vm_id": vm_id("vm-ultra"), "policy_id": policy["id"]}
    answer = await world.api.post("/v1/protected-items", json=body)
    await world.settle()
    error = (await world.api.get(answer.headers["Location"])).json()["error"]
    assert error["type"] == "urn:holdfast:azure:enhanced_policy_needed"
    assert '"enhanced": true' in error["remedy"]
    assert "permanent" in error["remedy"]
