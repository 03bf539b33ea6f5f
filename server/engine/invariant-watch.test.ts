import { expect, test, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import { watchInvariants } from "./invariant-watch.ts";

test("what is wrong goes to the log, with how much of it there is", async () => {
  const logger = { ...silentLogger, error: vi.fn() };
  const violations = Array.from({ length: 50 }, (_, nth) => ({ invariant: "lease" as const, run: `run_${nth}`, detail: "It is over." }));
  const watch = watchInvariants({ check: async () => violations, logger, everyMs: 5 });
  await expect.poll(() => logger.error.mock.calls.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await watch.close();
  expect(logger.error.mock.calls[0]?.[0]).toMatchObject({ count: 50, violations: violations.slice(0, 20) });
});

test("it looks at what changed since the last look that worked, and goes on after one that failed", async () => {
  const logger = { ...silentLogger, warn: vi.fn(), error: vi.fn() };
  const asked: Date[] = [];
  const check = async (since: Date) => {
    asked.push(since);
    if (asked.length === 1) throw new Error("The database does not answer.");
    return [];
  };
  const watch = watchInvariants({ check, logger, everyMs: 20 });
  await expect.poll(() => asked.length, { timeout: 10_000 }).toBeGreaterThan(2);
  await watch.close();
  expect(logger.warn).toHaveBeenCalledOnce();
  expect(logger.error).not.toHaveBeenCalled();
  expect(asked[1]).toEqual(asked[0]);
  expect(asked[2]?.getTime()).toBeGreaterThan(asked[1]?.getTime() ?? 0);
});

test("closing waits for the look that is under way", async () => {
  const { promise, resolve } = Promise.withResolvers<[]>();
  const check = vi.fn(() => promise);
  const watch = watchInvariants({ check, logger: silentLogger, everyMs: 5 });
  await expect.poll(() => check.mock.calls.length, { timeout: 10_000 }).toBe(1);
  let isClosed = false;
  const closing = watch.close().then(() => {
    isClosed = true;
  });
  await new Promise((done) => setTimeout(done, 20));
  expect(isClosed).toBe(false);
  resolve([]);
  await closing;
  expect(check).toHaveBeenCalledOnce();
});
