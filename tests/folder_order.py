"""The folders of app/, and the order in which they may import each other."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
ORDER = [
    "core",
    "identity",
    "audit",
    "evidence",
    "events",
    "azure",
    "tenants",
    "error_catalogue",
    "budgets",
    "jobs",
    "approvals",
    "vaults",
    "policies",
    "protection",
    "backups",
    "restores",
    "tear_down",
    "selectors",
    "estate",
    "cost",
    "bulk",
    "protection_rules",
    "recovery_plans",
    "recovery_runs",
    "reports",
    "webhooks",
    "alerts",
    "azure_alerts",
    "azure_policy",
    "restore_tests",
    "permissions",
]
"""Left to right: a folder may import what stands to its left, never what stands to its right."""

ROOTS = {"wiring", "main", "worker", "cli", "openapi", "reference", "docs", "dev"}
"""Where everything is put together; they may import every folder, no folder may import them."""
