import { assemble, begin, type ChaosGraph, callsOf, code, delay, finish, first, last, output, type Part, start } from "./graph-parts.ts";

/** As cacheable as a person would leave it. */
const add = (name: string, amount: number): Part => ({ ...code(name, `return { value: inputs.last.value + ${amount} };`, ["last"]), policy: {} });

/** Workflows that meet every durable step: pure work, reads, retries, keyed and plain writes, waits, branches and merges. */
export function chaosGraphs(service: string): ChaosGraph[] {
  const http = callsOf(service);
  const chain = ["first.result > one.last", "one.body > wait.value", "wait.value > two.last", "two.body > last.last"];
  return [
    {
      graph: assemble("Pure", [start, first, add("a", 1), add("b", 2), add("c", 3), last, output], {
        wires: [...begin, "first.result > a.last", "a.result > b.last", "b.result > c.last", "c.result > last.last", ...finish],
      }),
      expected: (n) => n + 6,
      plain: [],
      keyed: [],
    },
    {
      graph: assemble("Keyed", [start, first, http("one", "POST /keyed"), delay("wait", 0.4), http("two", "POST /keyed"), last, output], {
        wires: [...begin, ...chain, ...finish],
      }),
      expected: (n) => n + 2,
      plain: [],
      keyed: ["one", "two"],
    },
    {
      graph: assemble("Plain", [start, first, http("one", "POST /plain"), delay("wait", 0.6), http("two", "POST /plain"), last, output], {
        wires: [...begin, ...chain, ...finish],
      }),
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
          http("read", "GET /read"),
          http("keyed", "POST /keyed"),
          http("plain", "POST /plain"),
          add("pure", 1),
          { name: "all", type: "merge", config: { mode: "all" } },
          code("last", "return inputs.list.reduce((sum, { value }) => sum + value, 0);", ["list"]),
          output,
        ],
        {
          wires: [
            ...begin,
            ...["read", "keyed", "plain", "pure"].map((name) => `first.result > ${name}.last`),
            "pure.result > all.values",
            ...["read", "keyed", "plain"].map((name) => `${name}.body > all.values`),
            "all.values > last.list",
            ...finish,
          ],
        },
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
          http("flaky", "GET /flaky"),
          { name: "which", type: "branch", config: { condition: "{{ inputs.value.value > 500 }}" } },
          http("high", "POST /keyed"),
          http("low", "POST /plain"),
          { name: "either", type: "merge", config: { mode: "first" } },
          last,
          output,
        ],
        {
          wires: [
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
        },
      ),
      expected: (n) => n + 2,
      plain: ["low"],
      keyed: ["high"],
    },
  ];
}
