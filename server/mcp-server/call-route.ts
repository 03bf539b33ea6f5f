import type { AuditLog } from "../audit/audit-log.ts";
import type { Access } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import type { Route } from "../contract/route.ts";
import { answerCall, questionOf, toCall, workspaceOf } from "../http/answer-call.ts";
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
    const question = questionOf(route, { params, query, named });
    const workspace = workspaceOf(await access.judge(actor, question));
    return answerCall(handling, toCall(route, { question, access, params, query, body, actor, workspace, exchange, signal }), audit);
  };
}
