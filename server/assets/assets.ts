import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { FileValue } from "#runtime/node/port-value.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import { ASSET_BYTES } from "../contract/assets.ts";
import type { AssetRecords } from "../store/assets.ts";
import type { Files } from "./blob-store.ts";
import { keepFile, RefusedFileError } from "./keep-file.ts";
import { HEAD_BYTES, servedType } from "./media-type.ts";

/** Files one caller may send in a minute, and at once, to this process. */
const UPLOADS = { inMinute: 120, atOnce: 8 };
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;
const FORMS: ReadonlySet<string> = new Set(["multipart/form-data", "application/x-www-form-urlencoded"]);

export interface Upload {
  workspace: string;
  actor: Actor;
  /** Under what its sender is counted, for actors that are many people; absent: the actor. */
  sender?: string | undefined;
  name: string;
  /** The request's `Content-Type`; empty when there is none. */
  declared: string;
  content: AsyncIterable<Uint8Array>;
  /** It stays though nothing refers to it. */
  isKept: boolean;
  /** Asked when all has come: whoever lets it drip in may have lost their access meanwhile. */
  still(): Promise<boolean>;
}

/** Files that people and scripts bring, and whoever may reads. */
export interface Assets {
  /** Throws `ApiError`: `too-large`, `unsupported-media-type`, `unprocessable` (empty, or no picture), `rate-limited`, `forbidden`, `conflict` (deleted while it came). */
  store(upload: Upload): Promise<FileValue>;
  /** Throws `ApiError("not-found")`. `type`: one that browsers may show, or bytes. */
  look(place: { workspace: string; hash: string }): Promise<{ bytes: number; type: string }>;
  open(place: { workspace: string; hash: string }, range: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

export interface AssetsGiven {
  files: Files;
  records: Pick<AssetRecords, "note" | "settle" | "see">;
  limits?: typeof UPLOADS;
  mostBytes?: number;
}

export function createAssets({ files, records, limits = UPLOADS, mostBytes = ASSET_BYTES }: AssetsGiven): Assets {
  const take = createUploadLimits(limits);
  return {
    store: async ({ declared, actor, sender = actor.id, workspace, ...upload }) => {
      const type = requireType(declared);
      const giveBack = await take(sender);
      const origin = { type: "upload" as const, origin: actor.id };
      try {
        return await keepFile({ store: files(workspace), records, mostBytes }, { ...upload, workspace, type, origin });
      } catch (error) {
        throw error instanceof RefusedFileError ? asApiError(error) : error;
      } finally {
        giveBack();
      }
    },
    look: async ({ workspace, hash }) => {
      const store = files(workspace);
      const bytes = await store.size(hash);
      if (bytes === undefined) throw new ApiError("not-found", "This file is not in the workspace.");
      // whoever looks at it may be about to use it
      await records.see(workspace, [hash]);
      const head = bytes === 0 ? [] : await store.open(hash, { start: 0, end: Math.min(bytes, HEAD_BYTES) - 1 }).toArray();
      return { bytes, type: servedType(Buffer.concat(head)) };
    },
    open: ({ workspace, hash }, range) => files(workspace).open(hash, range),
  };
}

/** Gives a way to say that it is over. Throws `ApiError("rate-limited")`. */
function createUploadLimits(limits: typeof UPLOADS): (key: string) => Promise<() => void> {
  const limiter = new RateLimiterMemory({ points: limits.inMinute, duration: 60, keyPrefix: "uploads" });
  const open = new Map<string, number>();
  return async (key) => {
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
}

function asApiError(error: RefusedFileError): ApiError {
  const code = { "too-large": "too-large", unfit: "unprocessable", "no-access": "forbidden", removed: "conflict" } as const;
  return new ApiError(code[error.reason], error.message, { cause: error });
}

/** The media type without its parameters. */
function requireType(declared: string): string {
  const type = (declared.split(";")[0] ?? "").trim().toLowerCase();
  if (FORMS.has(type)) throw new ApiError("unsupported-media-type", "Send the file itself as the body, not a form, with its media type as Content-Type.");
  if (type !== "" && (type.length > 200 || !MEDIA_TYPE.test(type)))
    throw new ApiError("unsupported-media-type", "The Content-Type is none. Send the media type of the file, such as image/png.");
  return type;
}
