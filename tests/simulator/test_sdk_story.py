"""The official SDK, unmodified and with its own transport, over https: the whole story on a real socket."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.mgmt.recoveryservices import RecoveryServicesClient
from azure.mgmt.recoveryservicesbackup import RecoveryServicesBackupClient

from app.simulator.world import SUBSCRIPTION, TENANT
from tests.simulator.policy_bodies import PRODUCTION
from tests.simulator.process import running_simulator
from tests.simulator.story import DEFAULT_POLICY, STORAGE, TARGET, vm_id

GROUP, VAULT = "rg-demo", "vault-demo"
CONTAINER = "IaasVMContainer;iaasvmcontainerv2;rg-demo;vm-web-01"
ITEM = "VM;iaasvmcontainerv2;rg-demo;vm-web-01"
FAST = {"polling_interval": 0.05}
SCALE = 60  # Retry-After becomes 1 s


class Credential:
    """What azure-identity would be: a token from the simulator's own endpoint."""

    def __init__(self, url: str, ca: str) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": "sdk",
            "client_secret": "x",
            "scope": f"{url}/.default",
        }
        answer = httpx.post(f"{url}/{TENANT}/oauth2/v2.0/token", data=form, verify=_trusting(ca))
        self._token: str = answer.raise_for_status().json()["access_token"]

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self._token, int(time.time()) + 3600)


def _trusting(ca: str) -> Any:
    import ssl  # noqa: PLC0415

    return ssl.create_default_context(cafile=ca)


class Azure:
    """Both management clients of one simulator, and its control surface."""

    def __init__(self, url: str, ca: str) -> None:
        self.url, self._verify = url, _trusting(ca)
        common: dict[str, Any] = {
            "base_url": url,
            "credential_scopes": [f"{url}/.default"],
            "connection_verify": ca,
            **FAST,
        }
        self.vaults = RecoveryServicesClient(Credential(url, ca), SUBSCRIPTION, **common)
        self.backup = RecoveryServicesBackupClient(Credential(url, ca), SUBSCRIPTION, **common)

    def control(self, method: str, action: str, body: Any = None) -> Any:
        answer = httpx.request(method, f"{self.url}/_simulator/{action}", json=body, verify=self._verify)
        return answer.raise_for_status().json()

    def newest_job(self) -> Any:
        newest = next(iter(self.backup.backup_jobs.list(VAULT, GROUP)))
        return self.backup.job_details.get(VAULT, GROUP, newest.name or "").properties


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    home: Path = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    identity = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(home / "ca.pem")
    identity.private_key_pem.write_to_path(home / "key.pem")
    for number, blob in enumerate(identity.cert_chain_pems):
        blob.write_to_path(home / "cert.pem", append=number > 0)
    tls = ("--tls-cert", str(home / "cert.pem"), "--tls-key", str(home / "key.pem"))
    with running_simulator("--time-scale", str(SCALE), *tls) as (url, _process):
        azure = Azure(url, str(home / "ca.pem"))
        with azure.vaults, azure.backup:
            yield azure


def make_vault_and_policy(azure: Azure) -> None:
    body: Any = {"location": "westus", "sku": {"name": "Standard"}, "properties": {}}
    vault = azure.vaults.vaults.begin_create_or_update(GROUP, VAULT, body).result()
    assert vault.properties is not None
    assert vault.properties.provisioning_state == "Succeeded"
    assert [v.name for v in azure.vaults.vaults.list_by_resource_group(GROUP)] == [VAULT]
    wanted: Any = {"properties": PRODUCTION}
    policy: Any = azure.backup.protection_policies.create_or_update(VAULT, GROUP, "production", wanted)
    assert policy.properties.time_zone == "Eastern Standard Time"
    assert policy.properties.retention_policy.monthly_schedule.retention_duration.count == 12
    names = [p.name for p in azure.backup.backup_policies.list(VAULT, GROUP)]
    assert names == ["HourlyLogBackup", "DefaultPolicy", "EnhancedPolicy", "production"]


def protect(azure: Azure) -> None:
    body: Any = {
        "properties": {
            "protectedItemType": "Microsoft.Compute/virtualMachines",
            "sourceResourceId": vm_id("vm-web-01"),
            "policyId": DEFAULT_POLICY.replace("DefaultPolicy", "production"),
        }
    }
    poller = azure.backup.protected_items.begin_create_or_update(VAULT, GROUP, "Azure", CONTAINER, ITEM, body)
    item: Any = poller.result()
    assert item.properties["protectionState"] == "IRPending"  # a bare mapping: docs/azure.md, The SDK
    assert [i.name for i in azure.backup.backup_protected_items.list(VAULT, GROUP)] == [ITEM]


def back_up(azure: Azure) -> Any:
    sent = str(uuid.uuid4())
    body: Any = {"properties": {"objectType": "IaasVMBackupRequest"}}
    azure.backup.backups.trigger(VAULT, GROUP, "Azure", CONTAINER, ITEM, body, request_id=sent)
    running = azure.newest_job()
    assert (running.status, running.activity_id) == ("InProgress", sent)
    assert running.extended_info.tasks_list[1].status == "NotStarted"
    azure.control("POST", "advance", {"seconds": 75})
    done = azure.newest_job()
    assert (done.status, done.duration.total_seconds()) == ("Completed", 75.0)
    (point,) = azure.backup.recovery_points.list(VAULT, GROUP, "Azure", CONTAINER, ITEM)
    return point


def restore(azure: Azure, point: Any) -> Any:
    body: Any = {
        "properties": {
            "objectType": "IaasVMRestoreRequest",
            "recoveryPointId": point.name,
            "recoveryType": "RestoreDisks",
            "sourceResourceId": vm_id("vm-web-01"),
            "storageAccountId": STORAGE,
            "targetResourceGroupId": TARGET,
            "region": "westus",
            "createNewCloudService": False,
        }
    }
    azure.backup.restores.begin_trigger(VAULT, GROUP, "Azure", CONTAINER, ITEM, point.name, body).result()
    azure.control("POST", "advance", {"seconds": 4})
    return azure.newest_job()


def test_the_official_sdk_walks_from_no_vault_to_restored_disks(azure: Azure) -> None:
    make_vault_and_policy(azure)
    protect(azure)
    point = back_up(azure)
    assert point.properties.recovery_point_type == "FileSystemConsistent"
    assert [tier.type for tier in point.properties.recovery_point_tier_details] == ["InstantRP", "HardenedRP"]
    job = restore(azure, point)
    assert (job.status, job.operation, job.extended_info.progress_percentage) == ("Completed", "Restore", 100.0)
    assert job.extended_info.property_bag["Config Blob Uri"].startswith("https://stholdfastdemo.blob.")
    kinds = [trigger["kind"] for trigger in azure.control("GET", "truth")["triggers"]]
    assert kinds == ["backup", "restore"]
    with pytest.raises(HttpResponseError, match="existing resources within the vault"):
        azure.vaults.vaults.begin_delete(GROUP, VAULT).result()


def test_the_official_sdk_validates_mounts_changes_a_policy_in_use_and_cancels(azure: Azure) -> None:
    azure.control("POST", "reset", {})
    make_vault_and_policy(azure)
    protect(azure)
    point = back_up(azure)
    assert validate(azure, point) == []
    azure.control("POST", "options", {"validation_errors": [{"code": "Planted", "message": "No."}]})
    assert validate(azure, point) == ["Planted"]
    mount_and_unmount(azure, point)
    changed: Any = {"properties": PRODUCTION | {"instantRpRetentionRangeInDays": 3}}
    operation: Any = azure.backup.protection_policies.create_or_update(
        VAULT, GROUP, "production", changed, cls=operation_id
    )
    azure.control("POST", "advance", {"seconds": 1})
    ended = azure.backup.protection_policy_operation_statuses.get(VAULT, GROUP, "production", operation)
    assert (ended.status, len(ended.properties.job_ids)) == ("Succeeded", 1)  # type: ignore[union-attr]
    scheduled_and_cancelled(azure)


def operation_id(response: Any, _body: Any, _headers: Any) -> str:
    """The SDK keeps the headers of some 202s to itself: the operation's id from the raw response.

    Source: docs/azure.md, The SDK.
    """
    link: str = response.http_response.headers["Azure-AsyncOperation"]
    return link.split("?", maxsplit=1)[0].rpartition("/")[2]


def validate(azure: Azure, point: Any) -> list[str]:
    restoring = {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": point.name,
        "recoveryType": "RestoreDisks",
        "sourceResourceId": vm_id("vm-web-01"),
        "storageAccountId": STORAGE,
        "targetResourceGroupId": TARGET,
        "region": "westus",
    }
    wanted = {"objectType": "ValidateIaasVMRestoreOperationRequest", "restoreRequest": restoring}
    body: Any = {"id": VAULT, "properties": wanted}
    azure.backup.validate_operation.begin_trigger(VAULT, GROUP, body).result()
    found = azure.backup.operation.validate(VAULT, GROUP, body).validate_operation_response
    assert found is not None
    return [entry.code or "" for entry in found.validation_results or ()]


def mount_and_unmount(azure: Azure, point: Any) -> None:
    body: Any = {
        "properties": {
            "objectType": "IaasVMILRRegistrationRequest",
            "recoveryPointId": point.name,
            "virtualMachineId": vm_id("vm-web-01"),
        }
    }
    connections, place = azure.backup.item_level_recovery_connections, (VAULT, GROUP, "Azure", CONTAINER, ITEM)
    operation: Any = connections.provision(*place, point.name, body, cls=operation_id)
    azure.control("POST", "advance", {"seconds": 1})
    asked: Any = {"provisionInstantItemRecoveryOperationId": operation}
    # Unlike its neighbours this method takes the group first.
    target = connections.list_instant_item_recovery_operation_result(GROUP, VAULT, *place[2:], point.name, asked)
    (script,) = target.client_scripts or []
    assert (script.os_type, len(script.script_name_suffix or "") > 60) == ("Linux", True)
    assert azure.backup.recovery_points.get(*place, point.name).properties.is_instant_ilr_session_active  # type: ignore[union-attr]
    connections.revoke(*place, point.name)
    azure.control("POST", "advance", {"seconds": 1})
    assert not azure.backup.recovery_points.get(*place, point.name).properties.is_instant_ilr_session_active  # type: ignore[union-attr]


def scheduled_and_cancelled(azure: Azure) -> None:
    azure.control("POST", "advance", {"seconds": 2 * 86_400})
    jobs = list(azure.backup.backup_jobs.list(VAULT, GROUP, filter="operation eq 'Backup'"))
    assert [job.properties.is_user_triggered for job in jobs] == [False, False, True]  # type: ignore[union-attr]
    body: Any = {"properties": {"objectType": "IaasVMBackupRequest"}}
    azure.backup.backups.trigger(VAULT, GROUP, "Azure", CONTAINER, ITEM, body)
    newest = next(iter(azure.backup.backup_jobs.list(VAULT, GROUP)))
    azure.backup.job_cancellations.trigger(VAULT, GROUP, newest.name or "")
    azure.control("POST", "advance", {"seconds": 2})
    assert azure.newest_job().status == "Cancelled"
