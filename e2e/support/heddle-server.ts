import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
/** A first start creates the database. */
const startMs = 60_000;
const stopMs = 15_000;
const pollMs = 50;

interface Address {
  readonly url: string;
  readonly pid: number;
  readonly oneTimeUrl?: string;
}

/** A real server on a free port with a data directory of its own. */
export interface HeddleServer {
  /** `http://127.0.0.1:PORT`, without a slash at its end; the same after a restart, so that open pages find it again. */
  readonly url: string;
  /** Gives the browser its session; it can be opened once, and is another one then. */
  readonly oneTimeUrl: string;
  readonly dataDirectory: string;
  /** Everything the server printed so far. */
  readonly output: string;
  /** Starts it again on the same data, after `stop` or `kill`. */
  start(): Promise<void>;
  /** SIGTERM; throws when it does not end with 0 in time. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Ends it however it is, and removes its data. */
  dispose(): Promise<void>;
}

/** It begins with a copy of HEDDLE_JOURNEYS_DATA when that is set, otherwise with an empty directory. */
export async function createHeddleServer(environment: Readonly<Record<string, string>> = {}): Promise<HeddleServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "heddle-journey-"));
  const firstData = process.env.HEDDLE_JOURNEYS_DATA;
  // it was made by a server of a single person: one of a team starts from nothing
  if (firstData !== undefined && environment.HEDDLE_TEAM === undefined) await cp(firstData, dataDirectory, { recursive: true });
  let child: ChildProcess | undefined;
  let address: Address | undefined;
  let output = "";
  let port = "0";

  const known = () => {
    if (address === undefined) throw new Error("The server is not running.");
    return address;
  };
  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    child = undefined;
    address = undefined;
    return ending === undefined ? 0 : endProcess(ending, signal);
  };

  const server: HeddleServer = {
    dataDirectory,
    get url() {
      return known().url.replace(/\/$/, "");
    },
    get oneTimeUrl() {
      // each opens once; the newest stands in this file
      const now: Address = JSON.parse(readFileSync(join(dataDirectory, "server.json"), "utf8"));
      return now.oneTimeUrl ?? known().url;
    },
    get output() {
      return output;
    },
    start: async () => {
      const file = join(dataDirectory, "server.json");
      await rm(file, { force: true });
      const env = { ...process.env, ...environment, HEDDLE_DATA: dataDirectory, HOST: "127.0.0.1", PORT: port };
      const started = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], { env, stdio: ["ignore", "pipe", "pipe"] });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      address = await addressOf(started, file).catch(async (error: Error) => {
        await end("SIGKILL");
        throw new Error(`${error.message}\n${output}`);
      });
      port = new URL(address.url).port;
    },
    stop: async () => {
      const code = await end("SIGTERM");
      if (code !== 0) throw new Error(`The server did not end well on SIGTERM (${code}):\n${output}`);
    },
    kill: async () => {
      await end("SIGKILL");
    },
    dispose: async () => {
      await end("SIGTERM");
      await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await server.start();
  return server;
}

/** The server writes its address into its data directory when it listens, and is ready when it says so. */
async function addressOf(child: ChildProcess, file: string): Promise<Address> {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The server ended while starting (${child.exitCode ?? child.signalCode}).`);
    const address = await readAddress(file);
    if (address?.pid === child.pid && address !== undefined && (await isReady(address.url))) return address;
    await sleep(pollMs);
  }
  throw new Error(`The server was not ready after ${startMs / 1000} s.`);
}

async function readAddress(file: string): Promise<Address | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL("/api/health/ready", url))).ok;
  } catch {
    return false;
  }
}

/** Its exit code, or the signal that ended it; SIGKILL when it takes too long. */
async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | string> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode ?? 0;
  const ended = new Promise<number | string>((resolve) => child.once("close", (code, by) => resolve(code ?? by ?? 0)));
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), stopMs);
  const result = await ended;
  clearTimeout(force);
  return result;
}
