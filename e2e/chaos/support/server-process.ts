import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../server/main.ts", import.meta.url));
const compiled = fileURLToPath(new URL("../../../node_modules/.cache/compiled", import.meta.url));
/** A first start creates the database, on a busy machine. */
const START_MS = 90_000;
const STOP_MS = 30_000;
const POLL_MS = 25;
/** Characters kept of what it printed. */
const OUTPUT = 20_000;

type Environment = Readonly<Record<string, string>>;

/** One process of Heddle that can be killed, stopped and started again under the same address. */
export interface ServerProcess {
  readonly url: string;
  /** The end of what it has printed so far, over all its lives. */
  readonly output: string;
  readonly isAlive: boolean;
  /** Resolves once it is ready, with true; or once it has ended by itself, with false. */
  start(extra?: Environment): Promise<boolean>;
  /** Resolves when it has ended, or after that many milliseconds; whether it has ended. */
  endsWithin(milliseconds: number): Promise<boolean>;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for its end; throws when it does not end well. */
  stop(): Promise<void>;
}

export async function createServerProcess(environment: Environment): Promise<ServerProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let ended: Promise<number | string> = Promise.resolve(0);
  let isAlive = false;
  let output = "";

  const end = async (name: NodeJS.Signals): Promise<number | string> => {
    if (!isAlive) return 0;
    const force = setTimeout(() => child?.kill("SIGKILL"), STOP_MS);
    child?.kill(name);
    // a stopped process hears nothing but SIGKILL
    if (name === "SIGTERM") child?.kill("SIGCONT");
    const result = await ended;
    clearTimeout(force);
    return result;
  };
  return {
    url,
    get output() {
      return output;
    },
    get isAlive() {
      return isAlive;
    },
    start: async (extra = {}) => {
      const env = {
        ...process.env,
        NODE_COMPILE_CACHE: compiled,
        HEDDLE_ALLOW_FAILPOINTS: "1",
        ...environment,
        ...extra,
        HOST: "127.0.0.1",
        PORT: String(port),
      };
      const started = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], { env, stdio: ["ignore", "pipe", "pipe"] });
      child = started;
      isAlive = true;
      ended = new Promise((resolve) => {
        started.once("close", (code, name) => {
          if (child === started) isAlive = false;
          resolve(code ?? name ?? 0);
        });
      });
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          output = (output + text).slice(-OUTPUT);
        });
      }
      const deadline = Date.now() + START_MS;
      while (isAlive && Date.now() < deadline) {
        if (await isReady(url)) return true;
        await sleep(POLL_MS);
      }
      if (!isAlive && started.signalCode === "SIGKILL") return false;
      await end("SIGKILL");
      throw new Error(`The server did not start (${started.exitCode ?? started.signalCode}):\n${output}`);
    },
    endsWithin: async (milliseconds) => {
      await Promise.race([ended, sleep(milliseconds)]);
      return !isAlive;
    },
    signal: (name) => {
      child?.kill(name);
    },
    kill: async () => {
      await end("SIGKILL");
    },
    stop: async () => {
      const result = await end("SIGTERM");
      if (result !== 0) throw new Error(`The server did not end well on SIGTERM (${result}):\n${output}`);
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("There is no free port.");
  return address.port;
}
