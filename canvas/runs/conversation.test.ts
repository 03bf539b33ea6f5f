import { expect, test } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { type CrewMessage, messagesThat, messageValues, readMessages, speakersOf } from "./conversation.ts";

const base = { node: "node_a" as NodeId, path: [], attempt: 1, losses: 0, interruptions: 0, generation: 0, answers: {}, charges: {}, logs: [] };
const inline = (value: never) => ({ type: "inline" as const, value });
const message = (ends: string, text: string, kind: CrewMessage["kind"] = "request"): CrewMessage => {
  const [from = "", to = ""] = ends.split(" > ");
  return { from, to, kind, text, at: "2026-01-01T00:00:00.000Z" };
};
const all = [
  message("crew > everybody", "Write a poem.", "broadcast"),
  message("crew > Ada", "First verse"),
  message("Ada > crew", "Roses", "response"),
  message("crew > Bo", "Review it"),
];

test("messages are read in their order while a crew works, and from its output when it did not run itself", () => {
  const steps = Object.fromEntries(
    ["model", "message-10", "message-2"].map((name) => [name, { inputHash: "", result: inline(message(`crew > ${name}`, name) as never) }]),
  );
  const running: NodeRun = { ...base, steps: { ...steps, "message-11": { inputHash: "" } }, state: "running" };
  expect(messageValues(running).map((value) => (value.type === "inline" ? (value.value as { text: string }).text : ""))).toEqual(["message-2", "message-10"]);
  const reused: NodeRun = { ...base, steps: {}, state: "reused", reason: "cache", finishedAt: "", outputs: { conversation: inline(all as never) } };
  expect(readMessages(messageValues(reused).map((value) => (value.type === "inline" ? value.value : undefined)))).toEqual(all);
  expect(readMessages(["nonsense", { from: "Ada" }])).toEqual([]);
});

test("are filtered by member, with what concerns everybody, and by words", () => {
  expect(speakersOf(all)).toEqual(["crew", "Ada", "Bo"]);
  expect(messagesThat(all, { member: "Bo", search: "" }).map(({ text }) => text)).toEqual(["Write a poem.", "Review it"]);
  expect(messagesThat(all, { member: undefined, search: "ROSES" }).map(({ from }) => from)).toEqual(["Ada"]);
});
