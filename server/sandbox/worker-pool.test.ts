import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Sandbox } from "#nodes/kit/code/service.ts";
import { createSandbox } from "./create-sandbox.ts";

const limits = { timeoutMs: 5000, memoryBytes: 16 * 1024 * 1024, outputBytes: 64 * 1024 };
const never = new AbortController().signal;
const run = (sandbox: Sandbox, source: string, options: { signal?: AbortSignal; timeoutMs?: number } = {}) =>
  sandbox.runCode({
    source,
    language: "javascript",
    inputs: {},
    limits: { ...limits, timeoutMs: options.timeoutMs ?? limits.timeoutMs },
    signal: options.signal ?? never,
  });

async function withSandbox(workers: number, use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = createSandbox({ workers });
  try {
    await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

describe("the sandbox's workers", () => {
  it("run many jobs over two threads", async () => {
    await withSandbox(2, async (sandbox) => {
      const jobs = Array.from({ length: 20 }, (_, index) => run(sandbox, `return ${index} * 2;`));
      expect(await Promise.all(jobs)).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
    });
  });

  it("take jobs first come, first served", async () => {
    await withSandbox(1, async (sandbox) => {
      const order = Array.from({ length: 10 }, (_, index) => index);
      const finished: number[] = [];
      await Promise.all(order.map((index) => run(sandbox, "return 1;").then(() => finished.push(index))));
      expect(finished).toEqual(order);
    });
  });

  it("leave the main loop free while a job spins", async () => {
    await withSandbox(1, async (sandbox) => {
      await run(sandbox, "return 1;");
      let worst = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        worst = Math.max(worst, performance.now() - last);
        last = performance.now();
      }, 10);
      await expect(run(sandbox, "for (;;) {}", { timeoutMs: 500 })).rejects.toMatchObject({ code: "timeout" });
      clearInterval(timer);
      expect(worst).toBeLessThan(400);
    });
  });

  it("end a running job, and drop a waiting one, on abort", async () => {
    await withSandbox(1, async (sandbox) => {
      await run(sandbox, "return 1;");
      const running = new AbortController();
      const waiting = new AbortController();
      const spinning = run(sandbox, "for (;;) {}", { signal: running.signal, timeoutMs: 60_000 });
      const queued = run(sandbox, "return 2;", { signal: waiting.signal });
      const after = run(sandbox, "return 3;");
      waiting.abort();
      await expect(queued).rejects.toMatchObject({ code: "cancelled", happened: "no" });
      setTimeout(() => running.abort(), 50);
      await expect(spinning).rejects.toMatchObject({ code: "cancelled", happened: "no" });
      expect(await after).toBe(3);
      await expect(run(sandbox, "return 4;", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
    });
  });

  it("count the time limit from when a job starts", async () => {
    await withSandbox(1, async (sandbox) => {
      const busy = "const end = Date.now() + 300; while (Date.now() < end); return 1;";
      expect(await Promise.all(Array.from({ length: 3 }, () => run(sandbox, busy, { timeoutMs: 600 })))).toEqual([1, 1, 1]);
    });
  });

  it("fail the job, not the process, when taking a log line throws", async () => {
    await withSandbox(1, async (sandbox) => {
      const onLog = () => {
        throw new Error("full");
      };
      const request = { source: "console.log(1); return 1;", language: "javascript", inputs: {}, limits, signal: never, onLog } as const;
      await expect(sandbox.runCode(request)).rejects.toMatchObject({ code: "unexpected", message: expect.stringContaining("full") });
      expect(await run(sandbox, "return 2;")).toBe(2);
    });
  });

  it("cancel what runs and waits on close, and take nothing more", async () => {
    const sandbox = createSandbox({ workers: 1 });
    const pending = [run(sandbox, "for (;;) {}"), run(sandbox, "return 1;")].map((promise) => promise.catch((error: { code: string }) => error.code));
    await sandbox.close();
    expect(await Promise.all(pending)).toEqual(["cancelled", "cancelled"]);
    await expect(run(sandbox, "return 1;")).rejects.toMatchObject({ code: "cancelled" });
  });

  it("never keep the process alive, closed or idle", () => {
    const program = (last: string) => `
      const { createSandbox } = await import("#server/sandbox/create-sandbox.ts");
      const sandbox = createSandbox();
      const request = { source: "return 7", language: "typescript", inputs: {}, limits: ${JSON.stringify(limits)}, signal: new AbortController().signal };
      process.stdout.write(String(await sandbox.runCode(request)));
      ${last}`;
    for (const last of ["", "await sandbox.close();"]) {
      const child = spawnSync(process.execPath, ["--input-type=module", "-e", program(last)], { encoding: "utf8", timeout: 20_000 });
      expect({ out: child.stdout, err: child.stderr, status: child.status }).toEqual({ out: "7", err: "", status: 0 });
    }
  }, 45_000);
});
