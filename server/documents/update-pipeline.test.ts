import { beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { silentLogger } from "../logger.ts";
import type { DocumentUpdateStore } from "../store/document-updates.ts";
import { createUpdatePipeline, type UpdatePipeline } from "./update-pipeline.ts";

const RUBBISH = new Uint8Array([1, 2, 3, 4, 5]);

let doc: Y.Doc;
let pipeline: UpdatePipeline;
/** What another process has stored: the first under 1. */
let stored: Uint8Array[];
let isAway: boolean;
const tell = vi.fn();
const absorb = vi.fn();
const onBroken = vi.fn();

beforeEach(() => {
  vi.clearAllMocks();
  isAway = false;
  stored = [];
  const elsewhere = new Y.Doc();
  elsewhere.on("update", (update: Uint8Array) => stored.push(update));
  for (let index = 0; index < 300; index++) elsewhere.getMap("nodes").set(`n${index % 50}`, index);
  doc = new Y.Doc();
  const store: Pick<DocumentUpdateStore, "since"> = {
    since: async (_, after) => {
      if (isAway) throw new Error("The database is away.");
      return { number: stored.length, updates: stored.slice(after) };
    },
  };
  pipeline = createUpdatePipeline({
    ...{ id: "graph_a", doc, tell, onBroken, onCommitted: () => undefined, logger: silentLogger },
    stored: { number: 0, parts: [], tail: 0 },
    checker: { absorb, forget: () => undefined, check: () => undefined, close: async () => undefined },
    committer: { submit: async () => 1, problem: () => undefined, waitingBytes: () => 0, idle: async () => undefined, abandon: () => undefined },
    store: store as DocumentUpdateStore,
  });
});

const isWhole = () => {
  const whole = new Y.Doc();
  for (const update of stored) Y.applyUpdate(whole, update);
  expect(doc.getMap("nodes").toJSON()).toEqual(whole.getMap("nodes").toJSON());
};

describe("what other processes stored", () => {
  it("is told, and given to the checker, as one update, however many they were", async () => {
    await pipeline.catchUp(300);
    isWhole();
    expect([tell.mock.calls.length, absorb.mock.calls.length]).toEqual([1, 1]);
    const reader = new Y.Doc();
    Y.applyUpdate(reader, tell.mock.calls[0]?.[0]);
    expect(reader.getMap("nodes").toJSON()).toEqual(doc.getMap("nodes").toJSON());
    await pipeline.catchUp(300);
    expect(tell).toHaveBeenCalledTimes(1);
  });

  it("is taken in when the database answers again", async () => {
    isAway = true;
    await expect(pipeline.catchUp(300)).rejects.toThrow("could not be read");
    isAway = false;
    await pipeline.catchUp(300);
    isWhole();
    expect(onBroken).not.toHaveBeenCalled();
  });

  it.each(["heard", "read"])("has the document loaded again when it is %s and does not fit", async (way) => {
    if (way === "heard") pipeline.hear(1, RUBBISH);
    else stored[120] = RUBBISH;
    await pipeline.catchUp(300);
    expect(onBroken).toHaveBeenCalledTimes(1);
    expect(await pipeline.take({ update: RUBBISH, actor: "me" }, { type: "ok", update: RUBBISH })).toEqual({ type: "unavailable" });
  });

  it("has the document loaded again when it is less than was told of", async () => {
    await pipeline.catchUp(301);
    expect(onBroken).toHaveBeenCalledTimes(1);
  });
});
