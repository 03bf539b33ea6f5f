import type { EdgeId, NodeId } from "../../graph/ids.ts";
import type { Json } from "../../graph/json.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode, type NodePolicy } from "../../graph/schema.ts";
import { sampleId } from "../sample-nodes.ts";
import { SeededRandom } from "./seeded-random.ts";

/** What happens to a run from outside. Numbers are those of events: the first moment at or after. */
export interface Disturbance {
  stopAt?: { seq: number; state: "cancelled" | "killed" };
  holdAt?: number;
  /** Times the process that drives the run is lost. */
  crashes: number;
}

export interface ModelCase {
  seed: number;
  graph: Graph;
  disturbance: Disturbance;
}

/** A graph of 2 to 14 sample nodes that compiles, and what happens to its run: the same for the same seed. */
export function randomCase(seed: number): ModelCase {
  const random = new SeededRandom(seed);
  const graph = new GraphBuilder(random).build(Math.max(random.int(2, 14), random.int(2, 14)));
  const disturbance: Disturbance = {
    ...(random.chance(0.15) && { stopAt: { seq: random.int(1, 40), state: random.pick(["cancelled", "cancelled", "killed"]) } }),
    ...(random.chance(0.2) && { holdAt: random.int(1, 30) }),
    crashes: random.chance(0.3) ? random.int(1, 2) : 0,
  };
  return { seed, graph, disturbance };
}

/** An output, or what a container gives, that a node may be wired to or read. */
interface Source {
  node: NodeId;
  port: string;
  /** It carries a list whenever it carries anything. */
  isList: boolean;
  /** Only outputs of nodes directly inside a container can be taken from it. */
  isOutput: boolean;
}

/** Where nodes are put: outside of containers, or in one. */
interface Place {
  parent?: NodeId;
  depth: number;
  /** All that can be used here, nearest last. */
  usable: Source[];
  /** Reads the number of the innermost iteration. */
  index?: string;
}

type Made = Pick<GraphNode, "type" | "config"> & { policy?: NodePolicy; outputs: Record<string, boolean>; wires: Record<string, readonly Source[]> };

const KINDS = { step: 6, lister: 2, pair: 2, need: 2, branch: 2, merge: 3, each: 2.5, loop: 1.2 } as const;
const DEEPEST = 3;

class GraphBuilder {
  readonly #random: SeededRandom;
  readonly #nodes: GraphNode[] = [];
  readonly #edges: GraphEdge[] = [];
  #room = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  build(size: number): Graph {
    const random = this.#random;
    this.#room = size;
    const place: Place = { depth: 0, usable: [] };
    const entries = random.weighted({ none: 2, one: 5, two: 1 });
    for (let left = { none: 0, one: 1, two: 2 }[entries]; left > 0; left--)
      this.#add(place, { type: "sample-entry", config: {}, outputs: { value: false }, wires: {} });
    const exits = Math.min(random.int(0, 3), Math.max(0, size - 2));
    while (this.#room > exits) this.#addAny(place);
    for (let left = exits; left > 0 && place.usable.length > 0; left--) {
      this.#add(place, { type: "sample-exit", config: { name: `out${left}` }, outputs: {}, wires: { value: [this.#near(place)] } });
    }
    const settings = random.chance(0.3) ? { concurrency: random.int(1, 4) } : {};
    return { ...emptyGraph("Model"), settings, nodes: this.#nodes, edges: this.#edges };
  }

  #addAny(place: Place): void {
    const random = this.#random;
    const isFirst = place.usable.length === 0;
    const deep = place.depth >= DEEPEST || this.#room < 2;
    const kind = random.weighted({ ...KINDS, ...(isFirst && { pair: 0, need: 0, merge: 0, each: 0 }), ...(deep && { each: 0, loop: 0 }) });
    if (kind === "each" || kind === "loop") this.#addContainer(place, kind);
    else this.#add(place, this.#make(kind, place));
  }

  #make(kind: Exclude<keyof typeof KINDS, "each" | "loop">, place: Place): Made {
    const random = this.#random;
    const maybe = (probability: number) => (place.usable.length > 0 && random.chance(probability) ? [this.#near(place)] : []);
    switch (kind) {
      case "lister": {
        const items = Array.from({ length: random.chance(0.15) ? 0 : random.int(1, 5) }, (_, index) => `${place.depth}${"abcde".charAt(index)}`);
        return { type: "sample-step", config: { yields: items }, outputs: { value: true }, wires: { value: maybe(0.3) } };
      }
      case "pair":
        return this.#perhapsByItem(place, { type: "sample-pair", config: {}, outputs: { value: true }, wires: { left: maybe(1), right: maybe(0.6) } }, "left");
      case "need":
        return this.#perhapsByItem(place, { type: "sample-need", config: {}, outputs: { value: false }, wires: { value: maybe(1) } }, "value");
      case "branch": {
        const made = {
          type: "sample-branch",
          config: { take: random.pick(["left", "right"]) },
          outputs: { left: false, right: false },
          wires: { value: maybe(0.7) },
        };
        return this.#perhapsByItem(place, made, "value");
      }
      case "merge": {
        const sources = random.shuffle(place.usable.slice(-6)).slice(0, random.int(1, 3));
        return { type: "sample-merge", config: { mode: random.pick(["all", "first"]) }, outputs: { values: true }, wires: { values: sources } };
      }
      case "step":
        return this.#perhapsByItem(place, this.#makeStep(place, maybe(0.8)), "value");
    }
  }

  #makeStep(place: Place, value: readonly Source[]): Made {
    const random = this.#random;
    const effect = random.weighted({ pure: 6, read: 1, write: 2 });
    const config: Record<string, Json> = { effect, happened: random.pick(["no", "unknown"]) };
    const policy: NodePolicy = { attempts: random.int(1, 3) };
    const yields = this.#yields(place, value.length > 0);
    if (yields !== undefined) config.yields = yields;
    if (random.chance(0.15)) config.waitMs = random.int(0, 20);
    const failing = random.weighted({ never: 6, atFirst: 2, always: 2 });
    if (failing === "atFirst") config.failures = random.int(0, (policy.attempts ?? 1) - 1);
    if (failing === "always") config.fails = "broken";
    return { type: "sample-step", config, policy: { ...policy, ...this.#onFailure(place) }, outputs: { value: false }, wires: { value } };
  }

  #yields(place: Place, isWired: boolean): Json | undefined {
    const random = this.#random;
    const read = place.usable.length > 0 ? random.pick(place.usable) : undefined;
    const name = read && `nodes.${read.node}.${read.port}`;
    switch (random.weighted({ input: 5, constant: 1, read: name ? 2 : 0, strictRead: name ? 0.4 : 0, list: isWired ? 1 : 0, early: place.index ? 5 : 0 })) {
      case "constant":
        return random.int(0, 9);
      case "read":
        return `{{ default(${name}, "nothing") }}`;
      case "strictRead":
        return `got {{ ${name} }}`;
      case "list":
        return `{{ [default(inputs.value, "none"), ${name && random.chance(0.5) ? `default(${name}, 0)` : 1}] }}`;
      case "early":
        // fails from the third iteration on
        return `{{ ["first", "second"][${place.index}] }}`;
      case "input":
        return undefined;
    }
  }

  /** Outside of containers a failure mostly does not fail the run: such a run is soon over. */
  #onFailure(place: Place): NodePolicy {
    const random = this.#random;
    const onFailure = random.weighted({ fail: place.depth > 0 ? 7 : 1.5, branch: 3, continue: 3 });
    if (onFailure === "fail") return {};
    return { onFailure, ...(onFailure === "continue" && random.chance(0.7) && { default: random.pick<Json>(["instead", [1, 2], null, 0]) }) };
  }

  #perhapsByItem(place: Place, made: Made, input: string): Made {
    const random = this.#random;
    const lists = place.usable.filter(({ isList }) => isList);
    const [wired] = made.wires[input] ?? [];
    const source = wired?.isList ? wired : lists.length > 0 ? random.pick(lists) : wired;
    if (!source || !random.chance(source.isList ? 0.25 : 0.03)) return made;
    const policy = made.policy ?? (random.chance(0.5) ? this.#onFailure(place) : {});
    const outputs = Object.fromEntries(Object.keys(made.outputs).map((port) => [port, true]));
    return { ...made, policy: { ...policy, eachItemOf: input }, outputs, wires: { ...made.wires, [input]: [source] } };
  }

  #addContainer(place: Place, kind: "each" | "loop"): void {
    const random = this.#random;
    const policy = this.#onFailure(place);
    const before = place.usable.length;
    const lists = place.usable.filter(({ isList }) => isList);
    const items = lists.length > 0 && random.chance(0.9) ? random.pick(lists) : before > 0 ? this.#near(place) : undefined;
    const wires: Made["wires"] = kind === "each" ? { items: items ? [items] : [] } : { start: before > 0 && random.chance(0.7) ? [this.#near(place)] : [] };
    const each = { mode: random.pick(["fail", "skip", "collect"]), concurrency: random.int(1, 4) };
    const made: Made =
      kind === "each"
        ? { type: "sample-each", config: each, policy, outputs: { results: true }, wires }
        : { type: "sample-loop", config: { rounds: random.int(1, 4) }, policy, outputs: { last: false }, wires };
    const id = this.#add(place, made);
    const gives = (kind === "each" ? ["item", "index"] : ["carried", "round"]).map((port) => ({ node: id, port, isList: false, isOutput: false }));
    const index = `nodes.${id}.${gives[1]?.port}`;
    const inside: Place = { parent: id, depth: place.depth + 1, usable: [...place.usable.slice(0, before), ...gives], index };
    const shared = inside.usable.length;
    const size = random.int(1, 4);
    for (let made = 0; made < size && this.#room > 0; made++) this.#addAny(inside);
    const own = inside.usable.slice(shared).filter(({ isOutput }) => isOutput);
    if (own.length > 0 && random.chance(0.9))
      this.#wire(random.chance(0.6) ? own.slice(-1) : [random.pick(own)], { node: id, port: kind === "each" ? "result" : "next" });
  }

  #add(place: Place, { type, config, policy, outputs, wires }: Made): NodeId {
    const random = this.#random;
    this.#room -= 1;
    // ids whose order is not that of the wires
    const id = sampleId(`${random.pick(["k", "m", "p", "x"])}${this.#nodes.length}`);
    const disabled = random.chance(0.06);
    this.#nodes.push({
      id,
      type,
      version: 1,
      label: id,
      position: { x: 0, y: 0 },
      ...(place.parent && { parent: place.parent }),
      ...(disabled && { disabled }),
      config,
      ...(policy && Object.keys(policy).length > 0 && { policy }),
    });
    for (const [port, sources] of Object.entries(wires)) this.#wire(sources, { node: id, port });
    for (const [port, isList] of Object.entries(outputs)) place.usable.push({ node: id, port, isList, isOutput: true });
    if (policy?.onFailure === "branch") place.usable.push({ node: id, port: "failure", isList: false, isOutput: true });
    return id;
  }

  #wire(sources: readonly Source[], target: GraphEdge["target"]): void {
    for (const { node, port } of sources) {
      const order = sources.length > 1 && this.#random.chance(0.5) ? { order: this.#random.pick(["a1", "b1", "c1"]) } : {};
      this.#edges.push({ id: `edge_${this.#edges.length}` as EdgeId, kind: "data", source: { node, port }, target, ...order });
    }
  }

  /** Mostly what was made last, so that long ways come about. */
  #near(place: Place): Source {
    return this.#random.chance(0.6) ? this.#random.pick(place.usable.slice(-3)) : this.#random.pick(place.usable);
  }
}
