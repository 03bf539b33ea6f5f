import { expect, test, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import { housekeeping } from "./housekeeping.ts";
import { housekeepingTasks } from "./housekeeping-tasks.ts";

test("each task is done again and again, also after one has failed", async () => {
  const done: string[] = [];
  const tasks = {
    fails: async () => {
      done.push("fails");
      throw new Error("the database is away");
    },
    drops: async () => done.push("drops"),
  };
  const house = housekeeping({ tasks, logger: silentLogger, everyMs: 5 });
  await expect.poll(() => done.length).toBeGreaterThanOrEqual(4);
  await house.close();
  expect(done.slice(0, 4)).toEqual(["fails", "drops", "fails", "drops"]);
});

test("conversations of runs that are over are put away, too", async () => {
  const none = async () => 0;
  const evict = vi.fn(async () => 3);
  const tasks = housekeepingTasks({
    vault: { resume: async () => undefined as never },
    results: { evict: none },
    history: { thin: none },
    discussion: { inbox: { evict: none } as never },
    variables: { evict: async () => ({ changes: 0, variables: 0 }) as never },
    tools: { evict: none },
    memory: { evictEnded: evict },
    files: { collect: none },
    jobs: { evict: none },
    knowledge: { evict: none },
  });
  expect(await tasks["conversations of runs that are over"]?.()).toBe(3);
});
