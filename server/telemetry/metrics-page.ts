import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { ApiError } from "../api-error.ts";
import type { Access } from "../auth/access.ts";
import type { AccessRules } from "../auth/access-rules.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { asApiError, problemOf } from "../http/problem.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "./create-metrics.ts";

export interface MetricsPageGiven {
  metrics: Pick<Metrics, "text" | "contentType">;
  rules: AccessRules;
  authenticate: Authenticate;
  access: Access;
  logger: Logger;
}

/** Answers `GET /metrics` to whoever may read runs over the API, by the same rules. Works without express, for a worker that has none. */
export function createMetricsPage(given: MetricsPageGiven): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== "GET" && request.method !== "HEAD") throw new ApiError("method-not-allowed", "This address takes GET and HEAD.");
    if (!given.rules.isOwnHost(request)) throw new ApiError("wrong-host", "Use the address that Heddle printed when it started, or the one in PUBLIC_URL.");
    if (!given.rules.isOwnOrigin(request, "read")) throw new ApiError("wrong-origin", "Other sites may not ask for this.");
    const { verdict } = await given.access.judge(await given.authenticate(request), { action: "metrics.read" });
    if (!verdict.allowed) throw new ApiError(verdict.code, verdict.message);
    const text = await given.metrics.text();
    response.writeHead(200, { "content-type": given.metrics.contentType, "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : text);
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const problem = problemOf(asApiError(error, given.logger));
      response.writeHead(problem.status, { "content-type": "application/problem+json", "cache-control": "no-store" });
      response.end(JSON.stringify(problem));
    });
  };
}
