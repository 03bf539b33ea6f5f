import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { firstLine } from "../kit/text/to-text.ts";
import { carriedPorts, checkCarried, nextPort, soundCarried, thisPort } from "./carried.ts";
import { loopConfig } from "./config.ts";
import { loopExamples } from "./examples.ts";
import { untilProblem } from "./until.ts";

export const loop = defineNode({
  type: "loop",
  version: 1,
  role: "loop",
  title: "Loop",
  description: "Runs the nodes inside it round after round, each with what the one before handed back.",
  group: "flow",
  icon: "repeat",
  keywords: ["while", "until", "repeat", "iterate", "refine", "retry", "rounds", "container"],
  config: loopConfig,
  initial: { carry: [{ id: "value", name: "value", type: "any" }] },
  ports: (config) => ({
    inputs: carriedPorts(config.carry, ({ name, type }) => [name, port.of(type, { description: "Its value in the first round." })]),
    outputs: {
      ...carriedPorts(config.carry, ({ name, type }) => [name, port.of(type, { description: "Its last value." })]),
      rounds: port.number({ title: "Rounds", description: "How many there were." }),
      finished: port.boolean({ title: "Finished", description: "False when the number of rounds ended it." }),
    },
  }),
  body: (config) => ({
    gives: {
      ...carriedPorts(config.carry, ({ name, type }) => [thisPort(name), port.of(type, { title: `This ${name}` })]),
      round: port.number({ title: "Round", description: "Counts from 1." }),
    },
    takes: {
      ...carriedPorts(config.carry, ({ name, type }) => [
        nextPort(name),
        port.of(type, { title: `Next ${name}`, optional: true, description: "Without a value it stays as it is." }),
      ]),
      done: port.boolean({ title: "Done", optional: true, description: "True ends the loop." }),
    },
  }),
  effect: "pure",
  // a failed round is repeated inside, by the policy of the node that failed
  limits: { timeoutMs: 30_000, attempts: 1 },
  check: (config) => {
    const problem =
      config.until.trim() === ""
        ? undefined
        : untilProblem(
            config.until,
            soundCarried(config.carry).map(({ name }) => name),
          );
    return [...checkCarried(config.carry), ...(problem === undefined ? [] : [{ path: "/until", message: problem }])];
  },
  summary: ({ until, maxRounds }) => (until.trim() === "" ? `At most ${maxRounds} rounds` : firstLine(`Until ${until.trim()}`)),
  examples: loopExamples,
});
