"""Every table, and whose rows it holds."""

import importlib
import pkgutil

from sqlalchemy import Table

import app
from app.core.db.database import Base

for module in pkgutil.walk_packages(app.__path__, "app."):
    if module.name.endswith("models"):
        importlib.import_module(module.name)

SHARED = {"azure_budgets", "job_hints", "prunings", "estate_readings", "price_lists", "webhook_cursors"}
"""What belongs to no tenant, and says nothing of one."""

FIXED = {"installation", "evidence_keys"}
"""The same, but rows are only added: row-level security is forced, and both roles may read them."""

OF_WORKERS = {"alert_cursors"}
"""Of no tenant, and of workers alone: row-level security is forced, and the API has no right to it."""

TABLES: list[Table] = [table for table in Base.metadata.sorted_tables if table.name not in SHARED | FIXED | OF_WORKERS]
