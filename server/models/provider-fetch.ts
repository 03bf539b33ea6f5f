import { NodeError } from "#runtime/node/node-error.ts";
import type { GuardedFetch } from "../egress/guarded-fetch.ts";
import type { CallClock } from "./call-clock.ts";

/** Bytes one answer may have. */
const MOST_BYTES = 64 * 1024 * 1024;
/** All a provider gets to see of us: SDKs also tell the machine's system, their version and how often they tried. */
const SENT = new Set(["accept", "content-type", "anthropic-version", "anthropic-beta", "authorization", "openai-organization"]);

export interface ProviderFetchGiven {
  /** The egress guard's. */
  fetch: GuardedFetch;
  /** The connection's address: nothing is sent to another host, whatever an SDK builds. */
  baseUrl: URL;
  /** Whether there is a key to be sent. */
  hasKey: boolean;
  clock: CallClock;
}

/** What the SDKs are given for `fetch`. No redirect is followed: a key goes nowhere but to its host. */
export function createProviderFetch({ fetch, baseUrl, hasKey, clock }: ProviderFetchGiven): GuardedFetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== baseUrl.origin)
      throw new NodeError("policy", `Nothing is sent to ${url.host}: the connection is for ${baseUrl.host}.`, { happened: "no" });
    const headers = new Headers({ "user-agent": "Heddle" });
    for (const [name, value] of new Headers(init?.headers)) if (SENT.has(name) && (name !== "authorization" || hasKey)) headers.set(name, value);
    clock.heard();
    const answer = await fetch(url, {
      method: init?.method ?? "GET",
      headers,
      ...(init?.body != null && { body: init.body }),
      redirect: "manual",
      signal: AbortSignal.any([clock.signal, ...(init?.signal ? [init.signal] : [])]),
    });
    clock.heard();
    return new Response(answer.body?.pipeThrough(listen(clock)) ?? null, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
  };
}

function listen(clock: CallClock): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      clock.heard();
      bytes += chunk.length;
      if (bytes > MOST_BYTES) controller.error(new NodeError("limit", `The answer has more than ${MOST_BYTES / 1024 / 1024} MiB.`));
      else controller.enqueue(chunk);
    },
  });
}
