"""Every table, and whose rows it holds."""

from sqlalchemy import Table

from app.core.db.database import Base

SHARED = {"azure_budgets", "job_hints", "prunings", "estate_readings", "price_lists"}
"""What belongs to no tenant, and says nothing of one."""

FIXED = {"installation"}
"""The same, but written once: row-level security is forced, and both roles may read and add to it."""

TABLES: list[Table] = [table for table in Base.metadata.sorted_tables if table.name not in SHARED | FIXED]
