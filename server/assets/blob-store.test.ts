import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dispatcherTo } from "../egress/dispatcher-to.ts";
import { openFileParts } from "../start/create-assets.ts";
import type { Database } from "../store/database/open-database.ts";
import { createDiskBlobs, type Files } from "./blob-store.ts";
import { TooManyBytesError } from "./receive-file.ts";
import { createS3Blobs } from "./s3-blobs.ts";
import { createS3Client, type S3Place, StorageError } from "./s3-client.ts";
import { type FakeS3, startFakeS3 } from "./testing/fake-s3.ts";

let directory: string;
let s3: FakeS3;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-blobs-"));
  s3 = await startFakeS3();
});
afterAll(async () => {
  await s3.close();
  await rm(directory, { recursive: true, force: true });
});

const inS3 = (place: Partial<S3Place> = {}) =>
  createS3Blobs({
    client: createS3Client({ ...s3.place, ...place }, { dispatcher: dispatcherTo(s3.place.url), waitMs: 1 }),
    incoming: join(directory, "incoming"),
  });

const CONTENT = Buffer.from("The shuttle carries the weft through the shed. ".repeat(4_000));
const hashOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const pieces = async function* (content: Uint8Array) {
  for (let at = 0; at < content.length; at += 10_000) yield content.subarray(at, at + 10_000);
};
const LIMITS = { limit: 1_000_000, headBytes: 16 };

describe.each<[string, () => Files, string]>([
  ["a directory", () => createDiskBlobs(join(directory, "blobs")), "blobs/workspace_a/incoming"],
  ["an S3-compatible storage", inS3, "incoming/workspace_a"],
])("files in %s", (_what, make, drafts) => {
  let files: Files;
  beforeAll(() => {
    files = make();
  });

  it("come in pieces, and leave whole or by ranges", async () => {
    const store = files("workspace_a");
    const received = await store.receive(pieces(CONTENT), LIMITS);
    expect(received).toMatchObject({ hash: hashOf(CONTENT), bytes: CONTENT.length, head: CONTENT.subarray(0, 16) });
    expect(await store.size(received.hash)).toBeUndefined();
    await store.keep(received);
    expect(await store.size(received.hash)).toBe(CONTENT.length);
    expect(Buffer.from((await store.get(received.hash)) ?? []).equals(CONTENT)).toBe(true);
    const range = Buffer.concat(await store.open(received.hash, { start: 10, end: 99_999 }).toArray());
    expect(range.equals(CONTENT.subarray(10, 100_000))).toBe(true);
    expect(await readdir(join(directory, drafts))).toEqual([]);
  });

  it("are kept once, of one workspace each, until they are removed", async () => {
    const content = Buffer.from('{"large":true}');
    const hash = hashOf(content);
    for (let time = 0; time < 2; time++) await files("workspace_a").put(hash, content);
    const again = await files("workspace_a").receive(pieces(content), LIMITS);
    await files("workspace_a").keep(again);
    expect(await files("workspace_b").size(hash)).toBeUndefined();
    expect(await files("workspace_b").get(hash)).toBeUndefined();
    await files("workspace_a").remove(hash);
    await files("workspace_a").remove(hash);
    expect(await files("workspace_a").get(hash)).toBeUndefined();
    expect(await readdir(join(directory, drafts))).toEqual([]);
  });

  it("leave nothing when they are too large, or dropped", async () => {
    const store = files("workspace_a");
    await expect(store.receive(pieces(CONTENT), { limit: 50, headBytes: 4 })).rejects.toThrow(TooManyBytesError);
    await store.drop(await store.receive(pieces(CONTENT), LIMITS));
    expect(await readdir(join(directory, drafts))).toEqual([]);
    expect(() => store.open("../../etc/passwd", { start: 0, end: 1 })).toThrow(RangeError);
  });
});

describe("an S3-compatible storage", () => {
  it("is not started with, and takes nothing, when its bucket is not there", async () => {
    const url = new URL("/nowhere", s3.place.url);
    await expect(inS3({ url })("workspace_c").put(hashOf(content), content)).rejects.toThrow(/404 \(NoSuchBucket\).*make the bucket/s);
    const given = { database: {} as Database, directory: { path: (...names: string[]) => join(directory, ...names) } };
    await expect(openFileParts({ ...given, s3: { ...s3.place, url } })).rejects.toMatchObject({
      name: "StartError",
      message: expect.stringContaining("make the bucket"),
    });
    const before = s3.objects.size;
    await openFileParts({ ...given, s3: s3.place });
    expect(s3.objects.size).toBe(before);
  });

  it("is not asked again by whom gave up", async () => {
    s3.refuseNext(3);
    const asked = s3.requests.length;
    await expect(inS3()("workspace_c").remove(hash, AbortSignal.abort())).rejects.toThrow(StorageError);
    expect(s3.requests.length - asked).toBeLessThanOrEqual(1);
    s3.refuseNext(0);
  });

  const content = Buffer.from("retried");
  const hash = hashOf(content);

  it("is asked again when it is busy, and gone on with where it broke off", async () => {
    s3.refuseNext(3);
    await inS3()("workspace_c").put(hash, content);
    expect(s3.objects.get(`/bucket/heddle/workspace_c/${hash.slice(0, 2)}/${hash}`)).toEqual(content);
    await inS3()("workspace_c").put(hashOf(CONTENT), CONTENT);
    s3.cutNext(50_000);
    const read = await inS3()("workspace_c")
      .open(hashOf(CONTENT), { start: 0, end: CONTENT.length - 1 })
      .toArray();
    expect(Buffer.concat(read).equals(CONTENT)).toBe(true);
  });

  it("is not started with when it does not say that a file is not there", async () => {
    s3.limit({ mayNotList: true });
    const given = { database: {} as Database, directory: { path: (...names: string[]) => join(directory, ...names) } };
    await expect(openFileParts({ ...given, s3: s3.place })).rejects.toMatchObject({
      name: "StartError",
      message: expect.stringMatching(/403.*s3:ListBucket/s),
    });
    s3.limit({});
  });

  it("is not advised about its key when it is the storage that fails", async () => {
    const given = { database: {} as Database, directory: { path: (...names: string[]) => join(directory, ...names) } };
    s3.limit({ failsForMissing: true });
    const refused = await openFileParts({ ...given, s3: s3.place }).catch((error: unknown) => error);
    s3.limit({});
    expect(refused).toMatchObject({ name: "StartError", message: expect.stringMatching(/503.*Try again later/s) });
    expect(String(refused)).not.toContain("s3:ListBucket");
  });

  it("is not believed when it gives all of a file for a part, and not started with", async () => {
    await inS3()("workspace_c").put(hashOf(CONTENT), CONTENT);
    s3.limit({ knowsNoRanges: true });
    const open = (start: number, end: number) => inS3()("workspace_c").open(hashOf(CONTENT), { start, end }).toArray();
    for (const [start, end] of [
      [10, 20],
      [0, 20],
      [1, CONTENT.length - 1],
    ] as const)
      await expect(open(start, end)).rejects.toThrow(/whole files where a part/);
    // all of it was asked for
    expect(Buffer.concat(await open(0, CONTENT.length - 1)).equals(CONTENT)).toBe(true);
    const given = { database: {} as Database, directory: { path: (...names: string[]) => join(directory, ...names) } };
    const before = s3.objects.size;
    await expect(openFileParts({ ...given, s3: s3.place })).rejects.toMatchObject({
      name: "StartError",
      message: expect.stringContaining("whole files where a part"),
    });
    expect(s3.objects.size).toBe(before);
    s3.limit({});
  });

  it.each([
    [{ status: 403, code: "RequestTimeTooSkewed" }, /clock.*15 minutes apart/s],
    [
      { status: 301, code: "PermanentRedirect", more: "<Endpoint>bucket.s3.eu-west-1.amazonaws.com</Endpoint>" },
      /sends elsewhere, to bucket\.s3\.eu-west-1\.amazonaws\.com/,
    ],
    [{ status: 400, code: "InvalidRequest" }, /Signature Version 4/],
    [{ status: 405, code: "MethodNotAllowed" }, /Signature Version 4/],
    [{ status: 403, code: "AccessDenied" }, /s3:PutObject/],
  ])("says what to do about %o", async (refusal, advice) => {
    const asked = s3.requests.length;
    s3.refuseNext(1, refusal);
    await expect(inS3()("workspace_c").get(hash)).rejects.toThrow(advice);
    expect(s3.requests.length - asked).toBe(1);
  });

  it("is told its region, and asked again after a pause that it took for an end", async () => {
    await expect(inS3({ region: "us-east-1" })("workspace_c").get(hash)).rejects.toThrow(/set HEDDLE_S3_REGION/);
    await inS3()("workspace_c").put(hash, content);
    s3.refuseNext(1, { status: 400, code: "RequestTimeout" });
    expect(await inS3()("workspace_c").get(hash)).toEqual(content);
  });

  it("refuses a wrong key in words, and other content than was promised", async () => {
    await expect(inS3({ secret: "another" })("workspace_c").size(hash)).rejects.toThrow(/403.*Check HEDDLE_S3_KEY_ID/s);
    await expect(inS3()("workspace_c").put(hashOf(Buffer.from("x")), Buffer.from("y"))).rejects.toThrow(/XAmzContentSHA256Mismatch/);
    s3.refuseNext(4);
    await expect(inS3()("workspace_c").get(hash)).rejects.toThrow(StorageError);
  });
});
