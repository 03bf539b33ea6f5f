import { describe, expect, it } from "vitest";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import { httpClient } from "../kit/http/service.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeHttpClient } from "../kit/testing/fake-http-client.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { waitWebhook } from "./node.ts";

const at = "2026-01-08T00:00:00.000Z";
const url = "http://127.0.0.1:4400/hooks/callback?name=callback";
const request = { method: "POST", query: {}, headers: {}, body: { ok: true } };
const answered = (answer: WaitAnswer) => createFakeContext({ answers: { callback: answer } });

describe("wait-webhook", () => {
  it("says where it can be called, and waits there until an instant", async () => {
    const context = createFakeContext({ now: Date.UTC(2026, 0, 1) });
    expect(await runExample(execute, { config: {}, inputs: { value: 1 } }, context)).toEqual({
      type: "wait",
      request: { kind: "webhook", name: "callback", until: at },
    });
    expect(context.logs).toEqual([{ level: "info", message: "Waiting for a call of its callback address." }]);
    expect(context.emissions).toEqual([{ type: "progress", value: 0, message: `Waiting for a call of ${url}` }]);
  });

  it("hands the call and its value on", async () => {
    const context = answered({ kind: "webhook", at, request });
    expect(await runExample(execute, { config: {}, inputs: { value: 1 } }, context)).toEqual({ type: "done", outputs: { request, value: 1 } });
    expect(await runExample(execute, { config: {}, inputs: {} }, context)).toEqual({ type: "done", outputs: { request } });
    expect(context.logs).toEqual([]);
  });

  it("fails, or goes its other way, when nobody called in time", async () => {
    const context = answered({ kind: "time", at });
    const run = (onTimeout: string, inputs = {}) => runExample(execute, { config: { onTimeout }, inputs }, context);
    expect(await run("fail")).toMatchObject({ type: "failed", failure: { code: "limit", happened: "no" } });
    expect(await run("branch", { value: 1 })).toEqual({ type: "done", outputs: { timedOut: 1 } });
    expect(await run("branch")).toEqual({ type: "done", outputs: { timedOut: at } });
  });

  it("tells the other side whom to call, once", async () => {
    const http = createFakeHttpClient({ "POST https://x.test/jobs": { status: 202 } });
    const recorded = new Map();
    const config = { announceTo: "https://x.test/{{ inputs.path }}" };
    const enter = () => {
      const context = createFakeContext({ recorded, provide: (registry) => registry.provide(httpClient, http) });
      return runExample(execute, { config, inputs: { path: "jobs", value: [1] } }, context);
    };
    expect(await enter()).toMatchObject({ type: "wait" });
    expect(await enter()).toMatchObject({ type: "wait" });
    expect(http.requests).toHaveLength(1);
    expect(http.requests[0]).toMatchObject({ method: "POST", headers: { "idempotency-key": "0".repeat(64) }, maxRedirects: 0 });
    expect(JSON.parse(String(http.requests[0]?.body))).toEqual({ callbackUrl: url, run: "run_test", value: [1] });
  });

  it.each([
    [404, "no"],
    [503, "unknown"],
  ])("does not wait when the announcement is answered with %i", async (status, happened) => {
    const http = createFakeHttpClient({ "POST https://x.test/": { status } });
    const context = createFakeContext({ provide: (registry) => registry.provide(httpClient, http) });
    const result = await runExample(execute, { config: { announceTo: "https://x.test/" }, inputs: {} }, context);
    expect(result).toMatchObject({ type: "failed", failure: { code: "http-status", happened, details: { status } } });
  });

  it("says in the draft what cannot be", () => {
    const check = (config: object) => (waitWebhook.check?.(waitWebhook.config.parse(config), {}) ?? []).map(({ path }) => path);
    expect(check({ name: "a b", amount: 366, announceTo: "ftp://x" })).toEqual(["/name", "/amount", "/announceTo"]);
    expect(check({ announceTo: "{{ inputs.url }}" })).toEqual([]);
  });
});
