import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { runIdSchema } from "#runtime/graph/ids.ts";
import { planSchema } from "#runtime/plan/plan.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import { runEventSchema } from "#runtime/run/events.ts";
import { readSnapshot, writeSnapshot } from "#runtime/run/snapshot.ts";
import type { RunRow } from "../store/run-rows.ts";
import { loadRun } from "./load-run.ts";
import { snapshotOf } from "./run-snapshot.ts";

const folder = new URL("../../runtime/run/recordings/", import.meta.url);
const recordingSchema = z.looseObject({ plan: planSchema, steps: z.array(z.looseObject({ events: z.array(runEventSchema) })) });
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => {
    const { plan, steps } = recordingSchema.parse(JSON.parse(readFileSync(new URL(name, folder), "utf8")));
    return { name, plan, events: steps.flatMap((step) => step.events) };
  });
type Recording = (typeof recordings)[number];

/** A run whose log has come to an event, with the fold that is stored of it, and the number after which its log was read. */
function runAt({ plan, events }: Recording, seq: number, stored?: { seq: number; state: string }) {
  const read: number[] = [];
  const source = {
    store: {
      readEvents: async (_run: unknown, after: number) => {
        read.push(after);
        return events.slice(after, seq);
      },
      readSnapshot: async () => stored,
    },
    plans: { load: async () => plan, keep: async () => "" },
  };
  const run = runIdSchema.parse("run_1");
  const stateOf = async () => (await loadRun({ run, workspace: "workspace_1", plan: "" }, source)).state;
  return { row: { lastSeq: seq } as RunRow, stateOf, read };
}

describe.each(recordings)("the snapshot of the recorded run $name", (recording) => {
  const { plan, events } = recording;
  const folded = (seq: number) => foldRun(plan, events.slice(0, seq));

  test("is the fold of its whole log, at every event, however much of it is stored", async () => {
    for (let seq = 1; seq <= events.length; seq++) {
      for (const kept of new Set([0, Math.floor(seq / 2), seq])) {
        const { row, stateOf, read } = runAt(recording, seq, kept === 0 ? undefined : { seq: kept, state: writeSnapshot(folded(kept)) });
        const answer = await snapshotOf(row, { over: 0, stateOf });
        expect(answer.seq).toBe(seq);
        expect(readSnapshot(plan, JSON.stringify(answer.state)), `at event ${seq}, from ${kept} on`).toEqual(folded(seq));
        expect(read[0]).toBe(kept);
      }
    }
  });
});

const [recording] = recordings.filter(({ name }) => name === "loop.json") as [Recording];

test.each([-1, 1])("a stored fold of a format %i from ours is left aside, and the log folded anew", async (away) => {
  const half = JSON.parse(writeSnapshot(foldRun(recording.plan, recording.events.slice(0, 8))));
  const { row, stateOf, read } = runAt(recording, 12, { seq: 8, state: JSON.stringify({ ...half, format: half.format + away }) });
  const { state } = await snapshotOf(row, { over: 0, stateOf });
  expect(readSnapshot(recording.plan, JSON.stringify(state))).toEqual(foldRun(recording.plan, recording.events.slice(0, 12)));
  expect(read[0]).toBe(0);
});

test("a log that is short enough is not even read", async () => {
  const { row, stateOf, read } = runAt(recording, 12);
  expect(await snapshotOf(row, { over: 12, stateOf })).toEqual({ seq: 12, state: null });
  expect(read).toEqual([]);
  expect((await snapshotOf(row, { over: 11, stateOf })).state).not.toBeNull();
});

test("a state that is too large is not told", async () => {
  const { row, stateOf } = runAt(recording, 12);
  const { length } = writeSnapshot(await stateOf());
  expect((await snapshotOf(row, { over: 0, stateOf, max: length })).state).not.toBeNull();
  expect(await snapshotOf(row, { over: 0, stateOf, max: length - 1 })).toEqual({ seq: 12, state: null });
});
