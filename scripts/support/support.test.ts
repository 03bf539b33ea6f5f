import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeCounts, readPlaywrightReport, readVitestReport, totalCounts } from "./checks.mjs";
import { contentHash } from "./content-hash.mjs";
import { withLock } from "./lock.mjs";
import { root } from "./paths.mjs";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "heddle-scripts-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("withLock", () => {
  const lockFile = () => join(directory, ".work.lock");

  it("runs one at a time and leaves nothing behind, also after a failure", async () => {
    let running = 0;
    const work = async () => {
      running += 1;
      expect(running).toBe(1);
      await sleep(20);
      running -= 1;
    };
    await Promise.all([withLock("work", work, directory), withLock("work", work, directory)]);
    await expect(withLock("work", () => Promise.reject(new Error("no")), directory)).rejects.toThrow("no");
    expect(existsSync(lockFile())).toBe(false);
  });

  it("takes over from a process that is gone, and from one that went silent", async () => {
    const noSuchProcess = 2 ** 22 + 1;
    writeFileSync(lockFile(), String(noSuchProcess));
    expect(await withLock("work", async () => "done", directory)).toBe("done");

    writeFileSync(lockFile(), String(process.pid));
    utimesSync(lockFile(), new Date(0), new Date(0));
    expect(await withLock("work", async () => "done", directory)).toBe("done");
  });
});

describe("contentHash", () => {
  it("changes with contents and names, not with what is left out or absent", () => {
    mkdirSync(join(directory, "a"));
    writeFileSync(join(directory, "a", "one.ts"), "1");
    const hash = () => contentHash(directory, ["a", "absent"], (path) => !path.endsWith(".test.ts"));
    const first = hash();
    writeFileSync(join(directory, "a", "one.test.ts"), "test");
    expect(hash()).toBe(first);
    writeFileSync(join(directory, "a", "one.ts"), "2");
    const second = hash();
    expect(second).not.toBe(first);
    writeFileSync(join(directory, "a", "two.ts"), "");
    expect(hash()).not.toBe(second);
  });
});

describe("counts", () => {
  const report = (content: object) => {
    const path = join(directory, "report.json");
    writeFileSync(path, JSON.stringify(content));
    return path;
  };

  it("come from the reports of both runners, with the names of what passed on its second try only", () => {
    const tried = (fullName: string, status: string, ...failureMessages: string[]) => ({ fullName, status, failureMessages });
    const assertionResults = [
      tried("weaves", "passed"),
      tried("knots", "passed", "Error: it slipped\n    at knot.ts"),
      tried("tears", "failed", "Error: torn"),
    ];
    const unit = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, testResults: [{ name: join(root, "server", "loom.test.ts"), assertionResults }] };
    const flaky = [`${join("server", "loom.test.ts")}: knots (Error: it slipped)`];
    expect(readVitestReport(report(unit))).toEqual({ passed: 5, failed: 1, skipped: 2, flaky });

    const spec = (title: string, status: string, ...messages: string[]) => {
      const results = [...messages.map((message) => ({ error: { message } })), {}];
      return { title, file: "loom.journey.ts", tests: [{ status, results }] };
    };
    const suites = [{ specs: [spec("a", "expected")], suites: [{ specs: [spec("b", "flaky", "\u001b[31mError: late\u001b[39m\n  at b")] }] }];
    const journeys = { stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 }, suites };
    expect(readPlaywrightReport(report(journeys))).toEqual({ passed: 4, failed: 1, skipped: 0, flaky: ["loom.journey.ts: b (Error: late)"] });
  });

  it("add up, with one failure for a check that failed without a failed test", () => {
    const total = totalCounts([
      { name: "types", ok: false, time: "" },
      { name: "unit tests", ok: true, time: "", counts: { passed: 5, failed: 0, skipped: 0 } },
      { name: "browser journeys", ok: false, time: "", counts: { passed: 2, failed: 0, skipped: 1 } },
    ]);
    expect(total).toEqual({ passed: 7, failed: 2, skipped: 1 });
    expect(describeCounts(total)).toBe("7 passed, 2 failed, 1 skipped");
    expect(describeCounts({ passed: 7, failed: 0, skipped: 0 })).toBe("7 passed, 0 failed");
  });
});
