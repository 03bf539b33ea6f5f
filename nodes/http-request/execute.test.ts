import { describe, expect, it } from "vitest";
import { credentialClient } from "../kit/credentials/service.ts";
import type { HttpRequest } from "../kit/http/service.ts";
import { httpClient } from "../kit/http/service.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeHttpClient } from "../kit/testing/fake-http-client.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { httpRequest } from "./node.ts";

const URL = "https://api.test/things";
type Answer = { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

async function run(config: Record<string, unknown>, given: { answer?: Answer; inputs?: Record<string, never> | Record<string, unknown> } = {}) {
  const method = String(config.method ?? "GET");
  const client = createFakeHttpClient({ [`${method} ${String(config.sent ?? URL)}`]: given.answer ?? {} });
  const context = createFakeContext({ provide: (registry) => registry.provide(httpClient, client), timeoutMs: 4_321 });
  const { sent: _, ...rest } = config;
  const result = await runExample(execute, { config: { url: URL, ...rest } as never, inputs: (given.inputs ?? {}) as never }, context);
  return { result, request: client.requests[0] as HttpRequest };
}

describe("what is sent", () => {
  it("puts query, headers and the attempt's time in", async () => {
    const { request } = await run(
      {
        sent: `${URL}?q=a+b%26c&page=2`,
        query: [
          { id: "a", name: "q", value: "{{ inputs.q }}" },
          { id: "b", name: "page", value: 2 },
        ],
        headers: [{ id: "c", name: "X-Trace", value: "on" }],
      },
      { inputs: { q: "a b&c" } },
    );
    expect(request).toMatchObject({ url: `${URL}?q=a+b%26c&page=2`, headers: { "x-trace": "on" }, timeoutMs: 4_321 });
    expect(request.body).toBeUndefined();
  });

  it("lets no value add a path or a parameter to the address", async () => {
    for (const id of ["a&b=c", "../x", "?x#y"]) {
      const sent = `${URL}/${encodeURIComponent(id)}?of=${encodeURIComponent(id)}`;
      const { request } = await run({ url: `${URL}/{{ inputs.id }}?of={{ inputs.id }}`, sent }, { inputs: { id } });
      expect(request.url).toBe(sent);
    }
    const { request } = await run({ url: "{{ inputs.url }}", sent: `${URL}?a=1&b=2` }, { inputs: { url: `${URL}?a=1&b=2` } });
    expect(request.url).toBe(`${URL}?a=1&b=2`);
  });

  it("prefers the wired body to the one of the settings", async () => {
    const config = { method: "POST", bodyKind: "json", json: { from: "settings" } };
    expect((await run(config)).request).toMatchObject({ body: '{"from":"settings"}', headers: { "content-type": "application/json" } });
    expect((await run(config, { inputs: { body: null } })).request.body).toBe("null");
  });

  it("keeps the type of a value inside the JSON body", async () => {
    const config = { method: "POST", bodyKind: "json", json: { n: "{{ inputs.n }}", s: "n={{ inputs.n }}" } };
    expect((await run(config, { inputs: { n: 3 } })).request.body).toBe('{"n":3,"s":"n=3"}');
  });

  it("encodes form fields, and lets a header of the settings win", async () => {
    const config = {
      method: "PUT",
      bodyKind: "form",
      form: [{ id: "a", name: "a b", value: "1&2" }],
      headers: [{ id: "b", name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8" }],
    };
    const { request } = await run(config);
    expect(request).toMatchObject({ body: "a+b=1%262", headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" } });
  });

  it("sends an idempotency key with writes only", async () => {
    expect((await run({ method: "POST", idempotent: true })).request.headers).toEqual({ "idempotency-key": "0".repeat(64) });
    expect((await run({ idempotent: true })).request.headers).toEqual({});
  });

  it("refuses a header with a line break, and an address that is none, before anything is sent", async () => {
    const header = await run({ headers: [{ id: "a", name: "x", value: "{{ inputs.v }}" }] }, { inputs: { v: "a\r\nhost: evil" } });
    expect(header.result).toMatchObject({ type: "failed", failure: { code: "validation", happened: "no" } });
    const address = await run({ url: "{{ inputs.u }}" }, { inputs: { u: "file:///etc/passwd" } });
    expect(address.result).toMatchObject({ type: "failed", failure: { code: "validation", happened: "no" } });
    expect([header.request, address.request]).toEqual([undefined, undefined]);
  });
});

describe("what comes back", () => {
  const body = async (answer: Answer, config: Record<string, unknown> = {}) => {
    const { result } = await run(config, { answer });
    return result.type === "done" ? result.outputs : result;
  };

  it.each([
    ["application/json", '{"a":1}', { a: 1 }],
    ["application/problem+json; charset=utf-8", "[1]", [1]],
    ["application/json", "oops", "oops"],
    ["text/html", "<p>", "<p>"],
    ["text/plain; charset=iso-8859-1", new Uint8Array([0xe9]), "é"],
  ])("reads %s %s by its type", async (type, sent, expected) => {
    expect(await body({ headers: { "content-type": type }, body: sent })).toMatchObject({ body: expected, response: { body: expected } });
  });

  it("keeps what is no text as base64, and says so", async () => {
    expect(await body({ body: new Uint8Array([255, 0, 254]) })).toMatchObject({ body: "/wD+", response: { encoding: "base64" } });
  });

  it("fails on what was to be JSON and is not", async () => {
    expect(await body({ body: "oops" }, { responseKind: "json" })).toMatchObject({ failure: { code: "validation" } });
  });

  it.each([
    [404, "no"],
    [429, "no"],
    [408, "unknown"],
    [500, "unknown"],
    [503, "unknown"],
  ])("fails on status %i, and knows whether anything happened", async (status, happened) => {
    const answer = { status, headers: { "retry-after": "7" }, body: "busy" };
    expect(await body(answer)).toMatchObject({
      failure: {
        code: "http-status",
        happened,
        retryAfterMs: 7_000,
        details: { status, body: "busy" },
        message: `GET api.test/things was answered with status ${status}.`,
      },
    });
  });

  it("reads a date in Retry-After", async () => {
    const answer = { status: 503, headers: { "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" } };
    expect(await body(answer)).toMatchObject({ failure: { retryAfterMs: 60_000 } });
  });

  it("hands any status on when it may", async () => {
    expect(await body({ status: 500 }, { failOnStatus: false })).toMatchObject({ response: { status: 500 } });
  });
});

describe("the definition", () => {
  const parse = (config: Record<string, unknown>) => httpRequest.config.parse(config);
  const effect = (config: Record<string, unknown>) => (typeof httpRequest.effect === "function" ? httpRequest.effect(parse(config), {}) : httpRequest.effect);

  it("reads, writes, or writes with a key", () => {
    expect(["GET", "HEAD", "OPTIONS"].map((method) => effect({ method, idempotent: true }))).toEqual(["read", "read", "read"]);
    expect(effect({ method: "DELETE" })).toBe("write");
    expect(effect({ method: "DELETE", idempotent: true })).toBe("keyed");
  });

  it("has an input for the body only where one is sent, and for what its used fields read", () => {
    const inputs = (config: Record<string, unknown>) => Object.keys(httpRequest.ports(parse(config), {}).inputs);
    expect(inputs({ url: "https://{{ inputs.host }}/", bodyKind: "json", json: "{{ inputs.unused }}" })).toEqual(["host"]);
    expect(inputs({ method: "POST", bodyKind: "json", json: ["{{ inputs.used }}"] })).toEqual(["body", "used"]);
  });

  it("shows the fields that have a say", () => {
    const schema = { properties: { method: {}, bodyKind: {}, json: {}, text: {}, form: {}, idempotent: {} } };
    const shown = (config: Record<string, unknown>) => Object.keys(httpRequest.form?.(parse(config), {}, schema).properties ?? {});
    expect(shown({})).toEqual(["method"]);
    expect(shown({ method: "POST", bodyKind: "text" })).toEqual(["method", "bodyKind", "text", "idempotent"]);
  });

  it.each([
    ["", "/url"],
    ["ftp://x.test", "/url"],
    ["nowhere", "/url"],
  ])("reports the address %j", (url, path) => {
    expect(httpRequest.check?.(parse({ url }), {})).toMatchObject([{ path }]);
  });
});

describe("a credential", () => {
  const id = "cred_a";

  it("is named in the call, and the client that knows no secrets is not used", async () => {
    const calls: unknown[] = [];
    const context = createFakeContext({
      provide: (registry) => {
        registry.provide(credentialClient, {
          request: async (request) => {
            calls.push(request);
            return { status: 200, headers: {}, body: new Uint8Array(), url: request.url };
          },
          stateOf: async () => "1",
        });
      },
    });
    const result = await runExample(execute, { config: { url: URL, credential: id as never }, inputs: {} }, context);
    expect(result).toMatchObject({ type: "done" });
    expect(calls).toMatchObject([{ url: URL, credential: id, headers: {} }]);
  });

  it("cannot be anything but an id", () => {
    expect(httpRequest.config.safeParse({ credential: "Bearer abc" }).success).toBe(false);
    expect(httpRequest.credentials?.(httpRequest.config.parse({ credential: id }))).toEqual([id]);
    expect(httpRequest.credentials?.(httpRequest.config.parse({}))).toEqual([]);
  });
});
