import type { NodeId } from "../../graph/ids.ts";
import type { Graph, GraphEdge } from "../../graph/schema.ts";
import { NodeError } from "../../node/node-error.ts";
import { coerceToPort } from "../../node/port-value.ts";
import { behave } from "./behaviour.ts";
import { type Facts, runName } from "./facts.ts";
import { type Wired, wire } from "./wiring.ts";

type Path = readonly number[];
type Values = Record<string, unknown>;

/** A failure that a node run may end with. */
export interface PossibleFailure {
  code: string;
  message: string;
  details: Values;
}

/** How a node run ends. */
export type Fate =
  | { state: "succeeded"; outputs: Values }
  | { state: "skipped"; reason: "no-value" | "disabled"; outputs: Values }
  | { state: "failed"; handling: "fail" | "branch" | "continue"; possible: readonly PossibleFailure[]; outputs: Values }
  /** It waits for something that failed and is never begun. */
  | { state: "blocked"; outputs: Values };

export interface Interpretation {
  state: "succeeded" | "failed";
  output: Values;
  /** By name of the node run. */
  fates: ReadonlyMap<string, Fate>;
  /** Iterations that fail or may be stopped, and "" when the run fails: what is inside may or may not have been begun. */
  uncertain: ReadonlySet<string>;
}

/** What a run of a graph comes to, by plain recursion over the graph: nothing here knows plans, events or a scheduler. */
export function interpret(graph: Graph, given: { input: unknown; facts: Facts }): Interpretation {
  return new Interpreter(wire(graph), given).run();
}

class Interpreter {
  readonly #nodes: ReadonlyMap<NodeId, Wired>;
  readonly #input: unknown;
  readonly #facts: Facts;
  readonly #fates = new Map<string, Fate>();
  /** What containers give, by name of the iteration. */
  readonly #given = new Map<string, Values>();
  readonly #uncertain = new Set<string>();

  constructor(nodes: ReadonlyMap<NodeId, Wired>, given: { input: unknown; facts: Facts }) {
    this.#nodes = nodes;
    this.#input = given.input;
    this.#facts = given.facts;
  }

  run(): Interpretation {
    const outermost = [...this.#nodes.values()].filter(({ around }) => around.length === 0).map(({ node }) => node.id);
    const fails = this.#runAll(outermost, []);
    if (fails) this.#uncertain.add("");
    const output: Values = {};
    for (const id of outermost) {
      const fate = this.#fate(id, []);
      if (this.#wired(id).definition.role === "exit" && fate.state === "succeeded") Object.assign(output, fate.outputs);
    }
    return { state: fails ? "failed" : "succeeded", output: fails ? {} : output, fates: this.#fates, uncertain: this.#uncertain };
  }

  /** Whether one of them fails and nobody handles it. */
  #runAll(ids: readonly NodeId[], path: Path): boolean {
    const fates = ids.map((id) => this.#fate(id, path));
    return fates.some((fate) => fate.state === "failed" && fate.handling === "fail");
  }

  #fate(id: NodeId, path: Path): Fate {
    const name = runName(id, path);
    const known = this.#fates.get(name);
    if (known) return known;
    const fate = this.#decide(this.#wired(id), path);
    this.#fates.set(name, fate);
    return fate;
  }

  #decide(wired: Wired, path: Path): Fate {
    const { node, definition } = wired;
    const inputs = this.#join(wired, path);
    if (inputs === "blocked") return { state: "blocked", outputs: {} };
    const isOtherEntry = definition.role === "entry" && this.#facts.entry !== undefined && this.#facts.entry !== node.id;
    if (inputs === "skipped" || isOtherEntry) return { state: "skipped", reason: "no-value", outputs: {} };
    if (node.disabled) return { state: "skipped", reason: "disabled", outputs: passThrough(wired, inputs) };
    if (wired.eachItemOf !== undefined) return this.#runItems(wired, { path, inputs, eachItemOf: wired.eachItemOf });
    return this.#attempt(wired, path, () => {
      if (definition.role === "entry") return { value: this.#input };
      const coerced = coerceAll(wired, inputs);
      if (definition.role === "each") return this.#runEach(wired, path, coerced);
      if (definition.role === "loop") return this.#runLoop(wired, path, coerced);
      return behave({ node, config: wired.config, inputs: coerced, nodes: this.#readsOf(wired, path) });
    });
  }

  /** What arrives, by input and in the order of the edges; of a merge that goes with the first only that. */
  #join(wired: Wired, path: Path): Map<string, unknown[]> | "skipped" | "blocked" {
    const arrivals = wired.incoming.map((edge) => ({ edge, ...this.#arrival(wired, edge, path) }));
    const isFirst = wired.definition.join?.(wired.config) === "first";
    const [first] = arrivals.filter(({ values }) => values.length > 0).sort((left, right) => left.at - right.at);
    if (isFirst && first) return new Map([[first.edge.target.port, first.values]]);
    const isBlocked = arrivals.some(({ blocked }) => blocked) || this.#waitsForBlocked(wired, path);
    const inputs = new Map<string, unknown[]>();
    let lost = false;
    let empty = false;
    for (const [name, port] of Object.entries(wired.inputs)) {
      const mine = arrivals.filter(({ edge }) => edge.target.port === name);
      const values = mine.flatMap((arrival) => arrival.values);
      if (values.length > 0) inputs.set(name, values);
      const isRequired = name === wired.eachItemOf || !port.optional;
      if (mine.length === 0 || values.length > 0 || !isRequired) continue;
      if (port.many) empty = true;
      else lost ||= mine.every(({ blocked }) => !blocked);
    }
    if (lost && !isFirst) return "skipped";
    if (isBlocked) return "blocked";
    return empty || (arrivals.length > 0 && inputs.size === 0) ? "skipped" : inputs;
  }

  #arrival(wired: Wired, { source }: GraphEdge, path: Path): { values: unknown[]; at: number; blocked: boolean } {
    const { node, port } = source;
    const { around } = this.#wired(node);
    if (wired.around.includes(node)) {
      const given = this.#given.get(runName(node, path.slice(0, around.length + 1))) ?? {};
      return { values: port in given ? [given[port]] : [], at: -1, blocked: false };
    }
    const own = path.slice(0, around.length);
    const fate = this.#fate(node, own);
    // what is outside of this iteration was there when it began, in the order of the edges
    const at = around.length === wired.around.length ? (this.#facts.ended.get(runName(node, own)) ?? Number.MAX_SAFE_INTEGER) : -1;
    return { values: port in fate.outputs ? [fate.outputs[port]] : [], at, blocked: isBlocking(fate) };
  }

  /** Whether something it reads, or its body uses, has failed. */
  #waitsForBlocked(wired: Wired, path: Path): boolean {
    const isOutside = (id: NodeId) => id !== wired.node.id && !this.#wired(id).around.includes(wired.node.id) && !wired.around.includes(id);
    const used = new Set(wired.reads);
    const collect = (children: readonly NodeId[]) => {
      for (const child of children.map((id) => this.#wired(id))) {
        for (const id of [...child.reads, ...child.incoming.map(({ source }) => source.node)]) used.add(id);
        collect(child.children);
      }
    };
    collect(wired.children);
    return [...used].some((id) => isOutside(id) && isBlocking(this.#fate(id, path.slice(0, this.#wired(id).around.length))));
  }

  #readsOf(wired: Wired, path: Path): Record<string, Values | null> {
    const read = (id: NodeId): Values => {
      const { around } = this.#wired(id);
      if (wired.around.includes(id)) return this.#given.get(runName(id, path.slice(0, around.length + 1))) ?? {};
      return this.#fate(id, path.slice(0, around.length)).outputs;
    };
    return Object.fromEntries(wired.reads.map((id) => [id, Object.keys(read(id)).length > 0 ? read(id) : null]));
  }

  /** Carries it out, and does with a failure what the node's policy says. */
  #attempt(wired: Wired, path: Path, work: () => Values): Fate {
    const decision = this.#facts.decisions.get(runName(wired.node.id, path));
    try {
      if (decision?.decision === "happened")
        return {
          state: "succeeded",
          outputs: Object.fromEntries(Object.entries(decision.outputs).map(([port, value]) => [port, value.type === "inline" ? value.value : value])),
        };
      if (decision) return this.#failed(wired, path, [{ code: "cancelled", message: "", details: {} }]);
      return { state: "succeeded", outputs: work() };
    } catch (thrown) {
      if (!(thrown instanceof NodeError)) throw thrown;
      return this.#failed(wired, path, [possible(thrown)]);
    }
  }

  #failed(wired: Wired, path: Path, failures: readonly PossibleFailure[]): Fate {
    const { onFailure = "fail", default: instead = null } = wired.node.policy ?? {};
    const isItem = path.length > wired.around.length;
    const handling = isItem && onFailure === "branch" ? "fail" : onFailure;
    const recorded = this.#facts.failures.get(runName(wired.node.id, path));
    const failure = recorded ?? failures[0];
    if (handling === "branch") {
      const { title, description } = wired.definition;
      const about = { node: wired.node.label, documentation: `${title}: ${description}` };
      const value = { code: failure?.code, message: failure?.message, details: failure?.details ?? {}, ...about };
      return { state: "failed", handling, possible: failures, outputs: { failure: value } };
    }
    const outputs = handling === "continue" ? Object.fromEntries(wired.outputs.map((port) => [port, instead])) : {};
    return { state: "failed", handling, possible: failures, outputs };
  }

  /** Once for each item; the node as a whole fails with one of them. */
  #runItems(wired: Wired, { path, inputs, eachItemOf }: { path: Path; inputs: Map<string, unknown[]>; eachItemOf: string }): Fate {
    const { node } = wired;
    const items = inputs.get(eachItemOf)?.[0];
    if (!Array.isArray(items)) return this.#failed(wired, path, [{ code: "validation", message: "", details: {} }]);
    const fates = items.map((item, index) => {
      const own = [...path, index];
      const fate = this.#attempt(wired, own, () =>
        behave({ node, config: wired.config, inputs: coerceAll(wired, new Map(inputs).set(eachItemOf, [item])), nodes: this.#readsOf(wired, path) }),
      );
      this.#fates.set(runName(node.id, own), fate);
      return fate;
    });
    const failures = fates.flatMap((fate) => (fate.state === "failed" && fate.handling === "fail" ? fate.possible : []));
    if (failures.length > 0) {
      for (const index of fates.keys()) this.#uncertain.add(runName(node.id, [...path, index]));
      return this.#failed(wired, path, failures);
    }
    // a port by which no item left has no value; where there were no items it has all of none
    const listed = wired.outputs.map((port) => [port, fates.flatMap(({ outputs }) => (port in outputs ? [outputs[port]] : []))] as const);
    return { state: "succeeded", outputs: Object.fromEntries(listed.filter(([, list]) => list.length > 0 || items.length === 0)) };
  }

  /** The body once; undefined when something in it failed. */
  #iterate(wired: Wired, path: Path, given: Values): Values | undefined {
    const name = runName(wired.node.id, path);
    this.#given.set(name, given);
    if (this.#runAll(wired.children, path)) {
      this.#uncertain.add(name);
      return undefined;
    }
    const taken: Values = {};
    for (const { source, target } of wired.taken) {
      const { outputs } = this.#fate(source.node, path);
      if (source.port in outputs) taken[target.port] = outputs[source.port];
    }
    return taken;
  }

  #runEach(wired: Wired, path: Path, inputs: Values): Values {
    const items = Array.isArray(inputs.items) ? inputs.items : [];
    const results = items.map((item, index) => this.#iterate(wired, [...path, index], { item, index }));
    if (wired.config.mode === "collect") return { results: results.map((taken) => ({ failed: taken === undefined, value: taken?.result ?? null })) };
    if (wired.config.mode === "fail" && results.includes(undefined)) {
      for (const index of results.keys()) this.#uncertain.add(runName(wired.node.id, [...path, index]));
      throw new NodeError("tool", "An iteration failed.");
    }
    return { results: results.flatMap((taken) => (taken && "result" in taken ? [taken.result] : [])) };
  }

  #runLoop(wired: Wired, path: Path, inputs: Values): Values {
    let carried: unknown = inputs.start ?? null;
    for (let round = 0; round < Number(wired.config.rounds); round++) {
      const taken = this.#iterate(wired, [...path, round], { carried, round });
      if (!taken) throw new NodeError("tool", "A round failed.");
      if (!("next" in taken)) return {};
      carried = taken.next;
    }
    return { last: carried };
  }

  #wired(id: NodeId): Wired {
    const wired = this.#nodes.get(id);
    if (!wired) throw new RangeError(`There is no node ${id}.`);
    return wired;
  }
}

function isBlocking(fate: Fate): boolean {
  return fate.state === "blocked" || (fate.state === "failed" && fate.handling === "fail");
}

function possible({ code, message, details }: NodeError): PossibleFailure {
  return { code, message, details: details ?? {} };
}

/** A disabled node hands on, for each output, the input of that name, else its first input that has a value: all that came to one that collects. */
function passThrough({ definition, config, inputs: ports, outputs: names }: Wired, inputs: ReadonlyMap<string, unknown[]>): Values {
  const [first] = inputs.keys();
  const collects = definition.join?.(config) !== "first";
  const outputs = names.flatMap((output) => {
    const input = inputs.has(output) ? output : first;
    const values = input !== undefined && inputs.get(input);
    return values ? [[output, collects && ports[input]?.many ? values : values[0]]] : [];
  });
  return Object.fromEntries(outputs);
}

function coerceAll(wired: Wired, inputs: ReadonlyMap<string, unknown[]>): Values {
  const coerced = [...inputs].map(([name, values]) => {
    const { type = "any", many = false } = wired.inputs[name] ?? {};
    const list = values.map((value, index) => coerceToPort(value, type, many ? `${name}[${index}]` : name));
    return [name, many ? list : list[0]];
  });
  return Object.fromEntries(coerced);
}
