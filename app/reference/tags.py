"""The groups of operations, in a good order for readers; main.py has the routers in the order of their load."""

from typing import Any

TAGS: list[dict[str, Any]] = [
    {"name": name, "description": about}
    for name, about in {
        "vaults": "Where backups are kept: create, adopt, change, delete.",
        "alerts in Azure": "Azure's own alerts of a vault: who hears about failed backups.",
        "policies": "When backups run, and how long they are kept.",
        "protected items": "Virtual machines that are backed up.",
        "protection rules": "Which VMs are to be protected, by what they are; and Azure Policy for it.",
        "backups": "Backups on demand, and recovery points.",
        "recovery plans": "Which VMs come back together: waves, recovery points, targets.",
        "recovery runs": "Carry out a recovery plan, or rehearse it: wave by wave, with gates.",
        "bulk": "One action for many VMs, by a job for each.",
        "restore tests": "Restore VMs by schedule, verify that they work, delete them again: with signed evidence.",
        "evidence": "The public keys that verify signed evidence.",
        "restores": "Restore to disks, to a new VM, over the original VM, or single files.",
        "jobs": "Every write, from acceptance to its end.",
        "approvals": "Requests that need a second person's approval, and the decisions.",
        "estate": "Every VM of the granted subscriptions, how it is backed up, and what changed outside Holdfast.",
        "cost": "What backup costs a month: estimates and charge-back, by list prices.",
        "reports": "What became of each day's backups, and what is weak.",
        "alerts": "What a person should know without asking: alerts, their rules, silences.",
        "events": "What changed: pages, and a stream.",
        "webhooks": "Events sent to your own receivers, signed.",
        "errors": "What Azure's error codes mean, and who can do something about them.",
        "permissions": "Rights of Holdfast's own Azure identity.",
        "tenants": "Tenants of this installation, and the caller's own rights.",
        "audit": "The audit trail: who did what.",
        "operations": "For operators.",
    }.items()
]
