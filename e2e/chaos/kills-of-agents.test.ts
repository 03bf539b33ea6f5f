import { expect, test } from "vitest";
import { killAgents } from "./support/agent-kills.ts";
import { CHAOS_TIMEOUT_MS } from "./support/expect-chaos.ts";
import { chaosSeed } from "./support/run-chaos.ts";

/** All of them are killed at by `npm run chaos -- agent`. */
const SAMPLE = 3;

test(
  `an agent whose process is killed at any of ${SAMPLE} points makes each of its five calls once`,
  async () => {
    const seed = chaosSeed();
    console.info(`CHAOS_SEED=${seed} draws the same points.`);
    const { points, killed, missed, askedAgain, problems, violations } = await killAgents({ seed, sample: SAMPLE });
    const all = Object.values(points).reduce((sum, count) => sum + count, 0);
    console.info(`${all} points ${JSON.stringify(points)}; killed at ${JSON.stringify(killed)}, missed ${missed}, ${askedAgain} turns asked again.`);
    expect(problems).toEqual([]);
    expect(violations).toEqual([]);
    expect(all).toBeGreaterThan(50);
    expect(Object.values(killed).reduce((sum, count) => sum + count, 0) + missed.length).toBe(SAMPLE);
    expect(missed.length).toBeLessThan(SAMPLE);
  },
  CHAOS_TIMEOUT_MS,
);
