import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { NodeError } from "#runtime/node/node-error.ts";

const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 30_000;

/** For documents of authorization servers: read as a whole, within half a minute. */
export function smallAnswers(fetch: FetchLike): FetchLike {
  return async (url, init = {}) => {
    const late = AbortSignal.timeout(TIMEOUT_MS);
    // what is sent to a token endpoint proves who we are: nobody else is told it
    const redirect = (init.method ?? "GET").toUpperCase() === "GET" ? init.redirect : "error";
    const response = await fetch(url, { ...init, ...(redirect && { redirect }), signal: init.signal ? AbortSignal.any([init.signal, late]) : late });
    if (!response.body) return response;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new NodeError("limit", `${new URL(url).host} answered with too much.`, { happened: "no" });
      chunks.push(chunk);
    }
    const { status, statusText, headers } = response;
    const whole = new Response(Buffer.concat(chunks), { status, statusText, headers });
    return Object.defineProperty(whole, "url", { value: response.url });
  };
}
