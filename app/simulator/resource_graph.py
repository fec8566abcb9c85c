"""Azure Resource Graph: one POST that answers queries over subscriptions (docs/azure.md, Resource Graph).

Pages are by offset and no snapshot, without an order each page comes in any. A subscription of which the caller may
read nothing is left out without a word; with no other one it is 403. 15 queries in 5 seconds, always.
"""

import base64
import json
import uuid
from typing import Any

from app.simulator import authorization
from app.simulator.arm import ArmError, Call, Reply, Route, gateway_error
from app.simulator.graph_query import Query, QueryError, parse
from app.simulator.graph_tables import job_rows, shown
from app.simulator.progress import micros
from app.simulator.world import Json, World

DEFAULT_PAGE, LARGEST_PAGE = 100, 1000
PATH = "/providers/Microsoft.ResourceGraph/resources"


def query_graph(call: Call) -> Reply:
    left, seconds, passes = call.world.graph.spend(call.world.clock, call.caller)
    headers = {
        "x-ms-user-quota-remaining": str(left),
        "x-ms-user-quota-resets-after": f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}",
        "x-ms-ratelimit-remaining-tenant-resource-requests": str(left),
        "x-ms-resource-graph-request-duration": "0:00:00:00.3000000",
    }
    if not passes:
        # The body of such a 429 was not recorded.
        call.world.truth.throttled["query_graph"] = call.world.truth.throttled.get("query_graph", 0) + 1
        message = "Too many requests: the quota of queries of this caller is used up."
        raise ArmError(429, "RateLimiting", message, headers=headers | {"Retry-After": str(seconds)})
    return Reply(200, _answer(call), headers)


def _answer(call: Call) -> Json:
    asked = call.body if isinstance(call.body, dict) else {}
    options: Json = asked.get("options") or {}
    visible = _visible(call.world, asked.get("subscriptions"))
    try:
        query = parse(str(asked.get("query", "")))
    except QueryError as error:
        raise InvalidQuery(call, error) from error
    if options.get("resultFormat", "objectArray") != "objectArray":
        raise gateway_error(400, "BadRequest", "Only resultFormat objectArray is known here.")
    size, skip = _page_of(options)
    rows = query.run(_rows(call.world, query, visible))
    if query.order is None:
        call.world.shuffle(rows)
    page = rows[skip : skip + size]
    body: Json = {"totalRecords": len(rows), "count": len(page), "data": page, "facets": []}
    is_more = skip + len(page) < len(rows)
    body["resultTruncated"] = "true" if is_more and not query.projects_id else "false"
    if is_more and query.projects_id:
        token = {"MaxRows": size, "RowsToSkip": skip + len(page), "ClusterUrl": "https://graph.simulated/"}
        body["$skipToken"] = base64.b64encode(json.dumps(token).encode()).decode()
    return body


class InvalidQuery(ArmError):
    """The recorded envelope: what is wrong is in the details."""

    def __init__(self, call: Call, error: QueryError) -> None:
        where = f"timestamp = {micros(call.arrived)}, correlationId = {uuid.uuid4()}"
        super().__init__(400, "BadRequest", f"Please provide below info when asking for support: {where}.")
        self.details = error.details

    def reply(self) -> Reply:
        return Reply(400, {"error": {"code": self.code, "message": self.message, "details": self.details}})


def _visible(world: World, wanted: Any) -> set[str]:
    """The subscriptions named of which the caller may read anything. 403 for none."""
    if not isinstance(wanted, list) or not wanted:
        raise gateway_error(400, "BadRequest", "Scopes other than a list of subscriptions are not known here.")
    named = {str(one).lower() for one in wanted} & world.subscriptions.keys()
    visible = {one for one in named if authorization.sees(world, f"/subscriptions/{one}")}
    if not visible:
        message = "The client does not have authorization to perform the query over any of the given subscriptions."
        raise gateway_error(403, "AccessDenied", message)
    return visible


def _page_of(options: Json) -> tuple[int, int]:
    """(rows of a page, rows to skip)."""
    size, skip = options.get("$top", DEFAULT_PAGE), options.get("$skip", 0)
    if not isinstance(size, int) or not 1 <= size <= LARGEST_PAGE or not isinstance(skip, int) or skip < 0:
        raise gateway_error(400, "BadRequest", f"$top is 1 to {LARGEST_PAGE}.")
    if (token := options.get("$skipToken")) is not None:
        try:
            skip = int(json.loads(base64.b64decode(token, validate=True))["RowsToSkip"])
        except (ValueError, KeyError, TypeError):
            raise gateway_error(400, "BadRequest", "The $skipToken is not valid.") from None
    return size, skip


def _rows(world: World, query: Query, visible: set[str]) -> list[Json]:
    if query.table == "resources":
        rows = shown(world, "resources")
    else:
        dials = world.graph
        at = dials.as_of(world.clock, "jobs")
        rows = [*shown(world, "items"), *job_rows(world, at, missing=dials.jobs_missing, wrong=dials.jobs_wrong)]
    rows = [row for row in rows if row["subscriptionId"] in visible]
    if world.permissions:
        rows = [row for row in rows if authorization.may(world, f"{row['type']}/read", row["id"])]
    return rows


ROUTES: list[Route] = [("POST", PATH, query_graph)]
