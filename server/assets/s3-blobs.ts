import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { type FileStore, type Files, hashPath } from "./blob-store.ts";
import { receiveFile, removeAbandoned } from "./receive-file.ts";
import { type S3Answer, type S3Client, StorageError } from "./s3-client.ts";

export interface S3BlobsGiven {
  client: S3Client;
  /** Of this machine: what comes in is written here first, until its hash is known. */
  incoming: string;
}

/** Files as objects, `<workspace>/<2 digits>/<hash>`. What an object is called says what is in it, so that each is written once and never changed. */
export function createS3Blobs(given: S3BlobsGiven): Files {
  const stores = new Map<string, FileStore>();
  return (workspace) => {
    const store = stores.get(workspace) ?? createS3BlobStore({ ...given, workspace });
    stores.set(workspace, store);
    return store;
  };
}

function createS3BlobStore({ client, incoming, workspace }: S3BlobsGiven & { workspace: string }): FileStore {
  const drafts = path.join(incoming, workspace);
  const keyOf = (hash: string) => [workspace, ...hashPath(hash)].map(encodeURIComponent).join("/");
  let swept: Promise<void> | undefined;
  const size = async (hash: string) => {
    const { status, bytes, content } = await client.send({ method: "HEAD", key: keyOf(hash) });
    await drained(content);
    return status === 404 ? undefined : bytes;
  };
  const write = async (hash: string, body: { make(): Uint8Array | Readable; bytes: number }) => {
    if ((await size(hash)) !== undefined) return;
    const { content } = await client.send({ method: "PUT", key: keyOf(hash), body: { ...body, sha256: hash } });
    await drained(content);
  };
  return {
    receive: async (content, limits) => {
      swept ??= removeAbandoned(drafts);
      await swept;
      return receiveFile(content, { directory: drafts, ...limits });
    },
    keep: async ({ hash, draft, bytes }) => {
      await write(hash, { make: () => createReadStream(draft), bytes });
      await rm(draft, { force: true });
    },
    drop: ({ draft }) => rm(draft, { force: true }),
    put: (hash, content) => write(hash, { make: () => content, bytes: content.byteLength }),
    size,
    get: async (hash) => {
      const { status, content } = await client.send({ method: "GET", key: keyOf(hash) });
      if (status === 404) return drained(content);
      return Buffer.concat(await content.toArray());
    },
    open: (hash, range) => Readable.from(pieces(client, { key: keyOf(hash), range }), { objectMode: false }),
    remove: async (hash, signal) => drained((await client.send({ method: "DELETE", key: keyOf(hash), signal })).content),
  };
}

/**
 * Writes, reads (all of it and a part) and deletes an object of no workspace: a bucket that is not there answers a look for a file as if the file were
 * not. Throws `StorageError`.
 */
export async function tryStorage(client: S3Client): Promise<void> {
  const content = randomBytes(32);
  const key = `storage-check/${content.toString("hex")}`;
  const body = { make: () => content, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
  await drained((await client.send({ method: "PUT", key, body })).content);
  const read = await client.send({ method: "GET", key });
  const isWhole = Buffer.concat(await read.content.toArray()).equals(content);
  const part = await client.send({ method: "GET", key, range: { start: 8, end: 15 } });
  const isPart = part.status === 206 && Buffer.concat(await part.content.toArray()).equals(content.subarray(8, 16));
  if (part.status !== 206) await drained(part.content);
  await drained((await client.send({ method: "DELETE", key })).content);
  await tryMissing(client);
  if (!isWhole)
    throw new StorageError("The storage does not give back what was just written to it. Check HEDDLE_S3_URL: it may be a cache, or no storage at all.");
  if (!isPart) throw new StorageError(NO_RANGES);
}

const NO_RANGES = "The storage gives whole files where a part was asked for. It may be behind a cache that does not know ranges (HEDDLE_S3_URL).";

/** Whether a file is there is asked before each is stored: who may not list the bucket is answered 403 for one that is not. */
async function tryMissing(client: S3Client): Promise<void> {
  try {
    await drained((await client.send({ method: "HEAD", key: `storage-check/${randomBytes(32).toString("hex")}` })).content);
  } catch (cause) {
    if (!(cause instanceof StorageError) || cause.status !== 403) throw cause;
    const advice = "The key may write and read, but is not told that a file is not there: allow it s3:ListBucket on the bucket itself.";
    throw new StorageError(`${cause.message} ${advice}`, { status: cause.status, cause });
  }
}

/** How often a transfer that breaks off is gone on with. */
const GONE_ON = 3;

/** The bytes of a range; where the connection breaks off, it is gone on with from there. */
async function* pieces(client: S3Client, { key, range }: { key: string; range: { start: number; end: number } }): AsyncIterable<Uint8Array> {
  let start = range.start;
  for (let broken = 0; start <= range.end; ) {
    const answer: S3Answer = await client.send({ method: "GET", key, range: { start, end: range.end } });
    if (answer.status === 404) throw new RangeError("The file is no longer in the storage.");
    // some answer 200 to a part that is all there is
    const isAll = answer.status === 200 && start === 0 && answer.bytes === range.end + 1;
    if (answer.status !== 206 && !isAll) {
      answer.content.on("error", () => undefined).destroy();
      throw new StorageError(NO_RANGES);
    }
    const before = start;
    try {
      for await (const piece of answer.content as AsyncIterable<Uint8Array>) {
        start += piece.byteLength;
        yield piece;
      }
      if (start === before) return;
    } catch (error) {
      if (++broken > GONE_ON) throw error;
    }
  }
}

/** The connection is free for others when nothing is left to be read. */
async function drained(content: Readable): Promise<undefined> {
  await content.resume().toArray();
  return undefined;
}
