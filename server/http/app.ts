import express, { type Application, type ErrorRequestHandler, type NextFunction, type Request, type Response } from "express";
import { ApiError } from "../api-error.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Access } from "../auth/access.ts";
import type { AccessRules } from "../auth/access-rules.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { oauthCallback } from "../contract/mcp.ts";
import { routes } from "../contract/routes.ts";
import type { Logger } from "../logger.ts";
import { createMcpEndpoint, type McpEndpointGiven } from "../mcp-server/endpoint.ts";
import type { Metrics } from "../telemetry/create-metrics.ts";
import { createMetricsPage } from "../telemetry/metrics-page.ts";
import { createTimeRequests } from "../telemetry/time-requests.ts";
import type { ActorLimits } from "./actor-limits.ts";
import { mountCanvas } from "./canvas-pages.ts";
import type { Limits } from "./guards.ts";
import { requireOwnHost, requireOwnOrigin } from "./guards.ts";
import type { Handling } from "./handle.ts";
import { mountRoute } from "./mount-route.ts";
import { createOpenApi } from "./openapi.ts";
import { asApiError, problemOf } from "./problem.ts";
import { returnPage } from "./return-page.ts";
import { securityHeaders } from "./security-headers.ts";
import { createSessionPage, type SessionPageGiven } from "./session-page.ts";

export interface AppGiven {
  handlings: readonly Handling[];
  rules: AccessRules;
  authenticate: Authenticate;
  access: Access;
  audit: Pick<AuditLog, "record">;
  session: Omit<SessionPageGiven, "limits">;
  actorLimits: ActorLimits;
  /** Where a browser comes back to from the OpenID Connect provider: other sites send it here. */
  provider?: { path: string; answer: (request: Request, response: Response) => Promise<void> } | undefined;
  limits: Limits;
  logger: Logger;
  version: string;
  /** Where the built canvas lies; absent: only the API is served. */
  canvasDirectory: string | undefined;
  checkAnswers: boolean;
  /** Tells that somebody's access may have changed; returns how to stop. */
  onAccessChanged?: ((listener: () => void) => () => void) | undefined;
  /** What MCP clients may call; absent: there is no such address. */
  mcpTools?: McpEndpointGiven["tools"] | undefined;
  metrics?: Metrics | undefined;
}

/** All that is served over HTTP. Throws when a route of the contract has no handler. */
export function createApp(given: AppGiven): Application {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple").set("trust proxy", false);
  const { metrics } = given;
  if (metrics) app.use(createTimeRequests(metrics));
  app.use(securityHeaders, given.limits.requests, requireOwnHost(given.rules));
  if (metrics) app.get("/metrics", createMetricsPage({ ...given, metrics }));
  if (given.provider) app.get(given.provider.path, noStore, given.provider.answer);
  app.get(oauthCallback.path, noStore, returnPage);
  app.use("/api", requireOwnOrigin(given.rules), noStore);
  const authenticate = guarding(given);
  mountApi(app, { ...given, authenticate });
  if (given.mcpTools) mountMcp(app, { ...given, authenticate, tools: given.mcpTools });
  app.get("/session/:token", createSessionPage({ ...given.session, limits: given.limits }));
  app.use(["/api", "/session", "/ws", "/mcp", "/hooks"], () => {
    throw new ApiError("not-found", "There is nothing at this address. GET /api/openapi.json lists what there is.");
  });
  if (given.canvasDirectory) mountCanvas(app, given.canvasDirectory);
  app.use(() => {
    throw new ApiError("not-found", "There is nothing at this address.");
  });
  app.use(answerErrors(given.logger));
  return app;
}

/** Wrong tokens are counted, and an address that sends too many of them is sent away. */
function guarding(given: Pick<AppGiven, "authenticate" | "limits">): Authenticate {
  return async (request) => {
    try {
      return await given.authenticate(request);
    } catch (error) {
      const isGuess = error instanceof ApiError && error.code === "unauthenticated" && request.headers.authorization !== undefined;
      if (!isGuess) throw error;
      // others of this address may well have tokens that work
      await given.limits.guesses.check(request);
      await given.limits.guesses.failed(request);
      throw error;
    }
  };
}

function mountMcp(app: Application, given: McpEndpointGiven & Pick<AppGiven, "rules">): void {
  app.use("/mcp", requireOwnOrigin(given.rules), noStore);
  app.post("/mcp", createMcpEndpoint(given));
  app.all("/mcp", (_request, response) => {
    response.setHeader("allow", "POST");
    throw new ApiError("method-not-allowed", "This address takes POST: it answers each request by itself, and keeps no stream open beside them.");
  });
}

function mountApi(app: Application, given: AppGiven): void {
  const { authenticate } = given;
  const byId = new Map(given.handlings.map((handling) => [handling.route.id, handling]));
  for (const route of routes) {
    const handling = byId.get(route.id);
    if (!handling) throw new Error(`The route ${route.id} has no handler.`);
    mountRoute(app, handling, given);
  }
  const openApi = JSON.stringify(createOpenApi(routes, given.version));
  app.get("/api/openapi.json", async (request, response) => {
    const { verdict } = await given.access.judge(await authenticate(request), { action: "system.read" });
    if (!verdict.allowed) throw new ApiError(verdict.code, verdict.message);
    response.type("application/json").send(openApi);
  });
  for (const [path, methods] of methodsByPath()) {
    app.all(path, (_request, response) => {
      response.setHeader("allow", methods.join(", "));
      throw new ApiError("method-not-allowed", `This address takes ${methods.join(", ")}.`);
    });
  }
}

function methodsByPath(): Map<string, string[]> {
  const methods = new Map<string, string[]>([["/api/openapi.json", ["GET", "HEAD"]]]);
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), ...(method === "GET" ? ["GET", "HEAD"] : [method])]);
  return methods;
}

function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader("cache-control", "no-store");
  next();
}

/** Everything thrown becomes a problem document. */
function answerErrors(logger: Logger): ErrorRequestHandler {
  // biome-ignore lint/complexity/useMaxParams: express knows an error handler by its four parameters
  return (error: unknown, request, response, _next) => {
    if (response.headersSent || response.destroyed) {
      if (!response.destroyed) response.destroy();
      return;
    }
    const known = asApiError(error, logger);
    const problem = problemOf(known);
    logger.debug({ method: request.method, status: problem.status, code: problem.code }, "A request was refused.");
    if (known.details.retryAfter !== undefined) response.setHeader("retry-after", known.details.retryAfter);
    if (known.code === "unauthenticated") response.setHeader("www-authenticate", "Bearer");
    response.status(problem.status).setHeader("content-type", "application/problem+json");
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(problem));
  };
}
