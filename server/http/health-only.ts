import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { ApiError } from "../api-error.ts";
import { sendPage } from "./pages.ts";
import { problemOf } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";
import type { Health } from "./system-routes.ts";

/** Answers for its health (and, a worker, with its metrics where they are on) and nothing else: a server that is still starting, or a worker. */
export function healthOnly(health: Health, otherwise: "starting" | "worker", metricsPage?: RequestListener): RequestListener {
  const { version, database, queue } = health;
  const ok = { status: "ok", version, database, queue };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", "http://local");
    if (pathname === "/api/health/live") return sendJson(response, ok);
    if (pathname === "/api/health/ready") {
      const problems = await health.problems();
      return problems.length === 0 ? sendJson(response, ok) : sendProblem(response, new ApiError("unavailable", problems.join(" ")));
    }
    if (pathname === "/metrics" && metricsPage) return metricsPage(request, response);
    if (otherwise === "worker") return sendProblem(response, new ApiError("not-found", "This process drives runs; it answers for its health only."));
    response.setHeader("retry-after", 1);
    if (request.headers.accept?.includes("text/html"))
      return sendPage(response, { status: 503, title: "Heddle is starting", text: "This page opens by itself in a moment.", refreshSeconds: 1 });
    sendProblem(response, new ApiError("unavailable", "Heddle is starting. Try again in a moment."));
  };
  return (request, response) => {
    securityHeaders(request, response, () => {
      answer(request, response).catch(() => response.destroy());
    });
  };
}

function sendJson(response: ServerResponse, value: unknown, { status = 200, type = "application/json" } = {}): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

function sendProblem(response: ServerResponse, error: ApiError): void {
  const problem = problemOf(error);
  sendJson(response, problem, { status: problem.status, type: "application/problem+json" });
}
