import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

/** Drafts older than this belong to nobody: an upload may take hours, not days. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;

/** A file that has come in whole, and is not yet kept. */
export interface ReceivedFile {
  hash: string;
  bytes: number;
  /** Its first bytes. */
  head: Uint8Array;
  draft: string;
}

/** More came than may come. */
export class TooManyBytesError extends Error {
  override readonly name = "TooManyBytesError";
}

/** Writes what comes to a draft, never more of it in memory than one piece. Throws `TooManyBytesError`; whatever is thrown, the draft is gone. */
export async function receiveFile(content: AsyncIterable<Uint8Array>, given: { directory: string; limit: number; headBytes: number }): Promise<ReceivedFile> {
  await mkdir(given.directory, { recursive: true, mode: 0o700 });
  const draft = path.join(given.directory, randomUUID());
  const hash = createHash("sha256");
  const head = Buffer.alloc(given.headBytes);
  let bytes = 0;
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      for await (const piece of content) {
        if (bytes + piece.byteLength > given.limit) throw new TooManyBytesError();
        if (bytes < head.length) head.set(piece.subarray(0, head.length - bytes), bytes);
        bytes += piece.byteLength;
        hash.update(piece);
        await handle.writeFile(piece);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return { hash: hash.digest("hex"), bytes, head: head.subarray(0, Math.min(bytes, head.length)), draft };
}

/** Removes drafts that a process left when it was killed. */
export async function removeAbandoned(directory: string, now = Date.now()): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const file = path.join(directory, name);
    const changed = await stat(file).catch(() => undefined);
    if (changed && now - changed.mtimeMs > ABANDONED_MS) await rm(file, { force: true });
  }
}
