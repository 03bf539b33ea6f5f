import type { GraphDetail, RevisionSummary } from "#server/contract/graphs.ts";
import type { Hook } from "#server/contract/hooks.ts";

/** One call of a running Heddle's API. Throws when it is refused. */
export async function callApi<Answer>(url: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(url + path, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

interface Step {
  type: string;
  config: object;
  /** Name of the port that the next step's `input` comes from. */
  output: string;
  input?: string;
}

/** Makes a graph of steps one after the other; its id. */
export async function makeChain(url: string, steps: readonly Step[]): Promise<string> {
  const id = (index: number) => `node_${String(index).padStart(4, "0")}`;
  const nodes = steps.map(({ type, config }, index) => ({
    id: id(index),
    type,
    version: 1,
    label: `Step ${index}`,
    position: { x: index * 240, y: 0 },
    config,
  }));
  const edges = steps.slice(1).flatMap(({ input }, index) => {
    const source = { node: id(index), port: steps[index]?.output };
    return input === undefined ? [] : { id: `edge_${String(index).padStart(4, "0")}`, kind: "data", source, target: { node: id(index + 1), port: input } };
  });
  const graph = { format: "heddle.graph/1", name: "Bench", description: "", settings: {}, nodes, edges };
  return (await callApi<GraphDetail>(url, "/api/graphs", { graph })).id;
}

/** Publishes the graph as it is; the address of its webhook. */
export async function publishHook(url: string, graph: string): Promise<string> {
  const { number } = await callApi<RevisionSummary>(url, `/api/graphs/${graph}/revisions`, {});
  await callApi(url, `/api/graphs/${graph}/publish`, { revision: number });
  const { items } = await callApi<{ items: Hook[] }>(url, `/api/graphs/${graph}/hooks`);
  const [hook] = items;
  if (!hook?.published) throw new Error(`The graph ${graph} has no published webhook.`);
  return url + new URL(hook.url).pathname;
}
