import type { IncomingMessage } from "node:http";
import { dataSchema } from "#runtime/graph/json.ts";
import type { Actor } from "../auth/actor.ts";
import * as contract from "../contract/runs.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { NodeRunnerGiven } from "../engine/node-runner.ts";
import type { RunService } from "../engine/run-service.ts";
import { streamEvents } from "./event-stream.ts";
import { type Exchange, type Handling, handle } from "./handle.ts";

interface RunRoutesGiven {
  runs: RunService;
  hub: LiveHub;
  callbackUrl: NodeRunnerGiven["callbackUrl"];
}

export function runRoutes({ runs, hub, callbackUrl }: RunRoutesGiven): Handling[] {
  return [
    handle(
      contract.startRun,
      async ({ params, body, actor, may }) => {
        const { run, warnings } = await runs.start({ ...body, graph: params.id, actor: actor.id, mayRaiseBudget: await may("gate.decide") });
        return { ...run, warnings };
      },
      { audit: (call, run) => (isByHand(call) ? { action: "run.started", resource: runResource(run), detail: { revision: run.revision } } : undefined) },
    ),
    handle(
      contract.setBudget,
      ({ params, body, actor }) => runs.control(params.id, { message: { type: "set-budget", budget: body.budget, note: body.reason ?? "" }, actor: actor.id }),
      controlled("budget"),
    ),
    handle(contract.listRuns, ({ query, workspace }) => runs.list({ ...query, workspace })),
    handle(contract.readRun, ({ params }) => runs.read(params.id)),
    handle(contract.readSummary, ({ params }) => runs.summary(params.id)),
    handle(contract.readPlan, ({ params }) => runs.plan(params.id)),
    handle(
      contract.readEvents,
      async ({ params, query }) => {
        const items = await runs.events(params.id, query);
        const last = items.length === query.limit ? items.at(-1) : undefined;
        return { items, ...(last && { nextCursor: String(last.seq) }) };
      },
      {
        stream: ({ params, query, signal, exchange }) =>
          streamEvents({ run: params.id, after: lastSeen(exchange.request) ?? query.after, runs, hub, signal }, exchange),
      },
    ),
    handle(contract.readSnapshot, ({ params, query }) => runs.snapshot(params.id, query)),
    handle(contract.listCallbacks, async ({ params }) => ({
      items: (await runs.callbacks(params.id)).map((wait) => ({ ...wait, url: callbackUrl({ run: params.id, ...wait }) })),
    })),
    handle(contract.readValue, async ({ params }) => ({ value: dataSchema.parse(await runs.value(params.id, params.hash)) })),
    handle(
      contract.cancelRun,
      ({ params, body, actor }) => runs.control(params.id, { message: { type: "cancel", reason: body?.reason ?? "" }, actor: actor.id }),
      controlled("cancel"),
    ),
    handle(
      contract.holdRun,
      ({ params, body, actor }) => runs.control(params.id, { message: { type: "hold", reason: body?.reason ?? "" }, actor: actor.id }),
      controlled("hold"),
    ),
    handle(contract.resumeRun, ({ params, actor }) => runs.control(params.id, { message: { type: "resume" }, actor: actor.id }), controlled("resume")),
    handle(
      contract.killRun,
      ({ params, body, actor }) => runs.control(params.id, { message: { type: "kill", reason: body.reason }, actor: actor.id }),
      controlled("kill"),
    ),
  ];
}

/** By a person, in a browser in single-user mode. Scripts and webhooks start thousands, and the runs tell of those. */
function isByHand({ actor, exchange }: { actor: Actor; exchange: Exchange }): boolean {
  return actor.person || (actor.kind === "local" && exchange.request.headers["sec-fetch-site"] !== undefined);
}

function runResource({ id }: { id: string }) {
  return { kind: "run", id, name: id };
}

function controlled(control: string) {
  return { audit: (_call: unknown, run: { id: string }) => ({ action: "run.controlled" as const, resource: runResource(run), detail: { control } }) };
}

/** Where a stream that broke off goes on; browsers send it by themselves. */
function lastSeen({ headers }: IncomingMessage): number | undefined {
  const id = headers["last-event-id"];
  return typeof id === "string" && /^\d{1,9}$/.test(id) ? Number(id) : undefined;
}
