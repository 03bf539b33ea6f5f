import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, type IncomingHttpHeaders, request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { readConfig } from "../config.ts";
import type { Role } from "../contract/access.ts";
import { WORKSPACE_HEADER } from "../contract/common.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { type HeddleServer, serve } from "../serve.ts";

/** Somebody who asks: what failures call them, and the headers that show who they are. */
export interface Caller {
  name: string;
  headers: Record<string, string>;
}

/** Somebody with an account. */
export interface Person extends Caller {
  id: string;
  email: string;
  password: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  json: any;
}

export interface Sending {
  body?: unknown;
  /** Instead of those that the caller would send. `undefined` leaves one out. */
  headers?: Record<string, string | undefined>;
  /** For requests that name no resource. */
  workspace?: string | undefined;
}

export const NOBODY: Caller = { name: "nobody", headers: {} };
/** The one that is there from the start. */
export const FIRST_WORKSPACE = "workspace_default";
const PASSWORD = "correct horse battery";

/** The real server in team mode, in this process, and people to ask it. */
export interface TeamServer {
  server: HeddleServer;
  url: string;
  directory: string;
  /** Whoever has the token of the data directory. */
  file: Caller;
  /** The first owner: of the first workspace, and with it of the installation. */
  owner: Person;
  /** `to`: method and address, such as "GET /api/runs". */
  send(caller: Caller, to: string, sending?: Sending): Promise<Answer>;
  /** The JSON that is answered; throws unless that says it went well. */
  must(caller: Caller, to: string, sending?: Sending): Promise<Answer["json"]>;
  /** An account that is made by accepting an invitation. */
  join(name: string, at: { by: Caller; workspace: string; role: Role }): Promise<Person>;
  /** Accepts an invitation with the account they have. */
  rejoin(person: Person, at: { by: Caller; workspace: string; role: Role }): Promise<void>;
  signIn(person: Person): Promise<void>;
  /** Opens a websocket that keeps what it is told. */
  connect(caller: Caller, path: string, headers?: Record<string, string | undefined>): ListeningSocket;
  close(): Promise<void>;
}

export interface ListeningSocket {
  socket: WebSocket;
  frames: Buffer[];
  opened: Promise<void>;
  /** The code it is closed with; an HTTP status when the upgrade was refused. */
  closed: Promise<number>;
}

export interface TeamServerGiven {
  environment?: Record<string, string | undefined>;
  logger?: Logger;
  /** Hears every answer's headers and text, and every frame. */
  onReceived?: (text: string) => void;
}

export async function startTeamServer({ environment = {}, logger = silentLogger, onReceived = () => undefined }: TeamServerGiven = {}): Promise<TeamServer> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-team-"));
  const config = readConfig({ HEDDLE_DATA: directory, PORT: "0", HEDDLE_TEAM: "1", HEDDLE_CHECK_ANSWERS: "1", ...environment });
  const server = await serve(config, { logger });
  const { url } = server;
  const address = config.publicUrl ? `http://127.0.0.1:${config.port}` : url;
  const token = (await readFile(join(config.dataDirectory, "token"), "utf8")).trim();
  const client = createClient(address, { host: new URL(url).host, onReceived });
  const { send, must } = client;
  const signedIn = (answer: Answer): Record<string, string> => ({ cookie: cookieOf(answer), origin: url });

  const linkFor = async ({ by, workspace, role }: { by: Caller; workspace: string; role: Role }): Promise<string> =>
    (await must(by, "POST /api/invitations", { workspace, body: { role } })).url.split("/").at(-1);
  const accountOf = (name: string) => ({ name, email: `${name.toLowerCase().replaceAll(" ", "-")}@example.org`, password: PASSWORD });
  const personOf = async (name: string, answer: Answer): Promise<Person> => {
    const caller = { name, headers: signedIn(answer) };
    return { ...caller, ...accountOf(name), id: (await must(caller, "GET /api/session")).actor };
  };
  const createOwner = async (): Promise<Person> => {
    const body = { ...accountOf("Root"), token: String(server.ownerUrl).split("/").at(-1) };
    return personOf("Root", await send(NOBODY, "POST /api/owner", { body }));
  };
  return {
    ...{ server, url, directory, send, must },
    file: { name: "the token file", headers: { authorization: `Bearer ${token}` } },
    owner: server.ownerUrl === undefined ? { ...NOBODY, id: "", email: "", password: "" } : await createOwner(),
    join: async (name, at) =>
      personOf(name, await send(NOBODY, "POST /api/invitations/accept", { body: { token: await linkFor(at), account: accountOf(name) } })),
    rejoin: async (person, at) => {
      await must(person, "POST /api/invitations/accept", { body: { token: await linkFor(at) } });
    },
    signIn: async (person) => {
      const { email, password } = person;
      person.headers = signedIn(await send(NOBODY, "POST /api/session", { body: { email, password } }));
    },
    connect: (caller, path, headers = {}) =>
      listenTo(
        new WebSocket(`${address.replace("http", "ws")}${path}`, { headers: defined({ host: new URL(url).host, ...caller.headers, ...headers }) }),
        onReceived,
      ),
    close: async () => {
      client.close();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What the answer sets, as a browser would send it back. */
export function cookieOf({ headers }: Pick<Answer, "headers">): string {
  return (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";")[0]).join("; ");
}

/** Unlike `fetch`, sends every header as it is told. */
function createClient(address: string, { host, onReceived }: { host: string; onReceived: (text: string) => void }) {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(address);
  const send: TeamServer["send"] = (caller, to, { body, headers = {}, workspace } = {}) => {
    const [method = "GET", path = "/"] = to.split(" ");
    const content = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const own = content === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(content)) };
    const named = workspace === undefined ? {} : { [WORKSPACE_HEADER]: workspace };
    return new Promise((resolve, reject) => {
      const request = sendRequest(
        { agent, hostname, port, path, method, headers: defined({ host, ...own, ...caller.headers, ...named, ...headers }) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            onReceived(`${JSON.stringify(response.headers)}\n${text}`);
            const isJson = /json/.test(response.headers["content-type"] ?? "");
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: isJson && text !== "" ? JSON.parse(text) : undefined });
          });
        },
      );
      request.on("error", reject);
      request.end(content);
    });
  };
  const must: TeamServer["must"] = async (caller, to, sending) => {
    const { status, text, json } = await send(caller, to, sending);
    if (status >= 300) throw new Error(`${caller.name}: ${to} was answered with ${status}: ${text}`);
    return json;
  };
  return { send, must, close: () => agent.destroy() };
}

function listenTo(socket: WebSocket, onReceived: (text: string) => void): ListeningSocket {
  const frames: Buffer[] = [];
  socket.on("message", (data: Buffer) => {
    frames.push(data);
    onReceived(data.toString("utf8"));
  });
  const closed = new Promise<number>((resolve) => {
    socket.once("unexpected-response", (_request, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", () => resolve(0));
    socket.once("close", resolve);
  });
  const opened = new Promise<void>((resolve) => socket.once("open", () => resolve()));
  return { socket, frames, opened, closed };
}

function defined(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
