import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parseExactJson, stringifyExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyPrompt } from "#nodes/kit/comfyui/service.ts";
import { FAKE_OBJECT_INFO } from "./fake-object-info.ts";
import { type FakeItem, FakeQueue } from "./fake-queue.ts";
import { createFakeSockets } from "./fake-sockets.ts";
import { validatePrompt } from "./fake-validation.ts";

export interface FakeComfyOptions {
  /** The same port after a restart; a free one when left out. */
  port?: number;
  /** Milliseconds a node computes. */
  nodeMs?: number;
  /** Previews with metadata for who asks for them. */
  previews?: boolean;
  /** Header that every request has to have. */
  secret?: { name: string; value: string };
}

/** What the fake does wrong until it is told otherwise. */
export interface FakeFaults {
  /** Answers 500 as text to every POST of a prompt. */
  refusesPrompts: boolean;
  /** Takes requests and never answers. */
  isMute: boolean;
  /** Takes a prompt, and breaks the connection instead of answering. */
  losesAnswers: boolean;
  /** Sends nothing to sockets, as after the older of two closes. */
  isDeaf: boolean;
  /** Refuses sockets. */
  hasNoSocket: boolean;
}

/** A ComfyUI server as small as the client needs it: queue, cache, history, files, sockets. Its pictures are a few bytes. */
export interface FakeComfy {
  url: string;
  port: number;
  faults: FakeFaults;
  /** Requests, as `POST /prompt`. */
  requests: string[];
  /** Bodies of `POST /prompt`, as they were sent. */
  submitted: string[];
  /** By `type/subfolder/name`. */
  files: Map<string, Buffer>;
  /** Nodes wait here until it resolves, by class. */
  gates: Map<string, Promise<unknown>>;
  history: Map<string, unknown>;
  clientIds(): string[];
  dropSockets(): void;
  /** Ends in mid-run and forgets all but the files that were saved. */
  stop(): Promise<void>;
}

/** Written from the behaviour of ComfyUI 0.3.64, as recorded. */
export async function startFakeComfy(options: FakeComfyOptions = {}): Promise<FakeComfy> {
  const faults: FakeFaults = { refusesPrompts: false, isMute: false, losesAnswers: false, isDeaf: false, hasNoSocket: false };
  const files = new Map<string, Buffer>();
  const gates = new Map<string, Promise<unknown>>();
  const requests: string[] = [];
  const submitted: string[] = [];
  const sockets = createFakeSockets(faults);
  const sendPreview = options.previews === true ? sockets.sendPreview : () => undefined;
  const queue = new FakeQueue({ send: sockets.send, sendPreview, files, gates, nodeMs: options.nodeMs ?? 0 });
  const { secret } = options;
  const isLetIn = ({ headers }: IncomingMessage) => !secret || headers[secret.name] === secret.value;

  const http = createServer((request, response) => {
    if (faults.isMute) return;
    if (!isLetIn(request)) return void response.writeHead(401).end();
    readBody(request).then(
      (body) => route({ request, response, body }),
      () => response.destroy(),
    );
  });
  const connections = new Set<Socket>();
  http.on("connection", (socket) => {
    connections.add(socket.once("close", () => connections.delete(socket)));
  });
  const { route } = createRoutes({ queue, files, faults, requests, submitted });
  http.on("upgrade", (request, socket, head) => {
    if (faults.isMute) return;
    if (faults.hasNoSocket || !isLetIn(request)) return void socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    sockets.accept({ request, socket, head }, (clientId) => [
      { type: "status", data: { status: { exec_info: { queue_remaining: queue.remaining() } }, sid: clientId } },
      ...(queue.runsFor(clientId) ? [{ type: "executing", data: { node: queue.node() } }] : []),
    ]);
  });
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, faults, requests, submitted, files, gates, history: queue.history },
    ...{ clientIds: sockets.clientIds, dropSockets: sockets.drop },
    stop: async () => {
      queue.stop();
      sockets.drop();
      for (const socket of connections) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
}

function createRoutes(given: { queue: FakeQueue; files: Map<string, Buffer>; faults: FakeFaults; requests: string[]; submitted: string[] }) {
  const { queue, files, faults, requests, submitted } = given;
  const json = (response: ServerResponse, value: unknown, status = 200) =>
    void response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(stringifyExactJson(value));
  const failed = (response: ServerResponse) =>
    void response.writeHead(500, { "content-type": "text/plain" }).end("500 Internal Server Error\n\nServer got itself in trouble");

  const postPrompt = ({ request, response, body }: Exchange): unknown => {
    submitted.push(body.toString());
    if (faults.refusesPrompts) return failed(response);
    let sent: { prompt: ComfyPrompt; prompt_id?: string; client_id?: string; extra_data?: Record<string, never>; front?: boolean; number?: number };
    try {
      sent = parseExactJson(body.toString()) as unknown as typeof sent;
      if ("nodes" in sent.prompt) return failed(response);
    } catch {
      return failed(response);
    }
    const number = queue.nextNumber(sent);
    const { refusal, nodeErrors, outputs } = validatePrompt(sent.prompt, files);
    if (refusal) return json(response, { error: refusal, node_errors: nodeErrors }, 400);
    const item: FakeItem = {
      ...{ number, id: sent.prompt_id ?? createHash("sha256").update(body).digest("hex"), prompt: sent.prompt, outputs },
      extra: { ...sent.extra_data, ...(sent.client_id !== undefined && { client_id: sent.client_id }) },
    };
    queue.put(item);
    if (faults.losesAnswers) return request.socket.destroy();
    return json(response, { prompt_id: item.id, number, node_errors: nodeErrors });
  };
  const post = (exchange: Exchange, path: string): unknown => {
    const { response, body, request } = exchange;
    const said = () => (body.length === 0 ? {} : JSON.parse(body.toString())) as { delete?: string[]; clear?: boolean; prompt_id?: string };
    switch (path) {
      case "/prompt":
        return postPrompt(exchange);
      case "/queue":
        queue.remove(said());
        return void response.end();
      case "/interrupt":
        queue.interrupt(said().prompt_id);
        return void response.end();
      case "/free":
        queue.forgetCached();
        return void response.end();
      case "/upload/image":
      case "/upload/mask":
        return void takeUpload(request.headers["content-type"] ?? "", { body, files }).then(
          (answer) => (answer ? json(response, answer) : void response.writeHead(400).end()),
          () => failed(response),
        );
      default:
        return void response.writeHead(404).end();
    }
  };
  return {
    route: (exchange: Exchange): unknown => {
      const { request, response } = exchange;
      const url = new URL(request.url ?? "", "http://fake");
      requests.push(`${request.method} ${url.pathname}`);
      if (request.method === "POST") return post(exchange, url.pathname);
      if (url.pathname === "/prompt") return json(response, { exec_info: { queue_remaining: queue.remaining() } });
      if (url.pathname === "/queue") return json(response, queue.tell());
      if (url.pathname === "/object_info") return json(response, FAKE_OBJECT_INFO);
      if (url.pathname === "/system_stats") return json(response, STATS);
      if (url.pathname === "/view") {
        const { filename = "", subfolder = "", type = "output" } = Object.fromEntries(url.searchParams);
        const file = files.get(`${type}/${subfolder}/${filename}`);
        return void (file ? response.writeHead(200, { "content-type": "image/png" }).end(file) : response.writeHead(404).end());
      }
      const [, id = ""] = /^\/history\/([^/]+)$/.exec(url.pathname) ?? [];
      const entry = queue.history.get(decodeURIComponent(id));
      return json(response, entry === undefined ? {} : { [decodeURIComponent(id)]: entry }, url.pathname.startsWith("/history/") ? 200 : 404);
    },
  };
}

const STATS = {
  system: { os: "posix", comfyui_version: "0.3.64", python_version: "3.11.2", pytorch_version: "2.4.0", argv: ["/srv/comfyui/main.py"] },
  devices: [{ name: "cuda:0 Fake", type: "cuda", index: 0, vram_total: 24 * 1024 ** 3, vram_free: 20 * 1024 ** 3 }],
};

async function takeUpload(contentType: string, { body, files }: { body: Buffer; files: Map<string, Buffer> }) {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  const image = form.get("image");
  const subfolder = String(form.get("subfolder") ?? "");
  if (!(image instanceof File) || subfolder.includes("..")) return undefined;
  const ref = form.get("original_ref");
  if (ref !== null) {
    const { filename, subfolder: of = "", type = "output" } = JSON.parse(String(ref)) as { filename: string; subfolder?: string; type?: string };
    if (!files.has(`${type}/${of}/${filename}`)) return undefined;
  }
  const type = String(form.get("type") ?? "input");
  files.set(`${type}/${subfolder}/${image.name}`, Buffer.from(await image.arrayBuffer()));
  return { name: image.name, subfolder, type };
}
