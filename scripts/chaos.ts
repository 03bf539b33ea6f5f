import { parseArgs } from "node:util";
import { killAgents } from "../e2e/chaos/support/agent-kills.ts";
import { chaosSeed, runChaos } from "../e2e/chaos/support/run-chaos.ts";

const USAGE =
  "Usage: npm run chaos -- [--kills 1500] [--seed N] [--database pglite|postgres] [--in-flight 24]\n       npm run chaos -- agent [--kills N] [--seed N]";

/**
 * Kills a real server until it has had enough, and says what became of its runs. `agent`: kills it at every point that one run of an agent with five
 * tool calls comes by, or at so many of them. Ends with 1 when anything is wrong.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string" },
    seed: { type: "string" },
    database: { type: "string", default: "pglite" },
    "in-flight": { type: "string", default: "24" },
  },
});
const isAgent = positionals[0] === "agent";
const { database } = values;
const [kills, inFlight, seed] = [
  values.kills === undefined ? undefined : Number(values.kills),
  Number(values["in-flight"]),
  values.seed === undefined ? chaosSeed() : Number(values.seed),
];
if (positionals.length > (isAgent ? 1 : 0) || ![kills ?? 1, inFlight, seed].every(Number.isSafeInteger)) throw new Error(USAGE);
if (database !== "pglite" && database !== "postgres") throw new Error(USAGE);

const begun = Date.now();
const seconds = () => Math.round((Date.now() - begun) / 1_000);
const tell = ({ problems, violations }: { problems: readonly string[]; violations: readonly unknown[] }, right: string) => {
  for (const problem of problems) console.error(`WRONG ${problem}`);
  for (const violation of violations) console.error(`BROKEN ${JSON.stringify(violation)}`);
  const isRight = problems.length === 0 && violations.length === 0;
  console.info(isRight ? right : `It went wrong: --seed ${seed} tries it again.`);
  process.exitCode = isRight ? 0 : 1;
};

async function killAgent(): Promise<void> {
  const report = await killAgents({
    ...{ seed, ...(kills !== undefined && { sample: kills }) },
    onProgress: ({ done, points, next, problems }) =>
      console.info(`${done} of ${points} points after ${seconds()} s, ${problems.length} problems. Next: ${next}.`),
  });
  const { points, killed, missed, askedAgain } = report;
  const sum = (counts: object) => Object.values(counts).reduce((whole: number, count: number) => whole + count, 0);
  console.info(`A run comes by ${sum(points)} points: ${JSON.stringify(points)}. Killed at ${sum(killed)}: ${JSON.stringify(killed)}.`);
  console.info(`Not come by again: ${missed.join(", ") || "none"}. Turns that were under way, and asked for again: ${askedAgain}.`);
  tell(report, "Every run ended right, each call was made once, and no turn was asked for whose result was recorded.");
}

async function killMany(): Promise<void> {
  const wanted = kills ?? 1_500;
  console.info(`${wanted} kills on ${database}; --seed ${seed} repeats them.`);
  const onProgress = (done: number) => {
    if (done % 25 === 0) console.info(`${done} kills after ${seconds()} s`);
  };
  const report = await runChaos({ database: database === "postgres" ? "postgres" : "pglite", kills: wanted, seed, inFlight, onProgress });
  if (!report) {
    process.exitCode = 1;
    return;
  }
  const { killed, runs, begun: others, decided, ended } = report;
  console.info(`${runs} runs, which began ${others} others, ${decided} decisions. Killed at ${JSON.stringify(killed)}. Ended: ${JSON.stringify(ended)}.`);
  tell(report, "Every run ended right, and no effect was repeated.");
}

await (isAgent ? killAgent() : killMany());
