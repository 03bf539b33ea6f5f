import { expect, test } from "vitest";
import { type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import type { EphemeralEvent, RunEvent } from "#runtime/run/events.ts";
import type { RunFollower } from "../api/live-followers.ts";
import { followTrace } from "./follow-trace.ts";

const id = (name: string) => runIdSchema.parse(`run_${name}`);

function begin() {
  const followers = new Map<RunId, RunFollower>();
  const ended: RunId[] = [];
  const tasks: (() => void)[] = [];
  const trace = followTrace(id("a"), {
    followRun: (run, _after, follower) => {
      followers.set(run, follower);
      return () => void ended.push(run);
    },
    later: (task) => {
      tasks.push(task);
      return () => void tasks.splice(tasks.indexOf(task), 1);
    },
  });
  const event = (run: string, body: object) => followers.get(id(run))?.event({ node: "node_a", path: [], ...body } as unknown as RunEvent);
  const token = (run: string, text: string) =>
    followers.get(id(run))?.ephemeral({ type: "token", node: "node_a", path: [], text } as unknown as EphemeralEvent);
  const open = (run: string, child: string) => event(run, { type: "child-opened", name: child, run: id(child), purpose: "call" });
  const draw = () => {
    for (const task of tasks.splice(0)) task();
  };
  return { trace, followers, ended, event, token, open, draw };
}

test("tokens of one frame are drawn at once", () => {
  const { trace, token, draw } = begin();
  let drawn = 0;
  trace.subscribe(() => drawn++);
  token("a", "Hel");
  token("a", "lo");
  draw();
  expect(drawn).toBe(1);
  expect([...(trace.current().get(id("a"))?.writing.values() ?? [])]).toEqual(["Hello"]);
});

test("the runs it begins are followed, three deep", () => {
  const { trace, followers, open, token, draw } = begin();
  open("a", "b");
  open("b", "c");
  open("c", "d");
  open("d", "e");
  token("d", "deep");
  draw();
  expect([...followers.keys()]).toEqual(["a", "b", "c", "d"].map(id));
  expect([...(trace.current().get(id("d"))?.writing.values() ?? [])]).toEqual(["deep"]);
});

test("a run that is over is not followed any more, nor any when it is closed", () => {
  const { trace, ended, event, open } = begin();
  open("a", "b");
  event("b", { type: "run-finished", state: "succeeded", output: {} });
  expect(ended).toEqual([id("b")]);
  trace.close();
  expect(ended).toContain(id("a"));
});
