#!/usr/bin/env bash
# The real Azure CLI against the simulator, over https, unchanged: an independent reader of the same protocol.
#
#   az_story.sh        from no vault to restored disks
#   az_story.sh all    then also: policies in use, every other way to restore, both regions, the end of protection
#   az_story.sh policy   only Azure Policy: assignments, compliance, remediations
#   az_story.sh monitor  only the alerts of a vault: action groups, metric alerts, the vault's own settings
#
#   AZ_BIN       the az to use (default: az on PATH; written for 2.91.0)
#   PYTHON       an interpreter that has this project and trustme (default: .venv/bin/python)
#   TIME_SCALE   how much shorter Azure's durations are (default 600: a backup of 75 minutes takes 7.5 s)
#
# az exits 0 on operations and jobs that failed, so every answer is looked at. Prints a line per command; the first
# mismatch ends the story with exit code 1. Needs no network but loopback and leaves nothing running.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
AZ_BIN=${AZ_BIN:-az}
PYTHON=${PYTHON:-.venv/bin/python}
TIME_SCALE=${TIME_SCALE:-600}
STORY=${1:-first}
SUBSCRIPTION=00000000-0000-0000-0000-000000000001
TENANT=11111111-1111-1111-1111-111111111111

if ! command -v "$AZ_BIN" >/dev/null 2>&1; then
    echo "az-story: the Azure CLI is not installed ('$AZ_BIN' not found); install it or set AZ_BIN" >&2
    exit 2
fi
if ! "$PYTHON" -c 'import trustme, app.simulator' 2>/dev/null; then
    echo "az-story: '$PYTHON' has not this project and trustme; run make setup or set PYTHON" >&2
    exit 2
fi

case $PYTHON in */*) PYTHON=$(cd "$(dirname "$PYTHON")" && pwd)/$(basename "$PYTHON") ;; esac
case $STORY in first | all | monitor | policy) ;; *) echo "az-story: $STORY is no story; there are first, all, monitor and policy" >&2; exit 2 ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/az-story.XXXXXX")
simulator=
finish() {
    if [ -n "$simulator" ]; then
        kill -TERM "$simulator" 2>/dev/null || true
        wait "$simulator" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# ---- the simulator, with a certificate of its own authority --------------------------------------------------------
"$PYTHON" -m trustme -q -d "$work" -i 127.0.0.1 localhost
"$PYTHON" -m app.simulator --port 0 --time-scale "$TIME_SCALE" \
    --tls-cert "$work/server.pem" --tls-key "$work/server.key" >"$work/ready" &
simulator=$!
for _ in $(seq 150); do
    grep -q 'ready at' "$work/ready" && break
    kill -0 "$simulator" 2>/dev/null || { echo "az-story: the simulator did not start" >&2; exit 1; }
    sleep 0.1
done
url=$(sed -n 's/^simulator ready at //p' "$work/ready")
[ -n "$url" ] || { echo "az-story: the simulator was not ready in 15 s" >&2; exit 1; }

control() { # control METHOD ACTION [JSON]
    "$PYTHON" - "$work/client.pem" "$url/_simulator/$2" "$1" "${3:-}" <<'PY'
import ssl, sys, urllib.request
ca, url, method, body = sys.argv[1:]
request = urllib.request.Request(url, body.encode() or None, method=method)
print(urllib.request.urlopen(request, context=ssl.create_default_context(cafile=ca)).read().decode())
PY
}

# ---- az, offline, in a configuration of its own ---------------------------------------------------------------------
export AZURE_CONFIG_DIR=$work/config REQUESTS_CA_BUNDLE=$work/client.pem NO_PROXY=127.0.0.1,localhost
export AZURE_CORE_COLLECT_TELEMETRY=no AZURE_CORE_SURVEY_MESSAGE=no AZURE_CORE_INSTANCE_DISCOVERY=false
export AZURE_EXTENSION_USE_DYNAMIC_INSTALL=no AZURE_CORE_NO_COLOR=yes AZURE_CORE_LOGIN_EXPERIENCE_V2=off
export AZURE_CORE_OUTPUT=json AZURE_CORE_ONLY_SHOW_ERRORS=yes AZURE_CORE_DISABLE_PROGRESS_BAR=true
mkdir -p "$AZURE_CONFIG_DIR"
# A fresh configuration asks the internet for newer versions: tell it that it has just done so.
printf '{"versions":{"azure-cli":{"local":"2.91.0"},"core":{"local":"2.91.0"},"telemetry":{"local":"1.1.0"}},"update_time":"%s"}' \
    "$(date '+%F %T.000000')" >"$AZURE_CONFIG_DIR/versionCheck.json"

steps=0
# expect CHECK az-arguments...: run az, then evaluate CHECK, a Python expression over its JSON output `it`.
expect() {
    local check=$1 begun=$SECONDS
    shift
    if ! "$AZ_BIN" "$@" >"$work/out" 2>"$work/err"; then
        echo "FAIL  az $*" >&2
        cat "$work/err" >&2
        exit 1
    fi
    if ! "$PYTHON" - "$check" "$work/out" <<'PY'
import json, sys
text = open(sys.argv[2]).read()
it = json.loads(text) if text.strip() else None
sys.exit(0 if eval(sys.argv[1], {"it": it}) else 1)
PY
    then
        echo "FAIL  az $*" >&2
        echo "      not so: $check" >&2
        cat "$work/out" "$work/err" >&2
        exit 1
    fi
    steps=$((steps + 1))
    echo "ok    az $*  ($((SECONDS - begun)) s)" | sed "s|$work|...|g" | cut -c1-200
}
# refused TEXT az-arguments...: az must fail, and say TEXT.
refused() {
    local text=$1
    shift
    if "$AZ_BIN" "$@" >"$work/out" 2>"$work/err" || ! grep -q -- "$text" "$work/err"; then
        echo "FAIL  az $* was not refused with: $text" >&2
        cat "$work/out" "$work/err" >&2
        exit 1
    fi
    steps=$((steps + 1))
    echo "ok    az $*  refused: $text" | sed "s|$work|...|g" | cut -c1-200
}
pick() { "$PYTHON" -c 'import json,sys; it=json.load(open(sys.argv[2])); print(eval(sys.argv[1]))' "$1" "$work/out"; }

finished() { # finished JOB: look until the job is over
    local begun=$SECONDS
    while [ $((SECONDS - begun)) -lt 120 ]; do
        expect "it['name'] == '$1' and it['properties']['status'] in ('InProgress', 'Completed')" \
            backup job show -g rg-demo -v vault-az -n "$1"
        [ "$(pick "it['properties']['status']")" = Completed ] && return
    done
    echo "FAIL  job $1 did not complete" >&2
    exit 1
}

echo "az $("$AZ_BIN" version --query '"azure-cli"' -o tsv) against $url, time scale $TIME_SCALE"
expect "True" cloud register -n Sim --skip-endpoint-discovery --endpoint-resource-manager "$url" \
    --endpoint-active-directory "$url/adfs" --endpoint-active-directory-resource-id "$url" \
    --endpoint-management "$url" --endpoint-active-directory-graph-resource-id "$url" --endpoint-gallery "$url"
expect "True" cloud set -n Sim
expect "it[0]['id'] == '$SUBSCRIPTION'" \
    login --service-principal -u az-story -p any-secret --tenant "$TENANT"
expect "True" account set -s "$SUBSCRIPTION"

# ---- vault ----------------------------------------------------------------------------------------------------------
expect "it['name'] == 'vault-az' and it['properties']['provisioningState'] == 'Succeeded'" \
    backup vault create -g rg-demo -n vault-az -l westus
expect "it['location'] == 'westus' and it['properties']['securitySettings']['softDeleteSettings']['softDeleteState'].lower() == 'alwayson'" \
    backup vault show -g rg-demo -n vault-az
expect "[vault['name'] for vault in it] == ['vault-az']" backup vault list -g rg-demo
expect "[vault['name'] for vault in it] == ['vault-az']" backup vault list

# ---- alerts: whom they tell, on what, and the vault's own settings -----------------------------------------------------
if [ "$STORY" = all ] || [ "$STORY" = monitor ]; then
    vault_id=/subscriptions/$SUBSCRIPTION/resourceGroups/rg-demo/providers/Microsoft.RecoveryServices/vaults/vault-az
    expect "it['groupShortName'] == 'az-group' and it['emailReceivers'] == [] and it['enabled']" \
        monitor action-group create -g rg-demo -n az-group --short-name az-group
    expect "it['emailReceivers'][0]['status'] == 'Enabled' and it['webhookReceivers'][0]['useCommonAlertSchema']" \
        monitor action-group update -g rg-demo -n az-group --add-action email alice someone@example.com usecommonalertschema \
        --add-action webhook hook https://example.com/alert usecommonalertschema
    expect "[group['name'] for group in it] == ['az-group']" monitor action-group list -g rg-demo
    expect "it['name'] == 'az-group'" monitor action-group show -g rg-demo -n az-group
    refused ReceiverNotFound monitor action-group enable-receiver -g rg-demo --action-group az-group -n nobody
    refused ReceiverAlreadyEnabled monitor action-group enable-receiver -g rg-demo --action-group az-group -n alice
    expect "it['state'] == 'Completed'" monitor action-group test-notifications create -g rg-demo \
        --action-group az-group --alert-type budget --add-action email alice someone@example.com usecommonalertschema
    expect "[event['operator'] for event in it['criteria']['allOf'][0]['dimensions']] == ['Exclude']" \
        monitor metrics alert create -g rg-demo -n az-alert --scopes "$vault_id" --severity 1 --action az-group \
        --window-size 1h --evaluation-frequency 5m --condition \
        "count BackupHealthEvent > 0 where healthStatus excludes Healthy with skipmetricvalidation"
    refused "find a metric" monitor metrics alert create -g rg-demo -n az-bare --scopes "$vault_id" \
        --condition "count BackupHealthEvent > 0"
    expect "it['severity'] == 2 and it['enabled'] is False" \
        monitor metrics alert update -g rg-demo -n az-alert --severity 2 --enabled false
    expect "[alert['name'] for alert in it] == ['az-alert']" monitor metrics alert list -g rg-demo
    expect "it['scopes'] == ['$vault_id']" monitor metrics alert show -g rg-demo -n az-alert
    expect "True" monitor metrics alert delete -g rg-demo -n az-alert
    expect "it == []" monitor metrics alert list -g rg-demo
    expect "True" monitor action-group delete -g rg-demo -n az-group
    expect "it == []" monitor action-group list -g rg-demo
    expect "it['properties']['monitoringSettings']['azureMonitorAlertSettings']['alertsForAllJobFailures'] == 'Disabled'" \
        backup vault update -g rg-demo -n vault-az --job-failure-alerts Disable
fi
[ "$STORY" != monitor ] || { echo "$steps steps"; exit 0; }

# ---- Azure Policy: the built-in definition assigned, its identity's roles, compliance, a remediation --------------------
if [ "$STORY" = all ] || [ "$STORY" = policy ]; then
    policy_id=/subscriptions/$SUBSCRIPTION/resourceGroups/rg-demo/providers/Microsoft.RecoveryServices/vaults/vault-az
    policy_id=$policy_id/backupPolicies/DefaultPolicy
    scope=/subscriptions/$SUBSCRIPTION/resourceGroups/rg-policy
    control POST seed '{"vms": [{"name": "vm-pol-01", "resource_group": "rg-policy", "tags": {"backup": "yes"}},
        {"name": "vm-pol-02", "resource_group": "rg-policy", "tags": {"backup": "yes"}},
        {"name": "vm-pol-bare", "resource_group": "rg-policy", "tags": {"backup": "yes"}, "image": {}},
        {"name": "vm-pol-free", "resource_group": "rg-policy"}]}' >/dev/null
    with_tag=345fa903-145c-4fe1-8bcd-93ec2adccde8
    printf '{"vaultLocation": {"value": "westus"}, "backupPolicyId": {"value": "%s"}, "inclusionTagName": {"value": "backup"},
        "inclusionTagValue": {"value": ["yes"]}}' "$policy_id" >"$work/parameters.json"
    expect "it['name'] == '$with_tag' and it['policyType'] == 'BuiltIn'" policy definition show -n "$with_tag"
    refused "MissingPolicyParameter" policy assignment create -n az-backup --policy "$with_tag" --scope "$scope" \
        --mi-system-assigned -l westus
    expect "it['identity']['type'] == 'SystemAssigned' and it['parameters']['vaultLocation']['value'] == 'westus'" \
        policy assignment create -n az-backup --policy "$with_tag" --scope "$scope" --mi-system-assigned -l westus \
        -p "$work/parameters.json"
    expect "it['name'] == 'az-backup'" policy assignment show -n az-backup --scope "$scope"
    principal=$(pick "it['identity']['principalId']")
    expect "[one['name'] for one in it] == ['az-backup']" policy assignment list -g rg-policy
    for role in 9980e02c-c2be-4d73-94e8-173b1dc7cf3c 5e467623-bb1f-42f4-a55d-6e525e11384b; do
        expect "it['principalId'] == '$principal'" role assignment create --assignee-object-id "$principal" \
            --assignee-principal-type ServicePrincipal --role "$role" --scope "/subscriptions/$SUBSCRIPTION"
    done
    expect "True" policy state trigger-scan -g rg-policy
    expect "it['results']['nonCompliantResources'] == 2" policy state summarize -g rg-policy
    expect "it['results']['nonCompliantResources'] == 2" \
        policy state summarize --policy-assignment az-backup -g rg-policy
    expect "sorted(one['resourceId'].rpartition('/')[2] for one in it) == ['vm-pol-01', 'vm-pol-02']" \
        policy state list -g rg-policy --filter "isCompliant eq false"
    expect "it['provisioningState'] in ('Accepted', 'Running') and it['resourceDiscoveryMode'] == 'ReEvaluateCompliance'" \
        policy remediation create -n az-fix -g rg-policy --policy-assignment az-backup \
        --resource-discovery-mode ReEvaluateCompliance
    control POST advance '{"seconds": 1}' >/dev/null
    control POST advance '{"seconds": 1}' >/dev/null
    expect "it['provisioningState'] == 'Succeeded' and it['deploymentStatus']['successfulDeployments'] == 2" \
        policy remediation show -n az-fix -g rg-policy
    expect "[one['name'] for one in it] == ['az-fix']" policy remediation list -g rg-policy
    expect "{one['status'] for one in it} == {'Succeeded'}" policy remediation deployment list -n az-fix -g rg-policy
    refused "InvalidCancelRemediationRequest" policy remediation cancel -n az-fix -g rg-policy
    expect "sorted(one['properties']['friendlyName'] for one in it) == ['vm-pol-01', 'vm-pol-02']" \
        backup item list -g rg-demo -v vault-az
    expect "{job['properties']['operation'] for job in it} == {'ConfigureBackup'}" backup job list -g rg-demo -v vault-az
    expect "True" policy remediation delete -n az-fix -g rg-policy
    expect "True" policy assignment delete -n az-backup --scope "$scope"
    expect "it == []" policy assignment list -g rg-policy
fi
[ "$STORY" != policy ] || { echo "$steps steps"; exit 0; }

# ---- policies -------------------------------------------------------------------------------------------------------
expect "{'DefaultPolicy', 'EnhancedPolicy', 'HourlyLogBackup'} == {policy['name'] for policy in it}" \
    backup policy list -g rg-demo -v vault-az
expect "it['properties']['schedulePolicy']['scheduleRunFrequency'] == 'Daily'" \
    backup policy show -g rg-demo -v vault-az -n DefaultPolicy
cp "$work/out" "$work/policy.json"
expect "it['name'] == 'az-policy' and it['properties']['timeZone'] == 'UTC'" \
    backup policy create -g rg-demo -v vault-az -n az-policy --backup-management-type AzureIaasVM \
    --policy "$work/policy.json"
expect "'az-policy' in {policy['name'] for policy in it} and 'HourlyLogBackup' not in {policy['name'] for policy in it}" \
    backup policy list -g rg-demo -v vault-az --backup-management-type AzureIaasVM

# ---- protect a machine no vault has seen yet: az refreshes the containers first ---------------------------------------
control POST seed '{"vms": [{"name": "vm-az-01", "resource_group": "rg-demo", "os": "linux", "data_disks": 1}]}' >/dev/null
vm=/subscriptions/$SUBSCRIPTION/resourceGroups/rg-demo/providers/Microsoft.Compute/virtualMachines/vm-az-01
expect "not it" backup protection check-vm --vm "$vm"
expect "it['properties']['operation'] == 'ConfigureBackup' and it['properties']['status'] == 'Completed'" \
    backup protection enable-for-vm -g rg-demo -v vault-az --vm "$vm" -p az-policy
expect "it" backup protection check-vm --vm "$vm"
expect "[c['properties']['friendlyName'] for c in it] == ['vm-az-01']" \
    backup container list -g rg-demo -v vault-az --backup-management-type AzureIaasVM
expect "it[0]['properties']['protectionState'] == 'IRPending' and it[0]['properties']['policyName'] == 'az-policy'" \
    backup item list -g rg-demo -v vault-az

# ---- back up, follow, look at the points ------------------------------------------------------------------------------
item=(-g rg-demo -v vault-az -c vm-az-01 -i vm-az-01)
expect "it['properties']['operation'] == 'Backup' and it['properties']['status'] in ('InProgress', 'Completed')" \
    backup protection backup-now "${item[@]}" --backup-management-type AzureIaasVM \
    --retain-until "$(date -u -d '+30 days' +%d-%m-%Y 2>/dev/null || date -u -v+30d +%d-%m-%Y)"
finished "$(pick "it['name']")"
expect "it['properties']['extendedInfo']['propertyBag']['Backup Size'].endswith(' MB')" \
    backup job show -g rg-demo -v vault-az -n "$(pick "it['name']")"
expect "[job['properties']['operation'] for job in it] == ['Backup', 'ConfigureBackup']" \
    backup job list -g rg-demo -v vault-az
expect "len(it) == 1" backup job list -g rg-demo -v vault-az --operation Backup --status Completed
expect "len(it) == 1 and it[0]['tierType'] == 'SnapshotAndVaultStandard'" \
    backup recoverypoint list "${item[@]}" --backup-management-type AzureIaasVM --workload-type VM
point=$(pick "it[0]['name']")

# ---- restore its disks ------------------------------------------------------------------------------------------------
expect "it['properties']['operation'] == 'Restore' and it['properties']['status'] in ('InProgress', 'Completed')" \
    backup restore restore-disks "${item[@]}" -r "$point" --storage-account stholdfastdemo \
    --target-resource-group rg-restored
restore=$(pick "it['name']")
finished "$restore"
expect "'azuredeploy$restore.json' in it['properties']['extendedInfo']['propertyBag']['Template Blob Uri']" \
    backup job show -g rg-demo -v vault-az -n "$restore"
disks=$url/subscriptions/$SUBSCRIPTION/resourceGroups/rg-restored/providers/Microsoft.Compute/disks
expect "len(it['value']) == 2 and {disk['tags']['RSVaultBackup'] for disk in it['value']} == {'$restore'}" \
    rest --method get --url "$disks?api-version=2024-03-02"


# ---- the rest of a vault's life: `az_story.sh all` ----------------------------------------------------------------------
vault=(-g rg-demo -v vault-az)
named=("${vault[@]}" -c vm-az-01 -n vm-az-01)
restored=$url/subscriptions/$SUBSCRIPTION/resourceGroups/rg-restored/providers/Microsoft.Compute

change_a_policy_in_use() {
    expect "[entry['properties']['friendlyName'] for entry in it] == ['vm-az-01']" \
        backup policy list-associated-items "${vault[@]}" -n az-policy --backup-management-type AzureIaasVM
    refused "items are associated with it" backup policy delete "${vault[@]}" -n az-policy
    sed 's/"count": 30/"count": 45/' "$work/policy.json" >"$work/longer.json"
    expect "True" backup policy set "${vault[@]}" -n az-policy --policy "$work/longer.json"
    control POST advance '{"seconds": 30}' >/dev/null
    expect "it['properties']['retentionPolicy']['dailySchedule']['retentionDuration']['count'] == 45" \
        backup policy show "${vault[@]}" -n az-policy
    expect "it['properties']['operation'] == 'ConfigureBackup' and it['properties']['status'] == 'Completed'" \
        backup item set-policy "${named[@]}" -p DefaultPolicy --backup-management-type AzureIaasVM --workload-type VM
    expect "True" backup policy delete "${vault[@]}" -n az-policy
}

restore_elsewhere_and_in_place() {
    expect "it['properties']['operation'] == 'Restore'" \
        backup restore restore-disks "${item[@]}" -r "$point" --storage-account stholdfastdemo \
        --restore-mode AlternateLocation --target-resource-group rg-restored --target-vm-name vm-az-01r \
        --target-vnet-name vnet-demo --target-vnet-resource-group rg-demo --target-subnet-name default
    finished "$(pick "it['name']")"
    expect "it['location'] == 'westus' and len(it['properties']['storageProfile']['dataDisks']) == 1" \
        rest --method get --url "$restored/virtualMachines/vm-az-01r?api-version=2024-07-01"
    expect "it['properties']['extendedInfo']['propertyBag']['Job Type'] == 'Replace disks'" \
        backup restore restore-disks "${item[@]}" -r "$point" --storage-account stholdfastdemo \
        --restore-mode OriginalLocation
    local job
    job=$(pick "it['name']")
    finished "$job"
    expect "it['properties']['storageProfile']['osDisk']['name'].startswith('vm-az-01-osdisk-')" \
        rest --method get --url "$url$vm?api-version=2024-07-01"
    expect "len(it) == 2" \
        backup recoverypoint list "${item[@]}" --backup-management-type AzureIaasVM --workload-type VM
}

mount_files() {
    # az writes the script into the folder it runs in.
    cd "$work"
    expect "True" backup restore files mount-rp "${item[@]}" -r "$point"
    ls "$work"/vm-az-01_*.py >/dev/null || { echo "FAIL  mount-rp left no script" >&2; exit 1; }
    cd - >/dev/null
    expect "it['properties']['isInstantIlrSessionActive'] is True" \
        backup recoverypoint show "${item[@]}" -n "$point" --backup-management-type AzureIaasVM --workload-type VM
    expect "True" backup restore files unmount-rp "${item[@]}" -r "$point"
    expect "it['properties']['isInstantIlrSessionActive'] is False" \
        backup recoverypoint show "${item[@]}" -n "$point" --backup-management-type AzureIaasVM --workload-type VM
}

restore_in_the_paired_region() {
    expect "len(it) == 2" backup vault backup-properties show -g rg-demo -n vault-az
    refused "StorageModelModifyError" \
        backup vault backup-properties set -g rg-demo -n vault-az --backup-storage-redundancy LocallyRedundant
    expect "it['properties']['redundancySettings']['crossRegionRestore'] == 'Enabled'" \
        backup vault backup-properties set -g rg-demo -n vault-az --cross-region-restore-flag true
    expect "it[0]['properties']['crossRegionRestoreFlag'] is True" \
        backup vault backup-properties show -g rg-demo -n vault-az
    control POST advance '{"seconds": 60}' >/dev/null
    # `item list` and `recoverypoint list` with --use-secondary-region crash in az 2.91.0 itself; its `rest` does not.
    local names="iaasvmcontainerv2;rg-demo;vm-az-01"
    local there=/subscriptions/$SUBSCRIPTION/resourceGroups/rg-demo/providers/Microsoft.RecoveryServices/vaults/vault-az
    there=$there/backupFabrics/Azure/protectionContainers/IaasVMContainer\;$names/protectedItems/VM\;$names
    expect "'$point' in [entry['name'] for entry in it['value']]" \
        rest --method get --url "$url$there/recoveryPoints/?api-version=2021-11-15"
    expect "it['properties']['operation'] == 'CrossRegionRestore'" \
        backup restore restore-disks "${item[@]}" -r "$point" --storage-account stholdfastpaired \
        --target-resource-group rg-restored --use-secondary-region
    local job
    job=$(pick "it['name']")
    control POST advance '{"seconds": 60}' >/dev/null
    expect "it['properties']['status'] == 'Completed'" backup job show "${vault[@]}" -n "$job" --use-secondary-region
    expect "[entry['name'] for entry in it] == ['$job']" backup job list "${vault[@]}" --use-secondary-region
    expect "it['properties']['operation'] == 'CrossRegionRestore'" backup job show "${vault[@]}" -n "$job"
    expect "len([disk for disk in it['value'] if disk['location'] == 'eastus']) == 2" \
        rest --method get --url "$restored/disks?api-version=2024-03-02"
}

stop_resume_delete_and_undelete() {
    local kind=(--backup-management-type AzureIaasVM)
    expect "it['properties']['operation'] == 'Backup'" backup protection backup-now "${item[@]}" "${kind[@]}"
    expect "True" backup job stop "${vault[@]}" -n "$(pick "it['name']")"
    expect "it['properties']['operation'] == 'DisableBackup'" \
        backup protection disable "${item[@]}" "${kind[@]}" --yes
    expect "it['properties']['protectionState'] == 'ProtectionStopped'" \
        backup item show "${named[@]}" "${kind[@]}" --workload-type VM
    expect "it['properties']['operation'] == 'ConfigureBackup'" \
        backup protection resume "${item[@]}" "${kind[@]}" -p DefaultPolicy
    expect "it['properties']['operation'] == 'DeleteBackupData' and it['properties']['status'] == 'Completed'" \
        backup protection disable "${item[@]}" "${kind[@]}" --delete-backup-data true --yes
    expect "it['properties']['isScheduledForDeferredDelete'] is True" \
        backup item show "${named[@]}" "${kind[@]}" --workload-type VM
    refused "soft deleted state" backup vault delete -g rg-demo -n vault-az --yes
    expect "it['properties']['operation'] == 'Undelete'" \
        backup protection undelete "${item[@]}" "${kind[@]}" --workload-type VM
    expect "it['properties']['protectionState'] == 'ProtectionStopped'" \
        backup item show "${named[@]}" "${kind[@]}" --workload-type VM
    refused "existing resources within the vault" backup vault delete -g rg-demo -n vault-az --yes
}

make_and_delete_an_empty_vault() {
    expect "True" backup vault create -g rg-demo -n vault-az-two -l westus
    expect "True" backup vault delete -g rg-demo -n vault-az-two --yes
    refused "was not found" backup vault show -g rg-demo -n vault-az-two
}

expected="['backup', 'restore']"
if [ "$STORY" = all ]; then
    change_a_policy_in_use
    restore_elsewhere_and_in_place
    mount_files
    restore_in_the_paired_region
    stop_resume_delete_and_undelete
    make_and_delete_an_empty_vault
    expected="['backup', 'restore', 'restore', 'restore', 'cross_region_restore', 'backup']"
fi

control GET truth >"$work/out"
[ "$(pick "[trigger['kind'] for trigger in it['triggers']]")" = "$expected" ] ||
    { echo "FAIL  the simulator's truth has other triggers" >&2; cat "$work/out" >&2; exit 1; }
echo "az-story: $steps commands in $SECONDS s; what happened: $expected"
