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
        self.url, self.ca, self._verify = url, ca, _trusting(ca)
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


def test_the_alerts_of_a_vault_through_the_official_client_of_azure_monitor(azure: Azure) -> None:
    from azure.mgmt.monitor import MonitorManagementClient  # noqa: PLC0415 - half a second

    ca = azure.ca
    options: dict[str, Any] = {"base_url": azure.url, "credential_scopes": [f"{azure.url}/.default"]}
    with MonitorManagementClient(Credential(azure.url, ca), SUBSCRIPTION, connection_verify=ca, **options) as monitor:
        wanted: Any = {"location": "Global", "properties": {"groupShortName": "sdk", "enabled": True}}
        group: Any = monitor.action_groups.create_or_update(GROUP, "sdk-group", wanted)
        criterion = {
            "criterionType": "StaticThresholdCriterion",
            "name": "unhealthy",
            "metricName": "BackupHealthEvent",
            "operator": "GreaterThan",
            "threshold": 0,
            "timeAggregation": "Count",
            "dimensions": [{"name": "healthStatus", "operator": "Exclude", "values": ["Healthy"]}],
            "skipMetricValidation": True,
        }
        kind = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
        vault = DEFAULT_POLICY.partition("/backupPolicies")[0]
        properties = {"severity": 1, "enabled": True, "scopes": [vault], "actions": [{"actionGroupId": group.id}]}
        properties |= {"evaluationFrequency": "PT5M", "windowSize": "PT1H"}
        rule: Any = {"location": "global", "properties": properties}
        rule["properties"]["criteria"] = {"odata.type": kind, "allOf": [criterion]}
        made: Any = monitor.metric_alerts.create_or_update(GROUP, "sdk-alert", rule)
        assert made.criteria.all_of[0].dimensions[0].operator == "Exclude"
        assert [one.name for one in monitor.metric_alerts.list_by_resource_group(GROUP)] == ["sdk-alert"]
        monitor.metric_alerts.delete(GROUP, "sdk-alert")
        monitor.action_groups.delete(GROUP, "sdk-group")
        assert not [*monitor.action_groups.list_by_resource_group(GROUP)]


def test_a_restored_machine_through_the_official_clients_of_compute_and_network(azure: Azure) -> None:
    from azure.mgmt.compute import ComputeManagementClient  # noqa: PLC0415 - a second, as the next
    from azure.mgmt.network import NetworkManagementClient  # noqa: PLC0415

    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-machines"
    network = f"{group}/providers/Microsoft.Network/virtualNetworks/n"
    machine = {"name": "sdk-vm", "resource_group": "rg-machines", "data_disks": 1, "public_ip": True}
    azure.control("POST", "seed", {"networks": [{"name": "n", "resource_group": "rg-machines", "gateway": "g"}]})
    azure.control("POST", "seed", {"vms": [machine | {"subnet_id": f"{network}/subnets/default"}]})
    azure.control("POST", "scripts", {"vm": "/sdk-vm$", "exit_code": 3, "output": "no", "seconds": 5})
    options: dict[str, Any] = {"base_url": azure.url, "credential_scopes": [f"{azure.url}/.default"], **FAST}
    options["connection_verify"] = azure.ca
    who = Credential(azure.url, azure.ca)
    with (
        ComputeManagementClient(who, SUBSCRIPTION, **options) as compute,
        NetworkManagementClient(who, SUBSCRIPTION, **options) as networks,
    ):
        run_a_script(compute)
        take_away(compute, networks)
        (peered,) = networks.virtual_networks.list("rg-machines")
        assert [one.name for one in peered.subnets or ()] == ["default", "GatewaySubnet"]


def run_a_script(compute: Any) -> None:
    vm: Any = compute.virtual_machines.get("rg-machines", "sdk-vm", expand="instanceView")
    assert vm.instance_view.vm_agent.statuses[0].display_status == "Ready"
    assert vm.instance_view.statuses[-1].code == "PowerState/running"
    assert vm.storage_profile.data_disks[0].delete_option == "Detach"
    commands = compute.virtual_machine_run_commands
    wanted: Any = {"location": "westus", "properties": {"source": {"script": "exit 3"}}}
    made = commands.begin_create_or_update("rg-machines", "sdk-vm", "check", wanted).result()
    assert made.provisioning_state == "Succeeded"
    view = commands.get_by_virtual_machine("rg-machines", "sdk-vm", "check", expand="instanceView").instance_view
    assert (view.execution_state, view.exit_code, view.output) == ("Failed", 3, "no")
    assert [one.name for one in commands.list_by_virtual_machine("rg-machines", "sdk-vm")] == ["check"]
    commands.begin_delete("rg-machines", "sdk-vm", "check").result()
    asked: Any = {"commandId": "RunShellScript", "script": ["echo"]}
    said = compute.virtual_machines.begin_run_command("rg-machines", "sdk-vm", asked).result()
    assert "[stdout]\nno\n[stderr]" in said.value[0].message


def take_away(compute: Any, networks: Any) -> None:
    """In Azure's order; in another one Azure refuses."""
    (card,) = networks.network_interfaces.list("rg-machines")
    (address,) = networks.public_ip_addresses.list("rg-machines")
    assert card.virtual_machine.id.endswith("/sdk-vm")
    with pytest.raises(HttpResponseError) as refused:
        networks.network_interfaces.begin_delete("rg-machines", card.name)
    assert refused.value.error is not None
    assert refused.value.error.code == "NicInUse"
    compute.virtual_machines.begin_delete("rg-machines", "sdk-vm").result()
    networks.network_interfaces.begin_delete("rg-machines", card.name).result()
    networks.public_ip_addresses.begin_delete("rg-machines", address.name).result()
    for disk in list(compute.disks.list_by_resource_group("rg-machines")):
        compute.disks.begin_delete("rg-machines", disk.name).result()
    assert not list(compute.disks.list_by_resource_group("rg-machines"))
    assert not list(networks.network_interfaces.list("rg-machines"))
