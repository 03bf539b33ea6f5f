import { defineNode, type JsonSchema } from "#runtime/node/define.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { checkTemplateText } from "../kit/text/template-text-field.ts";
import { firstLine } from "../kit/text/to-text.ts";
import { bodyKindOf, type HttpRequestConfig, httpRequestConfig, isSafe } from "./config.ts";
import { httpRequestExamples } from "./examples.ts";

export const httpRequest = defineNode({
  type: "http-request",
  version: 1,
  role: "step",
  title: "HTTP request",
  description: "Calls a web address and hands the answer on.",
  group: "data",
  icon: "globe",
  keywords: ["api", "rest", "fetch", "url", "get", "post", "web", "call"],
  config: httpRequestConfig,
  ports: (config) => ({
    inputs: inputsOf(config),
    outputs: {
      response: port.json({ title: "Response", description: "Status, headers, address and body." }),
      body: port.of(config.responseKind === "text" ? "text" : config.responseKind === "json" ? "json" : "any", { title: "Body" }),
    },
  }),
  effect: ({ method, idempotent }) => (isSafe(method) ? "read" : idempotent ? "keyed" : "write"),
  cacheable: true,
  credentials: ({ credential }) => (credential === undefined ? [] : [credential]),
  limits: { timeoutMs: 30_000, attempts: 4 },
  check: (config) => [...checkAddress(config.url), ...checkTemplateText("text", config.text), ...checkNames(config)],
  form: (config, _references, schema) => ({ ...schema, properties: shownProperties(config, schema) }),
  summary: ({ method, url }) => `${method} ${firstLine(url.replace(/^https?:\/\//, ""))}`.trim(),
  tool: ({ method, url }) => ({ description: `Calls ${method} ${firstLine(url)} and answers with what comes back.` }),
  examples: httpRequestExamples,
});

/** What expressions read, and the body where one is sent. */
function inputsOf(config: HttpRequestConfig): Record<string, Port> {
  const kind = bodyKindOf(config);
  const { url, query, headers, json, text, form } = config;
  const used = { url, query, headers, ...(kind === "json" && { json }), ...(kind === "text" && { text }), ...(kind === "form" && { form }) };
  const body = kind === "json" || kind === "text" ? { body: port.any({ optional: true, title: "Body" }) } : {};
  return withReferencedInputs(body, used);
}

function checkAddress(url: string) {
  if (url.trim() === "") return [{ path: "/url", message: "Give the address to call." }];
  if (url.includes("{{")) return [];
  const parsed = URL.parse(url);
  const isWeb = parsed?.protocol === "http:" || parsed?.protocol === "https:";
  return isWeb ? [] : [{ path: "/url", message: "This is no web address. It begins with https:// or http://." }];
}

function checkNames(config: HttpRequestConfig) {
  const unnamed = (["query", "headers", "form"] as const).flatMap((field) =>
    config[field].flatMap(({ name }, index) => (name === "" ? [{ path: `/${field}/${index}/name`, message: "Give it a name." }] : [])),
  );
  const misnamed = config.headers.flatMap(({ name }, index) =>
    name === "" || /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) ? [] : [{ path: `/headers/${index}/name`, message: `"${name}" cannot be the name of a header.` }],
  );
  return [...unnamed, ...misnamed];
}

/** The fields that have a say: only the body that is sent, and the key only for what writes. */
function shownProperties(config: HttpRequestConfig, schema: JsonSchema): JsonSchema {
  const kind = bodyKindOf(config);
  const hidden = new Set(["json", "text", "form"].filter((field) => field !== kind));
  if (isSafe(config.method)) for (const field of ["bodyKind", "idempotent"]) hidden.add(field);
  return Object.fromEntries(Object.entries(schema.properties as JsonSchema).filter(([field]) => !hidden.has(field)));
}
