import { type AnyBudget, type Budget, budgetOf, measureSchema, toBudget } from "#runtime/graph/budget.ts";
import type { GraphId, NodeId, RunId } from "#runtime/graph/ids.ts";
import { createId, runIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Plan, PlanNode } from "#runtime/plan/plan.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import { ApiError } from "../api-error.ts";
import type { Blobs } from "../assets/blob-store.ts";
import type { RunDetail, RunSnapshot, RunSummary } from "../contract/runs.ts";
import type { Doorbell } from "../queue/doorbell.ts";
import { type RunRow, toRunSummary } from "../store/run-rows.ts";
import type { RunQuery, RunStore } from "../store/runs.ts";
import { LeaseLostError } from "./committer.ts";
import { type DraftPins, fittingPins } from "./draft-pins.ts";
import type { Engine } from "./engine.ts";
import type { InboxMessage } from "./inbox.ts";
import type { LiveHub, RunListener } from "./live-hub.ts";
import { loadRun } from "./load-run.ts";
import { namesBlob } from "./named-blobs.ts";
import type { NewRun } from "./new-run.ts";
import type { Plans } from "./plans.ts";
import type { RunnableRevision, RunPreparation } from "./prepare-run.ts";
import { detailOf } from "./run-detail.ts";
import { type RunSelection, type SourceRun, selectNodes, withConfig } from "./run-selection.ts";
import { snapshotOf } from "./run-snapshot.ts";
import { storeValues } from "./stored-values.ts";

export interface StartRun extends RunSelection {
  graph: GraphId;
  actor: string;
  /** Who begins it, where that is not the actor that it runs as; null: nobody who is known. They are kept from deciding what others have to. */
  startedBy?: string | null | undefined;
  input?: Record<string, Json> | undefined;
  entry?: NodeId | undefined;
  /** Absent: that of the run it goes on from, or one is cut from the draft (the newest is taken when nothing changed). */
  revision?: number | undefined;
  idempotencyKey?: string | undefined;
  /** Uses what is pinned in the draft. */
  pinned?: boolean | undefined;
  /** The conversation that it answers in: only such a run may name it. */
  chat?: string | undefined;
  /** What began it; absent for a call of the API or a click. */
  trigger?: "webhook" | "schedule" | "form" | "test" | undefined;
  /** What it may use before it asks; absent, or for what is left out: what the graph says. A number is dollars. */
  budget?: AnyBudget | undefined;
  /** Whether that may be more than the graph says; absent: no. */
  mayRaiseBudget?: boolean | undefined;
  /** Follows the run from its first event; not called when the key was used before. */
  listener?: RunListener | undefined;
}

export interface StartedRun {
  run: RunSummary;
  /** What whoever started it should know of what it may cost. */
  warnings: string[];
  /** False: a run with this idempotency key was there already, and is told. */
  created: boolean;
  /** Ends what `listener` asked for. */
  unfollow: () => void;
}

export interface RunServiceGiven {
  store: RunStore;
  blobs: Blobs;
  hub: LiveHub;
  doorbell: Doorbell;
  plans: Plans;
  preparation: RunPreparation;
  engine: Pick<Engine, "launch">;
  /** Throws `ApiError("not-found")`. */
  revisionFor: (graph: GraphId, given: { revision: number | undefined; actor: string }) => Promise<RunnableRevision>;
  /** What is known before a run starts of what it may cost, in words; absent: nothing is looked up. */
  warningsOf?: (given: { workspace: string; graph: GraphId; nodes: readonly PlanNode[]; budget: Budget }) => Promise<string[]>;
  /** What is pinned in the draft of a graph. */
  pinsOf: (graph: GraphId) => Promise<DraftPins>;
}

export interface RunService {
  /**
   * Records a run and sees to it that it is driven. Throws `ApiError`: `not-found`, `invalid-graph` with the problems, `bad-request` when
   * something does not fit, `person-required` for a budget above the graph's.
   */
  start(given: StartRun): Promise<StartedRun>;
  list(query: RunQuery): Promise<{ items: RunSummary[]; nextCursor?: string }>;
  read(run: RunId): Promise<RunDetail>;
  summary(run: RunId): Promise<RunSummary>;
  plan(run: RunId): Promise<Plan>;
  /** What node runs wait for that is called from outside, in order of arrival. */
  callbacks(run: RunId): Promise<{ node: NodeId; path: number[]; name: string }[]>;
  /** What the log comes to so far; without a state when it has no more than `over` events. */
  snapshot(run: RunId, given: { over: number }): Promise<RunSnapshot>;
  events(run: RunId, given: { after: number; limit: number }): Promise<RunEvent[]>;
  /** A large value by its hash. Throws `ApiError("not-found")` for a hash that no event of the run names. */
  value(run: RunId, hash: string): Promise<unknown>;
  /** Puts a request into the run's inbox. Throws `ApiError("conflict")` when it makes no sense in the present state. */
  control(
    run: RunId,
    given: { message: Extract<InboxMessage, { type: "cancel" | "hold" | "resume" | "kill" | "set-budget" }>; actor: string },
  ): Promise<RunSummary>;
}

/** Conversations are people's own: what an agent remembers of one is read and added to only by messages in it. */
function checkConversation(input: Record<string, Json>, chat: string | undefined): void {
  const named = Object.entries(input).find(([, value]) => typeof value === "string" && value !== chat && CHAT.test(value));
  if (!named) return;
  const [field] = named;
  throw new ApiError("bad-request", "This names somebody's conversation. Write in the conversation itself, or leave it out.", {
    errors: [{ path: `/input/${field}`, message: "The id of a conversation belongs to its messages only." }],
  });
}

const CHAT = /^chat_[0-9a-z]{20}$/;

/** Events that are looked through at once. */
const PAGE = 500;
const ALIVE: readonly RunRow["state"][] = ["queued", "running", "waiting", "held"];
const CONTROL_NEEDS: Record<"cancel" | "hold" | "resume" | "kill" | "set-budget", readonly RunRow["state"][]> = {
  cancel: ALIVE,
  kill: ALIVE,
  hold: ["queued", "running", "waiting"],
  resume: ["held"],
  "set-budget": ALIVE,
};

/** Runs as the API offers them. */
export function createRunService(given: RunServiceGiven): RunService {
  const { store, plans } = given;
  const rowOf = async (run: RunId): Promise<RunRow> => {
    const row = await store.read(run);
    if (!row) throw new ApiError("not-found", `There is no run ${run}.`);
    return row;
  };
  const stateOf = async (row: RunRow): Promise<RunState> =>
    (await loadRun({ run: runIdSchema.parse(row.id), workspace: row.workspaceId, plan: row.plan }, { store, plans })).state;
  const launch = async (run: NewRun, plan: Plan, { listener, warnings }: { listener: RunListener | undefined; warnings: string[] }): Promise<StartedRun> => {
    const unfollow = listener ? given.hub.follow(run.id, { after: 0, listener, isNew: true }) : () => undefined;
    try {
      await given.engine.launch(run, plan);
    } catch (error) {
      unfollow();
      const earlier =
        error instanceof LeaseLostError && run.idempotencyKey
          ? await store.byKey({ workspace: run.workspace, graph: run.graph, key: run.idempotencyKey })
          : undefined;
      if (!earlier) throw error;
      return { run: earlier, created: false, warnings, unfollow };
    }
    const summary = newSummary(run);
    given.hub.publishRun(summary);
    return { run: summary, created: true, warnings, unfollow };
  };
  /** Whatever cannot be found out is no reason not to start. */
  const warningsFor = async (
    plan: Plan,
    { workspace, graph, budget }: { workspace: string; graph: GraphId; budget: AnyBudget | undefined },
  ): Promise<string[]> => {
    const nodes = [...Object.values(plan.nodes), ...Object.values(plan.callables ?? {})];
    const whole = { ...budgetOf(plan.settings), ...(budget !== undefined && toBudget(budget)) };
    return (await given.warningsOf?.({ workspace, graph, nodes, budget: whole }).catch(() => undefined)) ?? [];
  };
  return {
    start: async (request) => {
      const source = request.from && (await sourceOf(request, { rowOf, stateOf }));
      const revision = await given.revisionFor(request.graph, { revision: request.revision ?? source?.revision, actor: request.actor });
      const compiled = request.overrides
        ? given.preparation.compile(withConfig(revision.graph, request.overrides), revision.references)
        : given.preparation.planOf(request.graph, revision);
      checkBudget(request, compiled);
      const input = request.input ?? (source ? (source.state.input as Record<string, Json>) : {});
      const entry = given.preparation.entryOf(compiled, request.entry ?? source?.state.entry);
      checkConversation(input, request.chat);
      if (!request.only) given.preparation.checkInput(compiled, { entry, input });
      const { workspace } = revision;
      const draftPins = request.pinned ? await fittingPins(await given.pinsOf(request.graph), compiled, given.blobs(workspace)) : undefined;
      const isPartial = source || request.only || request.pins || request.overrides || (draftPins && draftPins.size > 0);
      const store = (values: Record<string, unknown>) => storeValues(values, given.blobs(workspace));
      const { referencesOf } = given.preparation;
      const selected = isPartial ? await selectNodes(compiled, request, { source, input, entry, referencesOf, store, draftPins }) : undefined;
      const { plan, fixed, events } = selected ?? { plan: compiled, fixed: {}, events: [] };
      const id = createId("run");
      const { actor, startedBy, trigger, budget, graph, idempotencyKey } = request;
      const warnings = await warningsFor(plan, { workspace, graph, budget });
      const created: RunEventBody = {
        type: "run-created",
        run: id,
        input,
        actor,
        ...(startedBy !== undefined && { startedBy }),
        ...(entry && { entry }),
        ...(trigger && { trigger }),
        ...(budget !== undefined && { budget }),
        ...(source && { parent: { run: source.run, purpose: "rerun" } }),
        ...(warnings.length > 0 && { warnings }),
        ...(Object.keys(fixed).length > 0 && { fixed }),
      };
      const at = new Date().toISOString();
      const run: NewRun = {
        id,
        workspace,
        graph,
        revision: revision.number,
        plan: await plans.keep(workspace, plan),
        input,
        actor,
        startedBy,
        idempotencyKey,
        parent: source && { run: source.run, purpose: "rerun" },
        worker: plan.settings.worker,
        events: [created, ...events].map((body, index) => ({ ...body, seq: index + 1, at })),
      };
      return launch(run, plan, { listener: request.listener, warnings });
    },
    list: store.list,
    read: async (run) => {
      const row = await rowOf(run);
      return detailOf(row, await stateOf(row));
    },
    summary: async (run) => toRunSummary(await rowOf(run)),
    plan: async (run) => {
      const row = await rowOf(run);
      return plans.load(row.workspaceId, row.plan);
    },
    callbacks: async (run) => callbacksOf(await stateOf(await rowOf(run))),
    snapshot: async (run, { over }) => snapshotOf(await rowOf(run), { over, stateOf }),
    events: async (run, { after, limit }) => {
      await rowOf(run);
      return [...(await store.readEvents(run, after, limit))];
    },
    value: async (run, hash) => {
      const { workspaceId } = await rowOf(run);
      const content = (await isNamed(run, { hash, store })) ? await given.blobs(workspaceId).get(hash) : undefined;
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

/** Whether an event of the run refers to a stored value: the log is read page by page, and no further than needed. */
async function isNamed(run: RunId, { hash, store }: { hash: string; store: Pick<RunStore, "readEvents"> }): Promise<boolean> {
  for (let after = 0; ; ) {
    const page = await store.readEvents(run, after, PAGE);
    if (page.some((event) => namesBlob(event, hash))) return true;
    if (page.length < PAGE) return false;
    after = page.at(-1)?.seq ?? after;
  }
}

function callbacksOf({ nodes, waiting }: RunState): { node: NodeId; path: number[]; name: string }[] {
  return [...waiting].flatMap((key) => {
    const run = nodes.get(key);
    return run?.state === "waiting" && run.request.kind === "webhook" ? [{ node: run.node, path: [...run.path], name: run.request.name }] : [];
  });
}

/** A budget gate is decided by a person: nobody else starts a run past it. */
function checkBudget({ budget, mayRaiseBudget }: StartRun, { settings }: Plan): void {
  if (budget === undefined || mayRaiseBudget) return;
  const [wanted, own] = [toBudget(budget), budgetOf(settings)];
  const over = measureSchema.options.find((measure) => (wanted[measure] ?? 0) > (own[measure] ?? Number.POSITIVE_INFINITY));
  if (over === undefined) return;
  const message = `Only a person may start a run with a higher budget (${over}) than the ${own[over]} its graph allows. Leave the budget out, or start it from the canvas.`;
  throw new ApiError("person-required", message);
}

/** The run that one goes on from. Throws `ApiError("bad-request")` when it is one of another graph. */
async function sourceOf(
  { from, graph }: StartRun,
  read: { rowOf: (run: RunId) => Promise<RunRow>; stateOf: (row: RunRow) => Promise<RunState> },
): Promise<(SourceRun & { revision: number }) | undefined> {
  if (!from) return undefined;
  const row = await read.rowOf(from.run);
  if (row.graphId !== graph)
    throw new ApiError("bad-request", "That run is one of another graph.", { errors: [{ path: "/from/run", message: "Choose a run of this graph." }] });
  return { run: from.run, state: await read.stateOf(row), revision: row.revision };
}

function newSummary({ id, graph, revision, actor, parent, worker, events }: NewRun): RunSummary {
  const shown = {
    id,
    graph,
    revision,
    state: "queued" as const,
    actor,
    createdAt: events[0]?.at ?? new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
  };
  return { ...shown, cost: "0", failure: null, reason: null, parent: parent ?? null, worker: worker ?? null };
}
