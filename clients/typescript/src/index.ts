/** Holdfast's client: `createHoldfast({ url, token })`. README.md shows how to use it. */
import createClient, { type Client, type Middleware } from "openapi-fetch";
import { PendingJob } from "./job.js";
import { PATIENT, patientFetch, type Fetch, type Patience } from "./patient_fetch.js";
import { ApiProblem } from "./problem.js";
import type { components, paths } from "./schema.js";

export { PendingJob, type WaitOptions } from "./job.js";
export * from "./problem.js";
export type { Patience } from "./patient_fetch.js";
export type { components, paths } from "./schema.js";

export type Schemas = components["schemas"];

export interface HoldfastOptions {
  /** With or without `/v1`. */
  url: string;
  /** An access token, or a function that returns one: called for each request, so that it can be renewed. */
  token: string | (() => string | Promise<string>);
  /** The id of the tenant to act in; needed by callers who are in several. */
  tenant?: string;
  patience?: Patience;
  fetch?: Fetch;
}

type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer T } } } };
}
  ? T
  : never;
/** What is in the pages of a list. */
export type Item<P extends keyof paths> = Answer<P> extends { items: (infer T)[]; next: string | null } ? T : never;
export type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } } ? Q : never;

type Accepting = { id: string };

export class Holdfast {
  /** Every operation, typed (openapi-fetch). A refusal is thrown as ApiProblem; `data` is always there. */
  readonly api: Client<paths>;

  constructor(options: HoldfastOptions) {
    const baseUrl = options.url.trim().replace(/\/+$/, "").replace(/\/v1$/, "");
    const send: Fetch = options.fetch ?? ((request) => fetch(request));
    this.api = createClient<paths>({ baseUrl, fetch: patientFetch(send, options.patience ?? PATIENT) });
    this.api.use(asCaller(options), throwProblems);
  }

  readonly restores = {
    create: (body: Schemas["RestoreCreate"], idempotencyKey?: string) =>
      this.pending(this.api.POST("/v1/restores", { body, ...keyed(idempotencyKey) })),
    preflight: async (body: Schemas["RestoreCreate"]) => given(await this.api.POST("/v1/restores/preflight", { body })),
  };

  readonly protectedItems = {
    create: (body: Schemas["ProtectedItemCreate"], idempotencyKey?: string) =>
      this.pending(this.api.POST("/v1/protected-items", { body, ...keyed(idempotencyKey) })),
    backup: (itemId: string, body: Schemas["BackupCreate"], idempotencyKey?: string) =>
      this.pending(
        this.api.POST("/v1/protected-items/{item_id}/backups", {
          params: { path: { item_id: itemId }, ...keyed(idempotencyKey).params },
          body,
        }),
      ),
  };

  /** To wait for a job that is known by its id. */
  job(id: string): PendingJob<Accepting> {
    return new PendingJob(this.api, Promise.resolve({ id }));
  }

  /** Of any write that is answered by a job: `holdfast.pending(holdfast.api.POST("/v1/vaults", { body }))`. */
  pending<T extends Accepting>(sent: Promise<{ data?: T }>): PendingJob<T> {
    return new PendingJob(this.api, sent.then(given));
  }

  /** Everything in a list, page by page as it is read. */
  async *pages<P extends keyof paths>(path: P, query?: Query<P>, inPath?: Record<string, string>): AsyncGenerator<Item<P>> {
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? {} : { cursor };
      const params = { query: { ...(query as object | undefined), ...more }, path: inPath ?? {} };
      const answer: { data?: unknown } = await (this.api.GET as Untyped)(path, { params });
      const page = answer.data as { items: Item<P>[]; next: string | null };
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
}

type Untyped = (path: string, init: unknown) => Promise<{ data?: unknown }>;

export function createHoldfast(options: HoldfastOptions): Holdfast {
  return new Holdfast(options);
}

/** The answer's body. Refusals were thrown before, so it is there. */
export function given<T>(answer: { data?: T }): T {
  return answer.data as T;
}

function keyed(key?: string): { params: { header: { "Idempotency-Key": string } } } {
  return { params: { header: { "Idempotency-Key": key ?? crypto.randomUUID() } } };
}

function asCaller(options: HoldfastOptions): Middleware {
  return {
    async onRequest({ request }) {
      const token = typeof options.token === "string" ? options.token : await options.token();
      request.headers.set("Authorization", `Bearer ${token}`);
      if (options.tenant !== undefined) request.headers.set("Holdfast-Tenant", options.tenant);
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  };
}

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return;
    throw new ApiProblem(response.status, await response.json().catch(() => null));
  },
};
