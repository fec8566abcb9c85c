"""The application: one request in, control, identity or ARM, one answer out (or none, when a fault says so)."""

import asyncio
import json
import re
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.simulator import (
    action_groups,
    authorization,
    backups,
    control,
    discovery,
    file_recovery,
    fired_alerts,
    graph_tables,
    group_resources,
    instance_view,
    inventory,
    items,
    jobs,
    metric_alerts,
    network_parts,
    operations,
    part_deletions,
    part_operations,
    policies,
    policy_assignments,
    policy_definitions,
    policy_states,
    protection,
    recovery_points,
    remediations,
    resource_graph,
    restores,
    retail_prices,
    role_assignments,
    run_commands,
    scheduled_backups,
    secondary_region,
    usages,
    validation,
    vault_config,
    vaults,
)
from app.simulator.arm import PAGE_SIZE, ArmError, Call, Reply, Router, clean_path, gateway_error, standard_headers
from app.simulator.entra import IdentityProvider
from app.simulator.faults import Fault, Faults, cut_connection, with_odd_entry
from app.simulator.ineffective_writes import without_effect
from app.simulator.limits import Limits
from app.simulator.persistence import Keeper, key_as_text, key_from_text
from app.simulator.progress import DAY, TICKS, Clock, micros
from app.simulator.world import World

ROUTER = Router(
    [
        *authorization.ROUTES,
        *inventory.ROUTES,
        *instance_view.ROUTES,
        *run_commands.ROUTES,
        *network_parts.ROUTES,
        *group_resources.ROUTES,
        *part_deletions.ROUTES,
        *part_operations.ROUTES,
        *vaults.ROUTES,
        *vault_config.ROUTES,
        *usages.ROUTES,
        *policies.ROUTES,
        *discovery.ROUTES,
        *items.ROUTES,
        *protection.ROUTES,
        *backups.ROUTES,
        *recovery_points.ROUTES,
        *restores.ROUTES,
        *file_recovery.ROUTES,
        *validation.ROUTES,
        *jobs.ROUTES,
        *operations.ROUTES,
        *resource_graph.ROUTES,
        *action_groups.ROUTES,
        *metric_alerts.ROUTES,
        *policy_definitions.ROUTES,
        *policy_assignments.ROUTES,
        *role_assignments.ROUTES,
        *policy_states.ROUTES,
        *remediations.ROUTES,
    ]
)
PASSIVE_ROUTER = Router(secondary_region.PASSIVE_ROUTES)
_TRIGGER = re.compile(r"/(backup|restore|backupcrossregionrestore)$")
_GET_JOB = re.compile(r"/backupjobs/[^/]+$")


class Simulator:
    """The ASGI application. `clock`, `world`, `faults` and `identity` may be looked at and moved by tests."""

    def __init__(self, clock: Clock, signing_key: rsa.RSAPrivateKey | None, page_size: int) -> None:
        self.clock = clock
        self.world = World(clock)
        self.faults = Faults()
        self.limits = Limits(clock)
        self.identity = IdentityProvider(signing_key)
        self.page_size = page_size
        self.keeper: Keeper | None = None

    def keep_in(self, path: Path) -> None:
        """Go on with the world of this file, and keep it there from now on. Raises UnreadableError."""
        self.keeper = Keeper(self, path)
        self.keeper.load()
        self.keeper.save()

    def to_keep(self) -> tuple[World, int, str]:
        return self.world, self.clock.offset, key_as_text(self.identity.key)

    def restore(self, world: World, offset: int, key: str) -> None:
        self.identity = IdentityProvider(key_from_text(key))
        self.clock.resume(offset)
        self.world = world

    def reset(self) -> None:
        self.clock.restart()
        self.world = World(self.clock)
        self.faults = Faults()
        self.limits = Limits(self.clock)

    def advance(self, seconds: float, *, run_policies: bool | None = None) -> None:
        """Move the clock; what is due by then has happened. Policies run in an advance of a day or more, unless told.

        The shorter ones are how a test ends a job: whether a schedule fell into them would depend on the time of day.
        """
        since = self.clock.now()
        self.clock.advance(seconds)
        self.world.settle()
        if run_policies if run_policies is not None else seconds >= DAY:
            scheduled_backups.run_policies(self.world, since)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            if self.keeper is not None:
                self.keeper.save()
            return
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:  # a client that left before the request was whole has asked nothing
            return
        path, method = clean_path(scope["path"]), request.method
        url = f"{scope['scheme']}://{request.headers.get('host', 'localhost')}"
        if path.startswith(control.PREFIX):
            reply: Reply | None = control.answer(self, method, path, body)
            if path == control.FIRE and reply is not None and reply.status == 200:
                await fired_alerts.deliver(reply.body["deliveries"] if reply.body.pop("send") else [])
        else:
            query, authorization = request.url.query, request.headers.get("authorization")
            reply = retail_prices.answer(method, f"{url}{path}", dict(parse_qsl(query)))
            reply = reply or self.identity.answer(method, path, url, body, query=query, authorization=authorization)
            reply = reply or await self._arm(request, path, body)
        if method not in {"GET", "HEAD"}:
            graph_tables.note(self.world)
        if self.keeper is not None:
            self.keeper.note(wrote=method not in {"GET", "HEAD"})
        if reply is None:
            await cut_connection(scope, receive)
            return
        await _response(reply)(scope, receive, send)

    async def _arm(self, request: Request, path: str, body: bytes) -> Reply | None:
        """The answer to an ARM request; None = act, but cut the connection."""
        self.world.settle()
        call = Call(
            method=request.method,
            path=path,
            query=dict(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            body=None,
            host=request.headers.get("host", "localhost"),
            client_request_id=request.headers.get("x-ms-client-request-id", ""),
            world=self.world,
            arrived=self.clock.now(),
            page_size=self.page_size,
        )
        self._count(call, request_class := _request_class(call))
        fault = self.faults.take(call.method, path)
        reply = await self._with_fault(fault, call, request, body, request_class)
        if reply is not None:
            reply.headers = standard_headers(call) | reply.headers
        return reply

    def _count(self, call: Call, request_class: str) -> None:
        truth = self.world.truth
        truth.requests[request_class] += 1
        if request_class in {"write", "trigger"}:
            entry = {"method": call.method, "path": call.path, "client_request_id": call.client_request_id}
            truth.writes.append(entry | {"at": micros(call.arrived)})

    async def _with_fault(
        self, fault: Fault | None, call: Call, request: Request, body: bytes, request_class: str
    ) -> Reply | None:
        """Act, with one fault's trouble before or after; None = cut the connection."""
        if fault is None:
            return self._act(call, request, body, request_class)
        effect = fault.effect
        if effect in {"status_before", "drop_before"}:
            return fault.reply(call.arrived) if effect == "status_before" else None
        if effect == "delay":
            await asyncio.sleep(fault.seconds)
            self.world.settle()
        if effect == "acknowledge":
            with without_effect(self.world, is_trigger=request_class == "trigger"):
                return self._act(call, request, body, request_class)
        reply = self._act(call, request, body, request_class)
        self._trouble_jobs(fault, call)
        if effect == "status_after":
            return fault.reply(call.arrived)
        if effect == "drop_after":
            return None
        return with_odd_entry(reply) if effect == "odd_entry" else reply

    def _trouble_jobs(self, fault: Fault, call: Call) -> None:
        for job in call.started:
            fault.change(job)
            if fault.effect == "vanish_job":
                self.world.on(call.arrived + int(fault.seconds * TICKS), partial(self.world.forget_job, job.id))

    def _act(self, call: Call, request: Request, body: bytes, request_class: str) -> Reply:
        try:
            call.caller = self.identity.check_bearer(request.headers.get("authorization"))
            call.left = self.limits.pass_or_refuse(call, request_class, call.caller)
            authorization.check_request(call)
            call.body = _json(body)
        except ArmError as error:
            return error.reply()
        passive = call.api_version in secondary_region.PASSIVE_VERSIONS and PASSIVE_ROUTER.find(call.method, call.path)
        return (PASSIVE_ROUTER if passive else ROUTER).answer(call)


def create_app(
    *,
    time_scale: float = 1.0,
    clock: Clock | None = None,
    signing_key: rsa.RSAPrivateKey | None = None,
    page_size: int = PAGE_SIZE,
) -> Simulator:
    """The simulator as an ASGI application, over a socket or in-process through httpx.ASGITransport.

    `clock` replaces the one made from `time_scale`; `signing_key` spares tests the making of one; `page_size` makes
    lists page early.
    """
    return Simulator(clock or Clock(time_scale), signing_key, page_size)


def _request_class(call: Call) -> str:
    path = call.path.lower()
    last = path.rpartition("/")[2]
    if call.method == "POST" and _TRIGGER.search(path):
        return "trigger"
    if last in {"backupjobs", "backupcrrjobs"} and call.method in {"GET", "POST"}:
        return "list_jobs"
    if call.method == "POST" and path == resource_graph.PATH.lower():
        return "query_graph"
    if last == "backupcrrjob" or (call.method == "GET" and _GET_JOB.search(path)):
        return "get_job"
    reading = call.method in {"GET", "HEAD"} or last in authorization.READING_POSTS
    return "other_read" if reading else "write"


def _json(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise gateway_error(400, "InvalidRequestContent", "The request content was not valid JSON.") from None


def _response(reply: Reply) -> Response:
    if reply.body is None:
        return Response(b"", reply.status, reply.headers)
    if isinstance(reply.body, str):  # a fault's own text: half a JSON, a proxy's page
        return Response(reply.body.encode(), reply.status, reply.headers, media_type="text/html")
    text = json.dumps(reply.body, separators=(",", ":"), ensure_ascii=False)
    return Response(text.encode(), reply.status, reply.headers, media_type="application/json; charset=utf-8")


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
