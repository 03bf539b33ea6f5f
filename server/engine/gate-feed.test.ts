import { expect, it, vi } from "vitest";
import { createId, nodeIdSchema } from "#runtime/graph/ids.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import type { Fanout, FanoutListener } from "../queue/fanout.ts";
import { createGateFeed } from "./gate-feed.ts";
import { createLiveHub } from "./live-hub.ts";

/** Processes that hear of each other at once. */
function processes(count: number) {
  const buses = Array.from({ length: count }, () => new Map<string, Set<FanoutListener>>());
  return buses.map((own) => {
    const fanout: Fanout = {
      publish: (channel, message) => {
        for (const bus of buses) if (bus !== own) for (const listener of bus.get(channel) ?? []) listener.message(message);
      },
      subscribe: (channel, listener) => {
        own.set(channel, (own.get(channel) ?? new Set()).add(listener));
        return () => own.get(channel)?.delete(listener);
      },
    };
    const onAsked = vi.fn();
    const onSettled = vi.fn();
    const onError = (error: unknown) => {
      throw error;
    };
    return { onAsked, onSettled, feed: createGateFeed({ fanout, workspaceOf: async () => "workspace_a", onAsked, onSettled, onError }) };
  });
}

const at = { node: nodeIdSchema.parse("node_a"), path: [] };
const event = (body: RunEventBody): RunEvent => ({ ...body, seq: 1, at: "2026-01-01T00:00:00.000Z" });
const asks = event({ type: "node-waiting", ...at, request: { kind: "person", name: "ask", title: "Go?", decisions: ["yes"] } });
const sleeps = event({ type: "node-waiting", ...at, request: { kind: "time", name: "nap", until: "2030-01-01T00:00:00.000Z" } });
const decided = event({ type: "uncertainty-decided", ...at, decision: "again", outputs: {}, note: "", actor: "me" });

it("tells every process of what begins and ends to wait for people, and of nothing else", async () => {
  const [one, two] = processes(2);
  if (!one || !two) throw new Error("There are no processes.");
  const heard: string[] = [];
  one.feed.follow((workspace) => heard.push(`here ${workspace}`));
  const stop = two.feed.follow((workspace) => heard.push(`there ${workspace}`));
  const hub = one.feed.overhear(createLiveHub({ readEvents: async () => [], onError: () => undefined }));
  const run = createId("run");
  hub.publish(run, [sleeps]);
  hub.publish(run, [asks]);
  await vi.waitFor(() => expect(heard).toEqual(["here workspace_a", "there workspace_a"]), { timeout: 10_000 });
  expect([one.onAsked.mock.calls.length, one.onSettled.mock.calls.length, two.onAsked.mock.calls.length]).toEqual([1, 0, 0]);
  stop();
  hub.publish(run, [decided]);
  await vi.waitFor(() => expect(heard).toHaveLength(3), { timeout: 10_000 });
  expect(heard[2]).toBe("here workspace_a");
  expect(one.onSettled).toHaveBeenCalledWith(run);
});
