import { assemble, begin, type ChaosGraph, callsOf, code, delay, finish, first, inside, output, owner, type Part, start } from "./graph-parts.ts";

/** Items of the lists that are gone through. */
const ITEMS = 6;
const ROUNDS = 3;
/** One more than a run takes on itself: two parts, each in a run of its own. */
const MANY = 501;
/** One item in so many of the long list is written. */
const WRITTEN = 50;
/** Of the label that the workers have (`deployment.ts`). */
export const LABEL = "loom";

const items = (count: number) => code("items", `return Array.from({ length: ${count} }, (_, index) => ({ value: inputs.first.value + index }));`, ["first"]);
const valuesOf = (port = "list") => code("last", `return inputs.${port}.map(({ value }) => value);`, [port]);
const each = (concurrency: number): Part => ({ name: "each", type: "for-each", config: { concurrency } });
const loop: Part = { name: "loop", type: "loop", config: { carry: [{ id: "turn", name: "turn", type: "any" }], maxRounds: 10, until: `round >= ${ROUNDS}` } };
const range = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

const elsewhere = (part: Part): Part => ({ ...part, policy: { worker: LABEL } });

const goThrough = ["first.result > items.first", "items.result > each.items", "each.results > last.list"];

/** Workflows whose effects are inside of containers, in one run and in several. */
export function containerGraphs(service: string): ChaosGraph[] {
  const http = callsOf(service);
  return [
    {
      // three at once; each writes, waits, and writes again
      graph: assemble(
        "Each",
        [
          start,
          first,
          items(ITEMS),
          each(3),
          ...inside("each", [http("one", "POST /keyed", { at: ["inputs.index"] }), delay("wait", 0.2), http("two", "POST /plain", { at: ["inputs.index"] })]),
          valuesOf(),
          output,
        ],
        {
          wires: [
            ...begin,
            ...goThrough,
            "each.item > one.last",
            "each.index > one.index",
            "one.body > wait.value",
            "wait.value > two.last",
            "each.index > two.index",
            "two.body > each.result",
            ...finish,
          ],
        },
      ),
      expected: (n) => range(ITEMS, (index) => n + index + 2),
      plain: ["two"],
      keyed: ["one"],
    },
    {
      graph: assemble(
        "Loop",
        [
          start,
          first,
          loop,
          ...inside("loop", [http("one", "POST /keyed", { at: ["inputs.round - 1"] }), http("two", "POST /plain", { at: ["inputs.round - 1"] })]),
          code("last", "return [inputs.last.value, inputs.rounds];", ["last", "rounds"]),
          output,
        ],
        {
          wires: [
            ...begin,
            "first.result > loop.turn",
            "loop.this_turn > one.last",
            "loop.round > one.round",
            "one.body > two.last",
            "loop.round > two.round",
            "two.body > loop.next_turn",
            "loop.turn > last.last",
            "loop.rounds > last.rounds",
            ...finish,
          ],
        },
      ),
      expected: (n) => [n + 2 * ROUNDS, ROUNDS],
      plain: ["two"],
      keyed: ["one"],
    },
    {
      // a loop for each of the items, two of them at once
      graph: assemble(
        "Nested",
        [
          start,
          first,
          items(3),
          each(2),
          { ...loop, parent: "each" },
          ...inside("loop", [http("one", "POST /keyed", { at: ["inputs.index", "inputs.round - 1"] })]),
          valuesOf(),
          output,
        ],
        {
          wires: [
            ...begin,
            ...goThrough,
            "each.item > loop.turn",
            "loop.this_turn > one.last",
            "each.index > one.index",
            "loop.round > one.round",
            "one.body > loop.next_turn",
            "loop.turn > each.result",
            ...finish,
          ],
        },
      ),
      expected: (n) => range(3, (index) => n + index + ROUNDS),
      plain: [],
      keyed: ["one"],
    },
    {
      graph: assemble(
        "Labelled",
        [
          start,
          first,
          owner,
          ...[http("one", "POST /keyed", { run: "inputs.owner" }), http("two", "POST /plain", { run: "inputs.owner" })].map(elsewhere),
          code("last", "return inputs.last.value;", ["last"]),
          output,
        ],
        {
          wires: [
            ...begin,
            ...["one", "two"].map((name) => `owner.text > ${name}.owner`),
            "first.result > one.last",
            "one.body > two.last",
            "two.body > last.last",
            ...finish,
          ],
        },
      ),
      expected: (n) => n + 2,
      plain: ["two"],
      keyed: ["one"],
      begins: { worker: 2 },
    },
  ];
}

/** A list so long that it is gone through in runs of their own. It takes seconds: a few of them at a time are enough. */
export function longGraph(service: string): ChaosGraph {
  const http = callsOf(service);
  return {
    graph: assemble(
      "Slices",
      [
        start,
        first,
        owner,
        items(MANY),
        each(50),
        ...inside("each", [
          { name: "which", type: "branch", config: { condition: `{{ inputs.index % ${WRITTEN} == 0 }}` } },
          http("one", "POST /keyed", { at: ["inputs.index"], run: "inputs.owner" }),
          { name: "either", type: "merge", config: { mode: "first" } },
        ]),
        valuesOf(),
        output,
      ],
      {
        wires: [
          ...begin,
          ...goThrough,
          "each.item > which.value",
          "each.index > which.index",
          "which.true > one.last",
          "each.index > one.index",
          "owner.text > one.owner",
          "one.body > either.values",
          "which.false > either.values",
          "either.value > each.result",
          ...finish,
        ],
      },
    ),
    expected: (n) => range(MANY, (index) => n + index + (index % WRITTEN === 0 ? 1 : 0)),
    plain: [],
    keyed: ["one"],
    begins: { slice: 2 },
  };
}
