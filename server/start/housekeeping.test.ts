import { expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { housekeeping } from "./housekeeping.ts";

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
