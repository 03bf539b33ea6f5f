import { expect, it } from "vitest";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type NodePolicy } from "#runtime/graph/schema.ts";
import { createCatalog } from "#runtime/node/catalog.ts";
import { compile } from "#runtime/plan/compile.ts";
import { httpRequest } from "./node.ts";

const id = nodeIdSchema.parse("node_http");

function cacheOf(method: string, policy: NodePolicy = {}) {
  const config = { method, url: "https://api.example.com/items" };
  const node = { id, type: "http-request", version: 1, label: "Call", position: { x: 0, y: 0 }, config, policy };
  return compile({ ...emptyGraph(), nodes: [node] }, createCatalog([httpRequest]), {}).plan?.nodes[id]?.cache;
}

it("an earlier answer may be used of what only reads, and only when somebody said for how long", () => {
  expect(cacheOf("GET")).toBeUndefined();
  for (const method of ["GET", "HEAD"]) expect(cacheOf(method, { cache: { ttlMs: 60_000 } })).toEqual({ ttlMs: 60_000 });
  for (const method of ["POST", "DELETE"]) expect(cacheOf(method, { cache: { ttlMs: 60_000 } })).toBeUndefined();
});
