import { describe, expect, it } from "vitest";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type NodePolicy } from "#runtime/graph/schema.ts";
import { configSchemaOf, createCatalog } from "#runtime/node/catalog.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import type { References } from "#runtime/node/references.ts";
import { compile } from "#runtime/plan/compile.ts";
import { portTypeOf } from "../kit/ports/port-type-of.ts";
import { mcpTool } from "./node.ts";

const KEY = "tool:conn_a/send";
function referring(inputSchema: JsonSchema, readOnly = false): References {
  return { [KEY]: { kind: "tool", connection: "conn_a", name: "send", inputSchema, readOnly, hash: "0".repeat(64) } };
}
const config = (given: Record<string, unknown> = {}) => mcpTool.config.parse({ connection: "conn_a", tool: "send", ...given });
const mail = { type: "object", properties: { to: { type: "string", title: "To" }, copies: { type: "integer", default: 1 } }, required: ["to"] };

describe("ports", () => {
  const inputs = (given: Record<string, unknown>, schema: JsonSchema = mail) => mcpTool.ports(config(given), referring(schema)).inputs;

  it("demands an edge for a required argument that has no value", () => {
    expect(inputs({})).toEqual({ to: { type: "text", optional: false, title: "To" }, copies: { type: "number", optional: true } });
    expect(inputs({ arguments: { to: "ada@x.test" } }).to?.optional).toBe(true);
  });

  it("adds an input for what an argument's expression reads", () => {
    expect(inputs({ arguments: { to: "{{ inputs.name }}@x.test" } })).toMatchObject({ name: { type: "any", optional: false }, to: { optional: true } });
  });

  it("leaves out arguments whose name no port can have, and reports them when they are required", () => {
    const odd = { type: "object", properties: { "a b": {}, __proto__: {}, failure: {}, ok: {} }, required: ["a b"] };
    expect(Object.keys(inputs({}, odd))).toEqual(["ok"]);
    expect(mcpTool.check?.(config(), referring(odd))).toEqual([{ path: "/arguments", message: 'The tool needs a value for "a b".' }]);
    expect(mcpTool.check?.(config({ arguments: { "a b": 1 } }), referring(odd))).toEqual([]);
  });

  it("has none while the tool is not known", () => {
    expect(mcpTool.ports(config(), {}).inputs).toEqual({});
    expect(mcpTool.ports(config(), { [KEY]: { kind: "missing", reason: "gone" } }).inputs).toEqual({});
  });
});

it.each<[Json, string]>([
  [{ type: "string" }, "text"],
  [{ type: ["null", "integer"] }, "number"],
  [{ type: ["string", "number"] }, "any"],
  [{ enum: ["a", "b"] }, "text"],
  [{ type: "array", items: { type: "string" } }, "list<text>"],
  [{ type: "array" }, "list<any>"],
  [{ type: "array", items: { type: "object" } }, "json"],
  [{ type: "array", items: { type: "array", items: { type: "array", items: { type: "array", items: {} } } } }, "json"],
  [{ type: "object" }, "json"],
  [{ anyOf: [] }, "any"],
  [true, "any"],
])("carries %j as %s", (schema, type) => {
  expect(portTypeOf(schema)).toBe(type);
});

it("is a write until an editor has confirmed that it only reads", () => {
  const effect = typeof mcpTool.effect === "function" ? mcpTool.effect : () => mcpTool.effect;
  expect([effect(config(), {}), effect(config(), referring(mail)), effect(config(), referring(mail, true))]).toEqual(["write", "write", "read"]);
});

it("depends on its tool, once one is chosen", () => {
  expect(mcpTool.references?.(config())).toEqual([KEY]);
  expect(mcpTool.references?.(config({ tool: "" }))).toEqual([]);
  expect(mcpTool.check?.(mcpTool.config.parse({}), {})).toMatchObject([{ path: "/connection" }]);
});

it("asks for the tool's own arguments in its form, and takes expressions in them", () => {
  const schema = configSchemaOf(mcpTool);
  const form = (given: Record<string, unknown>, references: References) =>
    mcpTool.form?.(config(given), references, schema).properties as Record<string, JsonSchema>;
  expect(form({}, referring(mail)).arguments).toMatchObject({ properties: mail.properties, [HINT]: { expression: true }, title: "Arguments" });
  expect(form({}, {}).arguments).toEqual((schema.properties as Record<string, JsonSchema>).arguments);
  expect(form({ tool: "" }, {}).arguments).toBeUndefined();
});

it("an earlier answer may be used of what only reads, when somebody said for how long, and depends on the connection", () => {
  const cacheOf = (readOnly: boolean, policy: NodePolicy) => {
    const node = {
      id: nodeIdSchema.parse("node_a"),
      type: "mcp-tool",
      version: 1,
      label: "Send",
      position: { x: 0, y: 0 },
      config: { connection: "conn_a", tool: "send", arguments: { to: "ada" } },
      policy,
    };
    return compile({ ...emptyGraph(), nodes: [node] }, createCatalog([mcpTool]), referring(mail, readOnly)).plan?.nodes[node.id]?.cache;
  };
  expect(cacheOf(true, {})).toBeUndefined();
  expect(cacheOf(true, { cache: { ttlMs: 60_000 } })).toEqual({ ttlMs: 60_000 });
  expect(cacheOf(false, { cache: { ttlMs: 60_000 } })).toBeUndefined();
  expect(mcpTool.credentials?.(config())).toEqual(["conn_a"]);
});
