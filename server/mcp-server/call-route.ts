import { ApiError } from "../api-error.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Access } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import type { Route } from "../contract/route.ts";
import { findUnsafe } from "../http/check-body.ts";
import type { Exchange, Handling } from "../http/handle.ts";

/** Who asks, and where. */
export interface Caller {
  actor: Actor;
  /** The workspace they named. */
  named: string | undefined;
  exchange: Exchange;
  signal: AbortSignal;
}

export interface RouteArguments {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Asks a route of the API as its caller would: with the same policy, checks and audit. Throws `ApiError`. */
export type CallRoute = (route: Route, given: RouteArguments, caller: Caller) => Promise<unknown>;

export interface CallRouteGiven {
  handlings: readonly Handling[];
  access: Access;
  audit: Pick<AuditLog, "record">;
}

export function createCallRoute({ handlings, access, audit }: CallRouteGiven): CallRoute {
  const byId = new Map(handlings.map((handling) => [handling.route.id, handling]));
  return async (route, { params = {}, query = {}, body }, { actor, named, exchange, signal }) => {
    const handling = byId.get(route.id);
    if (!handling) throw new Error(`The route ${route.id} has no handler.`);
    const id = params.id ?? (route.about === undefined ? undefined : query[route.about]);
    const question = { action: route.action, ...(typeof id === "string" && { id }), ...(named !== undefined && { workspace: named }) };
    const judged = await access.judge(actor, question);
    if (!("workspace" in judged)) throw new ApiError(judged.verdict.code, judged.verdict.message);
    const unsafe = findUnsafe(route, body);
    if (unsafe) throw new ApiError("bad-request", `${unsafe.path}: ${unsafe.message}`, { errors: [unsafe] });
    const call = {
      ...{ params, query, body, actor, workspace: judged.workspace, exchange, signal },
      may: async (action: Route["action"]) => (await access.judge(actor, { ...question, action })).verdict.allowed,
    };
    const answer = await handling.answer(call);
    const fact = handling.audit?.(call, answer);
    if (fact) await audit.record(fact, call);
    return answer;
  };
}
