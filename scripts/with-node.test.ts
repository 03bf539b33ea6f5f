import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("with-node.mjs", import.meta.url));

function start(program: string) {
  const child = spawn(process.execPath, [script, "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  return { child, ended };
}

describe("with-node", () => {
  it("runs a new Node, finds it under `node`, and answers with its exit code", async () => {
    const { child, ended } = start('process.stdout.write(require("child_process").execFileSync("node", ["-v"])); process.exit(7)');
    const [output] = await once(child.stdout, "data");
    expect(Number(/^v(\d+)/.exec(String(output))?.[1])).toBeGreaterThanOrEqual(24);
    expect(await ended).toEqual([7, null]);
  });

  it("hands SIGTERM on and waits for the end", async () => {
    const { child, ended } = start('process.on("SIGTERM", () => setTimeout(() => process.exit(9), 100)); setInterval(() => {}, 1000); console.log("ready")');
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await ended).toEqual([9, null]);
  });

  it("helps what is slow to load, once, also in what its children start", async () => {
    const nested = 'console.log(process.env.NODE_OPTIONS.match(/quick-resolve/g).length, typeof (await import("drizzle-orm/node-postgres")).drizzle)';
    const { child, ended } = start(
      `process.exitCode = require("child_process").spawnSync(process.execPath, [${JSON.stringify(script)}, "--input-type=module", "-e", ${JSON.stringify(nested)}], { stdio: "inherit" }).status`,
    );
    const [output] = await once(child.stdout, "data");
    expect(String(output).trim()).toBe("1 function");
    expect(await ended).toEqual([0, null]);
  });

  it("answers a death by signal as a shell does", async () => {
    const { ended } = start('process.kill(process.pid, "SIGKILL")');
    expect(await ended).toEqual([137, null]);
  });
});
