import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { FileValue } from "#runtime/node/port-value.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import { ASSET_BYTES } from "../contract/assets.ts";
import type { FileStore, Files } from "./blob-store.ts";
import { HEAD_BYTES, judgeType, servedType } from "./media-type.ts";
import { TooManyBytesError } from "./receive-file.ts";

/** Files one caller may send in a minute, and at once, to this process. */
const UPLOADS = { inMinute: 120, atOnce: 8 };
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;
const FORMS: ReadonlySet<string> = new Set(["multipart/form-data", "application/x-www-form-urlencoded"]);

export interface Upload {
  workspace: string;
  actor: Actor;
  name: string;
  /** The request's `Content-Type`; empty when there is none. */
  declared: string;
  content: AsyncIterable<Uint8Array>;
  /** Asked when all has come: whoever lets it drip in may have lost their access meanwhile. */
  still(): Promise<boolean>;
}

/** Files that people and scripts bring. */
export interface Assets {
  /** Throws `ApiError`: `too-large`, `unsupported-media-type`, `unprocessable` (empty, or no picture), `rate-limited`, `forbidden`. */
  store(upload: Upload): Promise<FileValue>;
  /** Throws `ApiError("not-found")`. `type`: one that browsers may show, or bytes. */
  look(place: { workspace: string; hash: string }): Promise<{ bytes: number; type: string }>;
  open(place: { workspace: string; hash: string }, range: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

export function createAssets({ files, limits = UPLOADS, mostBytes = ASSET_BYTES }: { files: Files; limits?: typeof UPLOADS; mostBytes?: number }): Assets {
  const limiter = new RateLimiterMemory({ points: limits.inMinute, duration: 60, keyPrefix: "uploads" });
  const open = new Map<string, number>();
  const take = async (key: string) => {
    const under = open.get(key) ?? 0;
    if (under >= limits.atOnce) throw new ApiError("rate-limited", `At most ${limits.atOnce} files are taken at once. Wait for one to end.`, { retryAfter: 1 });
    open.set(key, under + 1);
    const giveBack = () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    };
    try {
      await limiter.consume(key);
    } catch (error) {
      giveBack();
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw new ApiError("rate-limited", `One caller may send ${limits.inMinute} files a minute. Try again in ${seconds} s.`, { retryAfter: seconds });
    }
    return giveBack;
  };
  return {
    store: async ({ workspace, actor, name, declared, content, still }) => {
      const type = requireType(declared);
      const giveBack = await take(actor.id);
      try {
        return await keepFile(files(workspace), { name, type, content, still, mostBytes });
      } finally {
        giveBack();
      }
    },
    look: async ({ workspace, hash }) => {
      const store = files(workspace);
      const bytes = await store.size(hash);
      if (bytes === undefined) throw new ApiError("not-found", "This file is not in the workspace.");
      const head = bytes === 0 ? [] : await store.open(hash, { start: 0, end: Math.min(bytes, HEAD_BYTES) - 1 }).toArray();
      return { bytes, type: servedType(Buffer.concat(head)) };
    },
    open: ({ workspace, hash }, range) => files(workspace).open(hash, range),
  };
}

async function keepFile(
  store: FileStore,
  { name, type, content, still, mostBytes }: Pick<Upload, "name" | "content" | "still"> & { type: string; mostBytes: number },
): Promise<FileValue> {
  const received = await store.receive(content, { limit: mostBytes, headBytes: HEAD_BYTES }).catch((error: unknown) => {
    if (!(error instanceof TooManyBytesError)) throw error;
    throw new ApiError("too-large", `A file may have at most ${Math.floor(mostBytes / 1024 / 1024)} MiB. Choose a smaller one, or split it.`, { cause: error });
  });
  const judged = judgeType({ declared: type, name, head: received.head });
  const problem = received.bytes === 0 ? `“${name}” is empty. Choose another file.` : "problem" in judged ? judged.problem : undefined;
  const isAllowed = problem === undefined && (await still());
  if (problem !== undefined || !isAllowed || "problem" in judged) {
    await store.drop(received);
    if (problem !== undefined) throw new ApiError("unprocessable", problem);
    throw new ApiError("forbidden", "You may not bring files here any more.");
  }
  await store.keep(received);
  return { $asset: received.hash, name, mediaType: judged.type, bytes: received.bytes };
}

/** The media type without its parameters. */
function requireType(declared: string): string {
  const type = (declared.split(";")[0] ?? "").trim().toLowerCase();
  if (FORMS.has(type)) throw new ApiError("unsupported-media-type", "Send the file itself as the body, not a form, with its media type as Content-Type.");
  if (type !== "" && (type.length > 200 || !MEDIA_TYPE.test(type)))
    throw new ApiError("unsupported-media-type", "The Content-Type is none. Send the media type of the file, such as image/png.");
  return type;
}
