import { afterEach, describe, expect, test, vi } from "vitest";
import { callTool } from "#server/contract/connections.ts";
import { archiveGraph, createGraph, listGraphs, readRevision } from "#server/contract/graphs.ts";
import { ApiProblem } from "./api-problem.ts";
import { call, isTransient, routeUrl } from "./client.ts";

const requests: { url: string; init: RequestInit }[] = [];

function answer(status: number, body: unknown): void {
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    requests.push({ url, init });
    return new Response(body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body), { status });
  });
}

async function problemFrom(promise: Promise<unknown>): Promise<ApiProblem> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ApiProblem) return error;
  throw new Error(`Expected an ApiProblem, got ${String(error)}`);
}

afterEach(() => {
  requests.length = 0;
  vi.unstubAllGlobals();
});

describe("call", () => {
  test("fills the path, leaves out empty queries, and parses the answer", async () => {
    answer(200, { items: [] });
    expect(await call(listGraphs, { query: { limit: 5, search: "" } })).toEqual({ items: [] });
    expect(requests[0]?.url).toBe("/api/graphs?limit=5");
    expect(requests[0]?.init.body).toBeUndefined();
  });

  test("sends a body as JSON and escapes what stands in the path", async () => {
    answer(200, { content: [], durationMs: 3 });
    await call(callTool, { params: { id: "conn_1", name: "read/file ?" }, body: { arguments: { path: "a" } } });
    expect(requests[0]?.url).toBe("/api/connections/conn_1/tools/read%2Ffile%20%3F/call");
    expect(requests[0]?.init).toMatchObject({ method: "POST", body: '{"arguments":{"path":"a"}}', headers: { "content-type": "application/json" } });
  });

  test("takes an answer without content", async () => {
    answer(204, undefined);
    expect(await call(archiveGraph, { params: { id: "graph_1" } })).toBeUndefined();
  });

  test("tells what a problem document tells", async () => {
    const problems = [{ code: "cycle", severity: "error", message: "A cycle." }];
    answer(422, { type: "about:blank", title: "The graph has problems", status: 422, code: "invalid-graph", detail: "It has a cycle.", problems });
    const problem = await problemFrom(call(createGraph, { body: {} }));
    expect(problem).toMatchObject({ code: "invalid-graph", status: 422, message: "It has a cycle.", problems });
    expect(isTransient(problem)).toBe(false);
  });

  test("an error without a problem document still says that it went wrong", async () => {
    answer(502, "<html>bad gateway</html>");
    const problem = await problemFrom(call(listGraphs));
    expect(problem).toMatchObject({ code: "internal", status: 502 });
    expect(isTransient(problem)).toBe(true);
  });

  test("refuses an answer that is not what the contract says", async () => {
    answer(200, { items: [{ id: "graph_1" }] });
    expect((await problemFrom(call(listGraphs))).code).toBe("unexpected-answer");
    answer(200, "not json");
    expect((await problemFrom(call(listGraphs))).code).toBe("unexpected-answer");
  });

  test("a server that does not answer is a problem of the network, an abort is not", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("fetch failed")));
    const problem = await problemFrom(call(listGraphs));
    expect(problem).toMatchObject({ code: "network", status: 0 });
    expect(isTransient(problem)).toBe(true);
    const abort = new AbortController();
    abort.abort(new Error("left the page"));
    await expect(call(listGraphs, { signal: abort.signal })).rejects.toThrow("left the page");
  });
});

test("a path without its parameter is refused", () => {
  expect(routeUrl(readRevision.path, { id: "graph_1", number: 4 })).toBe("/api/graphs/graph_1/revisions/4");
  expect(() => routeUrl(readRevision.path, { id: "graph_1" })).toThrow('needs "number"');
});
