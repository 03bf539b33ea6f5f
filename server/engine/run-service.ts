import type { GraphId, NodeId, RunId } from "#runtime/graph/ids.ts";
import { createId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { type Catalog, lenientConfig } from "#runtime/node/catalog.ts";
import type { References } from "#runtime/node/references.ts";
import { compile } from "#runtime/plan/compile.ts";
import { type Plan, planSchema } from "#runtime/plan/plan.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { ApiError } from "../api-error.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import type { RunDetail, RunSummary } from "../contract/runs.ts";
import type { Doorbell } from "../queue/doorbell.ts";
import { type RunRow, toRunSummary } from "../store/run-rows.ts";
import type { RunQuery, RunStore } from "../store/runs.ts";
import type { InboxMessage } from "./inbox.ts";
import type { LiveHub } from "./live-hub.ts";
import { detailOf } from "./run-detail.ts";
import { checkRunInput } from "./run-input.ts";

/** A revision as a run needs it. */
export interface RunnableRevision {
  number: number;
  graph: Graph;
  references: References;
}

export interface StartRun {
  graph: GraphId;
  actor: string;
  input?: Record<string, Json> | undefined;
  entry?: NodeId | undefined;
  /** Absent: one is cut from the draft, or the newest is taken when nothing changed. */
  revision?: number | undefined;
  idempotencyKey?: string | undefined;
}

export interface RunServiceGiven {
  store: RunStore;
  blobs: BlobStore;
  hub: LiveHub;
  doorbell: Doorbell;
  catalog: Catalog;
  workspace: string;
  /** Throws `ApiError("not-found")`. */
  revisionFor: (graph: GraphId, given: { revision: number | undefined; actor: string }) => Promise<RunnableRevision>;
}

export interface RunService {
  /** Records a run and rings for it. Throws `ApiError`: `not-found`, `invalid-graph` with the problems, `bad-request` when the input does not fit. */
  start(given: StartRun): Promise<RunSummary>;
  list(query: Omit<RunQuery, "workspace">): Promise<{ items: RunSummary[]; nextCursor?: string }>;
  read(run: RunId): Promise<RunDetail>;
  summary(run: RunId): Promise<RunSummary>;
  plan(run: RunId): Promise<Plan>;
  events(run: RunId, given: { after: number; limit: number }): Promise<RunEvent[]>;
  /** A large value by its hash. Throws `ApiError("not-found")` for a hash that no event of the run names. */
  value(run: RunId, hash: string): Promise<unknown>;
  /** Puts a request into the run's inbox. Throws `ApiError("conflict")` when it makes no sense in the present state. */
  control(run: RunId, given: { message: Extract<InboxMessage, { type: "cancel" | "hold" | "resume" | "kill" }>; actor: string }): Promise<RunSummary>;
}

const CONTROL_NEEDS: Record<"cancel" | "hold" | "resume" | "kill", readonly RunRow["state"][]> = {
  cancel: ["queued", "running", "waiting", "held"],
  kill: ["queued", "running", "waiting", "held"],
  hold: ["queued", "running", "waiting"],
  resume: ["held"],
};

const PAGE = 5_000;

/** Runs as the API offers them. */
export function createRunService(given: RunServiceGiven): RunService {
  const { store, workspace } = given;
  const rowOf = async (run: RunId): Promise<RunRow> => {
    const row = await store.read(workspace, run);
    if (!row) throw new ApiError("not-found", `There is no run ${run}.`);
    return row;
  };
  const allEvents = async (run: RunId): Promise<RunEvent[]> => {
    const events: RunEvent[] = [];
    for (;;) {
      const page = await store.readEvents(run, events.at(-1)?.seq ?? 0, PAGE);
      for (const event of page) events.push(event);
      if (page.length < PAGE) return events;
    }
  };
  return {
    start: async (request) => {
      const revision = await given.revisionFor(request.graph, { revision: request.revision, actor: request.actor });
      const { plan, problems } = compile(revision.graph, given.catalog, revision.references);
      if (!plan) throw new ApiError("invalid-graph", "The graph cannot run as it is.", { problems });
      const entry = chooseEntry(plan, request.entry);
      const input = request.input ?? {};
      if (entry) checkInput(given.catalog, plan, { entry, input });
      const id = createId("run");
      const event: RunEvent = { type: "run-created", seq: 1, at: new Date().toISOString(), run: id, input, actor: request.actor, ...(entry && { entry }) };
      const { run, created } = await store.create({
        id,
        workspace,
        graph: request.graph,
        revision: revision.number,
        plan: JSON.stringify(plan),
        input,
        actor: request.actor,
        idempotencyKey: request.idempotencyKey,
        event,
      });
      if (created) {
        given.hub.publishRun(run);
        given.doorbell.ring(run.id);
      }
      return run;
    },
    list: (query) => store.list({ ...query, workspace }),
    read: async (run) => {
      const row = await rowOf(run);
      const plan = planSchema.parse(JSON.parse(row.plan));
      return detailOf(row, foldRun(plan, await allEvents(run)));
    },
    summary: async (run) => toRunSummary(await rowOf(run)),
    plan: async (run) => planSchema.parse(JSON.parse((await rowOf(run)).plan)),
    events: async (run, { after, limit }) => {
      await rowOf(run);
      return [...(await store.readEvents(run, after, limit))];
    },
    value: async (run, hash) => {
      await rowOf(run);
      const named = (await allEvents(run)).some((event) => JSON.stringify(event).includes(`"hash":"${hash}"`));
      const content = named ? await given.blobs.get(hash) : undefined;
      if (!content) throw new ApiError("not-found", "This run has no such value.");
      return JSON.parse(Buffer.from(content).toString("utf8"));
    },
    control: async (run, { message, actor }) => {
      const row = await rowOf(run);
      const sent = CONTROL_NEEDS[message.type].includes(row.state) && (await store.send({ run, message, actor }));
      if (!sent)
        throw new ApiError("conflict", `The run is ${row.state}; it cannot ${message.type === "resume" ? "be resumed" : `take "${message.type}"`} now.`, {
          state: row.state,
        });
      given.doorbell.ring(run);
      return toRunSummary(row);
    },
  };
}

function chooseEntry(plan: Plan, wanted: NodeId | undefined): NodeId | undefined {
  const entries = plan.order.filter((id) => plan.nodes[id]?.role === "entry" && !plan.nodes[id]?.disabled);
  if (wanted && !entries.includes(wanted))
    throw new ApiError("bad-request", `"${wanted}" is not an entry of this graph.`, {
      errors: [{ path: "/entry", message: "This node is no entry, or is disabled." }],
    });
  return wanted ?? entries[0];
}

function checkInput(catalog: Catalog, plan: Plan, given: { entry: NodeId; input: Record<string, Json> }): void {
  const planNode = plan.nodes[given.entry];
  const definition = planNode && catalog.get(planNode.type);
  const schema = planNode && definition?.input?.(lenientConfig(definition, planNode.config));
  const errors = schema ? checkRunInput(schema, given.input) : [];
  if (errors.length > 0) throw new ApiError("bad-request", "The input does not fit the graph's entry.", { errors });
}
