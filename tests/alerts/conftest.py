from collections.abc import AsyncIterator

import pytest

from app.core.db.database import WORKER_ROLE, Database
from tests.alerts.alert_steps import Steps


@pytest.fixture
async def steps(database_url: str) -> AsyncIterator[Steps]:
    database = Database(database_url, role=WORKER_ROLE)
    steps = Steps(database, database_url)
    await steps.begin()
    yield steps
    await database.aclose()
