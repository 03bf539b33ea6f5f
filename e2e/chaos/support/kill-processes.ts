import { setTimeout as sleep } from "node:timers/promises";
import { failpointNames } from "#server/engine/failpoints.ts";
import type { ServerProcess } from "./server-process.ts";

/** Milliseconds a process lives at most between its start and its end: at any time, or when its failpoint was not passed. */
const LIFE_MS = { any: 1_500, failpoint: 3_000 };
/** Passes of a failpoint before it strikes. */
const MAX_PASS = { often: 16, seldom: 3 };
const OFTEN: readonly string[] = ["before-commit", "after-commit"];

export interface KillOptions {
  process: ServerProcess;
  kills: number;
  random: () => number;
  /** Told of each kill. */
  onKill: (where: string) => void;
}

/** Kills a running process that often, at failpoints and at any time, and leaves it running. */
export async function killProcess({ process, kills, random, onKill }: KillOptions): Promise<void> {
  await sleep(random() * LIFE_MS.any);
  await process.kill();
  onKill("any time");
  for (let done = 1; done < kills; done++) {
    const rule = random() < 0.7 ? drawRule(random) : undefined;
    const lived = await process.start(rule ? { HEDDLE_FAILPOINTS: rule } : {});
    const life = rule ? LIFE_MS.failpoint : random() * LIFE_MS.any;
    const endedThere = !lived || (await process.endsWithin(life));
    await process.kill();
    if (endedThere && rule === undefined) throw new Error(`The process ended by itself:\n${process.output}`);
    onKill(endedThere ? (rule ?? "") : "any time");
  }
  await process.start();
}

function drawRule(random: () => number): string {
  const name = failpointNames[Math.floor(random() * failpointNames.length)] ?? "after-effect";
  return `${name}:kill@${1 + Math.floor(random() * (OFTEN.includes(name) ? MAX_PASS.often : MAX_PASS.seldom))}`;
}
