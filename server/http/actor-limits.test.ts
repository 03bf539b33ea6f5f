import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { type Actor, ANONYMOUS, LOCAL } from "../auth/actor.ts";
import { type ActorLimits, createActorLimits } from "./actor-limits.ts";
import { createFairShare } from "./fair-share.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const script = (): Actor => ({ kind: "token", id: "user_a", name: "Ann", token: createId("token"), workspace: "workspace_a", scopes: [], person: false });
const ann: Actor = { kind: "user", id: createId("user"), name: "Ann", email: "ann@example.org", session: "s", person: true };

interface Served {
  /** Answered at once, unless `held` says to leave it open until `release`. */
  ask(actor: Actor, given?: { workspace?: string; held?: boolean; streams?: boolean }): Promise<Response>;
  /** Ends what is held. */
  release(): void;
}

/** A server that limits, and answers what is refused as a problem. */
async function serve(limits: ActorLimits): Promise<Served> {
  const callers = new Map<string, { actor: Actor; workspace: string; held: boolean; streams: boolean }>();
  const open = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const caller = callers.get(request.url ?? "");
    if (!caller) return void response.writeHead(404).end();
    try {
      await limits.take(caller.actor, caller.workspace, response);
      if (caller.streams) limits.stream(caller.actor, response);
      response.writeHead(200).flushHeaders();
      if (caller.held) open.add(() => response.end());
      else response.end();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      response.writeHead(429).end(error.message);
    }
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ask: (actor, { workspace = "workspace_a", held = false, streams = false } = {}) => {
      const path = `/${createId("item")}`;
      callers.set(path, { actor, workspace, held, streams });
      // saying that one takes a stream does not make the answer one
      return fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept: "text/event-stream" } });
    },
    release: () => {
      for (const end of open) end();
      open.clear();
    },
  };
}

describe("what one caller may ask for", () => {
  it("is told with every answer, and refused when it is used up", async () => {
    const { ask } = await serve(createActorLimits({ requests: { token: 3 } }));
    const token = script();
    for (const left of [2, 1, 0]) {
      const answer = await ask(token);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("ratelimit-policy")).toBe('"token";q=3;w=60');
      expect(answer.headers.get("ratelimit")).toMatch(new RegExp(`^"token";r=${left};t=\\d+$`));
    }
    const refused = await ask(token);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("ratelimit")).toMatch(/^"token";r=0;t=\d+$/);
    expect(await refused.text()).toMatch(/^This token may make 3 requests a minute\. Try again in \d+ s\.$/);
  });

  it("is counted for each token and person by themselves", async () => {
    const { ask } = await serve(createActorLimits({ requests: { token: 1, user: 1 } }));
    const [first, second] = [script(), script()];
    expect((await ask(first)).status).toBe(200);
    expect((await ask(first)).status).toBe(429);
    for (const other of [second, ann]) expect((await ask(other)).status).toBe(200);
    expect((await ask(ann)).status).toBe(429);
  });

  it("is not counted for the owner of the installation, nor for nobody", async () => {
    const { ask } = await serve(createActorLimits({ requests: { token: 1, user: 1, guest: 1 }, places: 1 }));
    for (const actor of [LOCAL, LOCAL, ANONYMOUS, ANONYMOUS]) {
      const answer = await ask(actor);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("ratelimit")).toBeNull();
    }
  });
});

describe("what one workspace may ask for", () => {
  it("leaves the others their part, and comes back when requests end", async () => {
    const { ask, release } = await serve(createActorLimits({ places: 4 }));
    const holding = await Promise.all(Array.from({ length: 6 }, () => ask(ann, { held: true })));
    expect(holding.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect((await ask(ann, { workspace: "workspace_b", held: true })).status).toBe(200);
    const refused = await ask(ann);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(refused.headers.get("ratelimit-policy")).toContain('"workspace";q=2;qu="concurrent-requests"');
    expect(await refused.text()).toContain("other workspaces are busy");
    expect((await ask(ann, { workspace: "workspace_b" })).status).toBe(200);
    release();
    await Promise.all(holding.map((answer) => answer.text()));
    await expect.poll(async () => (await ask(ann)).status).toBe(200);
  });

  it("does not count what is sent as it happens", async () => {
    const { ask } = await serve(createActorLimits({ places: 1 }));
    for (let stream = 0; stream < 3; stream++) await ask(ann, { held: true, streams: true });
    expect((await ask(ann, { workspace: "workspace_b" })).status).toBe(200);
    expect((await ask(ann)).status).toBe(200);
  });
});

describe("what one caller follows at once", () => {
  const guest = (share = createId("share")): Actor => ({ kind: "guest", id: createId("user"), name: "Guest", share, person: false });

  it("has an end, and is given back when it is over", async () => {
    const { ask, release } = await serve(createActorLimits({ streams: { user: 2 } }));
    const open = [await ask(ann, { held: true, streams: true }), await ask(ann, { held: true, streams: true })];
    const refused = await ask(ann, { held: true, streams: true });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.text()).toContain("may follow 2 runs at once");
    expect((await ask(ann)).status).toBe(200);
    expect((await ask(script(), { streams: true })).status).toBe(200);
    release();
    await Promise.all(open.map((answer) => answer.text()));
    await expect.poll(async () => (await ask(ann, { streams: true })).status).toBe(200);
  });

  it("is counted for a link, however many guests came by it", async () => {
    const { ask } = await serve(createActorLimits({ streams: { guest: 1 } }));
    const share = createId("share");
    expect((await ask(guest(share), { held: true, streams: true })).status).toBe(200);
    expect((await ask(guest(share), { held: true, streams: true })).status).toBe(429);
    expect((await ask(guest(), { held: true, streams: true })).status).toBe(200);
  });
});

describe("a fair share", () => {
  it("gives a place back once", () => {
    const fair = createFairShare({ places: 2 });
    const giveBack = fair.take("a");
    fair.take("a");
    fair.take("b");
    expect(fair.take("a")).toBeUndefined();
    giveBack?.();
    giveBack?.();
    expect(fair.take("b")).toBeUndefined();
    expect(fair.share()).toBe(1);
  });

  it("gives everybody at least one place, however many they are", () => {
    const fair = createFairShare({ places: 2 });
    for (let workspace = 0; workspace < 10; workspace++) expect(fair.take(`w${workspace}`)).toBeDefined();
    expect(fair.take("w3")).toBeUndefined();
  });
});
