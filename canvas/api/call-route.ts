import { z } from "zod";
import { type ProblemDocument, problemDocumentSchema } from "#server/contract/api-error.ts";
import type { Route } from "#server/contract/route.ts";

/** What the server answered instead of what was asked for; `code` is one of `API_ERRORS`, or `offline` when nothing answered. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly code: string;
  readonly problem: ProblemDocument | undefined;

  constructor(code: string, message: string, problem?: ProblemDocument) {
    super(message);
    this.code = code;
    this.problem = problem;
  }
}

export interface CallOptions<Called extends Route> {
  params?: z.input<Called["params"]>;
  query?: Partial<z.input<Called["query"]>>;
  body?: Called["body"] extends z.ZodType ? z.input<Called["body"]> : undefined;
  signal?: AbortSignal;
}

/** Calls a route of the API. Throws `ApiFailure`, or what aborted it. */
export async function callRoute<Called extends Route>(route: Called, options: CallOptions<Called> = {}): Promise<z.output<Called["answer"]>> {
  const { body, signal } = options;
  const response = await fetch(addressOf(route, options), {
    method: route.method,
    headers: { accept: "application/json", ...(route.body && { "content-type": "application/json" }) },
    ...(route.body && { body: JSON.stringify(body ?? {}) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiFailure("offline", "The server does not answer. Check that it still runs.");
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw toFailure(response, answer);
  const parsed = route.answer.safeParse(answer);
  if (parsed.success) return parsed.data as z.output<Called["answer"]>;
  throw new ApiFailure("unexpected", `The server's answer to "${route.summary}" does not fit. ${z.prettifyError(parsed.error)}`);
}

function addressOf(route: Route, { params = {}, query = {} }: CallOptions<Route>): string {
  const values = params as Readonly<Record<string, unknown>>;
  const path = route.path.replaceAll(/:(\w+)/g, (_match, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${path}?${search}` : path;
}

function toFailure(response: Response, answer: unknown): ApiFailure {
  const problem = problemDocumentSchema.safeParse(answer);
  if (problem.success) return new ApiFailure(problem.data.code, problem.data.detail, problem.data);
  return new ApiFailure("unexpected", `The server answered ${response.status} ${response.statusText}.`);
}
