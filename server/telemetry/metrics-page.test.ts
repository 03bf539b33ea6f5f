import { createServer, type RequestListener, request as sendRequest } from "node:http";
import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { createAccess } from "../auth/access.ts";
import { createAccessRules } from "../auth/access-rules.ts";
import { createAuthenticate } from "../auth/authenticate.ts";
import { singleUserFacts } from "../auth/testing/single-user-facts.ts";
import { routes } from "../contract/routes.ts";
import { silentLogger } from "../logger.ts";
import { createMetricsPage } from "./metrics-page.ts";
import { createTimeRequests } from "./time-requests.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Answer {
  status: number;
  type: string;
  text: string;
}

async function listen(
  handlerOf: (port: number) => RequestListener,
): Promise<(path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  server.on("request", handlerOf(port));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (path, headers = {}, method = "GET") =>
    new Promise((resolve, reject) => {
      const request = sendRequest({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", text }));
      });
      request.on("error", reject).end();
    });
}

function pageOn(port: number, host = "127.0.0.1"): RequestListener {
  const publicUrl = host === "127.0.0.1" ? undefined : new URL(`https://heddle.example`);
  const rules = createAccessRules({ host, publicUrl, devOrigin: undefined }, port);
  const sessions = { isValid: async () => false, create: async () => "", end: async () => undefined };
  const authenticate = createAuthenticate({ mode: () => "single-user", sessions, token: "the-token-of-the-directory", rules, cookieName: "session" });
  return createMetricsPage({
    metrics: { text: async () => "up 1\n", contentType: "text/plain" },
    rules,
    authenticate,
    access: createAccess(singleUserFacts),
    logger: silentLogger,
  });
}

describe("GET /metrics", () => {
  it("answers this machine under its own name only", async () => {
    const send = await listen((port) => pageOn(port));
    expect(await send("/metrics")).toEqual({ status: 200, type: "text/plain", text: "up 1\n" });
    expect(await send("/metrics", {}, "HEAD")).toMatchObject({ status: 200, text: "" });
    expect(await send("/metrics", { host: "evil.example" })).toMatchObject({ status: 421, type: "application/problem+json" });
    expect((await send("/metrics", { origin: "https://evil.example" })).status).toBe(403);
    expect((await send("/metrics", { authorization: "Bearer wrong" })).status).toBe(401);
    expect((await send("/metrics", {}, "POST")).status).toBe(405);
  });

  it("wants the token where being on this machine proves nothing", async () => {
    const send = await listen((port) => pageOn(port, "0.0.0.0"));
    const host = "heddle.example";
    expect((await send("/metrics", { host })).status).toBe(401);
    expect(await send("/metrics", { host, authorization: "Bearer the-token-of-the-directory" })).toMatchObject({ status: 200, text: "up 1\n" });
  });
});

describe("the time of requests", () => {
  it("is told by route id, never by address", async () => {
    const told: { route: string; status: number; seconds: number }[] = [];
    const read = routes.find(({ method, path }) => method === "GET" && path.includes(":id"));
    if (!read) throw new Error("The contract has no route with an id.");
    const send = await listen(() => {
      const app = express().use(createTimeRequests({ request: (given) => told.push(given) }));
      app.get(read.path, (request, response) => {
        if (request.query.stream !== undefined) response.setHeader("content-type", "text/event-stream");
        response.status(request.params.id === "none" ? 404 : 200).end();
      });
      return app.get("/page/:token", (_request, response) => void response.end());
    });
    const at = (id: string) => read.path.replaceAll(":id", id).replaceAll(/:\w+/g, "1");
    for (const path of [at("graph_a"), at("graph_b"), at("none"), `${at("graph_a")}?stream`, "/page/secret", "/nowhere"]) await send(path);
    await send(at("graph_a"), {}, "HEAD");
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(6);
    const seen = told.map(({ route, status }) => `${route} ${status}`);
    expect(seen).toEqual([`${read.id} 200`, `${read.id} 200`, `${read.id} 404`, "other 200", "other 404", `${read.id} 200`]);
    expect(told.every(({ seconds }) => seconds >= 0)).toBe(true);
  });
});
