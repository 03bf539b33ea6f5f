import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Action, POLICIES } from "./contract/access.ts";
import { type AccessScene, startAccessScene } from "./testing/access-scene.ts";
import { ASKER_NAMES, type Asker } from "./testing/askers.ts";
import { openEditor } from "./testing/document-editor.ts";
import { type About, expectedOutcome } from "./testing/expected-access.ts";
import type { ListeningSocket } from "./testing/team-server.ts";

let scene: AccessScene;
beforeAll(async () => {
  scene = await startAccessScene();
});
afterAll(() => scene.close());

const WAITING = { timeout: 10_000 };
const CLOSE_CODES = { "401": 4401, "403 forbidden": 4403, "403 person-required": 4403, "404": 4404, "let through": undefined } as const;
const ERROR_CODES = { "401": "unauthenticated", "403 forbidden": "forbidden", "403 person-required": "person-required", "404": "not-found" } as const;
const expected = (asker: Asker, action: Action, about: About) => expectedOutcome(POLICIES[action], asker.standing, about);
const descriptionOf = async (graph: string) => (await scene.team.must(scene.team.file, `GET /api/graphs/${graph}`)).graph.description;

/** Who is refused is told nothing before the socket is closed. */
async function toldAnything({ socket, frames }: ListeningSocket): Promise<undefined> {
  if (frames.length === 0) await once(socket, "message");
}

async function lookAndEdit(asker: Asker, graph: string, about: About): Promise<void> {
  const editor = await openEditor(scene.team, asker.caller, { graph });
  const look = expected(asker, "graph.read", about);
  const code = await Promise.race([editor.closed, toldAnything(editor), delay(WAITING.timeout, "nothing came", { ref: false })]);
  expect({ about, code }).toEqual({ about, code: CLOSE_CODES[look] });
  if (look !== "let through") return;
  const text = `${asker.caller.name} was here`;
  editor.describe(text);
  if (expected(asker, "graph.edit", about) === "let through") await expect.poll(() => descriptionOf(graph), WAITING).toBe(text);
  else {
    await expect.poll(() => editor.frames.some((frame) => String(frame).includes("look at this document, but not change it")), WAITING).toBe(true);
    await delay(150);
    expect(await descriptionOf(graph)).not.toBe(text);
  }
  editor.socket.terminate();
}

/** The first answer of `/ws/live` that is about what was asked. */
async function askLive(asker: Asker, request: object): Promise<string> {
  const { socket, frames, opened, closed } = scene.team.connect(asker.caller, "/ws/live");
  if ((await Promise.race([opened, closed])) !== undefined) return String(await closed);
  const early = await Promise.race([closed, delay(60)]);
  if (early !== undefined) return String(early);
  socket.send(JSON.stringify(request));
  // following a graph is answered by what happens there: one that nobody may know of closes the row
  socket.send(JSON.stringify({ type: "subscribe", run: "run_none", after: 0 }));
  await vi.waitFor(() => expect(frames.some((frame) => String(frame).includes("run_none"))).toBe(true), { ...WAITING, interval: 10 });
  const first = JSON.parse(String(frames[0]));
  socket.terminate();
  return first.type === "error" ? (first.message.includes("run_none") ? "followed" : first.code) : "followed";
}

describe("every websocket", () => {
  it.each(ASKER_NAMES)("to a graph lets %s look or edit as the table says", async (name) => {
    const asker = scene.askerCalled(name);
    await Promise.all([lookAndEdit(asker, scene.things.graph, "shared"), lookAndEdit(asker, scene.things.otherGraph, "named")]);
  });

  it.concurrent.each(ASKER_NAMES)("/ws/live shows %s the runs and graphs that the table says", async (name) => {
    const asker = scene.askerCalled(name);
    const { run, graph, waitingRun, otherGraph } = scene.things;
    const requests = [
      [{ type: "subscribe", run, after: 0 }, "shared"],
      [{ type: "subscribe", graph }, "shared"],
      [{ type: "subscribe-graph", graph }, "shared"],
      [{ type: "subscribe", run: waitingRun, after: 0 }, "named"],
      [{ type: "subscribe", graph: otherGraph }, "named"],
      [{ type: "subscribe", inbox: true }, "own"],
    ] as const;
    const open = expected(asker, "live.open", "workspace");
    const got = await Promise.all(requests.map(([request]) => askLive(asker, request)));
    const wanted = requests.map(([, about]) => {
      const read = about === "own" ? expected(asker, "inbox.read", "workspace") : expected(asker, "run.read", about);
      if (open !== "let through") return String(CLOSE_CODES[open]);
      return read === "let through" ? "followed" : ERROR_CODES[read];
    });
    expect(got).toEqual(wanted);
  });
});
