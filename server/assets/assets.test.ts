import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOCAL } from "../auth/actor.ts";
import { type Caller, FIRST_WORKSPACE, type Person, startTeamServer, type TeamServer } from "../testing/team-server.ts";
import { createAssets } from "./assets.ts";
import { createDiskBlobs } from "./blob-store.ts";
import { removeAbandoned } from "./receive-file.ts";

let team: TeamServer;
let directory: string;
const people = {} as Record<"viewer" | "elsewhere", Person>;
const workspace = FIRST_WORKSPACE;
const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(2_000, 7)]);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-assets-"));
  team = await startTeamServer();
  people.viewer = await team.join("Vic", { by: team.owner, workspace, role: "viewer" });
  people.elsewhere = await team.join("Elsa", { by: team.owner, workspace, role: "viewer" });
  await team.must(people.elsewhere, "POST /api/workspaces", { body: { name: "Elsewhere" } });
  await team.must(team.owner, `DELETE /api/members/${people.elsewhere.id}`, { workspace });
}, 60_000);
afterAll(async () => {
  await team.close();
  await rm(directory, { recursive: true, force: true });
});

interface Sent {
  type?: string;
  body: Uint8Array;
  by?: Caller;
  /** Bytes that are promised, and do not come. */
  lacking?: number;
}

/** Sends the bytes as they are. */
function upload(query: string, { type, body, by = team.owner, lacking = 0 }: Sent): Promise<{ status: number; json: Record<string, unknown> }> {
  const { hostname, port } = new URL(team.url);
  const headers = { ...by.headers, ...(type !== undefined && { "content-type": type }), "content-length": String(body.length + lacking) };
  return new Promise((resolve, reject) => {
    const request = sendRequest({ hostname, port, method: "POST", path: `/api/assets?${query}`, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(chunks).toString("utf8")) }));
    });
    request.on("error", reject);
    request.write(body);
    if (lacking > 0) setTimeout(() => request.destroy(), 50);
    else request.end();
  });
}

const png = (more: Partial<Sent> = {}) => upload("name=loom.png", { type: "image/png", body: PNG, ...more });

describe("a file that somebody brings", () => {
  it("is kept under its hash, with the value that inputs take", async () => {
    const { status, json } = await png();
    expect({ status, json }).toEqual({
      status: 201,
      json: { $asset: expect.stringMatching(/^[0-9a-f]{64}$/), name: "loom.png", mediaType: "image/png", bytes: PNG.length },
    });
    expect((await png()).json.$asset).toBe(json.$asset);
    const read = await fetch(`${team.url}/api/assets/${json.$asset}?name=loom.png`, { headers: people.viewer.headers });
    expect(Buffer.from(await read.arrayBuffer()).equals(PNG)).toBe(true);
    expect(Object.fromEntries(read.headers)).toMatchObject({
      "content-type": "image/png",
      "content-disposition": "attachment; filename*=UTF-8''loom.png",
      "content-security-policy": expect.stringContaining("sandbox"),
      "x-content-type-options": "nosniff",
      etag: `"${json.$asset}"`,
    });
  });

  it("is read by ranges, and not again while it is known", async () => {
    const { json } = await png();
    const get = (headers: Record<string, string>) => fetch(`${team.url}/api/assets/${json.$asset}`, { headers: { ...team.owner.headers, ...headers } });
    const part = await get({ range: "bytes=1-3" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, `bytes 1-3/${PNG.length}`, "PNG"]);
    expect((await get({ range: "bytes=99999-" })).status).toBe(416);
    expect((await get({ "if-none-match": `"${json.$asset}"` })).status).toBe(304);
  });

  it("is never a page, whatever it calls itself", async () => {
    const html = Buffer.from("<script>alert(1)</script>");
    const { json } = await upload("name=a.html", { type: "text/html", body: html });
    const read = await fetch(`${team.url}/api/assets/${json.$asset}`, { headers: { ...team.owner.headers, accept: "text/html" } });
    expect(read.headers.get("content-type")).toBe("application/octet-stream");
    expect(read.headers.get("content-disposition")).toMatch(/^attachment/);
  });

  it.each<[string, string, Sent & { status: number; reason: RegExp }]>([
    ["a form", "name=a.png", { type: "multipart/form-data; boundary=x", body: PNG, status: 415, reason: /not a form/ }],
    ["a type that is none", "name=a.png", { type: "image", body: PNG, status: 415, reason: /media type/ }],
    ["no picture", "name=a.png", { type: "image/png", body: Buffer.from("<svg>"), status: 422, reason: /no picture/ }],
    ["nothing at all", "name=a.txt", { type: "text/plain", body: Buffer.alloc(0), status: 422, reason: /empty/ }],
    ["a name with a folder", "name=..%2Fa.txt", { type: "text/plain", body: PNG, status: 400, reason: /no slash/ }],
    ["a name that hides its end", "name=a%E2%80%AEgnp.exe", { type: "text/plain", body: PNG, status: 400, reason: /cannot be seen/ }],
    ["no name", "", { type: "text/plain", body: PNG, status: 400, reason: /name/ }],
  ])("is refused with the reason: %s", async (_what, query, { status, reason, ...sent }) => {
    const answer = await upload(query, sent);
    expect(answer).toMatchObject({ status, json: { detail: expect.stringMatching(reason) } });
  });

  it("is not kept when it ends too early", async () => {
    await expect(png({ lacking: 10 })).rejects.toThrow();
    await expect.poll(() => readdir(join(team.directory, "blobs", workspace, "incoming")), { timeout: 10_000 }).toEqual([]);
  });

  it("is of its workspace alone", async () => {
    const { json } = await upload("name=own.txt", { type: "text/plain", body: Buffer.from("ours alone") });
    expect((await png({ by: people.viewer })).status).toBe(403);
    const foreign = await team.send(people.elsewhere, `GET /api/assets/${json.$asset}`);
    expect([foreign.status, foreign.text]).toEqual([404, expect.not.stringContaining("ours alone")]);
  });
});

describe("limits", () => {
  const pieces = (count: number, bytes = 10) =>
    (async function* () {
      for (let at = 0; at < count; at++) yield Buffer.alloc(bytes, 1);
    })();
  const given = { workspace: "workspace_a", actor: LOCAL, name: "a.bin", declared: "", isKept: false, still: async () => true };
  const records = { note: async () => undefined, settle: async () => true, see: async () => undefined };
  const drafts = () => readdir(join(directory, "workspace_a", "incoming"));

  it("stops what is too large, and leaves nothing of it", async () => {
    const assets = createAssets({ files: createDiskBlobs(directory), records, mostBytes: 25 });
    await expect(assets.store({ ...given, content: pieces(3) })).rejects.toMatchObject({ code: "too-large" });
    expect(await drafts()).toEqual([]);
    expect(await assets.store({ ...given, content: pieces(2) })).toMatchObject({ bytes: 20 });
  });

  it("keeps nothing for whom lost their access meanwhile", async () => {
    const assets = createAssets({ files: createDiskBlobs(directory), records });
    await expect(assets.store({ ...given, content: pieces(1, 77), still: async () => false })).rejects.toMatchObject({ code: "forbidden" });
    expect(await drafts()).toEqual([]);
  });

  it("are of one caller: so many at once, so many in a minute", async () => {
    const assets = createAssets({ files: createDiskBlobs(directory), records, limits: { inMinute: 2, atOnce: 1 } });
    const results = await Promise.allSettled([assets.store({ ...given, content: pieces(1) }), assets.store({ ...given, content: pieces(1) })]);
    expect(results.map((result) => (result.status === "rejected" ? result.reason.message : "kept"))).toEqual(["kept", expect.stringContaining("at once")]);
    await assets.store({ ...given, content: pieces(1) });
    await expect(assets.store({ ...given, content: pieces(1) })).rejects.toMatchObject({ code: "rate-limited", message: expect.stringContaining("a minute") });
    await assets.store({ ...given, sender: "a form/192.0.2.1", content: pieces(1) });
  });

  it("remove what a killed process left, and nothing that comes in now", async () => {
    const incoming = join(directory, "workspace_a", "incoming");
    await writeFile(join(incoming, "old"), "x");
    await writeFile(join(incoming, "new"), "x");
    const before = new Date(Date.now() - 2 * 86_400_000);
    await utimes(join(incoming, "old"), before, before);
    await removeAbandoned(incoming);
    expect(await drafts()).toEqual(["new"]);
  });
});
