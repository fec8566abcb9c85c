"""A deprecated operation says so in every answer and in the document; none goes without having been deprecated."""

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from app.core.http.conventions import RequestContextMiddleware
from app.core.http.deprecation import deprecated
from app.core.http.problems import install_problem_handlers
from app.main import openapi_document
from app.reference.deprecations import HEADERS, with_deprecations
from tests.reference.announcements import announced
from tests.reference.baseline import CHANGELOG, RELEASED

SINCE, SUNSET = date(2026, 12, 1), date(2027, 6, 1)


def synthetic() -> FastAPI:
    app = FastAPI(openapi_url=None)
    said = deprecated(since=SINCE, sunset=SUNSET, instead="use GET /new.")

    @app.get("/old", operation_id="get_old", openapi_extra=said)
    async def old(*, wrong: bool = False) -> dict[str, str]:
        """The old way."""
        if wrong:
            raise HTTPException(409)
        return {}

    @app.get("/new", operation_id="get_new")
    async def new() -> dict[str, str]:
        return {}

    install_problem_handlers(app)
    app.add_middleware(RequestContextMiddleware)
    return app


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?wrong=true", 409), ("?wrong=x", 422)])
async def test_every_answer_of_a_deprecated_operation_says_until_when_it_works(query: str, status: int) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(synthetic()), base_url="http://x") as client:
        answer = await client.get(f"/old{query}")
        assert answer.status_code == status
        assert answer.headers["Deprecation"] == f"@{int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())}"
        assert answer.headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
        assert 'rel="deprecation"' in answer.headers["Link"]
        other = await client.get("/new")
    assert not {"deprecation", "sunset", "link"} & set(other.headers)


def test_the_document_marks_it_and_names_what_to_use_instead() -> None:
    document: dict[str, Any] = with_deprecations({"components": {}} | synthetic().openapi())
    old, new = document["paths"]["/old"]["get"], document["paths"]["/new"]["get"]
    assert old["deprecated"] is True
    assert old["description"].startswith("**Deprecated** since 2026-12-01, gone after 2027-06-01: use GET /new.")
    assert set(old["responses"]["200"]["headers"]) == set(HEADERS) <= set(document["components"]["headers"])
    assert "deprecated" not in new
    assert "headers" not in new["responses"]["200"]


def test_callers_have_half_a_year_at_least() -> None:
    with pytest.raises(ValueError, match="less than 180 days"):
        deprecated(since=date(2026, 12, 1), sunset=date(2027, 5, 29), instead="use GET /new.")


def test_what_is_deprecated_is_announced_and_nothing_goes_without_that() -> None:
    present, released = openapi_document(), json.loads(RELEASED.read_text(encoding="utf-8"))
    marked = {one["operationId"] for path in present["paths"].values() for one in path.values() if "deprecated" in one}
    assert marked <= announced(CHANGELOG.read_text(encoding="utf-8"), "Deprecated")
    there = {one["operationId"] for path in present["paths"].values() for one in path.values()}
    before = {one["operationId"]: one for path in released["paths"].values() for one in path.values()}
    assert [name for name, one in before.items() if name not in there and not one.get("deprecated")] == []
