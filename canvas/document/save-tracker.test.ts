import * as encoding from "lib0/encoding";
import { describe, expect, it } from "vitest";
import { writeSyncStep1, writeSyncStep2, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";
import { SYNC_MESSAGES } from "#server/contract/document-sync.ts";
import { createSaveTracker } from "./save-tracker.ts";

const message = (type: number, write: (encoder: encoding.Encoder) => void) => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
};
const doc = new Y.Doc();
const step1 = message(SYNC_MESSAGES.sync, (encoder) => writeSyncStep1(encoder, doc));
const step2 = message(SYNC_MESSAGES.sync, (encoder) => writeSyncStep2(encoder, doc));
const update = message(SYNC_MESSAGES.sync, (encoder) => writeUpdate(encoder, Y.encodeStateAsUpdate(doc)));
const awareness = message(SYNC_MESSAGES.awareness, (encoder) => encoding.writeVarUint8Array(encoder, new Uint8Array([0])));

function connected() {
  const tracker = createSaveTracker();
  tracker.connecting();
  tracker.sent(step1);
  tracker.sent(step2);
  tracker.acknowledged(1);
  return tracker;
}

describe("createSaveTracker", () => {
  it("is saved once what it sent at first is acknowledged", () => {
    expect(connected().state.current()).toEqual({ type: "saved" });
  });

  it("counts updates, and no other messages", () => {
    const tracker = connected();
    tracker.edited();
    tracker.sent(update);
    tracker.sent(awareness);
    expect(tracker.state.current()).toEqual({ type: "saving" });
    tracker.acknowledged(1);
    expect(tracker.hasUnsaved()).toBe(true);
    tracker.acknowledged(2);
    expect(tracker.state.current()).toEqual({ type: "saved" });
    expect(tracker.hasUnsaved()).toBe(false);
  });

  it("keeps edits made offline unsaved until the answer that carries them is acknowledged", () => {
    const tracker = connected();
    tracker.disconnected();
    tracker.edited();
    expect(tracker.state.current()).toEqual({ type: "offline", unsaved: 1, isKept: false });
    tracker.connecting();
    // an update typed right after the reconnection is acknowledged before the rest has gone out
    tracker.edited();
    tracker.sent(update);
    tracker.acknowledged(1);
    expect(tracker.state.current()).toEqual({ type: "saving" });
    tracker.sent(step2);
    tracker.acknowledged(1);
    expect(tracker.hasUnsaved()).toBe(true);
    tracker.acknowledged(2);
    expect(tracker.state.current()).toEqual({ type: "saved" });
  });

  it("stays refused and read-only whatever comes after", () => {
    const tracker = connected();
    tracker.readOnly("The document is full.");
    tracker.edited();
    expect(tracker.state.current()).toEqual({ type: "read-only", message: "The document is full." });
    tracker.refused(4404, "There is no such graph.");
    tracker.disconnected();
    expect(tracker.state.current()).toEqual({ type: "refused", code: 4404, message: "There is no such graph." });
  });

  it("tells its listeners when the state changes, and only then", () => {
    const tracker = connected();
    let calls = 0;
    tracker.state.subscribe(() => calls++);
    tracker.edited();
    tracker.edited();
    expect(calls).toBe(1);
  });

  it("counts what is edited in quick succession as one change", () => {
    let time = 0;
    const tracker = createSaveTracker(() => time);
    tracker.disconnected();
    for (const pause of [0, 100, 300, 500, 1_000]) {
      time += pause;
      tracker.edited();
    }
    tracker.kept(true);
    expect(tracker.state.current()).toEqual({ type: "offline", unsaved: 3, isKept: true });
  });

  it("says that edits of an earlier window are unsaved until they are acknowledged", () => {
    const tracker = createSaveTracker();
    tracker.restored(2);
    expect(tracker.hasUnsaved()).toBe(true);
    tracker.disconnected();
    expect(tracker.state.current()).toMatchObject({ type: "offline", unsaved: 2 });
    tracker.connecting();
    tracker.sent(step1);
    tracker.sent(step2);
    expect(tracker.state.current()).toEqual({ type: "saving" });
    tracker.acknowledged(1);
    expect(tracker.state.current()).toEqual({ type: "saved" });
  });

  it("stays read-only without the server, as it was, until the server says otherwise", () => {
    const tracker = createSaveTracker();
    tracker.wasReadOnly("You may only look.");
    tracker.disconnected();
    expect(tracker.state.current()).toEqual({ type: "read-only", message: "You may only look." });
    tracker.connecting();
    tracker.sent(step1);
    tracker.sent(step2);
    tracker.acknowledged(1);
    expect(tracker.state.current()).toEqual({ type: "saved" });
  });

  it("stays read-only when the server says it again", () => {
    const tracker = createSaveTracker();
    tracker.wasReadOnly("You may only look.");
    tracker.connecting();
    tracker.readOnly("You may still only look.");
    tracker.sent(step2);
    tracker.acknowledged(1);
    expect(tracker.state.current()).toEqual({ type: "read-only", message: "You may still only look." });
  });
});
