import type { GraphId } from "#runtime/graph/ids.ts";
import { assemble, begin, type ChaosGraph, callsOf, code, delay, finish, first, inside, last, output, type Part, start } from "./graph-parts.ts";

const CALLS = 3;

/** What other workflows call. It has to be published. */
export function calledGraph(service: string): ChaosGraph {
  const http = callsOf(service);
  return {
    graph: assemble("Called", [start, first, http("one", "POST /keyed"), delay("wait", 0.2), http("two", "POST /plain"), last, output], {
      wires: [...begin, "first.result > one.last", "one.body > wait.value", "wait.value > two.last", "two.body > last.last", ...finish],
    }),
    expected: (n) => n + 2,
    plain: ["two"],
    keyed: ["one"],
  };
}

/** Calls a published workflow that answers `called.expected`, and writes what it was answered. */
export function callingGraph(service: string, { name, id, called }: { name: string; id: GraphId; called: ChaosGraph }): ChaosGraph {
  const http = callsOf(service);
  return {
    graph: assemble(name, [start, callOf(id), code("answer", "return { value: inputs.answer };", ["answer"]), http("after", "POST /keyed"), last, output], {
      wires: ["start.n > call.n", "call.result > answer.answer", "answer.result > after.last", "after.body > last.last", ...finish],
    }),
    expected: (n) => Number(called.expected(n)) + 1,
    plain: [],
    keyed: ["after"],
    begins: { call: 1 },
    others: { call: called },
  };
}

/** Calls it for each item of a list, two at once. */
export function callingEachGraph({ id, called }: { id: GraphId; called: ChaosGraph }): ChaosGraph {
  const items = code("items", `return Array.from({ length: ${CALLS} }, (_, index) => inputs.n + index);`, ["n"]);
  const each: Part = { name: "each", type: "for-each", config: { concurrency: 2 } };
  return {
    graph: assemble("Calls", [start, items, each, ...inside("each", [callOf(id)]), output], {
      wires: ["start.n > items.n", "items.result > each.items", "each.item > call.n", "call.result > each.result", "each.results > output.value"],
    }),
    expected: (n) => Array.from({ length: CALLS }, (_, index) => called.expected(n + index)),
    plain: [],
    keyed: [],
    begins: { call: CALLS },
    others: { call: called },
  };
}

function callOf(graph: GraphId): Part {
  return { name: "call", type: "sub-graph", config: { graph } };
}

/** What runs when another workflow has failed; it finds its number in the message, or takes none. It has to be published. */
export function handlerGraph(service: string): ChaosGraph {
  const http = callsOf(service);
  const fields = ["run", "graph", "state", "code", "message", "node", "label"].map((name) => ({ id: name, name, type: "text" }));
  const told: Part = { name: "start", type: "start", config: { fields } };
  const heard = code("first", "return { value: Number(/the knot of (\\d+)/.exec(inputs.message)?.[1] ?? -1) };", ["message"]);
  return {
    graph: assemble("Handler", [told, heard, http("one", "POST /keyed"), last, output], {
      wires: ["start.message > first.message", "first.result > one.last", "one.body > last.last", ...finish],
    }),
    expected: (n) => n + 1,
    plain: [],
    keyed: ["one"],
    heard: ({ message }) => Number(/the knot of (\d+)/.exec(String(message))?.[1] ?? -1),
  };
}

/** Writes, and then fails, every time. */
export function failingGraph(service: string, { id, handler }: { id: GraphId; handler: ChaosGraph }): ChaosGraph {
  const http = callsOf(service);
  const knot = code("knot", "throw new Error('This is the knot of ' + inputs.last.value);", ["last"]);
  return {
    graph: assemble("Failing", [start, first, http("one", "POST /keyed"), knot, output], {
      wires: [...begin, "first.result > one.last", "one.body > knot.last", "knot.result > output.value"],
      settings: { errorGraph: id },
    }),
    expected: () => undefined,
    plain: [],
    keyed: ["one"],
    begins: { "error-handler": 1 },
    others: { "error-handler": handler },
  };
}
