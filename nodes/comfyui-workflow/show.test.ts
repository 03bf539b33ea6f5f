import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Emission } from "#runtime/node/context.ts";
import { createShow } from "./show.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("says again where a prompt stands while there is no news, until it is stopped", () => {
  const emissions: Emission[] = [];
  const show = createShow({ count: 2, emit: (emission) => emissions.push(emission) });
  vi.advanceTimersByTime(60_000);
  expect(emissions).toEqual([]);
  show.prompt(0, "Workshop").done();
  show.prompt(1, "Workshop").event({ type: "queued", position: 3 }, { prompt: {} } as never);
  const told = { type: "progress", value: 50, total: 100, message: "2 of 2: Number 3 in the queue of Workshop" };
  expect(emissions.splice(0)).toEqual([{ type: "progress", value: 50, total: 100, message: "1 of 2: Done" }, told]);
  vi.advanceTimersByTime(20_500);
  expect(emissions.splice(0)).toEqual([told, told]);
  show.stop();
  vi.advanceTimersByTime(60_000);
  expect(emissions).toEqual([]);
});
