/** One request, repeated while the server asks for patience: 429 and 503 by Retry-After, lost connections with a key. */
import { NoConnection } from "./problem.js";

export interface Patience {
  /** Seconds of sleeping, over all attempts of one request. 0 = it is sent once. */
  seconds: number;
  attempts: number;
}

export const PATIENT: Patience = { seconds: 60, attempts: 8 };
const KEY = "Idempotency-Key";
const FIRST_PAUSE = 0.5;

export type Fetch = (request: Request) => Promise<Response>;

export function patientFetch(send: Fetch, patience: Patience): Fetch {
  return async (request) => {
    let slept = 0;
    for (let attempt = 0; ; attempt += 1) {
      const isLast = attempt + 1 >= patience.attempts;
      const isRepeatable = request.method === "GET" || request.headers.has(KEY);
      let pause: number | null;
      let response: Response | null = null;
      let lost: unknown;
      try {
        response = await send(request.clone());
        const retryAfter = response.headers.get("Retry-After");
        const isBusy = response.status === 429 || response.status === 503;
        pause = isBusy && (retryAfter !== null || isRepeatable) ? pauseOf(retryAfter, attempt) : null;
      } catch (error) {
        if (request.signal.aborted) throw error;
        lost = error;
        pause = isRepeatable ? pauseOf(null, attempt) : null;
      }
      if (pause === null || isLast || slept + pause > patience.seconds) {
        if (response !== null) return response;
        throw new NoConnection(`No answer from ${new URL(request.url).origin}`, { cause: lost });
      }
      slept += pause;
      await sleep(pause);
    }
  };
}

/** Seconds. Retry-After is seconds or a date; anything else counts as not given. */
export function pauseOf(retryAfter: string | null, attempt: number): number {
  if (retryAfter !== null && /^\d+$/.test(retryAfter.trim())) return Number(retryAfter);
  const then = retryAfter === null ? Number.NaN : Date.parse(retryAfter);
  if (!Number.isNaN(then)) return Math.max(0, (then - Date.now()) / 1000);
  return FIRST_PAUSE * 2 ** attempt * (0.75 + Math.random() / 2);
}

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
