import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { missingPlatformPackages } from "./complete-lock.mjs";
import { explainInstallFailure, isInstalled } from "./set-up.mjs";

describe("isInstalled", () => {
  let directory: string;
  const lockPath = () => join(directory, "package-lock.json");
  const installedPath = () => join(directory, "node_modules", ".package-lock.json");
  const write = (path: string, packages: Record<string, object>) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ packages }));
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "heddle-set-up-"));
    write(lockPath(), { "": {}, "node_modules/a": { version: "1.0.0" }, "node_modules/a-darwin": { version: "1.0.0", optional: true } });
    write(join(directory, "node_modules", "a", "package.json"), {});
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("is false while npm has not finished", () => {
    expect(isInstalled(lockPath(), installedPath())).toBe(false);
  });

  it("takes the right versions, without the packages of other platforms", () => {
    write(installedPath(), { "node_modules/a": { version: "1.0.0" } });
    expect(isInstalled(lockPath(), installedPath())).toBe(true);
  });

  it("sees another version, a missing package and a missing folder", () => {
    write(installedPath(), { "node_modules/a": { version: "1.0.1" } });
    expect(isInstalled(lockPath(), installedPath())).toBe(false);
    write(installedPath(), {});
    expect(isInstalled(lockPath(), installedPath())).toBe(false);
    write(installedPath(), { "node_modules/a": { version: "1.0.0" } });
    rmSync(join(directory, "node_modules", "a"), { recursive: true });
    expect(isInstalled(lockPath(), installedPath())).toBe(false);
  });
});

describe("explainInstallFailure", () => {
  it.each([
    ["npm error code ENOSPC", "disk is full"],
    ["npm error code ENOTFOUND", "cannot be reached"],
    ["npm error code EACCES", "cannot be written"],
    ["npm error something new", "npm said"],
  ])("%s", (output, expected) => {
    expect(explainInstallFailure(output)).toContain(expected);
    expect(explainInstallFailure(output)).toContain(output);
  });
});

describe("package-lock.json", () => {
  it("names the packages of all platforms, or npm 11 refuses it: run `node scripts/complete-lock.mjs`", () => {
    const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
    expect(missingPlatformPackages(packages)).toEqual({});
  });

  it("is completed with a version and a platform", () => {
    const packages = { "node_modules/tool": { dev: true, optionalDependencies: { "@tool/cli-darwin-arm64": "2.0.0", "@tool/cli-linux-x64-musl": "2.0.0" } } };
    expect(missingPlatformPackages({ ...packages, "node_modules/@tool/cli-linux-x64-musl": { version: "2.0.0" } })).toEqual({
      "node_modules/@tool/cli-darwin-arm64": { version: "2.0.0", dev: true, optional: true, os: ["darwin"], cpu: ["arm64"] },
    });
  });
});
