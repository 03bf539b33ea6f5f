import type { Graph } from "#runtime/graph/schema.ts";
import { graphSchema } from "#runtime/graph/schema.ts";

/** A workflow whose result is known, and which of its nodes have effects. */
export interface ChaosGraph {
  readonly graph: Graph;
  /** The output `result` of a run with this input. */
  expected(n: number): number;
  /** Names of the nodes that write, in the order in which they would. */
  readonly plain: readonly string[];
  readonly keyed: readonly string[];
}

interface Part {
  readonly name: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What flows on the wires is `{ value }`, so that each node can be put behind each other. */
function assemble(name: string, parts: readonly Part[], wires: readonly string[]): Graph {
  const nodes = parts.map(({ name: part, type, config }, index) => ({
    id: `node_${part}`,
    type,
    version: 1,
    label: part,
    position: { x: index * 200, y: 0 },
    config,
  }));
  const edges = wires.map((wire) => {
    const [source = "", target = ""] = wire.split(" > ");
    const end = (text: string) => ({ node: `node_${text.split(".")[0]}`, port: text.split(".")[1] });
    return { id: `edge_${source}_${target}`.replaceAll(".", "_"), kind: "data", source: end(source), target: end(target) };
  });
  return graphSchema.parse({ format: "heddle.graph/1", name, description: "", settings: {}, nodes, edges });
}

const code = (name: string, source: string, inputs: readonly string[]): Part => ({
  name,
  type: "code",
  config: { source, inputs: inputs.map((input) => ({ id: input, name: input })), outputs: [{ id: "result", name: "result" }] },
});
const start: Part = { name: "start", type: "start", config: { fields: [{ id: "n", name: "n", type: "number" }] } };
const first = code("first", "return { value: inputs.n };", ["n"]);
const output: Part = { name: "output", type: "output", config: {} };
const last = code("last", "return inputs.last.value;", ["last"]);
const add = (name: string, amount: number): Part => code(name, `return { value: inputs.last.value + ${amount} };`, ["last"]);
const delay = (name: string, amount: number): Part => ({ name, type: "delay", config: { amount, unit: "seconds" } });
const begin = ["start.n > first.n"];
const finish = ["last.result > output.value"];

/** Workflows that meet every durable step: pure work, reads, retries, keyed and plain writes, waits, branches and merges. */
export function chaosGraphs(service: string): ChaosGraph[] {
  const http = (name: string, method: "GET" | "POST", path: string): Part => ({
    name,
    type: "http-request",
    config: { method, url: `${service}/${path}?id={{ run.id }}.${name}&n={{ inputs.last.value }}`, idempotent: path === "keyed" },
  });
  return [
    {
      graph: assemble(
        "Pure",
        [start, first, add("a", 1), add("b", 2), add("c", 3), last, output],
        [...begin, "first.result > a.last", "a.result > b.last", "b.result > c.last", "c.result > last.last", ...finish],
      ),
      expected: (n) => n + 6,
      plain: [],
      keyed: [],
    },
    {
      graph: assemble(
        "Keyed",
        [start, first, http("one", "POST", "keyed"), delay("wait", 0.4), http("two", "POST", "keyed"), last, output],
        [...begin, "first.result > one.last", "one.body > wait.value", "wait.value > two.last", "two.body > last.last", ...finish],
      ),
      expected: (n) => n + 2,
      plain: [],
      keyed: ["one", "two"],
    },
    {
      graph: assemble(
        "Plain",
        [start, first, http("one", "POST", "plain"), delay("wait", 0.6), http("two", "POST", "plain"), last, output],
        [...begin, "first.result > one.last", "one.body > wait.value", "wait.value > two.last", "two.body > last.last", ...finish],
      ),
      expected: (n) => n + 2,
      plain: ["one", "two"],
      keyed: [],
    },
    {
      graph: assemble(
        "Fan",
        [
          start,
          first,
          http("read", "GET", "read"),
          http("keyed", "POST", "keyed"),
          http("plain", "POST", "plain"),
          add("pure", 1),
          { name: "all", type: "merge", config: { mode: "all" } },
          code("last", "return inputs.list.reduce((sum, { value }) => sum + value, 0);", ["list"]),
          output,
        ],
        [
          ...begin,
          ...["read", "keyed", "plain", "pure"].map((name) => `first.result > ${name}.last`),
          "pure.result > all.values",
          ...["read", "keyed", "plain"].map((name) => `${name}.body > all.values`),
          "all.values > last.list",
          ...finish,
        ],
      ),
      expected: (n) => 4 * n + 4,
      plain: ["plain"],
      keyed: ["keyed"],
    },
    {
      graph: assemble(
        "Branch",
        [
          start,
          first,
          http("flaky", "GET", "flaky"),
          { name: "which", type: "branch", config: { condition: "{{ inputs.value.value > 500 }}" } },
          http("high", "POST", "keyed"),
          http("low", "POST", "plain"),
          { name: "either", type: "merge", config: { mode: "first" } },
          last,
          output,
        ],
        [
          ...begin,
          "first.result > flaky.last",
          "flaky.body > which.value",
          "which.true > high.last",
          "which.false > low.last",
          "high.body > either.values",
          "low.body > either.values",
          "either.value > last.last",
          ...finish,
        ],
      ),
      expected: (n) => n + 2,
      plain: ["low"],
      keyed: ["high"],
    },
  ];
}
