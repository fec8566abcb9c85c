"""A second hand that writes down, by triggers of the database, what the code changed: the trail is compared with it.

It knows no code, only what a reader of the trail must find there: every write of such a row, wherever in the code,
leaves an entry about it in the same transaction, or `unaccounted` names it. (Of tenants and members only the API's
writes are looked at: no worker has any, and tests write them by hand, as a worker.)
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg.rows import dict_row

from app.core.db.database import libpq_url


@dataclass(frozen=True, slots=True)
class Rule:
    """A change of a row, and what an entry about it names."""

    table: str
    change: str
    """As a trigger says it."""
    names: Mapping[str, str]
    """Columns of an entry, and what they are then, any of which is enough; `target` holds it somewhere."""
    when: str = "true"


BY_API = "current_user = 'holdfast_api'"
_EXPECTED = "coalesce({}.protected_item_id::text, '/v1/expectations')"
_DEFAULTS = "coalesce({}.vault_id::text, '/v1/restore-defaults')"
RULES = {
    "a job is asked for": Rule("jobs", "INSERT", {"job_id": "NEW.id"}, "NEW.origin = 'holdfast'"),
    "a job waits for a person": Rule(
        "jobs", "UPDATE", {"job_id": "NEW.id"}, "NEW.state = 'needs_attention' AND OLD.state <> NEW.state"
    ),
    "a job is to be cancelled": Rule(
        "jobs", "UPDATE", {"job_id": "NEW.id"}, "OLD.cancel IS NULL AND NEW.cancel IS NOT NULL"
    ),
    "an attempt is made": Rule("attempts", "INSERT", {"attempt_id": "NEW.id"}),
    "an attempt is given up": Rule(
        "attempts",
        "UPDATE",
        {"attempt_id": "NEW.id", "job_id": "NEW.job_id"},
        "OLD.state <> NEW.state AND NEW.state IN ('retired', 'ambiguous', 'orphaned')",
    ),
    "an approval is wanted": Rule("approvals", "INSERT", {"approval_id": "NEW.id"}),
    "an approval changes": Rule(
        "approvals", "UPDATE", {"approval_id": "NEW.id", "job_id": "NEW.job_id"}, "OLD.state <> NEW.state"
    ),
    "a vault goes": Rule("vaults", "DELETE", {"target": "OLD.id"}),
    "a policy goes": Rule("policies", "DELETE", {"target": "OLD.id", "target ": "OLD.vault_id"}),
    "an item goes": Rule("protected_items", "DELETE", {"target": "OLD.id"}),
    "a tenant is made": Rule("tenants", "INSERT", {"target": "NEW.id"}, BY_API),
    "a tenant changes": Rule("tenants", "UPDATE", {"target": "NEW.id"}, BY_API),
    "a tenant goes": Rule("tenants", "DELETE", {"target": "OLD.id"}, BY_API),
    "a member is made": Rule("members", "INSERT", {"target": "NEW.tenant"}, BY_API),
    "a member changes": Rule("members", "UPDATE", {"target": "NEW.tenant"}, BY_API),
    "a report is written": Rule("daily_reports", "INSERT", {"target": "NEW.id"}),
    "a link to a report is made": Rule("report_links", "INSERT", {"target": "NEW.id"}),
    "an expectation is set": Rule("expectations", "INSERT", {"target": _EXPECTED.format("NEW")}, BY_API),
    "an expectation changes": Rule("expectations", "UPDATE", {"target": _EXPECTED.format("NEW")}, BY_API),
    "an expectation goes": Rule("expectations", "DELETE", {"target": _EXPECTED.format("OLD")}, BY_API),
    "restore defaults are set": Rule("restore_defaults", "INSERT", {"target": _DEFAULTS.format("NEW")}, BY_API),
    "restore defaults change": Rule("restore_defaults", "UPDATE", {"target": _DEFAULTS.format("NEW")}, BY_API),
    "restore defaults go": Rule("restore_defaults", "DELETE", {"target": _DEFAULTS.format("OLD")}, BY_API),
    "a webhook is made": Rule("webhooks", "INSERT", {"target": "NEW.id"}),
    "a webhook changes": Rule("webhooks", "UPDATE", {"target": "NEW.id"}, "NEW.updated_at > OLD.updated_at"),
    "a webhook goes": Rule("webhooks", "DELETE", {"target": "OLD.id"}),
    "a recovery plan is made": Rule("recovery_plans", "INSERT", {"target": "NEW.id"}),
    "a recovery plan changes": Rule("recovery_plans", "UPDATE", {"target": "NEW.id"}),
    "a recovery plan goes": Rule("recovery_plans", "DELETE", {"target": "OLD.id"}),
    "a gate of a recovery run is decided": Rule(
        "recovery_runs", "UPDATE", {"target": "NEW.id"}, f"{BY_API} AND NEW.waves IS DISTINCT FROM OLD.waves"
    ),
    "a rule of alerts is set": Rule("alert_rules", "INSERT", {"target": "NEW.kind"}, BY_API),
    "a rule of alerts changes": Rule("alert_rules", "UPDATE", {"target": "NEW.kind"}, BY_API),
    "a silence is made": Rule("alert_silences", "INSERT", {"target": "NEW.id"}, BY_API),
    "a silence changes": Rule("alert_silences", "UPDATE", {"target": "NEW.id"}, BY_API),
    "a silence goes": Rule("alert_silences", "DELETE", {"target": "OLD.id"}, BY_API),
    "an alert is acknowledged": Rule(
        "alerts", "UPDATE", {"target": "NEW.id"}, "NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at"
    ),
    "a restore test is made": Rule("restore_tests", "INSERT", {"target": "NEW.id"}, BY_API),
    "a restore test changes": Rule(
        "restore_tests", "UPDATE", {"target": "NEW.id"}, "NEW.definition IS DISTINCT FROM OLD.definition"
    ),
    "a restore test goes": Rule("restore_tests", "DELETE", {"target": "OLD.id"}, BY_API),
    "a protection rule is made": Rule("protection_rules", "INSERT", {"target": "NEW.id"}, BY_API),
    "a protection rule changes": Rule(
        "protection_rules", "UPDATE", {"target": "NEW.id"}, "NEW.updated_at IS DISTINCT FROM OLD.updated_at"
    ),
    "a protection rule goes": Rule("protection_rules", "DELETE", {"target": "OLD.id"}, BY_API),
    "a member goes": Rule("members", "DELETE", {"target": "OLD.tenant"}, BY_API),
}

NOT_ON_THE_TRAIL = {
    "job_events": "a job's own history; what of it was decided is on the trail by itself",
    "events": "what changed, written by triggers with each change",
    "outbox": "the same, before it has its position",
    "job_labels": "they come with their job",
    "cancellations": "the order to cancel: who gave it, and what Azure was asked, are on the trail by themselves",
    "item_history": "what items were, noted by triggers; what of it somebody decided is on the trail by its job",
    "restore_inventories": "what a worker saw in Azure; what of it is deleted is on the trail by a job",
    "tear_down_plans": "what a job sets out to delete, and Azure's answers; who asked is on the trail by the job",
    "restores": "one comes with its job; its point and its session are what Azure says",
    "bulk_requests": "one comes with its job, and is led by a loop; who asked, and who cancelled, is on the trail",
    "bulk_targets": "the targets of a bulk request: each that was begun is a job, and on the trail as one",
    "recovery_members": "the restores of a run: each is a job, and on the trail as one",
    "policy_revisions": "what Azure says of a policy, each with the job that made it so",
    "azure_alerts": "what a job has set up in Azure; who asked for it is on the trail by the job",
    "azure_policies": "what a job has assigned in Azure; who asked for it is on the trail by the job",
    "vault_watches": "when to look at a vault again",
    "azure_budgets": "how much may be asked of Azure",
    "report_schedules": "when a tenant's reports are looked at again",
    "job_hints": "what is known of a hint, which says when to look at a vault and never what is there",
    "prunings": "when what is old is cleared away",
    "item_health": "what follows for an item from its policy, its points and the rules",
    "item_health_events": "misses and their ends, which follow from the same; nobody decides them",
    "alert_members": "which things a storm is about",
    "alert_cursors": "where the loop of alerts stands",
    "alert_weaknesses": "how many points of an item were of a weaker kind, counted from what was read",
    "alert_mails": "mails that tell of alerts, until they are sent",
    "alert_digests": "when the mail of a tenant's morning is due",
    "estate_readings": "when the estate is read again",
    "estate_vms": "what Azure Resource Graph showed",
    "estate_scopes": "how reading it went",
    "estate_facts": "what items, policies and vaults were when they were last found in order",
    "estate_weakenings": "the drifts of a vault, weighed: each drift has an entry, find_drift",
    "estate_drifts": "what was found changed; each find has an entry, find_drift (tests/estate/test_drift.py)",
    "webhook_cursors": "how far events were handed out",
    "webhook_deliveries": "events on their way to receivers; a replay is on the trail by itself",
    "price_lists": "public prices of Azure",
    "event_horizons": "how far events were pruned",
    "cost_accruals": "what items cost, computed from our own rows",
    "cost_months": "the same, of months from before days were kept",
    "cost_schedules": "when it is computed again",
    "cost_stored": "how much each vault stores, as Azure says",
    "restore_test_runs": "what came of each item of a round; the round is a job, and each end has an entry",
    "protection_rule_members": "which VMs a rule has asked to protect: each is a job, and on the trail as one",
    "evidence": "what a restore test has shown, signed; the run's job is on the trail",
    "evidence_keys": "the public keys that signed it",
    "installation": "the mode of the first process that used the database; nothing of ours can change it",
    "audit_entries": "the trail",
    "audit_seals": "the trail",
    "audit_unsealed": "the trail",
}
"""Tables whose rows nobody looks for on the trail, and why. A table is here or in RULES: docs/audit.md tells both."""

TABLES = """
CREATE TABLE ledger (xid xid8 DEFAULT pg_current_xact_id(), what text, about jsonb);
CREATE TABLE ledger_entries (xid xid8 DEFAULT pg_current_xact_id(), entry_id bigint);
CREATE FUNCTION ledger_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    INSERT INTO ledger_entries (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger AFTER INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION ledger_entry();
"""
TRIGGER = """
CREATE FUNCTION ledger_{number}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    INSERT INTO ledger (what, about) VALUES ('{what}', jsonb_build_object({about}));
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_{number} AFTER {change} ON {table} FOR EACH ROW WHEN ({when})
    EXECUTE FUNCTION ledger_{number}();
"""
UNACCOUNTED = """
SELECT what, about FROM ledger WHERE NOT EXISTS (
    SELECT FROM ledger_entries JOIN audit_entries ON id = entry_id, jsonb_each_text(about) AS named
    WHERE ledger_entries.xid = ledger.xid AND (
        (trim(named.key) = 'target' AND position(named.value IN target) > 0)
        OR (named.key = 'job_id' AND named.value = job_id::text)
        OR (named.key = 'attempt_id' AND named.value = attempt_id::text)
        OR (named.key = 'approval_id' AND named.value = approval_id::text)))
"""


class Ledger:
    """Written from now on in this database."""

    def __init__(self, url: str) -> None:
        self._url = libpq_url(url)
        statements = [TABLES]
        for number, (what, rule) in enumerate(RULES.items()):
            about = ", ".join(f"'{column}', {value}" for column, value in rule.names.items())
            statements.append(
                TRIGGER.format(
                    number=number, what=what, about=about, change=rule.change, table=rule.table, when=rule.when
                )
            )
        with psycopg.connect(self._url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type, unused-ignore]

    def unaccounted(self) -> list[dict[str, object]]:
        """The changes without an entry in their transaction that names what was changed."""
        with psycopg.connect(self._url, autocommit=True, row_factory=dict_row) as connection:
            return connection.execute(UNACCOUNTED).fetchall()

    def seen(self) -> set[str]:
        """Which of RULES were put to the test."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            return {str(what) for (what,) in connection.execute("SELECT DISTINCT what FROM ledger")}
