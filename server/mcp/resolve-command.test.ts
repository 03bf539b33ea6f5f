import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { mcpConnectionSettings, stdioSettings } from "./connection-settings.ts";
import { resolveCommand } from "./resolve-command.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "heddle-root-")));
afterAll(() => rmSync(root, { recursive: true }));

function file(path: string, content: unknown = ""): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content), { mode: 0o755 });
}

file("templates/welcome/files/a.txt");
file("secret.txt");
symlinkSync(join(root, "secret.txt"), join(root, "templates/link.txt"));
file("bin/tool");
file("node_modules/@scope/one/package.json", { bin: { one: "dist/index.js" } });
file("node_modules/@scope/one/dist/index.js");
file("node_modules/plain/package.json", { bin: "./run.js" });
file("node_modules/plain/run.js");
file("node_modules/two/package.json", { bin: { a: "a.js", b: "b.js" } });
file("node_modules/escape/package.json", { bin: "../../secret.txt" });
file("node_modules/library/package.json", {});

const environment = { PATH: join(root, "bin"), HOME: "/home/weaver", DATABASE_URL: "postgres://secret" };
const resolve = (given: object) => resolveCommand(stdioSettings.parse({ transport: "stdio", command: "heddle:node", ...given }), { root, environment });
const refusal = (given: object) => {
  try {
    return resolve(given);
  } catch (error) {
    if (error instanceof NodeError) return error;
    throw error;
  }
};

describe("the command of a connection", () => {
  it("is the Node that runs Heddle, a program in PATH, or an absolute path", () => {
    expect(resolve({}).command).toBe(process.execPath);
    expect(resolve({ command: "tool" }).command).toBe(join(root, "bin/tool"));
    expect(resolve({ command: join(root, "bin/tool") }).command).toBe(join(root, "bin/tool"));
    expect(resolve({ command: "tool", environment: { PATH: `/nowhere:${join(root, "bin")}` } }).command).toBe(join(root, "bin/tool"));
  });

  it.each([{ command: "tool", environment: { PATH: "/nowhere" } }, { command: "/no/such/program" }, { command: tmpdir() }])(
    "is refused when not found: %j",
    (given) => {
      expect(refusal(given)).toMatchObject({ code: "network", happened: "no", details: { advice: expect.any(String) } });
    },
  );
});

describe("placeholders in arguments", () => {
  it("lead to programs of installed packages and to files that ship with Heddle", () => {
    const given = ["package:@scope/one", "package:plain", "asset:templates/welcome/files", "--flag=asset:x", "plain"];
    expect(resolve({ arguments: given }).arguments).toEqual([
      join(root, "node_modules/@scope/one/dist/index.js"),
      join(root, "node_modules/plain/run.js"),
      join(root, "templates/welcome/files"),
      "--flag=asset:x",
      "plain",
    ]);
  });

  it.each([
    "package:missing",
    "package:../secret",
    "package:..",
    "package:@scope/../plain",
    "package:two",
    "package:escape",
    "package:library",
    "asset:secret.txt",
    "asset:templates/../secret.txt",
    "asset:templates/link.txt",
    "asset:templates/missing",
    "asset:/etc/passwd",
    "asset:.",
  ])("may not be %s", (argument) => {
    expect(refusal({ arguments: [argument] })).toMatchObject({ code: "network", happened: "no" });
  });
});

describe("environment and folder", () => {
  it("hold what is listed and nothing else", () => {
    expect(resolve({ environment: { TOKEN: "t", HOME: "heddle:inherit", TZ: "heddle:inherit" } }).environment).toEqual({ TOKEN: "t", HOME: "/home/weaver" });
    expect(resolve({}).environment).toEqual({});
  });

  it("default to the temporary folder; others must exist", () => {
    expect(resolve({}).workingDirectory).toBe(tmpdir());
    expect(resolve({ workingDirectory: "asset:templates/welcome" }).workingDirectory).toBe(join(root, "templates/welcome"));
    expect(refusal({ workingDirectory: "/no/such/folder" })).toMatchObject({ code: "network", happened: "no" });
  });
});

describe("the settings", () => {
  const isAccepted = (given: object) => mcpConnectionSettings.safeParse({ transport: "stdio", command: "tool", ...given }).success;

  it.each([
    { transport: "http", url: "https://example.com/mcp" },
    { command: "" },
    { command: "./tool" },
    { command: "bin/tool" },
    { arguments: ["a\0b"] },
    { environment: { "A-B": "1" } },
    { environment: { "": "1" } },
    { environment: { "A=B": "1" } },
    { environment: { DATABASE_URL: "heddle:inherit" } },
    { workingDirectory: "relative" },
    { shell: true },
  ])("refuse %j", (given) => {
    expect(isAccepted(given)).toBe(false);
  });

  it("accept the least", () => {
    expect(stdioSettings.parse({ transport: "stdio", command: "tool" })).toEqual({
      transport: "stdio",
      command: "tool",
      arguments: [],
      environment: {},
    });
  });
});
