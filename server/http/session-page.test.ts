import { createServer } from "node:http";
import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { createOneTimeLink } from "../auth/one-time-link.ts";
import { createSessions } from "../auth/sessions.ts";
import type { Mode } from "../contract/session.ts";
import { createSessionPage } from "./session-page.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function start(mode: Mode) {
  const values = new Map<string, unknown>();
  const sessions = createSessions({
    read: async (key) => values.get(key),
    update: async (key, change) => values.set(key, change(values.get(key))).get(key),
  });
  const link = createOneTimeLink({ lifetimeMs: 60_000, onChange: () => undefined });
  const nothing = async () => undefined;
  const limits = { requests: () => undefined, guesses: { check: nothing, failed: nothing } };
  const app = express();
  app.get("/session/:token", createSessionPage({ ...{ link, sessions, limits }, mode: () => mode, cookieName: "heddle", isSecure: true }));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(
    () => link.close(),
    () => void server.close(),
  );
  const address = server.address();
  const open = (token: string) =>
    fetch(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/session/${token}`, {
      redirect: "manual",
      headers: { connection: "close" },
    });
  return { link, sessions, open };
}

describe("the page of the one-time URL", () => {
  it("opens a session that lasts until it is ended", async () => {
    const { link, sessions, open } = await start("single-user");
    const token = link.token();
    const answer = await open(token);
    expect(answer.status).toBe(303);
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^heddle=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000; Secure$/);
    expect((await open(token)).status).toBe(403);
    const secret = cookie.slice("heddle=".length, "heddle=".length + 43);
    expect(await sessions.isValid(secret)).toBe(true);
    await sessions.end(secret);
    expect(await sessions.isValid(secret)).toBe(false);
  });

  it("is closed where there are accounts", async () => {
    const { link, open } = await start("team");
    const token = link.token();
    const answer = await open(token);
    expect(answer.status).toBe(410);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(link.token()).toBe(token);
  });
});
