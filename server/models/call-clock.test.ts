import { expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { startCallClock } from "./call-clock.ts";

const FOREVER = 60_000;
const NEVER = new AbortController().signal;

async function reasonOf(given: { signal?: AbortSignal; timeoutMs?: number; silenceMs?: number }): Promise<unknown> {
  const clock = startCallClock({ signal: NEVER, timeoutMs: FOREVER, silenceMs: FOREVER, who: '"Loom"', ...given });
  if (!clock.signal.aborted) await new Promise((resolve) => clock.signal.addEventListener("abort", resolve, { once: true }));
  clock.stop();
  return clock.signal.reason;
}

it("says whether time ran out, whose ever it was, or somebody stopped it", async () => {
  const late = { code: "timeout", message: expect.stringContaining('"Loom"') };
  expect(await reasonOf({ timeoutMs: 5 })).toMatchObject(late);
  expect(await reasonOf({ silenceMs: 5 })).toMatchObject(late);
  expect(await reasonOf({ signal: AbortSignal.any([NEVER, AbortSignal.timeout(5)]) })).toMatchObject(late);
  expect(await reasonOf({ signal: AbortSignal.abort() })).toMatchObject({ code: "cancelled" });
  const lost = new NodeError("worker-lost", "Heddle was stopped.");
  expect(await reasonOf({ signal: AbortSignal.abort(lost) })).toBe(lost);
});
