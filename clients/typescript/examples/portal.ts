/** A portal page: protect a VM, back it up, restore its disks, and see live what becomes of it. */
import { ApiProblem, Holdfast, HoldfastError, createHoldfast, type Item, type Job, type PendingJob } from "@holdfast/client";

type Vault = Item<"/v1/vaults">;
type ProtectedItem = Item<"/v1/protected-items">;
const found = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const form = found<HTMLFormElement>("sign-in");
const problem = found("problem");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new FormData(form);
  const holdfast = createHoldfast({ url: String(given.get("url")), token: String(given.get("token")) });
  void shown(() => showAll(holdfast));
});
found<HTMLButtonElement>("show").disabled = false;

async function showAll(holdfast: Holdfast): Promise<void> {
  const [vms, items] = [found("vms"), found("items")];
  vms.replaceChildren();
  items.replaceChildren();
  for await (const item of holdfast.pages("/v1/protected-items", {})) {
    const point = item.last_recovery_point_at ?? "no point yet";
    items.append(
      row([item.vm.name, item.state, point], {
        "Back up": () => follow(holdfast, item.vm.name, backUp(holdfast, item)),
        "Restore disks": () => follow(holdfast, item.vm.name, restoreDisks(holdfast, item)),
      }),
    );
  }
  for await (const vault of holdfast.pages("/v1/vaults", {})) {
    for await (const vm of holdfast.pages("/v1/vaults/{vault_id}/unprotected-vms", {}, { vault_id: vault.id })) {
      const protect = async (): Promise<void> => {
        const body = { vm_id: vm.vm_id, vault_id: vault.id, policy_id: await policyOf(holdfast, vault) };
        await follow(holdfast, vm.name, holdfast.protectedItems.create(body));
      };
      vms.append(row([vm.name, vm.resource_group], { Protect: protect }));
    }
  }
}

async function policyOf(holdfast: Holdfast, vault: Vault): Promise<string> {
  for await (const policy of holdfast.pages("/v1/vaults/{vault_id}/policies", {}, { vault_id: vault.id })) {
    if (policy.name === "DefaultPolicy") return policy.id;
  }
  throw new HoldfastError(`The vault ${vault.name} has no DefaultPolicy.`);
}

function backUp(holdfast: Holdfast, item: ProtectedItem): PendingJob<{ id: string }> {
  const month = new Date(Date.now() + 30 * 24 * 3600 * 1000);
  return holdfast.protectedItems.backup(item.id, { retain_until: month.toISOString() });
}

function restoreDisks(holdfast: Holdfast, item: ProtectedItem): PendingJob<{ id: string }> {
  const groups = `/subscriptions/${item.vm.subscription_id}/resourceGroups`;
  return holdfast.restores.create({
    protected_item_id: item.id,
    recovery_point: { latest: true, region: "primary" },
    target: {
      mode: "disks",
      resource_group_id: `${groups}/rg-restored`,
      staging_storage_account_id: `${groups}/rg-demo/providers/Microsoft.Storage/storageAccounts/stholdfastdemo`,
    },
  });
}

async function follow(holdfast: Holdfast, name: string, pending: PendingJob<{ id: string }>): Promise<void> {
  const status = document.createElement("td");
  const bar = document.createElement("progress");
  const line = row([name], {});
  line.append(status, bar);
  found("jobs").prepend(line);
  const show = (job: Job): void => {
    status.textContent = `${job.kind ?? "job"} ${job.state}`;
    if (job.progress_percent !== null) bar.value = job.progress_percent / 100;
  };
  show(await pending.wait({ onProgress: show }));
  bar.value = 1;
  await showAll(holdfast);
}

function row(cells: string[], actions: Record<string, () => Promise<void>>): HTMLTableRowElement {
  const line = document.createElement("tr");
  for (const cell of cells) line.insertCell().textContent = cell;
  for (const [label, act] of Object.entries(actions)) {
    const button = document.createElement("button");
    button.textContent = label;
    button.addEventListener("click", () => void shown(act));
    line.insertCell().append(button);
  }
  return line;
}

async function shown(act: () => Promise<void>): Promise<void> {
  problem.textContent = "";
  await act().catch((error: unknown) => {
    const remedy = error instanceof HoldfastError ? error.remedy : null;
    problem.textContent = `${error instanceof ApiProblem ? error.code : "problem"}: ${String(error)}\n${remedy ?? ""}`;
  });
}
