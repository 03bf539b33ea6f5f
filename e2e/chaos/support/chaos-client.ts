import { setTimeout as sleep } from "node:timers/promises";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { Gate } from "#server/contract/approvals.ts";
import type { RunDetail, RunSummary } from "#server/contract/runs.ts";

const CALL_MS = 10_000;
/** A server that was killed is back long before. */
const PATIENCE_MS = 120_000;
const AGAIN_MS = 100;
/** Events of one answer. */
const EVENTS = 5_000;

/** The API, called by somebody who does not give up while the server is away. */
export interface ChaosClient {
  createGraph(graph: Graph): Promise<GraphId>;
  /** A connection to models, by its settings. Answers its id. */
  connectModels(settings: object): Promise<string>;
  /** A connection to the ComfyUI server at that address. Answers its id. */
  connectComfyui(baseUrl: string): Promise<string>;
  /** Brings a workflow, in the API format, into the library. Answers its id. */
  importWorkflow(given: { name: string; text: string; connection: string }): Promise<string>;
  /** Publishes what the graph is now. */
  publish(graph: GraphId): Promise<void>;
  /** The key makes a second call after a lost answer harmless. */
  startRun(graph: string, given: { input: Record<string, unknown>; idempotencyKey: string }): Promise<RunSummary>;
  readRun(run: string): Promise<RunDetail>;
  events(run: string): Promise<RunEvent[]>;
  /** Every run there is, those that runs began included. */
  runs(): Promise<RunSummary[]>;
  /** The gates that wait for a person. */
  gates(): Promise<Gate[]>;
  /** False when somebody (an earlier call whose answer was lost) has decided already. */
  decide(gate: string, decision: { decision: string; edited?: object }): Promise<boolean>;
}

export function createChaosClient(given: { url: string; token: () => Promise<string> }): ChaosClient {
  const once = async (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${given.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${await given.token()}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(CALL_MS),
    });
  const call = async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const response = await once(method, path, body);
        // 5xx: it is starting, or its database is away
        if (response.status < 500) return { status: response.status, body: await response.json() };
        await response.body?.cancel();
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`${method} ${path} got no answer for ${PATIENCE_MS} ms.`, { cause: error });
      }
      if (Date.now() > deadline) throw new Error(`${method} ${path} was refused for ${PATIENCE_MS} ms.`);
      await sleep(AGAIN_MS);
    }
  };
  const wanted = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const connect = async (kind: string, name: string, settings: object) =>
    ((await wanted("POST", "/api/connections", { kind, name, settings })) as { id: string }).id;
  return {
    createGraph: async (graph) => ((await wanted("POST", "/api/graphs", { graph })) as { id: GraphId }).id,
    connectModels: (settings) => connect("model", "Models", settings),
    connectComfyui: (baseUrl) => connect("comfyui", "ComfyUI", { server: "comfyui", baseUrl, auth: { type: "none" }, labels: [] }),
    importWorkflow: async ({ text, ...given }) => {
      const { id } = (await wanted("POST", "/api/comfy-workflows", { ...given, category: "generation", source: { text } })) as { id: string };
      return id;
    },
    publish: async (graph) => {
      const { number } = (await wanted("POST", `/api/graphs/${graph}/revisions`, {})) as { number: number };
      await wanted("POST", `/api/graphs/${graph}/publish`, { revision: number });
    },
    startRun: async (graph, body) => (await wanted("POST", `/api/graphs/${graph}/runs`, body)) as RunSummary,
    readRun: async (run) => (await wanted("GET", `/api/runs/${run}`)) as RunDetail,
    events: async (run) => {
      const events: RunEvent[] = [];
      for (;;) {
        const { items } = (await wanted("GET", `/api/runs/${run}/events?limit=${EVENTS}&after=${events.at(-1)?.seq ?? 0}`)) as { items: RunEvent[] };
        events.push(...items);
        if (items.length < EVENTS) return events;
      }
    },
    runs: async () => {
      const runs: RunSummary[] = [];
      for (let query = "limit=100"; ; ) {
        const { items, nextCursor } = (await wanted("GET", `/api/runs?${query}`)) as { items: RunSummary[]; nextCursor?: string };
        runs.push(...items);
        if (nextCursor === undefined) return runs;
        query = `limit=100&cursor=${encodeURIComponent(nextCursor)}`;
      }
    },
    gates: async () => ((await wanted("GET", "/api/approvals?limit=100")) as { items: Gate[] }).items,
    decide: async (gate, body) => {
      const { status, body: answer } = await call("POST", `/api/approvals/${gate}/decide`, body);
      if (status !== 200 && status !== 409) throw new Error(`The gate ${gate} could not be decided: ${JSON.stringify(answer)}`);
      return status === 200;
    },
  };
}
