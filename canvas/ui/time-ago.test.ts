import { expect, test } from "vitest";
import { formatDuration, formatTimeAgo } from "./time-ago.tsx";

test("durations have the unit that reads best", () => {
  expect([-5, 0.4, 840, 2_440, 185_000, 7_260_000].map(formatDuration)).toEqual(["0 ms", "0 ms", "840 ms", "2.4 s", "3 min 5 s", "2 h 1 min"]);
});

test("how long ago is told roughly, and by date when it is long", () => {
  const now = Date.parse("2026-03-10T12:00:00.000Z");
  expect(formatTimeAgo("2026-03-10T11:59:58.000Z", now)).toBe("just now");
  expect(formatTimeAgo("2026-03-10T11:57:00.000Z", now)).toBe("3 min. ago");
  expect(formatTimeAgo("2026-03-10T09:00:00.000Z", now)).toBe("3 hr. ago");
  expect(formatTimeAgo("2025-12-24T12:00:00.000Z", now)).toContain("2025");
  expect(formatTimeAgo("2026-03-10T12:00:09.000Z", now)).toBe("just now");
});
