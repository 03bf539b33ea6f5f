import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createEgressClient, type EgressClient } from "../../egress/create-egress-client.ts";
import { type McpConnection, mcpConnectionSettings } from "../connection-settings.ts";

const program = fileURLToPath(new URL("../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url));

export type EverythingTransport = "stdio" | "http" | "sse";

export interface Everything {
  /** Reaches the server; `others` go over its settings. */
  connection(others?: object): McpConnection;
  port: number;
  /** Kills it and starts another one on the same port. */
  restart(): Promise<number>;
  stop(): Promise<void>;
}

const common = { id: "a", revision: 1, name: "Everything" };

/** `@modelcontextprotocol/server-everything`; over HTTP as a process of its own, on a free port. */
export async function startEverything(transport: EverythingTransport): Promise<Everything> {
  if (transport === "stdio") {
    const settings = { transport, command: "heddle:node", arguments: ["package:@modelcontextprotocol/server-everything"] };
    return {
      port: 0,
      connection: (others) => ({ ...common, settings: mcpConnectionSettings.parse({ ...settings, ...others }) }),
      restart: async () => 0,
      stop: async () => undefined,
    };
  }
  const port = await freePort();
  let end = await serve(transport, port);
  const egress = egressTo(port);
  return {
    port,
    connection: (others) => {
      const url = `http://127.0.0.1:${port}/${transport === "http" ? "mcp" : "sse"}`;
      return { ...common, settings: mcpConnectionSettings.parse({ transport, url, ...others }), fetch: egress.fetch };
    },
    restart: async () => {
      await end();
      end = await serve(transport, port);
      return port;
    },
    stop: async () => {
      await end();
      await egress.close();
    },
  };
}

/** Resolves when it listens; the answer ends it. */
async function serve(transport: "http" | "sse", port: number): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [program, transport === "http" ? "streamableHttp" : "sse"], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
      if (/listening|running on port/i.test(said)) resolve();
    });
    child.once("exit", () => reject(new Error(`The server did not start: ${said}`)));
  });
  return async () => {
    child.kill("SIGKILL");
    await exited;
  };
}

export function egressTo(...ports: number[]): EgressClient {
  return createEgressClient({ allow: () => ports.map((port) => ({ host: "127.0.0.1", port })), ownListeners: () => [] });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("No port is free.");
  return address.port;
}
