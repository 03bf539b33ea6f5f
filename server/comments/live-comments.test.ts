import { afterEach, expect, it, vi } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import type { Fanout, FanoutListener } from "../queue/fanout.ts";
import { createLiveComments } from "./live-comments.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Processes that hear of each other at once. */
function processes(count: number) {
  const buses = Array.from({ length: count }, () => new Map<string, Set<FanoutListener>>());
  return buses.map((own) => {
    const fanout: Fanout = {
      publish: (channel, message) => {
        for (const bus of buses) if (bus !== own) for (const listener of bus.get(channel) ?? []) listener.message(JSON.parse(JSON.stringify(message)));
      },
      subscribe: (channel, listener) => {
        own.set(channel, (own.get(channel) ?? new Set()).add(listener));
        return () => own.get(channel)?.delete(listener);
      },
    };
    return {
      live: createLiveComments(fanout),
      gap: (still?: "away") => [...own.values()].flatMap((set) => [...set]).forEach((listener) => void listener.gap(still)),
    };
  });
}

it("tells those who look in every process once, and nobody who stopped", () => {
  const [one, two] = processes(2);
  if (!one || !two) throw new Error("There are no processes.");
  const [graph, thread] = [createId("graph"), createId("comment")];
  const heard: string[] = [];
  const stop = one.live.followGraph(graph, (which) => heard.push(`here ${which}`));
  two.live.followGraph(graph, (which) => heard.push(`there ${which}`));
  two.live.followGraph(createId("graph"), () => heard.push("another graph"));
  one.live.changed(graph, thread);
  expect(heard).toEqual([`here ${thread}`, `there ${thread}`]);
  stop();
  one.live.changed(graph, thread);
  expect(heard).toEqual([`here ${thread}`, `there ${thread}`, `there ${thread}`]);
});

it("says that anything may have changed after messages may have been missed", () => {
  const [one] = processes(1);
  const heard: unknown[] = [];
  one?.live.followGraph(createId("graph"), (thread) => heard.push(thread));
  one?.live.followInbox("user_a", () => heard.push("inbox"));
  one?.gap();
  expect(heard).toEqual([undefined, "inbox"]);
});

it("looks seldom while the other processes cannot be heard, and at once when they can", () => {
  vi.useFakeTimers();
  const [one] = processes(1);
  const heard: unknown[] = [];
  one?.live.followGraph(createId("graph"), (thread) => heard.push(thread));
  one?.live.followInbox("user_a", () => heard.push("inbox"));
  const away = (seconds: number) => {
    for (let second = 0; second < seconds; second += 2) {
      one?.gap("away");
      vi.advanceTimersByTime(2_000);
    }
  };
  away(28);
  expect(heard).toEqual([undefined, "inbox"]);
  away(4);
  expect(heard).toEqual([undefined, "inbox", undefined, "inbox"]);
  one?.gap();
  expect(heard).toHaveLength(6);
});

it("tells whose inbox it is, in any process", () => {
  const [one, two] = processes(2);
  const heard: string[] = [];
  two?.live.followInbox("user_a", () => heard.push("a"));
  two?.live.followInbox("user_b", () => heard.push("b"));
  one?.live.inboxChanged("user_a");
  expect(heard).toEqual(["a"]);
});
