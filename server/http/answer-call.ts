import { ApiError } from "../api-error.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Access, Question } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import type { Route } from "../contract/route.ts";
import { findUnsafe } from "./check-body.ts";
import type { Handling, RawCall } from "./handle.ts";

/** What a call of a route asks of access. `named`: the workspace that the caller named. */
export function questionOf({ action, about }: Route, given: { params: Record<string, unknown>; query: Record<string, unknown>; named: unknown }): Question {
  const { params, query, named } = given;
  const id = params.id ?? (about === undefined ? undefined : query[about]);
  return { action, ...(typeof id === "string" && { id }), ...(typeof named === "string" && { workspace: named }) };
}

/** The workspace in which a call happens. Throws `ApiError` where the caller may not make it. */
export function workspaceOf(judged: Awaited<ReturnType<Access["judge"]>>): string {
  if (!("workspace" in judged)) throw new ApiError(judged.verdict.code, judged.verdict.message);
  return judged.workspace;
}

interface CallGiven extends Omit<RawCall, "may"> {
  actor: Actor;
  question: Question;
  access: Access;
}

/** A call that may be made, ready for its handler. Throws `ApiError("bad-request")` for a body with what is allowed nowhere. */
export function toCall(route: Route, { question, access, ...call }: CallGiven): RawCall {
  const unsafe = findUnsafe(route, call.body);
  if (unsafe) throw new ApiError("bad-request", `${unsafe.path}: ${unsafe.message}`, { errors: [unsafe] });
  return { ...call, may: async (action) => (await access.judge(call.actor, { ...question, action })).verdict.allowed };
}

/** The handler's answer, once what it did is in the audit log. A route of files records by itself. */
export async function answerCall(handling: Handling, call: RawCall, audit: Pick<AuditLog, "record">): Promise<unknown> {
  const answer = await handling.answer(call);
  const fact = handling.route.isFile ? undefined : handling.audit?.(call, answer);
  if (fact) await audit.record(fact, call);
  return answer;
}
