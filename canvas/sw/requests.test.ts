import { describe, expect, it } from "vitest";
import { handlingOf, isAway } from "./requests.ts";

const ORIGIN = "https://heddle.example";
const ask = (path: string, more: { method?: string; mode?: RequestMode } = {}) =>
  handlingOf({ method: "GET", mode: "cors", url: new URL(path, ORIGIN).href, ...more }, ORIGIN);

describe("handlingOf", () => {
  it("takes pages of the canvas and files named by their content", () => {
    expect(ask("/graphs/graph_1", { mode: "navigate" })).toBe("page");
    expect(ask("/", { mode: "navigate" })).toBe("page");
    expect(ask("/assets/main-1a2b.js")).toBe("file");
    expect(ask("/icon.svg")).toBe("file");
  });

  it.each(["/api/graphs", "/api/session", "/ws/live", "/hooks/token", "/mcp", "/session/one-time", "/metrics"])(
    "never touches %s, opened as a page or asked for by one",
    (path) => {
      expect(ask(path)).toBe("pass");
      expect(ask(path, { mode: "navigate" })).toBe("pass");
    },
  );

  it("never touches what changes something, other sites, and its own file", () => {
    expect(ask("/graphs/graph_1", { method: "POST", mode: "navigate" })).toBe("pass");
    expect(ask("https://elsewhere.example/assets/main.js")).toBe("pass");
    expect(ask("/service-worker.js")).toBe("pass");
    expect(ask("/sessions", { mode: "navigate" })).toBe("page");
  });
});

describe("isAway", () => {
  it("is what a proxy answers for a server that is gone, and nothing that a server says", () => {
    expect([502, 503, 504].every(isAway)).toBe(true);
    expect([200, 304, 401, 404, 500].some(isAway)).toBe(false);
  });
});
