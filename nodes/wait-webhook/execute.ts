import type { ExecutionContext } from "#runtime/node/context.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, wait } from "#runtime/node/outcome.ts";
import { httpClient } from "../kit/http/service.ts";
import { durationMs } from "../kit/time/duration.ts";
import { waitWebhook } from "./node.ts";

/** Bytes of an answer to the announcement; it is not read. */
const MAX_BYTES = 1024 * 1024;

export default implementNode(waitWebhook, async ({ config, inputs, context }) => {
  const { name, amount, unit, onTimeout, announceTo } = config;
  const answer = context.answered(name);
  const value = Object.hasOwn(inputs, "value") ? { value: inputs.value } : {};
  switch (answer?.kind) {
    case "webhook":
      return done({ request: answer.request, ...value });
    case "time":
      if (onTimeout === "branch") return done({ timedOut: Object.hasOwn(inputs, "value") ? inputs.value : answer.at });
      throw new NodeError("limit", "Nobody called in time.", { happened: "no", details: { name } });
    case undefined:
      break;
    default:
      throw new NodeError("unexpected", `The wait was ended by something else: ${answer?.kind}.`);
  }
  if (typeof amount !== "number") throw new NodeError("validation", "The time to wait is not a number.", { happened: "no" });
  const callbackUrl = context.run.callbackUrl(name);
  // whoever has the address may answer: it is not kept in the log
  context.log("info", "Waiting for a call of its callback address.");
  context.emit({ type: "progress", value: 0, message: `Waiting for a call of ${callbackUrl}` });
  if (announceTo.trim() !== "") await announce(context, announceTo.trim(), { callbackUrl, run: context.run.id, ...value });
  return wait({ kind: "webhook", name, until: new Date(context.now() + durationMs({ amount, unit })).toISOString() });
});

async function announce(context: ExecutionContext, url: string, body: Record<string, unknown>): Promise<void> {
  await context.step("announce", { effect: "keyed", input: { url, body }, key: context.idempotencyKey }, async () => {
    const { status } = await context.use(httpClient).request({
      method: "POST",
      url,
      headers: { "content-type": "application/json", "idempotency-key": context.idempotencyKey },
      body: JSON.stringify(body),
      timeoutMs: context.timeoutMs,
      maxBytes: MAX_BYTES,
      maxRedirects: 0,
      signal: context.signal,
    });
    if (status >= 200 && status < 300) return { status };
    const happened = status < 500 && status !== 408 ? "no" : "unknown";
    throw new NodeError("http-status", `The announcement to ${URL.parse(url)?.host ?? "the other side"} was answered with status ${status}.`, {
      happened,
      details: { status },
    });
  });
}
