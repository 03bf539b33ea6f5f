import { createServer } from "node:http";
import express from "express";
import { afterEach, expect, it } from "vitest";
import { ApiError } from "../api-error.ts";
import { type Actor, LOCAL, LOCAL_PERSON } from "../auth/actor.ts";
import type { McpConnections } from "../connections/mcp-connections.ts";
import { oauthCallback } from "../contract/mcp.ts";
import { mcpRoutes } from "./mcp-routes.ts";
import { returnPage } from "./return-page.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function start({ actor, fails }: { actor: Actor; fails?: ApiError }) {
  const seen: unknown[] = [];
  const authorized: McpConnections["authorized"] = async (back) => {
    seen.push(back);
    if (fails) throw fails;
    return { name: "Remote" };
  };
  const handling = mcpRoutes({ authorized } as McpConnections).find(({ route }) => route.id === oauthCallback.id);
  const app = express();
  app.get(oauthCallback.path, returnPage, async (request, response) => {
    const call = {
      params: {},
      query: { ...request.query },
      body: undefined,
      actor,
      workspace: "w",
      may: async () => true,
      signal: new AbortController().signal,
    };
    await handling?.answer({ ...call, exchange: { request, response } });
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const open = (query: string) => fetch(`http://127.0.0.1:${port}${oauthCallback.path}${query}`, { headers: { connection: "close" } });
  return { open, seen };
}

it("whoever comes back from another site is sent on from a page of ours, and nothing is done yet", async () => {
  const { open, seen } = await start({ actor: LOCAL_PERSON });
  const answer = await open('?state=s%22%3E%3Cscript%3E&code=c%26d&iss=https%3A%2F%2Fa.example&other="');
  const page = await answer.text();
  expect(seen).toEqual([]);
  const [, target = ""] = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(page) ?? [];
  const query = new URLSearchParams(target.replaceAll("&amp;", "&").slice(1));
  expect(Object.fromEntries(query)).toEqual({ state: 's"><script>', code: "c&d", iss: "https://a.example", here: "1" });
  expect(page).not.toContain("<script>");
});

it("a person is told that it works", async () => {
  const { open, seen } = await start({ actor: LOCAL_PERSON });
  const answer = await open("?state=s&code=c&here=1");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await answer.text()).toContain("The connection works now.");
  expect(seen).toMatchObject([{ state: "s", code: "c" }]);
});

it("who is nobody here changes nothing", async () => {
  const { open, seen } = await start({ actor: LOCAL });
  expect((await open("?state=s&code=c&here=1")).status).toBe(403);
  expect(seen).toEqual([]);
});

it("what went wrong is told as text", async () => {
  const { open } = await start({ actor: LOCAL_PERSON, fails: new ApiError("unprocessable", 'The server said <img src="x">.') });
  const answer = await open("?state=s&error=access_denied&here=1");
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("The server said &lt;img src=&quot;x&quot;&gt;.");
});
