import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "../api-error.ts";
import { asApiError, problemOf } from "../http/problem.ts";
import { hasBody, readBytes } from "../http/read-body.ts";
import type { Logger } from "../logger.ts";
import type { CallLimits } from "./call-limits.ts";
import type { CallbackAddresses, CallbackWait } from "./callback-address.ts";
import { type Exchange, HOOK_BODY_LIMIT, type HookCalls } from "./hook-calls.ts";
import { type HookRequest, readCall } from "./read-call.ts";
import { reply, replyProblem } from "./reply.ts";

export interface HookListenerGiven {
  calls: HookCalls;
  callbacks: Pick<CallbackAddresses, "verify">;
  /** Puts an answer into a run's inbox; false when the run has ended. */
  deliverCallback: (given: CallbackWait & { request: HookRequest }) => Promise<boolean>;
  limits: CallLimits;
  isOwnHost: (request: IncomingMessage) => boolean;
  logger: Logger;
}

const PREFIX = "/hooks/";
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * Answers what is below `/hooks/`; false for everything else. It stands before the app: callers are other systems, of any origin and content
 * type, which get no cookie and no leave to read across origins. Addresses are secrets and are never logged.
 */
export function createHookListener(given: HookListenerGiven): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { calls, isOwnHost, logger } = given;
  const route = async (exchange: Exchange, path: string): Promise<void> => {
    if (!isOwnHost(exchange.request)) throw new ApiError("wrong-host", "This host name is not served here. To serve Heddle under it, set PUBLIC_URL.");
    const [token = "", ...rest] = path.split("/");
    if (token === "callback") return answerCallback(rest, exchange, given);
    if (TOKEN.test(token) && rest.length === 0) return calls.live(token, exchange);
    if (TOKEN.test(token) && rest.length === 1 && rest[0] === "test") return calls.test(token, exchange);
    throw new ApiError("not-found", "No published graph is called at this address.");
  };
  return (request, response) => {
    const url = request.url ?? "";
    if (!url.startsWith(PREFIX)) return false;
    const end = url.indexOf("?");
    const path = url.slice(PREFIX.length, end < 0 ? undefined : end);
    const query = end < 0 ? "" : url.slice(end + 1);
    route({ request, response, query }, path).catch((error: unknown) => replyProblem(response, problemOf(asApiError(error, logger))));
    return true;
  };
}

async function answerCallback(segments: readonly string[], { request, response, query }: Exchange, given: HookListenerGiven): Promise<void> {
  const wait = given.callbacks.verify(segments);
  if (!wait) throw new ApiError("not-found", "No run waits for a call of this address.");
  await given.limits.call(`callback/${wait.run}`, response);
  // whoever only looks at an address has not answered
  if (request.method === "HEAD") return reply(response, 200);
  if (request.method === "OPTIONS") return reply(response, 204);
  const content = hasBody(request) ? await readBytes(request, HOOK_BODY_LIMIT) : Buffer.alloc(0);
  const isTaken = await given.deliverCallback({ ...wait, request: readCall(request, { query, content }) });
  if (!isTaken) throw new ApiError("gone", "The run that waited for this call has ended.");
  reply(response, 200, '{"accepted":true}');
}
