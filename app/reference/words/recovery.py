"""Restores, recovery plans and runs, restore tests and their report."""

COMPONENTS = {
    "RestorePointTierRead": "A tier that held the data of the point when it was chosen.",
    "RecoveryPlanMemberBody": "A VM of a wave.",
    "RecoveryMemberRead": "A VM of the run, and what became of it.",
    "RecoveryMemberState": "What became of a VM of a run.",
    "RecoveryMode": "`recover`: for real; `rehearse`: into an isolated network, and deleted again.",
    "RecoveryWaveRead": "A wave of the run, and the gate after it.",
    "RecoveryWaveState": "How far a wave is; `gate`: its VMs have ended, and its gate is not open.",
    "RestoreTestMissedRead": "A round that the schedule wanted and that was not made.",
    "RestoreTestLeftRead": "A resource in Azure that the run could not delete.",
    "RestoreTestScriptRead": "The script as it is stored, without the values of secret parameters.",
    "RestoreTestRunCounts": "Runs of the VM in the quarter, by outcome.",
    "QuarterFailures": "Runs of the quarter that did not prove their VM.",
    "QuarterLeftThing": "A resource in Azure that a test could not delete.",
}
_DISKS = {"mode": "`disks`."}
_NEW_VM = {"mode": "`new_vm`.", "name": "Name of the new VM: it must be free in the resource group."}
_REPLACE = {"mode": "`replace_disks`."}
_POINT = {
    "id": "Azure's name of the point.",
    "time": "When it was taken (UTC); null: not known.",
    "tiers": "Where its data was; null: not known.",
    "region": "The vault's own region, or the paired one; null: not known.",
}
_RESTORE_TARGET = "Where to, by `mode`: `disks`, `new_vm`, `replace_disks` or `files`."
_SOURCES = "Where each id of the target comes from; null: the request named all of them."
_FILLED = {"target": "Where to: as the request says, the rest from the restore defaults.", "target_sources": _SOURCES}
_SOURCE = "`request`, or the restore defaults of the `vault` or the `tenant`; null: the mode does not have it."
_PLAN = {
    "name": "Its name: unique in the tenant, letter case ignored.",
    "point": "The rule by which each VM's recovery point is chosen.",
    "target": "Where the VMs go: one target for real, one for rehearsals.",
}
_TEST = {
    "name": "Its name: unique in the tenant, letter case ignored.",
    "selector": "Which VMs, by what is known of them; null: those of the plan.",
    "sample": "Which of the selected VMs a round takes.",
    "max_in_flight": "How many VMs are restored at a time.",
    "point": "Which recovery point is restored.",
    "levels": "What is verified, in the order of the levels.",
    "keep_after_success_minutes": "How many minutes a restored VM is kept after it passed, before it is deleted.",
    "keep_after_failure_minutes": "How many minutes it is kept after it failed, so that you can look at it.",
}
_TEST_PLAN = {
    "plan_id": "The recovery plan that is rehearsed; null: VMs are selected instead.",
    "check_minutes": "How many minutes the level `your_check` waits for a verdict.",
}
_SCRIPTED = {"script": "What is run in each restored VM for the level `answers`; null: no script."}
_TEST_RUN = {
    "id": "Its id: a UUID, in the order of creation. The run is at /v1/restore-test-runs/{id}.",
    "restore_test_id": "The restore test; it may have been deleted since.",
    "job": "The job of the round: /v1/jobs/{id}.",
    "protected_item_id": "The item whose backup was restored.",
    "vm_id": "ARM id of the VM whose backup was restored.",
    "state": "How far it is.",
    "detail": "Why it ended so, in words; null: nothing to say.",
    "recovery_point": "The point that was restored: `id`, `time`, `consistency`; null: none was chosen.",
    "measured": "How long it took.",
}
_SCRIPT = {
    "shell": "`sh` on Linux, `powershell` on Windows.",
    "text": "The text of the script. It is run with the rights of the Azure VM agent: as root, or as SYSTEM.",
    "timeout_seconds": "After how many seconds it counts as failed.",
    "parameters": "Its parameters, by name. They are not secret.",
}
_OUTCOMES = {
    "proven": "VMs of which every level was passed.",
    "failed": "VMs of which a level was not passed.",
    "timed_out": "VMs of which the verification did not end in time.",
    "not_proven": "VMs that runs could not test.",
}
WORDS = {
    # restores
    "RestoreCreate": {
        "protected_item_id": "The protected item whose backup is restored. Give this or `vm_id`.",
        "recovery_point": "Which point is restored.",
        "target": f"{_RESTORE_TARGET} Left out: `disks`.",
    },
    "RestoreRead": {
        "id": "Its id: a UUID, in the order of creation. The restore is at /v1/restores/{id}.",
        "protected_item_id": "The protected item whose backup is restored.",
        "state": "State of its job.",
        **_FILLED,
        "result": "What was restored, by `mode`; null: it has not ended well.",
    },
    "RestorePointBody": {
        "id": "The point so named, from GET /v1/protected-items/{item_id}/recovery-points.",
        "latest": "`true`: the newest point that meets the conditions.",
        "latest_before": "The newest point that is not younger than this (RFC 3339, with an offset).",
    },
    "RestorePointRead": _POINT,
    "RestorePointTierRead": {"state": "Azure's word for the state of the data there, such as Valid."},
    "RestoreAccepted": _FILLED,
    "DisksTargetBody": _DISKS,
    "DisksTargetRead": _DISKS,
    "NewVmTargetBody": _NEW_VM,
    "NewVmTargetRead": _NEW_VM,
    "ReplaceDisksTargetBody": _REPLACE,
    "ReplaceDisksTargetRead": _REPLACE,
    "RestoreTargetSources": dict.fromkeys(("resource_group_id", "subnet_id", "staging_storage_account_id"), _SOURCE),
    "FilesTargetBody": {"mode": "`files`."},
    "RestorePreflightRead": _FILLED | {"checks": "Every check, in the order in which they are made."},
    "RestoreCheckRead": {
        "name": "What is checked.",
        "reason": "What was found, in words.",
        "type": "Holdfast's stable name of Azure's error, see GET /v1/errors; null: none.",
        "remedy": "What to do about it; null: nothing needs to be done.",
        "pointer": "JSON pointer to the field of the request that is at fault; null: none.",
    },
    "MountSessionRead": {
        "state": "`mounted`: its script works; `ended`.",
        "ended_at": "When it ended (UTC); null: it has not.",
    },
    "MountScriptRead": {
        "os": "The operating system that the script is for.",
        "expires_at": "When Azure ends the session (UTC): the script does not work after it.",
    },
    "RestoredResources": {"items": "The resources, in the order in which a tear-down deletes them."},
    "RestoredResource": {
        "kind": "What it is; kept_disk: a disk that the VM had before.",
        "reason": "Why a tear-down would not delete it, in words; null: it would.",
    },
    # recovery plans and runs
    "RecoveryPlanCreate": _PLAN,
    "RecoveryPlanRead": _PLAN,
    "RecoveryPlanUpdate": _PLAN,
    "RecoveryPlanPointBody": {"latest": "`true`: the newest point that meets the conditions."},
    "RecoveryPlanMemberBody": {"protected_item_id": "The protected item whose backup is restored."},
    "RecoveryWaveBody": {
        "name": "Its name: unique in the plan.",
        "members": "The VMs that are named one by one.",
        "selector": "More of them, by what is known of them; null: none.",
    },
    "RecoveryDisksTargetBody": _DISKS,
    "RecoveryNewVmTargetBody": {"mode": "`new_vm`."},
    "RecoveryReplaceTargetBody": _REPLACE,
    "RecoveryPlanPreflight": {"mode": "`recover`: for real; `rehearse`: into the isolated target."},
    "RecoveryPlanPreflightRead": {
        "mode": "The mode that was looked at.",
        "members": "Member by member, in the order of the waves.",
    },
    "RecoveryMemberPreflightRead": {
        "vm": "The VM; null: the item is gone.",
        "recovery_point": "The point it would get; null: none meets the rule.",
        "checks": "Every check of its restore.",
    },
    "RecoveryRunCreate": {"mode": "`recover`: for real; `rehearse`: into the isolated target."},
    "RecoveryRunRead": {
        "id": "Its id: a UUID, in the order of creation. The run is at /v1/recovery-runs/{id}.",
        "mode": "`recover`: for real; `rehearse`: into the isolated target.",
        "job": "The job that leads it: /v1/jobs/{id}.",
        "waves": "The waves, in their order.",
        "members": "Every VM, in the order of the waves.",
        "stopped": "Why nothing more begins; null: it goes on, or has ended.",
        "started_at": "When its first wave began (UTC); null: not yet.",
    },
    "RecoveryMemberRead": {
        "vm": "The VM; null: not known any more.",
        "state": "What became of it in this run.",
        "restore": "Path of its restore: /v1/restores/{id}; null: none yet.",
    },
    "RecoveryWaveRead": {
        "name": "Name of the wave.",
        "state": "How far it is.",
        "began_at": "When its first restore was asked for (UTC); null: not yet.",
        "gate": "What must be true before the next wave begins.",
    },
    "RecoveryGateRead": {
        "kind": "What the gate waits for, beside the end of its wave.",
        "decision": "What a person decided; null: nothing.",
    },
    "RecoveryGateDecide": {
        "decision": "go: the next wave begins; stop: nothing more begins.",
        "reason": "Why. It is stored with your name.",
    },
    "RecoveryGateDecisionRead": {"decision": "go or stop.", "by": "Who decided: the display name."},
    "RecoveryGateEventData": {
        "id": "Id of the recovery run: /v1/recovery-runs/{id}.",
        "mode": "The mode of the run.",
        "kind": "What the gate waits for.",
        "state": "`waiting`: it is not open; `open`: the next wave begins; `closed`: the run stops.",
        "since": "When the last VM of the wave had ended (UTC).",
        "until": "When it opens, or the time limit (UTC); null: none.",
        "decision": "What a person decided; null: nothing.",
    },
    "RecoveryStoppedRead": {"detail": "The reason in words; null: nothing more is known."},
    # restore tests
    "RestoreTestCreate": _TEST | _SCRIPTED,
    "RestoreTestRead": _TEST
    | _TEST_PLAN
    | _SCRIPTED
    | {
        "schedule": "When a round begins by itself; null: only when it is asked for.",
        "last_round_at": "When the last round began (UTC); null: none yet.",
    },
    "RestoreTestUpdate": _TEST | _TEST_PLAN | {"target": "Where the VMs are restored to."},
    "RestoreTestSampleBody": {
        "mode": "all; random: a random sample; longest_untested: those first whose last test is the oldest.",
    },
    "RestoreTestScheduleBody": {"time_zone": "Time zone of `cron`: an IANA name."},
    "RestoreTestScriptBody": _SCRIPT,
    "RestoreTestScriptRead": _SCRIPT,
    "RestoreTestMissedRead": {"at": "When it was due (UTC).", "reason": "Why none was made, in words."},
    "RestoreTestRunRead": _TEST_RUN
    | {
        "restore": "Path of the restore: /v1/restores/{id}; null: none yet.",
        "tear_down_job": "The job that deletes what was restored: /v1/jobs/{id}; null: none yet.",
        "levels": "The levels that were looked at, in their order.",
    },
    "RestoreTestRunEventData": _TEST_RUN,
    "RestoreTestLevelRead": {
        "level": "Which level.",
        "outcome": "skipped: a level before it was not passed.",
        "detail": "What was seen, in words; null: nothing to say.",
        "remedy": "What to do about it; null: nothing is known.",
    },
    "RestoreTestLeftRead": {"id": "ARM id of the resource.", "reason": "Why it was not deleted; null: not known."},
    "RestoreTestVerdictPut": {
        "passed": "Whether your own check was passed.",
        "detail": "What you found, in words; it is kept with the run.",
    },
    "CheckRequestedEventData": {
        "id": "Id of the run: /v1/restore-test-runs/{id}.",
        "vm_id": "ARM id of the VM whose backup was restored.",
        "recovery_point": "The point that was restored: `id`, `time`, `consistency`.",
        "verdict_url": "Path to PUT the verdict to.",
        "answer_by": "Until when a verdict is taken (UTC).",
    },
    "EvidenceReference": {"key_id": "Which key signed it: see GET /v1/evidence/keys."},
    "EvidenceKeyRead": {
        "alg": "Always EdDSA.",
        "crv": "Always Ed25519.",
        "kty": "Always OKP.",
        "use": "Always sig.",
    },
    "EvidenceKeysRead": {"keys": "The keys."},
    # the report of a quarter
    "RestoreTestQuarter": {
        "quarter": "The quarter, such as 2026-Q1.",
        "time_zone": "Time zone in which the quarter begins and ends: an IANA name.",
        "made_at": "When this answer was made (UTC).",
        "tenant": "The tenant it is about.",
        "totals": "VMs by outcome.",
        "plans": "Runs of recovery plans that ended in the quarter.",
        "failures": "Runs that did not prove their VM.",
        "left": "What is still in Azure of tests.",
        "evidence": "Which signed statements belong to the quarter.",
    },
    "QuarterTotals": _OUTCOMES
    | {
        "items": "VMs that were protected in the quarter.",
        "not_tested": "VMs without a run in the quarter.",
        "runs": "All runs that ended in the quarter.",
    },
    "QuarterGroup": {"items": "VMs of the group.", "proven": "Those of them that were proven."},
    "QuarterRtoRead": {
        "shortest": "Of the fastest VM, in seconds.",
        "median": "The median, in seconds.",
        "longest": "Of the slowest VM, in seconds.",
    },
    "QuarterItem": {
        "ended_at": "When the run that decides ended (UTC); null: there is none.",
        "proven_level": "The last level of the test that proved it; null: it was not proven.",
        "remedy": "What to do about it; null: nothing is known.",
        "runs": "Its runs in the quarter, by outcome.",
    },
    "QuarterRun": {
        "run": "Path of the run: /v1/restore-test-runs/{id}.",
        "remedy": "What to do about it; null: nothing is known.",
        "outcome": "What came of it.",
        "evidence": "Its signed statement; null: not signed yet.",
    },
    "RestoreTestRunCounts": {
        "proven": "Every level was passed.",
        "failed": "A level was not passed.",
        "not_proven": "It could not be tested.",
        "timed_out": "It did not end in time.",
    },
    "QuarterPlanRun": {
        "run": "Path of the run: /v1/recovery-runs/{id}.",
        "mode": "`recover` or `rehearse`.",
        "members": "VMs of the run.",
        "came_back": "Those of them that came back.",
        "promise_kept": "Whether all came back within `promised_rto_seconds`; null: nothing was promised.",
    },
    "QuarterLeftThing": {
        "run": "Path of the run that made it.",
        "id": "ARM id of the resource.",
        "reason": "Why it was not deleted; null: not known.",
    },
    "QuarterEvidence": {
        "first_sequence": "The lowest place in the chain of statements; null: there is none.",
        "last_sequence": "The highest place in the chain of statements; null: there is none.",
        "last_sha256": "SHA-256 of the statement at that place; null: there is none.",
        "key_ids": "The keys that signed them.",
    },
}
