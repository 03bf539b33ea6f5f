import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SERVER_FLAGS } from "../scripts/support/server-flags.mjs";

const compiled = fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url));
/** A first start creates the database, on a busy machine. */
const START_MS = 90_000;
const STOP_MS = 20_000;
const POLL_MS = 3;
/** Characters kept of what it printed, for the message when it does not start. */
const OUTPUT = 10_000;

export interface BenchProcess {
  url: string;
  pid: number;
  /** Milliseconds since 1970 when it was spawned. */
  spawnedAt: number;
  /** Milliseconds from there to its first good answer at `ready`. */
  readyMs: number;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>;
}

export interface ProcessGiven {
  program: URL;
  environment?: Readonly<Record<string, string>>;
  /** A path that answers well once it works. */
  ready: string;
}

export const HEDDLE = { program: new URL("../server/main.ts", import.meta.url), ready: "/api/health/ready" };

/** Starts a program that listens on `PORT`, with the compile cache that `npm start` uses. Throws when it does not get ready. */
export async function startProcess({ program, environment = {}, ready }: ProcessGiven): Promise<BenchProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled, ...environment, HOST: "127.0.0.1", PORT: String(port) };
  const spawnedAt = Date.now();
  const start = performance.now();
  const child = spawn(process.execPath, [...SERVER_FLAGS, fileURLToPath(program)], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-OUTPUT);
    });
  }
  const end = (signal: NodeJS.Signals) => endProcess(child, signal);
  while (!(await answers(url + ready))) {
    if (hasEnded(child) || performance.now() - start > START_MS) {
      await end("SIGKILL");
      throw new Error(`${fileURLToPath(program)} did not start:\n${output}`);
    }
    await delay(POLL_MS);
  }
  return { url, pid: child.pid ?? 0, spawnedAt, readyMs: performance.now() - start, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
}

/** Whether a good answer comes from there. */
export async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(force);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("There is no free port.");
  return address.port;
}
