import type { Application, Request, Response } from "express";
import type { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Access } from "../auth/access.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { WORKSPACE_HEADER } from "../contract/common.ts";
import type { Route } from "../contract/route.ts";
import type { ActorLimits } from "./actor-limits.ts";
import { findUnsafe } from "./check-body.ts";
import type { Handling, RawCall } from "./handle.ts";
import { DEFAULT_BODY_LIMIT, readJsonBody } from "./read-body.ts";

export interface MountGiven {
  authenticate: Authenticate;
  access: Access;
  audit: Pick<AuditLog, "record">;
  actorLimits: ActorLimits;
  /** Answers are held against the contract before they are sent. */
  checkAnswers: boolean;
}

/** Serves a route: who calls, whether they may, what they send, and only then its handler. */
export function mountRoute(app: Application, handling: Handling, given: MountGiven): void {
  const { route } = handling;
  const serve = async (request: Request, response: Response) => {
    const actor = await given.authenticate(request);
    const { id } = request.params;
    const named = request.headers[WORKSPACE_HEADER];
    const judged = await given.access.judge(actor, {
      action: route.action,
      ...(typeof id === "string" && { id }),
      ...(typeof named === "string" && { workspace: named }),
    });
    await given.actorLimits.take(actor, "workspace" in judged ? judged.workspace : "", response);
    if (!("workspace" in judged)) throw new ApiError(judged.verdict.code, judged.verdict.message);
    const body = route.body ? await readJsonBody(request, route.bodyLimit ?? DEFAULT_BODY_LIMIT) : undefined;
    const unsafe = findUnsafe(route, body);
    if (unsafe) throw new ApiError("bad-request", `${unsafe.path}: ${unsafe.message}`, { errors: [unsafe] });
    const { workspace } = judged;
    const call: RawCall = {
      may: async (action) => (await given.access.judge(actor, { action, workspace })).verdict.allowed,
      params: { ...request.params },
      query: { ...request.query },
      ...{ body, actor, workspace, exchange: { request, response }, signal: signalOf(response) },
    };
    if (handling.stream && wantsStream(request)) return handling.stream(call);
    const answer = await handling.answer(call);
    const fact = handling.audit?.(call, answer);
    if (fact) await given.audit.record(fact, call);
    send(response, route, { value: answer, check: given.checkAnswers });
  };
  const method = route.method.toLowerCase() as Lowercase<Route["method"]>;
  app[method](route.path, serve);
}

function wantsStream({ headers }: Request): boolean {
  return (headers.accept ?? "").split(",").some((type) => type.trim().split(";")[0] === "text/event-stream");
}

function signalOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

function send(response: Response, { answer, status }: Route, { value, check }: { value: unknown; check: boolean }): void {
  if (response.destroyed) return;
  if (check) requireContract(answer, value);
  if (status === 204) response.status(204).end();
  else response.status(status).json(value);
}

function requireContract(schema: z.ZodType, value: unknown): void {
  // as the caller will read it
  const parsed = schema.safeParse(value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  if (!parsed.success) throw new Error(`The answer breaks the contract: ${parsed.error.message}`);
}
