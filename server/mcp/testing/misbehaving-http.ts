import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How an HTTP server misbehaves; changed while it runs. */
export interface Misbehaviour {
  /** Instead of an answer to any message. */
  status?: number;
  headers?: Record<string, string>;
  /** Milliseconds before anything is answered. */
  delayMs?: number;
  /** Sessions that were begun are not known any more. */
  forgetful?: boolean;
  /** Answers as plain JSON, not as a stream of events. */
  plain?: boolean;
  /** Headers of the refusal (401) of a request; undefined lets it in. */
  refuse?: (request: IncomingMessage) => Record<string, string> | undefined;
}

interface Message {
  id?: number;
  method?: string;
  params?: { name?: string; protocolVersion?: string; arguments?: Record<string, unknown> };
}

export interface MisbehavingHttp {
  url: string;
  port: number;
  behave: Misbehaviour;
  /** Messages that arrived, by method and, for calls, tool; and what opened streams. */
  seen: string[];
  /** Headers of the last request. */
  headers(): IncomingMessage["headers"];
  /** Ends every connection. */
  drop(): void;
  stop(): Promise<void>;
}

const MIB = 1024 * 1024;
const tools = ["echo", "drop", "drop-resumable", "huge", "silent", "noise"].map((name) => ({ name, inputSchema: { type: "object" } }));

/** An MCP server over streamable HTTP, written against the wire format, so that it can break every rule. */
export async function startMisbehavingHttp(): Promise<MisbehavingHttp> {
  const behave: Misbehaviour = {};
  const seen: string[] = [];
  let headers: IncomingMessage["headers"] = {};
  let sessions = 0;
  let known = new Set<string>();
  const late = new Map<string, object>();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url !== "/mcp") return void response.writeHead(404).end();
    headers = request.headers;
    const body = await readBody(request);
    if (behave.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, behave.delayMs));
    const refused = behave.refuse?.(request);
    if (refused) return void response.writeHead(401, refused).end();
    if (behave.status !== undefined) return void response.writeHead(behave.status, behave.headers).end("trouble");
    if (behave.forgetful) known = new Set();
    const session = request.headers["mcp-session-id"];
    if (typeof session === "string" && !known.has(session)) {
      behave.forgetful = false;
      return void response.writeHead(404).end("no such session");
    }
    if (request.method === "DELETE") {
      seen.push("goodbye");
      return void response.writeHead(200).end();
    }
    if (request.method === "GET") return openStream(request, response);
    const message: Message = JSON.parse(body);
    seen.push(message.params?.name ?? message.method ?? "answer");
    if (message.id === undefined) return void response.writeHead(202).end();
    respond(message, response);
  };

  const openStream = (request: IncomingMessage, response: ServerResponse) => {
    const from = request.headers["last-event-id"];
    seen.push(typeof from === "string" ? `resume ${from}` : "listen");
    response.writeHead(200, { "content-type": "text/event-stream" });
    const missed = typeof from === "string" ? late.get(from) : undefined;
    if (missed) response.end(`id: 2\ndata: ${JSON.stringify(missed)}\n\n`);
    else response.write(": hello\n\n");
  };

  const respond = (message: Message, response: ServerResponse) => {
    const { id, method, params } = message;
    const result = (value: object) => ({ jsonrpc: "2.0", id, result: value });
    const text = (value: string) => result({ content: [{ type: "text", text: value }] });
    const reply = (value: object) => {
      if (behave.plain) return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`event: message\ndata: ${JSON.stringify(value)}\n\n`);
    };
    if (method === "initialize") {
      const session = `session-${++sessions}`;
      known.add(session);
      response.setHeader("mcp-session-id", session);
      return reply(result({ protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "misbehaving-http", version: "1" } }));
    }
    if (method === "ping") return reply(result({}));
    if (method === "tools/list") return reply(result({ tools }));
    switch (params?.name) {
      case "drop":
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(": begun\n\n");
        return void setTimeout(() => response.destroy(), 30);
      case "drop-resumable":
        late.set("1", text("after the break"));
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write("id: 1\ndata: \n\n");
        return void setTimeout(() => response.destroy(), 30);
      case "huge":
        return reply(text("x".repeat(17 * MIB)));
      case "silent":
        return void response.writeHead(200, { "content-type": "text/event-stream" }).write(": begun\n\n");
      case "noise":
        response.writeHead(200, { "content-type": "text/event-stream" });
        return void response.end(`: comment\n\ndata: no json\n\ndata: ["nothing"]\n\ndata: ${JSON.stringify(text("still here"))}\n\n`);
      default:
        return reply(text(String(params?.arguments?.text ?? "")));
    }
  };

  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    behave,
    seen,
    headers: () => headers,
    drop: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
