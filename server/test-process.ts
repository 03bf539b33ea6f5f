import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface TestProcess {
  pid: number;
  /** The next line it prints; undefined when it has ended. */
  line: () => Promise<string | undefined>;
  /** SIGKILL, and waits for its end. */
  kill: () => Promise<void>;
  ended: Promise<number | null>;
}

/** Runs the text of a module in a Node process of its own, for tests about what survives the death of a process. */
export function startTestProcess(module: string): TestProcess {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", module], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    pid: child.pid ?? 0,
    line: async () => {
      const next = await lines.next();
      return next.done ? undefined : next.value;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    ended,
  };
}
