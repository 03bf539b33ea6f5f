import type { ServerResponse } from "node:http";
import type { ProblemDocument } from "../contract/api-error.ts";

/** What a run yields may be anybody's page: a browser that opens the address must not run it, nor keep it. */
const HEADERS = {
  "content-security-policy": "sandbox",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** Answers with JSON text, or with nothing. */
export function reply(response: ServerResponse, status: number, text = ""): void {
  if (response.destroyed || response.headersSent) return;
  const isBare = status === 204 || response.req.method === "HEAD";
  const about = text === "" ? {} : { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text) };
  response.writeHead(status, { ...HEADERS, ...about });
  response.end(isBare ? undefined : text);
}

export function replyProblem(response: ServerResponse, problem: ProblemDocument): void {
  if (response.destroyed || response.headersSent) return void response.destroy();
  response.writeHead(problem.status, { ...HEADERS, "content-type": "application/problem+json" });
  response.end(response.req.method === "HEAD" ? undefined : JSON.stringify(problem));
}
