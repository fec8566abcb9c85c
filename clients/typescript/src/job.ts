/** A job that was accepted, and following it to its end by long polling. */
import type { Client } from "openapi-fetch";
import { sleep } from "./patient_fetch.js";
import { JobFailed, NotEndedInTime, PersonNeeded, type Job } from "./problem.js";
import type { paths } from "./schema.js";

const WELL = new Set<string>(["succeeded", "succeeded_with_warnings"]);
const ENDED = new Set<string>([...WELL, "failed", "cancelled"]);
/** Progress wakes no wait of the server, but is in the answer at its end. */
const LOOK_SECONDS = 5;
const QUICK_SECONDS = 0.25;

export interface WaitOptions {
  /** Seconds; without it, until the job ends. */
  timeout?: number;
  /** Called with the first state, and with each that differs from the one before. */
  onProgress?: (job: Job) => void;
}

/** `await pending` is the accepted job; `await pending.wait()` the job as it ended well. */
export class PendingJob<T extends { id: string }> implements PromiseLike<T> {
  constructor(
    private readonly api: Client<paths>,
    readonly accepted: Promise<T>,
  ) {
    accepted.catch(() => undefined); // a rejection is given to who awaits; it is not unhandled meanwhile
  }

  then<A = T, B = never>(
    done?: ((value: T) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.accepted.then(done, failed);
  }

  /** Throws JobFailed, PersonNeeded, NotEndedInTime, ApiProblem or NoConnection. */
  async wait({ timeout, onProgress }: WaitOptions = {}): Promise<Job> {
    const { id } = await this.accepted;
    const began = Date.now();
    const since = (then: number): number => (Date.now() - then) / 1000;
    let etag: string | null = null;
    let job: Job | null = null;
    for (;;) {
      const asked = Date.now();
      const left = timeout === undefined ? LOOK_SECONDS : Math.max(0, timeout - since(began));
      const header: Waiting = etag === null ? {} : waiting(etag, Math.min(LOOK_SECONDS, Math.floor(left)));
      const { data, response }: Looked = await this.api.GET("/v1/jobs/{job_id}", { params: { path: { job_id: id }, header } });
      if (data !== undefined && response.status !== 304) {
        etag = response.headers.get("ETag");
        job = data;
        onProgress?.(job);
        if (ENDED.has(job.state) || job.state === "needs_attention") return outcome(job);
      }
      if (job !== null && timeout !== undefined && since(began) >= timeout) throw new NotEndedInTime(job, timeout);
      if (since(asked) < QUICK_SECONDS) await sleep(QUICK_SECONDS);
    }
  }
}

type Looked = { data?: Job; response: Response };
type Waiting = { "If-None-Match"?: string; prefer?: string };

function waiting(etag: string, seconds: number): Waiting {
  return { "If-None-Match": etag, prefer: `wait=${seconds}` };
}

function outcome(job: Job): Job {
  if (job.state === "needs_attention") throw new PersonNeeded(job);
  if (!WELL.has(job.state)) throw new JobFailed(job);
  return job;
}
