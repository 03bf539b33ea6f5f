import { NodeError } from "#runtime/node/node-error.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../http/service.ts";

type Answer = { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** An HTTP client that knows a few addresses, by "METHOD url", and keeps what it was asked. Any other address cannot be reached. */
export function createFakeHttpClient(answers: Record<string, Answer | ((request: HttpRequest) => Answer)>): HttpClient & { requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  return {
    requests,
    request: async (request): Promise<HttpResponse> => {
      if (request.signal.aborted) throw new NodeError("cancelled", "The node was stopped.", { happened: "no" });
      requests.push(request);
      const answer = answers[`${request.method} ${request.url}`];
      if (!answer) throw new NodeError("network", `Could not connect to ${request.url}.`, { happened: "no" });
      const { status = 200, headers = {}, body = "" } = typeof answer === "function" ? answer(request) : answer;
      return { status, headers, body: typeof body === "string" ? new TextEncoder().encode(body) : body, url: request.url };
    },
  };
}
