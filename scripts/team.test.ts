import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { switchToTeam } from "./team.mjs";

let directory: string;
let server: Server | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-team-"));
});
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  await writeFile(join(directory, "server.json"), JSON.stringify({ url, pid: 1 }));
  await writeFile(join(directory, "token"), "the-token\n");
  return url;
}

describe("npm run team", () => {
  it("asks the server that is running, with the token of its data directory", async () => {
    const asked: unknown[] = [];
    const url = await listen(({ method, url: path, headers }, response) => {
      asked.push([method, path, headers.authorization, headers.origin]);
      response.setHeader("content-type", "application/json").end(JSON.stringify({ ownerUrl: "http://127.0.0.1/owner/x" }));
    });
    expect(await switchToTeam(directory)).toEqual({ url, ownerUrl: "http://127.0.0.1/owner/x" });
    expect(asked).toEqual([["POST", "/api/installation/team", "Bearer the-token", undefined]]);
  });

  it("says to start one first", async () => {
    await expect(switchToTeam(directory)).rejects.toThrow(/No Heddle is running on .*npm start/s);
    await writeFile(join(directory, "server.json"), JSON.stringify({ url: "http://127.0.0.1:1" }));
    await writeFile(join(directory, "token"), "the-token\n");
    await expect(switchToTeam(directory)).rejects.toThrow(/does not answer at .*npm start/s);
  });

  it("says why it was refused", async () => {
    await listen((_request, response) => response.writeHead(403).end(JSON.stringify({ detail: "Not you." })));
    await expect(switchToTeam(directory)).rejects.toThrow("did not switch: Not you.");
  });
});
