"""Times as callers send them: whatever RFC 3339 allows, and a `+` that a query has made a space."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from app.core.http.timestamps import Instant
from tests.world import World

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
ONE = datetime(2026, 11, 29, 1, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-29T01:50:00Z",
        "2026-11-29t01:50:00z",
        "2026-11-29T02:50:00+01:00",
        "2026-11-29T02:50:00 01:00",
        "2026-11-29 02:50:00 01:00",
        "2026-11-29 01:50:00Z",
        "2026-11-28T20:20:00-05:30",
        "2026-11-29T01:50:00-00:00",
        "2026-11-29T01:50:00.0Z",
        "2026-11-29T01:50:00.000000000000Z",
        "2026-11-29T02:50:00.0000000 01:00",
    ],
)
def test_every_way_to_write_one_time_is_that_time(written: str) -> None:
    assert INSTANT.validate_python(written) == ONE


def test_more_digits_than_we_keep_are_cut() -> None:
    assert INSTANT.validate_python("2026-11-29T01:50:00.12345678912Z") == ONE.replace(microsecond=123456)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-29T02:50:00",
        "2026-11-29T02:50:00 ",
        "2026-11-29T02:50:00  01:00",
        "2026-11-29T02:50:00 0100",
        "2026-11-29T02:50:00 1:00",
        "2026-11-29T02:50:00.Z",
        "2026-11-29T02:50:00 Z",
        "2026-11-29T25:50:00Z",
        "2026-11-29",
        "1764380000",
        1764380000,
        None,
        " 2026-11-29T02:50:00Z",
        "2026-11-29T02:50:00Z\n",
        "2026-11-29T02:50:00." + "1" * 60 + "Z",
    ],
)
def test_what_is_no_time_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(written)


async def test_every_time_in_every_query_takes_an_offset_whose_plus_became_a_space(world: World) -> None:
    asked = 0
    document = (await world.api.get("/openapi.json")).json()
    for path, operations in document["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            if "$ref" in parameter:
                continue  # the tenant header
            kinds = [parameter["schema"], *parameter["schema"].get("anyOf", ())]
            if parameter["in"] != "query" or not any(kind.get("format") == "date-time" for kind in kinds):
                continue
            answer = await world.api.get(f"{path}?{parameter['name']}=2026-11-29T02:50:00+01:00")
            refused = [error["pointer"] for error in answer.json().get("errors", ())]
            assert f"query:{parameter['name']}" not in refused, (path, answer.text)
            asked += 1
    assert asked >= 6
