import { describe, expect, it } from "vitest";
import { cookieNameFor, cookiePortOf } from "./authenticate.ts";

describe("cookiePortOf", () => {
  it.each([
    ["https://heddle.example.org", 443],
    ["http://heddle.example.org", 80],
    ["https://heddle.example.org:8443", 8443],
  ])("is that of %s for all processes behind it", (url, port) => {
    const names = [3000, 3001].map((listening) => cookieNameFor(cookiePortOf(new URL(url), listening)));
    expect(names).toEqual([`heddle_session_${port}`, `heddle_session_${port}`]);
  });

  it("keeps two apart that are reached by their own ports", () => {
    expect(cookiePortOf(undefined, 3000)).not.toBe(cookiePortOf(undefined, 3001));
  });
});
