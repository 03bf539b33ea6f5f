import type { z } from "zod";
import type { WorkspaceId } from "#runtime/graph/ids.ts";
import { WORKSPACE_HEADER } from "#server/contract/common.ts";
import type { Route } from "#server/contract/route.ts";
import { ApiProblem, networkProblem, problemOf, unexpectedAnswer } from "./api-problem.ts";
import { chosenWorkspace } from "./chosen-workspace.ts";
import { tellRefusal } from "./refusals.ts";

type Part<Name extends string, Value> = Record<never, never> extends Value ? { [K in Name]?: Value } : { [K in Name]: Value };

interface Circumstances {
  signal?: AbortSignal | undefined;
  /** Where a request without a resource belongs; the chosen one otherwise. */
  workspace?: WorkspaceId | undefined;
}

/** What a route takes; what may be empty may be left out. */
export type Given<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> = Part<"params", z.input<Params>> &
  Part<"query", z.input<Query>> &
  Part<"body", z.input<Body>> &
  Circumstances;

/** What may be left out altogether when all of it may be empty. */
export type RestGiven<Value> = Record<never, never> extends Value ? [given?: Value] : [given: Value];

interface AnyGiven extends Circumstances {
  params?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
}

/** Calls an API route. Throws `ApiProblem`, or the signal's reason when it was aborted. */
export async function call<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, Body, Answer>,
  ...rest: RestGiven<Given<Params, Query, Body>>
): Promise<z.output<Answer>> {
  const request: AnyGiven = rest[0] ?? {};
  const response = await send(route, request);
  if (response.status === 204) return route.answer.parse(undefined);
  const body = await readJson(response, request.signal);
  if (!response.ok) {
    // who signs in with a wrong password is told so where they type it
    if ((response.status === 401 || response.status === 403) && route.action !== "session.open") tellRefusal();
    throw problemOf(response.status, body.value);
  }
  const parsed = body.ok ? route.answer.safeParse(body.value) : undefined;
  if (!parsed?.success) throw unexpectedAnswer(response.status, parsed?.error);
  return parsed.data;
}

async function send(route: Pick<Route, "method" | "path">, { params, query, body, signal, workspace = chosenWorkspace() }: AnyGiven): Promise<Response> {
  const headers = { accept: "application/json, application/problem+json", ...(workspace && { [WORKSPACE_HEADER]: workspace }) };
  const init: RequestInit = { method: route.method, headers };
  if (body !== undefined) {
    init.headers = { ...headers, "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  if (signal) init.signal = signal;
  try {
    return await fetch(routeUrl(route.path, params, query), init);
  } catch (error) {
    signal?.throwIfAborted();
    throw networkProblem(error);
  }
}

async function readJson(response: Response, signal: AbortSignal | undefined): Promise<{ ok: true; value: unknown } | { ok: false; value?: undefined }> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw networkProblem(error);
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** The address of a route; throws `Error` when a parameter of its path is missing. */
export function routeUrl(path: string, params: Readonly<Record<string, unknown>> = {}, query: Readonly<Record<string, unknown>> = {}): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_whole, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`The path ${path} needs "${name}".`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** Whether it may go better next time without anybody doing anything. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}
