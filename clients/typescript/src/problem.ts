/** What can go wrong. Each message is one line; `remedy` says what to do, where that is known. */
import type { components } from "./schema.js";

export type Job = components["schemas"]["JobRead"];

export class HoldfastError extends Error {
  remedy: string | null = null;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server cannot be reached. A write may have arrived; repeating it with its key is safe. */
export class NoConnection extends HoldfastError {
  override remedy: string | null = "Check the address and the network, then repeat.";
}

/** A refusal: problem+json of RFC 9457. `body` has the fields that are not named here, such as `blockers`. */
export class ApiProblem extends HoldfastError {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly pointer: string | null;
  readonly retryable: boolean;
  readonly azureCode: string | null;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: unknown) {
    const fields: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
    const text = (name: string): string | null => (typeof fields[name] === "string" ? fields[name] : null);
    const title = text("title") ?? `HTTP ${status}`;
    const detail = text("detail") ?? "";
    super(detail ? `${title}: ${detail}` : title);
    this.status = status;
    this.code = text("code") ?? `http_${status}`;
    this.title = title;
    this.detail = detail;
    this.pointer = text("pointer");
    this.remedy = text("remedy");
    this.retryable = fields["retryable"] === true;
    this.azureCode = text("azure_code");
    this.body = fields;
  }
}

/** The job ended as failed or cancelled. */
export class JobFailed extends HoldfastError {
  readonly job: Job;

  constructor(job: Job) {
    super(`Job ${job.id} ${job.state}${job.error ? `: ${job.error.title}. ${job.error.detail}` : "."}`);
    this.job = job;
    this.remedy = job.error?.remedy ?? null;
  }
}

/** The job's outcome is not known: a person decides (POST /v1/jobs/{id}/resolve). */
export class PersonNeeded extends HoldfastError {
  readonly job: Job;
  override remedy: string | null = "Look in Azure what became of it, then resolve the job.";

  constructor(job: Job) {
    super(`Job ${job.id} needs attention: its outcome in Azure is not known.`);
    this.job = job;
  }
}

/** The job goes on, but the time to wait is over. */
export class NotEndedInTime extends HoldfastError {
  readonly job: Job;
  override remedy: string | null = "It goes on. Wait again.";

  constructor(job: Job, seconds: number) {
    super(`Job ${job.id} is ${job.state} after ${seconds} seconds.`);
    this.job = job;
  }
}
