"""From an empty database to the sample world. Every step is a request of a caller, and the work that follows it."""

from dataclasses import dataclass

from app.dev.sample import azure, requests
from app.dev.sample.given_ids import given_ids, ids_can_be_given
from app.dev.sample.stage import Caller, Json, Stage
from app.dev.tokens import object_id_of
from app.examples import ids
from app.jobs.lifecycle import State
from app.jobs.work import LoopName


@dataclass(frozen=True, slots=True)
class Tokens:
    """Of those who make the sample world, and of those it is for."""

    platform: str
    azure: str
    """For Azure itself: to make what Holdfast does not know."""
    admin: str
    second: str
    swagger: str


async def make_sample(stage: Stage, tokens: Tokens) -> None:
    """Raises SampleFailed."""
    with ids_can_be_given():
        async with stage.open():
            await _make(Making(stage, stage.caller(tokens.admin), tokens.azure), stage.caller(tokens.platform), tokens)


async def _make(making: "Making", platform: Caller, tokens: Tokens) -> None:
    await making.stage.control("seed", azure.machines())
    await _tenants(platform, tokens)
    await making.vaults()
    await making.items()
    await making.stage.control("seed", azure.nights())
    await making.states()
    await making.stage.open_alerts()


async def _tenants(platform: Caller, tokens: Tokens) -> None:
    await platform.ask("GET", "/v1/me")  # the first request of a directory makes its home, with ids of its own
    admin = ("operator", "restorer", "admin")
    members = [
        requests.member(object_id_of(tokens.admin), ids.ADMIN, *admin),
        requests.member(object_id_of(tokens.second), ids.SECOND_PERSON, "approver"),
        requests.member(object_id_of(tokens.swagger), ids.SWAGGER, *admin, "approver"),
    ]
    with given_ids(ids.TENANT, ids.MEMBER):
        await platform.ask("POST", "/v1/tenants", requests.tenant("Sample", members))
    with given_ids(ids.TENANT_EMPTY):
        await platform.ask("POST", "/v1/tenants", requests.tenant("Sample without members", []) | {"grants": []})


@dataclass(frozen=True, slots=True)
class Making:
    """The steps of the admin."""

    stage: Stage
    admin: Caller
    azure: str

    async def asked(self, path: str, body: Json, *given: str, method: str = "POST") -> str:
        """Send a request with these ids for what it makes; returns the id of its job, if it has one."""
        with given_ids(*given):
            answer = await self.admin.ask(method, path, body, **requests.headers_of(path))
        return str(answer.get("id", ""))

    async def done(self, path: str, body: Json, *given: str, method: str = "POST") -> None:
        await self.stage.end(await self.asked(path, body, *given, method=method))

    async def vaults(self) -> None:
        vaults = {ids.VAULT: "vault-sample", ids.EMPTY_VAULT: "vault-sample-empty"}
        jobs = [await self.asked("/v1/vaults", requests.vault(name), given) for given, name in vaults.items()]
        await self.stage.end(*jobs)
        await self.asked("/v1/restore-defaults", requests.RESTORE_DEFAULTS, method="PUT")
        await self.stage.in_azure(self.azure, "PUT", azure.UNKNOWN_VAULT, {"location": ids.LOCATION})
        path = f"/v1/vaults/{ids.VAULT}/policies"
        policies = {ids.POLICY: "sample-daily", ids.UNUSED_POLICY: "sample-unused"}
        await self.stage.end(
            *[await self.asked(path, requests.policy(name), given) for given, name in policies.items()]
        )

    async def items(self) -> None:
        jobs = []
        for vm, item in requests.ITEMS.items():
            given = (item, ids.JOB_DONE) if item == ids.ITEM else (item,)
            jobs.append(await self.asked("/v1/protected-items", requests.protect(vm), *given))
        await self.stage.end(*jobs)

    async def states(self) -> None:
        """An object in each state: what is asked for here goes on at the same time."""
        await self.failed()
        jobs = [await self.in_doubt(), *await self.quick_states(), *await self.tests()]
        await self.asked("/v1/webhooks", requests.WEBHOOK, ids.WEBHOOK)
        await self.asked("/v1/alert-silences", requests.SILENCE, ids.SILENCE)
        await self.asked("/v1/recovery-plans", requests.PLAN, ids.PLAN)
        running = await self.asked("/v1/recovery-plans", requests.PLAN | {"name": "sample shop, running"})
        await self.asked(f"/v1/recovery-plans/{running}/runs", {"mode": "recover"}, ids.RUN, ids.JOB_RUN)
        await self.what_goes_on()
        await self.stage.end(*jobs)
        await self.stage.until(self.admin, f"/v1/restore-test-runs/{ids.TEST_RUN}", state="verifying")
        await self.stage.until(self.admin, f"/v1/jobs/{ids.JOB_RUN}", waiting_for="gate")
        await self.stage.until(self.admin, f"/v1/jobs/{ids.JOB_RUNNING}", state=State.RUNNING)

    async def quick_states(self) -> list[str]:
        """Mounted, soft-deleted, paused; a restore that has ended; Azure's own alerts and policy."""
        mounted = requests.restore(ids.ITEM_MOUNTED, requests.FILES)
        restored = requests.restore(ids.ITEM_DB, requests.new_vm("vm-sample-db-r"))
        await self.asked("/v1/protection-rules", requests.RULE, ids.RULE)
        await self.asked("/v1/protection-rules", requests.OTHER_RULE, ids.RULE_WITHOUT_POLICY)
        return [
            await self.asked("/v1/restores", mounted, ids.RESTORE_MOUNTED),
            await self.asked("/v1/restores", restored, ids.RESTORE_DONE),
            await self.asked(f"/v1/protected-items/{ids.ITEM_DELETED}", {}, method="DELETE"),
            await self.asked(f"/v1/protected-items/{ids.ITEM_PAUSED}", {"action": "pause"}, method="PATCH"),
            await self.asked(f"/v1/vaults/{ids.VAULT}/azure-alerts", requests.AZURE_ALERTS, method="PUT"),
            await self.asked(f"/v1/protection-rules/{ids.RULE}/azure-policy", requests.AZURE_POLICY, method="PUT"),
            await self.asked("/v1/bulk", requests.BULK, ids.JOB_BULK),
        ]

    async def failed(self) -> None:
        """A backup that failed, and its alert."""
        broken = {"backup_faults": [{"vm_id": ids.vm("vm-sample-mail")}]}
        await self.stage.control("seed", broken | azure.pace("vm-sample-mail", 0.005))
        await self.asked("/v1/alert-rules/job_failed", {"grace_seconds": 0}, method="PUT")
        await self.done(f"/v1/protected-items/{ids.ITEM_FAILED}/backups", requests.BACKUP, ids.JOB_FAILED)
        with given_ids(ids.ALERT):
            await self.stage.open_alerts()

    async def in_doubt(self) -> str:
        """A backup that Azure seems to have begun twice."""
        twice = ids.vm("vm-sample-shop")
        await self.stage.control("seed", azure.pace("vm-sample-shop", 10_000))
        lost = {"match": {"method": "POST", "path": "vm-sample-shop/backup$"}, "times": 1, "effect": "drop_after"}
        await self.stage.control("faults", lost)
        path = f"/v1/protected-items/{ids.ITEM_ATTENTION}/backups"
        job = await self.asked(path, requests.BACKUP, ids.JOB_ATTENTION)
        await self.stage.work({LoopName.SUBMITTING})
        await self.stage.control("seed", {"twin_jobs": [{"vm_id": twice, "job_id": ids.AZURE_JOB}]})
        return job

    async def tests(self) -> list[str]:
        """A restore test that waits for a verdict, and one that is proven."""
        await self.asked("/v1/restore-tests", requests.RESTORE_TEST, ids.RESTORE_TEST)
        proven = await self.asked("/v1/restore-tests", requests.PROVEN_TEST, ids.IDLE_TEST)
        await self.asked(f"/v1/restore-tests/{ids.RESTORE_TEST}/runs", {}, ids.JOB_TEST, ids.TEST_RUN)
        return [await self.asked(f"/v1/restore-tests/{proven}/runs", {}, ids.JOB_PROVEN, ids.TEST_RUN_PROVEN)]

    async def what_goes_on(self) -> None:
        """A restore that runs for a day, and one that waits for the second person; a bulk request that has ended."""
        await self.stage.control("seed", azure.pace("vm-sample-app", 25_000))
        running = requests.restore(ids.ITEM_RUNNING, requests.DISKS)
        waiting = requests.restore(ids.ITEM_WAITING, requests.REPLACE)
        await self.asked("/v1/restores", running, ids.RESTORE_RUNNING, ids.JOB_RUNNING)
        await self.asked("/v1/restores", waiting, ids.RESTORE_WAITING, ids.JOB_WAITING, ids.APPROVAL)
