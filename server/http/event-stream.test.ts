import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { RunSummary } from "../contract/runs.ts";
import { createLiveHub } from "../engine/live-hub.ts";
import { streamEvents } from "./event-stream.ts";

const run: RunId = runIdSchema.parse("run_x");
const at = new Date(0).toISOString();
const started = (seq: number): RunEvent => ({ type: "run-resumed", actor: "local", seq, at });
const finished = (seq: number): RunEvent => ({ type: "run-finished", state: "succeeded", output: {}, seq, at });

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** A server that streams the events of one log, and what writes to it. */
async function startStream(log: RunEvent[]) {
  const hub = createLiveHub({ readEvents: async (_run, after, limit) => log.filter(({ seq }) => seq > after).slice(0, limit), onError: () => undefined });
  const isOver = () => log.at(-1)?.type === "run-finished";
  const runs = {
    summary: async () => ({ id: run, finishedAt: isOver() ? at : null }) as RunSummary,
    events: async (_run: RunId, { after, limit }: { after: number; limit: number }) => log.filter(({ seq }) => seq > after).slice(0, limit),
  };
  server = createServer((request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const after = Number(new URL(request.url ?? "/", "http://local").searchParams.get("after") ?? request.headers["last-event-id"] ?? 0);
    void streamEvents({ run, after, runs, hub, signal: gone.signal }, { request, response });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const commit = (...events: RunEvent[]) => {
    log.push(...events);
    hub.publish(run, events);
  };
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`, commit };
}

const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe("streamEvents", () => {
  it("gives the past, then the present, each once, and ends with the run", async () => {
    const { url, commit } = await startStream([started(1), started(2)]);
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = answer.text();
    await new Promise((resolve) => setTimeout(resolve, 30));
    commit(started(3));
    commit(started(4), finished(5));
    expect(idsIn(await text)).toEqual([1, 2, 3, 4, 5]);
    expect(await text).toContain(`data: ${JSON.stringify(finished(5))}\n\n`);
  });

  it("goes on after the number that was seen last", async () => {
    const { url } = await startStream([started(1), started(2), finished(3)]);
    expect(idsIn(await (await fetch(url, { headers: { "last-event-id": "2" } })).text())).toEqual([3]);
  });

  it("tells a client that has seen the end to stop", async () => {
    const { url } = await startStream([started(1), finished(2)]);
    expect((await fetch(url, { headers: { "last-event-id": "2" } })).status).toBe(204);
    expect(await (await fetch(`${url}?after=2`)).text()).toBe("");
  });

  it("holds a client that does not read, and gives it everything in the end", async () => {
    const wide = (seq: number): RunEvent => ({ type: "run-held", reason: "x".repeat(20_000), actor: "local", seq, at });
    const { url, commit } = await startStream([]);
    const answer = await fetch(url);
    for (let seq = 1; seq <= 500; seq++) commit(wide(seq));
    await new Promise((resolve) => setTimeout(resolve, 50));
    commit(finished(501));
    expect(idsIn(await answer.text())).toHaveLength(501);
  });

  it("lets go when the client goes away", async () => {
    const { url, commit } = await startStream([started(1)]);
    const gone = new AbortController();
    const answer = await fetch(url, { signal: gone.signal });
    gone.abort();
    await expect(answer.text()).rejects.toThrow();
    commit(started(2), finished(3));
    expect(idsIn(await (await fetch(url)).text())).toEqual([1, 2, 3]);
  });
});
