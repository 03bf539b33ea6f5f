import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pausedCall } from "./paused-call.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("it runs once after a pause", () => {
  const run = vi.fn();
  const { call } = pausedCall(run, { pauseMs: 150, mostMs: 1_000 });
  call();
  vi.advanceTimersByTime(100);
  call();
  vi.advanceTimersByTime(149);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(1);
});

test("it does not starve while calls never pause", () => {
  const run = vi.fn();
  const { call, stop } = pausedCall(run, { pauseMs: 150, mostMs: 1_000 });
  for (let at = 0; at < 2_500; at += 100) {
    call();
    vi.advanceTimersByTime(100);
  }
  expect(run).toHaveBeenCalledTimes(2);
  stop();
  vi.advanceTimersByTime(5_000);
  expect(run).toHaveBeenCalledTimes(2);
});
