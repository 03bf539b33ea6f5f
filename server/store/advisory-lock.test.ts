import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { exclusively } from "./advisory-lock.ts";
import { openDatabase } from "./database/open-database.ts";
import { postgresForTests } from "./database/test-database.ts";

it("work under one name is done by one of several processes at a time, and goes on after a failure", async ({ skip }) => {
  const scratch = await postgresForTests();
  if (!scratch) return skip("No Postgres here.");
  const processes = [await openDatabase({ url: scratch.url }), await openDatabase({ url: scratch.url })];
  try {
    let [underWay, most, done] = [0, 0, 0];
    const work = async () => {
      most = Math.max(most, ++underWay);
      await delay(5);
      underWay--;
      if (++done % 3 === 0) throw new Error("canary");
    };
    const all = Array.from({ length: 12 }, (_, index) => processes[index % 2]).flatMap((one) => (one ? [exclusively(one, { name: "test", work })] : []));
    const failed = (await Promise.allSettled(all)).filter(({ status }) => status === "rejected");
    expect([most, done, failed.length]).toEqual([1, 12, 4]);
  } finally {
    await Promise.all(processes.map((one) => one.close()));
    await scratch.drop();
  }
});
