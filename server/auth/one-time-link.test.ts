import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createOneTimeLink } from "./one-time-link.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("createOneTimeLink", () => {
  it("works once, and then there is another", () => {
    const told: string[] = [];
    const link = createOneTimeLink({ lifetimeMs: 1_000, onChange: (token) => told.push(token) });
    const first = link.token();
    expect(link.take("wrong")).toBe(false);
    expect(link.take(first)).toBe(true);
    expect(link.take(first)).toBe(false);
    expect(told).toEqual([link.token()]);
    expect(link.take(link.token())).toBe(true);
    link.close();
  });

  it("runs out", () => {
    const link = createOneTimeLink({ lifetimeMs: 1_000, onChange: () => undefined });
    const first = link.token();
    vi.advanceTimersByTime(999);
    expect(link.token()).toBe(first);
    vi.advanceTimersByTime(1);
    expect(link.take(first)).toBe(false);
    link.close();
  });
});
