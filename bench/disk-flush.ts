import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { type BenchDatabase, benchDatabases } from "./databases.ts";
import { type Benchmark, type Figure, figure, medianOf, time } from "./figure.ts";

const BLOCK = Buffer.alloc(4_096, 1);

/** What a bare commit of one row takes, beside what the disk takes to flush 4 KiB: a commit that is much quicker has not reached the disk. */
export const diskFlush: Benchmark = {
  name: "disk-flush",
  run: async ({ small }) => {
    const times = small ? 5 : 200;
    const reference = await flushMs(times);
    const figures: Record<string, Figure> = {};
    for (const at of await benchDatabases()) {
      const value = await commitMs(at, times);
      figures[at.nameOf("disk-flush")] = figure({ value, unit: "ms", reference, against: "append 4 KiB to a file and fdatasync it" });
    }
    return figures;
  },
};

/** The file stands where the embedded database of the benchmarks stands. */
async function flushMs(times: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-bench-flush-"));
  const file = await open(join(directory, "flush"), "a");
  try {
    return await medianOf(times, () =>
      time(async () => {
        await file.write(BLOCK);
        await file.datasync();
      }),
    );
  } finally {
    await file.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function commitMs({ database: { db } }: BenchDatabase, times: number): Promise<number> {
  await db.execute(sql`CREATE TABLE IF NOT EXISTS bench_commit (value int)`);
  const commit = () => time(() => db.execute(sql`INSERT INTO bench_commit VALUES (1)`));
  await medianOf(Math.min(times, 20), commit);
  return medianOf(times, commit);
}
