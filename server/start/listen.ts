import { createServer, type RequestListener, type Server } from "node:http";
import { z } from "zod";
import { StartError } from "./start-error.ts";

/** The server's one listener. What answers is exchanged while it starts, so that its health can be asked from the first moment. */
export interface Listener {
  server: Server;
  host: string;
  port: number;
  answerWith(handler: RequestListener): void;
  /** Takes nothing new, waits a moment for what is being answered, then cuts the rest. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 4_000;
const DRAIN_MS = 2_000;
/** A connection that is cut in the moment its next request is under way loses that request: proxies and scripts commonly keep one for a minute, and cut it first. */
const IDLE_MS = 75_000;

/** Throws StartError when the address cannot be had. */
export async function listen({ host, port, first }: { host: string; port: number; first: RequestListener }): Promise<Listener> {
  let answer = first;
  const server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => answer(request, response));
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  }).catch(async (error: unknown) => {
    throw await explain(error, host, port);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return {
    server,
    host,
    port: address.port,
    answerWith: (handler) => {
      answer = handler;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Where it is reached on this machine, as no PUBLIC_URL says otherwise; an IPv6 address stands in brackets. */
export function listenerOrigin({ host, port }: Pick<Listener, "host" | "port">): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function explain(error: unknown, host: string, port: number): Promise<unknown> {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const cause = { cause: error };
  switch (code) {
    case "EADDRINUSE": {
      const version = await heddleAt(host, port);
      const who = version ? `another Heddle (${version})` : "another program";
      return new StartError(`Port ${port} on ${host} is taken by ${who}.`, `Stop it, or start this one elsewhere: PORT=${port + 1} npm start`, cause);
    }
    case "EACCES":
      return new StartError(`This user may not listen on port ${port}.`, "Choose a port above 1023: PORT=4400 npm start", cause);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`HOST=${host} is not an address of this machine.`, "Leave HOST at 127.0.0.1.", cause);
    default:
      return error;
  }
}

const healthSchema = z.object({ status: z.string(), version: z.string(), database: z.string() });

/** The version of the Heddle that holds a port, if it is one. */
async function heddleAt(host: string, port: number): Promise<string | undefined> {
  try {
    const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
    const answer = await fetch(`http://${name.includes(":") ? `[${name}]` : name}:${port}/api/health/live`, {
      signal: AbortSignal.timeout(1_000),
      redirect: "error",
    });
    return healthSchema.safeParse(await answer.json()).data?.version;
  } catch {
    return undefined;
  }
}
