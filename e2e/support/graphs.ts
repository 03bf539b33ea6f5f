import type { APIRequestContext } from "playwright/test";
import { expect } from "playwright/test";

interface NodeOptions {
  readonly label?: string;
  readonly at?: readonly [x: number, y: number];
  readonly policy?: object;
}

/** A node of a graph that a journey begins with; its id is `node_NAME`. */
export function node(name: string, type: string, { config = {}, label = name, at: [x, y] = [0, 0], policy }: NodeOptions & { readonly config?: object } = {}) {
  return { id: `node_${name}`, type, version: 1, label, position: { x, y }, config, ...(policy && { policy }) };
}

/** A wire between ports, each written as `name.port`. */
export function wire(from: string, to: string) {
  const [source, output] = from.split(".");
  const [target, input] = to.split(".");
  const ends = { source: { node: `node_${source}`, port: output }, target: { node: `node_${target}`, port: input } };
  return { id: `edge_${source}_${output}_${target}_${input}`, kind: "data", ...ends };
}

export interface Parts {
  readonly nodes: readonly ReturnType<typeof node>[];
  readonly edges?: readonly ReturnType<typeof wire>[];
  /** Where to make it, when that is not the journey's server. */
  readonly server?: string;
}

/** Makes a graph through the API of the journey's server, or of another; its id. */
export async function createGraph(request: APIRequestContext, name: string, { nodes, edges = [], server = "" }: Parts): Promise<string> {
  const graph = { format: "heddle.graph/1", name, description: "", settings: {}, nodes, edges };
  const answer = await request.post(`${server}/api/graphs`, { data: { graph } });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()).id;
}

/** A code node that keeps a thread busy, then yields a value. */
export function busy(name: string, milliseconds: number, options: NodeOptions = {}) {
  const source = `const until = Date.now() + ${milliseconds};\nwhile (Date.now() < until);\nconsole.log("busy for ${milliseconds} ms");\nreturn 21;`;
  return node(name, "code", { ...options, config: { source, inputs: [], outputs: [{ id: "result", name: "result", type: "number" }] } });
}
