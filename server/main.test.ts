import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));
/** A start takes two seconds; on a busy machine many times that. */
const patient = { timeout: 60_000, interval: 20 };
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-main-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function start(environment: Record<string, string>) {
  const env = { ...process.env, HEDDLE_DATA: join(directory, "data"), PORT: "0", ...environment };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, ended, output: () => output };
}

describe("the program", { timeout: 120_000 }, () => {
  it("says what is wrong with its environment, and stops", async () => {
    const { ended, output } = start({ HOST: "0.0.0.0" });
    expect(await ended).toBe(1);
    expect(output()).toMatch(/Heddle cannot start\.\n.*HOST=0\.0\.0\.0 opens Heddle to other machines/);
  });

  it("prints its address and the one-time URL, and ends well on SIGTERM", async () => {
    const { child, ended, output } = start({});
    await expect.poll(output, patient).toContain("/session/");
    const { url, oneTimeUrl } = JSON.parse(await readFile(join(directory, "data", "server.json"), "utf8"));
    expect(output()).toContain(url);
    expect(output()).toContain(oneTimeUrl);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("that is told to stop while it starts leaves nothing behind", async () => {
    const { child, ended } = start({});
    await expect.poll(() => readFile(join(directory, "data", "heddle.lock"), "utf8").catch(() => ""), patient).not.toBe("");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    await expect(readFile(join(directory, "data", "heddle.lock"))).rejects.toThrow("ENOENT");
  });
});
