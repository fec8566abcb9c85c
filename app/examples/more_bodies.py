"""Examples of request bodies, by operation: estate, reports, alerts, webhooks, tenants, rules, bulk, plans, tests."""

from typing import Final

from app.examples import ids
from app.examples.bodies import FOR_A_DATE, NEW_VM, WRITE, Json, Named

GROUP_MEMBER: Final[Json] = {
    "kind": "group",
    "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "roles": ["operator", "restorer"],
    "display_name": "Night shift",
}
EXPECTATIONS: Final[Named] = {
    "two_days": {
        "objective_seconds": 172800,
        "grace_seconds": 21600,
        "consistency": "application",
        "linux_scripts_expected": False,
    }
}
RESTORE_DEFAULTS: Final[Named] = {
    "all_three": {
        "resource_group_id": ids.GROUP,
        "subnet_id": ids.SUBNET,
        "staging_storage_account_id": ids.STORAGE,
    }
}
RULE: Final[Json] = {
    "name": "production",
    "priority": 200,
    "selector": {
        "subscriptions": [ids.SUBSCRIPTION_ID],
        "tags": {"env": ["sample"]},
        "except": ["vm-scratch-*"],
    },
    "targets": [{"location": ids.LOCATION, "vault_id": ids.VAULT, "policy_id": ids.POLICY}],
    "mode": "observe",
    "max_per_hour": 20,
    "on_lost": "report",
    "labels": {"team": "platform"},
}
TEST_TARGET: Final[Json] = {
    "resource_group_id": ids.TESTS,
    "subnet_id": ids.TESTS_SUBNET,
    "staging_storage_account_id": ids.STORAGE,
    "allow_internet": False,
}
REHEARSED: Final[Json] = NEW_VM | {"name": "{vm}-t", "resource_group_id": ids.TESTS, "subnet_id": ids.TESTS_SUBNET}
PLAN: Final[Json] = {
    "name": "shop",
    "point": {"latest": True, "max_age_seconds": 864000},
    "target": {"recover": NEW_VM | {"name": "{vm}-r"}, "rehearse": REHEARSED},
    "waves": [
        {
            "name": "database",
            "members": [{"protected_item_id": ids.ITEM_DB}],
            "gate": {"kind": "person", "seconds": 1800},
        },
        {"name": "web", "may_fail": True, "selector": {"names": ["vm-sample-web"]}},
    ],
    "promised_rto_seconds": 14400,
}
MORE_BODIES: Final[dict[str, Named]] = {
    "create_report_link": {"in_a_time_zone": {"date": "2026-01-31", "time_zone": "Europe/Berlin"}},
    "acknowledge_alert": {"with_a_reason": {"reason": "I am on it: INC-1234"}},
    "put_alert_rule": {
        "by_webhook_and_mail": {
            "enabled": True,
            "severity": "critical",
            "grace_seconds": 300,
            "webhook_ids": [ids.WEBHOOK],
            "mail": ["backup@example.com"],
        }
    },
    "create_alert_silence": {
        "for_a_maintenance": {
            "kind": "job_failed",
            "vault_id": ids.VAULT,
            "from": "2036-02-07T20:00:00Z",
            "until": "2036-02-08T04:00:00Z",
            "reason": "Maintenance of the cluster",
        }
    },
    "update_alert_silence": {"two_hours_longer": {"until": "2036-02-08T06:00:00Z"}},
    "create_tenant": {
        "a_department": {
            "name": "Payments",
            "grants": [{"subscription_id": ids.SUBSCRIPTION_ID, "resource_group": ids.GROUP_NAME}],
            "quotas": {"concurrent_restores": 3, "backups_per_vm_and_day": 10, "protected_items": 200},
            "approvals": ["replace_disks", "delete_data"],
            "time_zone": "Europe/Berlin",
            "members": [GROUP_MEMBER],
        }
    },
    "update_tenant": {"a_whole_subscription": {"grants": [{"subscription_id": ids.SUBSCRIPTION_ID}]}},
    "create_member": {"a_group": GROUP_MEMBER},
    "update_member": {"only_read": {"roles": ["reader"]}},
    "put_item_expectations": EXPECTATIONS,
    "put_expectations": EXPECTATIONS,
    "put_restore_defaults": RESTORE_DEFAULTS,
    "put_vault_restore_defaults": RESTORE_DEFAULTS,
    "estimate_cost": {
        "with_cross_region_restore": {
            "protected_item_ids": [ids.ITEM],
            "cross_region_restore": True,
            "currency": "USD",
            "assumptions": {"used_bytes": 107374182400, "daily_churn_percent": 2},
        }
    },
    "create_webhook": {
        "of_one_team": {
            "url": ids.RECEIVER,
            "types": ["holdfast.job.ended", "holdfast.backup.*"],
            "filter": {"label": "team=payments"},
        }
    },
    "update_webhook": {"all_events_of_jobs": {"types": ["holdfast.job.*"]}},
    "rotate_webhook_secret": {"both_for_a_day": {"previous_valid_seconds": 86400}},
    "replay_webhook": {"since_a_time": {"since": "2026-01-31T10:00:00Z"}},
    "put_azure_alerts": {
        "by_mail": {"emails": ["on-call@example.com"], "severity": 1, "built_in": True, "receive": False}
    },
    "delete_azure_alerts": WRITE,
    "put_azure_policy": {
        "vms_with_a_tag": {
            "scope": ids.GROUP,
            "location": ids.LOCATION,
            "definition": "existing_vault_with_tag",
            "tag": {"name": "env", "values": ["sample"]},
            "remediate": True,
        }
    },
    "delete_azure_policy": WRITE,
    "create_protection_rule": {"only_observe": RULE},
    "preview_protection_rule_body": {"only_observe": RULE},
    "update_protection_rule": {"enforce": {"mode": "enforce", "confirm": 1}},
    "start_protection_rule": {"with_the_number_of_vms": {"confirm": 1}},
    "create_restore_test": {
        "each_sunday": {
            "name": "web, each week",
            "selector": {"names": ["vm-sample-web"]},
            "sample": {"mode": "longest_untested", "count": 3},
            "schedule": {"cron": "30 2 * * SUN", "time_zone": "Europe/Berlin", "window_minutes": 240},
            "max_in_flight": 2,
            "point": {"consistency": "application", "max_age_seconds": 172800},
            "target": TEST_TARGET,
            "levels": ["restored", "boots", "answers"],
            "script": {"shell": "sh", "text": "curl -fsS http://localhost/health", "timeout_seconds": 120},
            "keep_after_success_minutes": 0,
            "keep_after_failure_minutes": 60,
        }
    },
    "change_restore_test": {"more_at_once": {"max_in_flight": 4}},
    "run_restore_test": WRITE,
    "put_restore_test_verdict": {"passed": {"passed": True, "detail": "the login page answers"}},
    "create_recovery_plan": {"database_then_web": PLAN},
    "update_recovery_plan": {"a_promise": {"promised_rto_seconds": 7200}},
    "preflight_recovery_plan": {"recover": {"mode": "recover"}},
    "create_recovery_run": {
        "rehearse": {"mode": "rehearse"},
        "recover_to_a_time": {"mode": "recover", "point": {"latest_before": FOR_A_DATE}, "reference": "INC-7"},
    },
    "decide_recovery_gate": {"go": {"decision": "go", "reason": "The database answers."}},
    "create_bulk": {
        "protect": {
            "action": "protect",
            "vm_ids": [ids.vm("vm-sample-new")],
            "with": {"vault_id": ids.VAULT, "policy_id": ids.POLICY},
            "max_in_flight": 20,
        },
        "back_up_a_group": {
            "action": "backup",
            "selector": {"resource_groups": [ids.GROUP_NAME]},
            "with": {"retain_until": FOR_A_DATE},
        },
        "pause": {"action": "pause", "protected_item_ids": [ids.ITEM, ids.ITEM_DB]},
    },
}
