import type { Application, Request, Response } from "express";
import type { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Access, Question } from "../auth/access.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import type { Verdict } from "../auth/may.ts";
import { WORKSPACE_HEADER } from "../contract/common.ts";
import type { Route } from "../contract/route.ts";
import type { ActorLimits } from "./actor-limits.ts";
import { answerCall, questionOf, toCall, workspaceOf } from "./answer-call.ts";
import type { Handling } from "./handle.ts";
import { DEFAULT_BODY_LIMIT, readJsonBody } from "./read-body.ts";

export interface MountGiven {
  authenticate: Authenticate;
  access: Access;
  audit: Pick<AuditLog, "record">;
  actorLimits: ActorLimits;
  /** Answers are held against the contract before they are sent. */
  checkAnswers: boolean;
  /** Tells that somebody's access may have changed; returns how to stop. Absent: streams are judged once. */
  onAccessChanged?: ((listener: () => void) => () => void) | undefined;
}

/** Milliseconds between looks whether who is shown something as it happens may still see it. */
const RECHECK_MS = 60_000;

/** A body that takes longer may outlast somebody's access. */
const SLOW_BODY_MS = 250;

/** Serves a route: who calls, whether they may, what they send, and only then its handler. */
export function mountRoute(app: Application, handling: Handling, given: MountGiven): void {
  const { route } = handling;
  const serve = async (request: Request, response: Response) => {
    const actor = await given.authenticate(request);
    const { params, query, headers } = request;
    const question = questionOf(route, { params, query, named: headers[WORKSPACE_HEADER] });
    const began = performance.now();
    const judged = await given.access.judge(actor, question);
    await given.actorLimits.take(actor, "workspace" in judged ? judged.workspace : "", response);
    const workspace = workspaceOf(judged);
    const body = route.body ? await readJsonBody(request, route.bodyLimit ?? DEFAULT_BODY_LIMIT) : undefined;
    // whoever lets the body drip in may have lost their access meanwhile
    if (performance.now() - began > SLOW_BODY_MS) await requireStill(request, question, given);
    const call = toCall(route, {
      ...{ question, access: given.access, actor, workspace, body, exchange: { request, response }, signal: signalOf(response) },
      params: { ...params },
      query: { ...query },
    });
    if (handling.stream && wantsStream(request)) {
      given.actorLimits.stream(actor, response);
      const judge = async () => (await given.access.judge(await given.authenticate(request), question)).verdict;
      return handling.stream({ ...call, signal: AbortSignal.any([call.signal, refusalOf(judge, { response, onAccessChanged: given.onAccessChanged })]) });
    }
    const answer = await answerCall(handling, call, given.audit);
    if (!route.isFile) send(response, route, { value: answer, check: given.checkAnswers });
  };
  const method = route.method.toLowerCase() as Lowercase<Route["method"]>;
  app[method](route.path, serve);
}

async function requireStill(request: Request, question: Question, given: MountGiven): Promise<void> {
  const { verdict } = await given.access.judge(await given.authenticate(request), question);
  if (!verdict.allowed) throw new ApiError(verdict.code, verdict.message);
}

/** Aborts when whoever is shown something as it happens may not see it any more. */
function refusalOf(judge: () => Promise<Verdict>, { response, onAccessChanged }: { response: Response } & Pick<MountGiven, "onAccessChanged">): AbortSignal {
  const refused = new AbortController();
  const look = () => {
    judge().then(
      ({ allowed }) => !allowed && refused.abort(),
      // the database cannot be asked now: the next change decides
      (error: unknown) => error instanceof ApiError && refused.abort(),
    );
  };
  const stop = onAccessChanged?.(look);
  // tokens and sessions run out without anybody's doing
  const timer = setInterval(look, RECHECK_MS).unref();
  response.once("close", () => {
    stop?.();
    clearInterval(timer);
  });
  // what changed since the first look was not heard
  look();
  return refused.signal;
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
