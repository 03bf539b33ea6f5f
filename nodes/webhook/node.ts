import { defineNode, type JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { HOOK_METHODS, type HookSettings, hookMethods, hookSettingsSchema, isHeaderName } from "../kit/hooks/settings.ts";

export const webhook = defineNode({
  type: "webhook",
  version: 1,
  role: "entry",
  trigger: "webhook",
  title: "Webhook",
  description: "Where a run begins when another system calls the address of this node.",
  group: "flow",
  icon: "webhook",
  keywords: ["trigger", "http", "hook", "endpoint", "callback", "event", "github", "api"],
  config: hookSettingsSchema,
  ports: () => ({
    inputs: {},
    outputs: {
      body: port.json({ title: "Body", description: "JSON, text or form fields, by its content type; other content as { contentType, base64 }." }),
      headers: port.json({ title: "Headers", description: "By name in lower case, without credentials." }),
      query: port.json({ title: "Query" }),
      method: port.text({ title: "Method" }),
    },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: (config) => [...checkMethods(config), ...checkHeaders(config)],
  form: ({ respond }, _references, schema) => (respond === "when-finished" ? schema : without(schema, ["timeoutMs", "output"])),
  input: (config) => inputSchema(hookMethods(config)[0] ?? "POST"),
  summary: (config) => `${hookMethods(config).join(", ") || "No method"} · ${config.respond === "at-once" ? "answers at once" : "answers with the output"}`,
  examples: [
    {
      name: "hands a delivery on",
      config: { deduplicate: { header: "X-GitHub-Delivery" } },
      inputs: {
        input: { method: "POST", headers: { "x-github-event": "push" }, query: { source: "loom" }, body: { ref: "refs/heads/main" } },
      },
      outputs: { method: "POST", headers: { "x-github-event": "push" }, query: { source: "loom" }, body: { ref: "refs/heads/main" } },
    },
    {
      name: "begun by hand, with a body alone",
      config: { methods: ["POST", "PUT"], respond: "when-finished", timeoutMs: 5_000, output: "result" },
      inputs: { input: { body: "hello" } },
      outputs: { method: "POST", headers: {}, query: {}, body: "hello" },
    },
    {
      name: "a request without a body",
      config: { methods: ["GET"] },
      inputs: { input: { method: "GET", headers: {}, query: { page: ["1", "2"] } } },
      outputs: { method: "GET", headers: {}, query: { page: ["1", "2"] }, body: null },
    },
  ],
});

function checkMethods({ methods }: HookSettings) {
  if (methods.length === 0) return [{ path: "/methods", message: "Name a method, such as POST." }];
  return methods.flatMap((method, index) =>
    hookMethods({ methods: [method] }).length === 1 ? [] : [{ path: `/methods/${index}`, message: `A method is one of ${HOOK_METHODS.join(", ")}.` }],
  );
}

function checkHeaders({ signature, deduplicate }: HookSettings) {
  const message = "This cannot be the name of a header.";
  return [
    ...(signature.on && !isHeaderName(signature.header) ? [{ path: "/signature/header", message }] : []),
    ...(deduplicate.header !== "" && !isHeaderName(deduplicate.header) ? [{ path: "/deduplicate/header", message }] : []),
  ];
}

function inputSchema(method: string): JsonSchema {
  return {
    type: "object",
    properties: {
      body: { title: "Body", [HINT]: { language: "json" } },
      method: { type: "string", title: "Method", default: method },
      headers: { type: "object", title: "Headers", additionalProperties: { type: "string" }, default: {} },
      query: { type: "object", title: "Query", default: {} },
    },
    additionalProperties: false,
  };
}

function without(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const properties = Object.entries(schema.properties as JsonSchema).filter(([name]) => !names.includes(name));
  return { ...schema, properties: Object.fromEntries(properties) };
}
