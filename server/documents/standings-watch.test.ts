import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createStandingsWatch, type StandingsWatch } from "./standings-watch.ts";

let watch: StandingsWatch;
let isAway: boolean;
const told: string[] = [];
const warn = vi.fn();
const standings = vi.fn(async (documents: readonly string[]) => {
  if (isAway) throw new Error("The database is away.");
  return documents.map((document) => ({ document, number: 1, isArchived: false }));
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  isAway = false;
  told.length = 0;
  const tell = async ({ document }: { document: string }) => void told.push(document);
  watch = createStandingsWatch({ store: { standings }, everyMs: 5_000, open: () => ["a", "b", "c"], tell, logger: { warn } });
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

it("looks once for all that may have missed something", async () => {
  for (const document of ["a", "b", "c", "a"]) watch.missed(document);
  await vi.advanceTimersByTimeAsync(100);
  expect(standings).toHaveBeenCalledTimes(1);
  expect(told).toEqual(["a", "b", "c"]);
  watch.missed("b");
  await vi.advanceTimersByTimeAsync(100);
  expect(told).toEqual(["a", "b", "c", "b"]);
});

it("looks for what was missed during a look when that is over", async () => {
  const answer = Promise.withResolvers<never[]>();
  standings.mockReturnValueOnce(answer.promise);
  watch.missed("a");
  await vi.advanceTimersByTimeAsync(100);
  watch.missed("b");
  await vi.advanceTimersByTimeAsync(100);
  expect(standings).toHaveBeenCalledTimes(1);
  answer.resolve([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(told).toEqual(["b"]);
});

it("says once that the database does not answer, and tries again", async () => {
  isAway = true;
  await vi.advanceTimersByTimeAsync(15_000);
  await watch.refresh("a");
  expect(warn).toHaveBeenCalledTimes(1);
  isAway = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual(["a", "b", "c"]);
  isAway = true;
  await watch.refresh("a");
  expect(warn).toHaveBeenCalledTimes(2);
});
