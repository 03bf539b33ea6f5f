import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { anthropicWire } from "./anthropic-wire.ts";
import { chatWire } from "./chat-wire.ts";
import { createFakeScripts, type FakeAnswer, type FakeScript } from "./fake-script.ts";
import type { Wire } from "./wire.ts";

export interface FakeRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface FakeProvider {
  port: number;
  /** Of the Messages API. */
  anthropicUrl: string;
  /** Of the chat API. */
  chatUrl: string;
  /** All that came, in its order. */
  requests: FakeRequest[];
  /** How many turns were asked for. */
  turns(): number;
  close(): Promise<void>;
}

export interface FakeProviderGiven {
  /** Requests with another key are refused; absent: any is fine. */
  key?: string;
  /** What `GET /v1/models` lists; null: there is no such address. */
  models?: readonly string[] | null;
  /** Scripts beside those of the folder, by the model's name. */
  scripts?: Readonly<Record<string, FakeScript>>;
  /** 0 for any. */
  port?: number;
}

/** A server that speaks the Messages API of Anthropic and the chat API of OpenAI: the model's name is that of a script. */
export async function startFakeProvider({ key, models = ["answers", "calls-tools"], scripts, port = 0 }: FakeProviderGiven = {}): Promise<FakeProvider> {
  const played = createFakeScripts(scripts);
  const requests: FakeRequest[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const path = (request.url ?? "").split("?")[0] ?? "";
    requests.push({ method: request.method ?? "", path, headers: request.headers, body, at: Date.now() });
    const wire = request.headers["anthropic-version"] === undefined ? chatWire : anthropicWire;
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) return refuse(response, wire, { status: 401, ...wire.denied });
    if (request.method === "GET" && path === "/v1/models" && models !== null) return sendJson(response, 200, wire.list(models));
    if (request.method !== "POST" || path !== (wire === chatWire ? "/v1/chat/completions" : "/v1/messages"))
      return refuse(response, wire, { status: 404, type: "not_found_error", message: `There is nothing at ${path}.` });
    const { model, conversation } = wire.read(body);
    const found = played.play(model, conversation);
    return found ? tell(response, wire, { found, model }) : refuse(response, wire, { status: 404, ...wire.missing(model) });
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: at } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${at}`;
  return {
    port: at,
    anthropicUrl: origin,
    chatUrl: `${origin}/v1`,
    requests,
    turns: () => requests.filter(({ method }) => method === "POST").length,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function tell(response: ServerResponse, wire: Wire, { found, model }: { found: FakeAnswer; model: string }): Promise<void> {
  if (found.fail) return refuse(response, wire, found.fail);
  if (found.stall === "before") return;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "request-id": "req_fake", "x-request-id": "req_fake" });
  response.flushHeaders();
  if (found.stall === "headers") return;
  const { text, rest } = wire.events(found, model);
  for (const event of text) await write(response, event);
  if (found.stall === "text") return;
  if (found.cut) {
    response.destroy();
    return;
  }
  for (const event of rest) await write(response, event);
  response.end();
}

/** Each event for itself, as it comes from a model. */
async function write(response: ServerResponse, event: string): Promise<void> {
  await new Promise<void>((resolve) => response.write(event, () => resolve()));
}

interface Refusal {
  status: number;
  type: string;
  message: string;
  retryAfter?: string | undefined;
  code?: string | undefined;
}

function refuse(response: ServerResponse, wire: Wire, { status, retryAfter, ...problem }: Refusal): void {
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  response.setHeader("request-id", "req_fake");
  sendJson(response, status, wire.error(problem));
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}
