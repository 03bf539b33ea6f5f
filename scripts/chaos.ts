import { parseArgs } from "node:util";
import { chaosSeed, runChaos } from "../e2e/chaos/support/run-chaos.ts";

const USAGE = "Usage: npm run chaos -- [--kills 1500] [--seed N] [--database pglite|postgres] [--in-flight 24]";

/** Kills a real server until it has had enough, and says what became of its runs. Ends with 1 when anything is wrong. */
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1500" },
    seed: { type: "string" },
    database: { type: "string", default: "pglite" },
    "in-flight": { type: "string", default: "24" },
  },
});
const { database } = values;
const [kills, inFlight, seed] = [Number(values.kills), Number(values["in-flight"]), values.seed === undefined ? chaosSeed() : Number(values.seed)];
if ((database !== "pglite" && database !== "postgres") || ![kills, inFlight, seed].every(Number.isSafeInteger)) throw new Error(USAGE);

console.info(`${kills} kills on ${database}; --seed ${seed} repeats them.`);
const begun = Date.now();
const onProgress = (done: number) => {
  if (done % 25 === 0) console.info(`${done} kills after ${Math.round((Date.now() - begun) / 1_000)} s`);
};
const report = await runChaos({ database, kills, seed, inFlight, onProgress });
if (report) {
  const { problems, violations, killed, runs, begun, decided, ended } = report;
  console.info(`${runs} runs, which began ${begun} others, ${decided} decisions. Killed at ${JSON.stringify(killed)}. Ended: ${JSON.stringify(ended)}.`);
  for (const problem of problems) console.error(`WRONG ${problem}`);
  for (const violation of violations) console.error(`BROKEN ${JSON.stringify(violation)}`);
  const isRight = problems.length === 0 && violations.length === 0;
  console.info(isRight ? "Every run ended right, and no effect was repeated." : `It went wrong: --seed ${seed} tries it again.`);
  process.exitCode = isRight ? 0 : 1;
} else process.exitCode = 1;
