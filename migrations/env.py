"""How Alembic runs here: one synchronous connection under an advisory lock, so several starts at once are safe."""

from alembic import context
from sqlalchemy import create_engine, pool, text

import app.audit.models
import app.budgets.models
import app.core.db.models
import app.core.events.models
import app.cost.models
import app.estate.models
import app.identity.access.models
import app.jobs.approval.models
import app.jobs.models
import app.policies.models
import app.protection.health.models
import app.protection.models
import app.reports.models
import app.restores.models
import app.vaults.models  # noqa: F401 - imported for their tables
from app.core.db.database import Base

LOCK = 4_821_577
"""Any number, as long as every Holdfast uses the same one."""


def run_migrations() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_server_default=True,
            transaction_per_migration=True,  # no lock of one is held while the next one is at work
            on_version_apply=context.config.attributes.get("on_version_apply", ()),
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
