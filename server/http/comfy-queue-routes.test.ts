import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler } from "express";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createAccess } from "../auth/access.ts";
import { LOCAL } from "../auth/actor.ts";
import { singleUserFacts } from "../auth/testing/single-user-facts.ts";
import { OWNER_KEY } from "../comfyui/prompts.ts";
import { openComfyClients, TEST_WORKSPACE } from "../comfyui/testing/comfy-clients.ts";
import { gate, NEVER } from "../comfyui/testing/comfy-scene.ts";
import { type FakeComfy, startFakeComfy } from "../comfyui/testing/fake-comfyui.ts";
import { textToImage } from "../comfyui/testing/prompts.ts";
import type { ComfyQueueJob } from "../contract/comfy-queue.ts";
import { silentLogger } from "../logger.ts";
import { createActorLimits } from "./actor-limits.ts";
import { comfyQueueRoutes } from "./comfy-queue-routes.ts";
import { mountRoute } from "./mount-route.ts";
import { asApiError, problemOf } from "./problem.ts";

const CONNECTION = "conn_queue";
let fake: FakeComfy;
let comfy: ReturnType<typeof openComfyClients>;
let server: Server;

/** A server where `p1` of ours runs, and wait: `p2`, `p3` of ours, `theirs` of another workspace, `foreign` of nobody we know, `p4` of ours. */
beforeEach(async () => {
  fake = await startFakeComfy();
  gate(fake, "KSampler");
  comfy = openComfyClients(() => [{ id: CONNECTION, url: fake.url }]);
  const client = comfy.clients.clientFor({ workspace: TEST_WORKSPACE });
  const prompt = textToImage({ seed: 1 });
  const submit = (promptId: string) => client.submit({ connection: CONNECTION, promptId, prompt, title: `Looms ${promptId}`, signal: NEVER });
  const elsewhere = (prompt_id: string, extra_data = {}) =>
    fetch(`${fake.url}/prompt`, { method: "POST", body: JSON.stringify({ prompt, prompt_id, extra_data }) });
  for (const promptId of ["p1", "p2", "p3"]) await submit(promptId);
  await elsewhere("theirs", { [OWNER_KEY]: "another workspace" });
  await elsewhere("foreign");
  await submit("p4");
  server = await serve();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await comfy.close();
  await fake.stop();
});

async function serve(): Promise<Server> {
  const app = express();
  const given = {
    ...{ access: createAccess({ ...singleUserFacts, homeOf: async () => TEST_WORKSPACE }), audit: { record: async () => undefined } },
    ...{ actorLimits: createActorLimits(), checkAnswers: true, authenticate: async () => LOCAL },
  };
  for (const handling of comfyQueueRoutes({ comfy: (workspace) => comfy.clients.clientFor({ workspace }) })) mountRoute(app, handling, given);
  // biome-ignore lint/complexity/useMaxParams: express knows an error handler by its four parameters
  app.use(((error, _request, response, _next) => {
    const problem = problemOf(asApiError(error, silentLogger));
    response.status(problem.status).json(problem);
  }) satisfies ErrorRequestHandler);
  const listening = createServer(app);
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return listening;
}

async function send(method: "GET" | "POST", path = "", { body, connection = CONNECTION }: { body?: object; connection?: string } = {}) {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/api/connections/${connection}/queue${path}`, {
    ...{ method, headers: body ? { "content-type": "application/json" } : {} },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as { items: ComfyQueueJob[]; removed: number; detail: string } };
}

const idsOf = ({ json }: Awaited<ReturnType<typeof send>>) => json.items.map(({ promptId }) => promptId);

it("is seen in its order, with what is this workspace's", async () => {
  const { status, json } = await send("GET");
  expect(status).toBe(200);
  expect(json.items.map(({ promptId, state, position, isOurs }) => [promptId, state, position, isOurs])).toEqual([
    ["p1", "running", 0, true],
    ["p2", "pending", 1, true],
    ["p3", "pending", 2, true],
    ["theirs", "pending", 3, false],
    ["foreign", "pending", 4, false],
    ["p4", "pending", 5, true],
  ]);
  expect(json.items[0]).toMatchObject({ title: "Looms p1", nodes: 7, outputs: ["9"] });
  expect(json.items[4]).not.toHaveProperty("title");
});

it("lets jobs of this workspace be put before any other and last, and no job of others", async () => {
  expect(idsOf(await send("POST", "/move", { body: { promptId: "p4", before: "theirs" } }))).toEqual(["p1", "p2", "p3", "p4", "theirs", "foreign"]);
  expect(idsOf(await send("POST", "/move", { body: { promptId: "p2" } }))).toEqual(["p1", "p3", "p4", "theirs", "foreign", "p2"]);
  for (const promptId of ["theirs", "foreign"])
    expect(await send("POST", "/move", { body: { promptId, before: "p3" } })).toMatchObject({
      status: 400,
      json: { detail: expect.stringMatching(/workspace/) },
    });
  expect(await send("POST", "/move", { body: { promptId: "p1" } })).toMatchObject({ status: 400, json: { detail: expect.stringMatching(/begun.*again/) } });
  expect((await send("POST", "/move", { body: { promptId: "p3", before: "gone" } })).status).toBe(400);
  expect(idsOf(await send("GET"))).toEqual(["p1", "p3", "p4", "theirs", "foreign", "p2"]);
});

it("takes out what waits, interrupts what runs, and touches nothing of others", async () => {
  expect(idsOf(await send("POST", "/cancel", { body: { promptId: "p3" } }))).toEqual(["p1", "p2", "theirs", "foreign", "p4"]);
  expect(fake.requests).not.toContain("POST /interrupt");
  for (const promptId of ["theirs", "foreign"]) expect((await send("POST", "/cancel", { body: { promptId } })).status).toBe(403);
  // gone meanwhile: that is what was asked for
  expect((await send("POST", "/cancel", { body: { promptId: "p3" } })).status).toBe(200);
  await send("POST", "/cancel", { body: { promptId: "p1" } });
  expect(fake.requests).toContain("POST /interrupt");
});

it("is cleared of what waits of this workspace, and what runs goes on", async () => {
  expect(await send("POST", "/clear")).toMatchObject({ status: 200, json: { removed: 3 } });
  expect(idsOf(await send("GET"))).toEqual(["p1", "theirs", "foreign"]);
  expect((await send("POST", "/clear")).json.removed).toBe(0);
  expect(fake.requests).not.toContain("POST /interrupt");
});

it("says what to do about a server that is unknown, or away", async () => {
  expect((await send("GET", "", { connection: "conn_other" })).status).toBe(404);
  await fake.stop();
  const away = await send("GET");
  expect(away.status).toBe(422);
  expect(away.json.detail).toMatch(/^"Server conn_queue" cannot be reached: .* Start ComfyUI there, or correct its address/);
});
