import type { FileValue } from "#runtime/node/port-value.ts";
import type { AssetRecords, NewOrigin } from "../store/assets.ts";
import type { FileStore } from "./blob-store.ts";
import { IMAGE_HEAD_BYTES, imageSize } from "./image-size.ts";
import { assetKindOf, HEAD_BYTES, judgeType } from "./media-type.ts";
import { type ReceivedFile, TooManyBytesError } from "./receive-file.ts";

/** A file that is not taken, and why, in a sentence for whoever brought it. */
export class RefusedFileError extends Error {
  override readonly name = "RefusedFileError";
  readonly reason: "too-large" | "unfit" | "no-access" | "removed";

  constructor(reason: RefusedFileError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface NewFile {
  workspace: string;
  name: string;
  /** What it says it is; empty when it says nothing. */
  type: string;
  content: AsyncIterable<Uint8Array>;
  origin: NewOrigin;
  /** It stays though nothing refers to it. */
  isKept: boolean;
  /** Asked when all has come: whoever lets it drip in may have lost their access meanwhile. */
  still(): Promise<boolean>;
}

/**
 * Takes a file piece by piece. Its record comes first: from then on nobody removes its content, which may be there already. Throws
 * `RefusedFileError`; what came of the file is gone then.
 */
export async function keepFile(
  { store, records, mostBytes }: { store: FileStore; records: Pick<AssetRecords, "note" | "settle">; mostBytes: number },
  { workspace, name, type, content, origin, isKept, still }: NewFile,
): Promise<FileValue> {
  const received = await store.receive(content, { limit: mostBytes, headBytes: HEAD_BYTES }).catch((error: unknown) => {
    if (!(error instanceof TooManyBytesError)) throw error;
    throw new RefusedFileError("too-large", `A file may have at most ${Math.floor(mostBytes / 1024 / 1024)} MiB. Choose a smaller one, or split it.`);
  });
  const { hash, bytes } = received;
  try {
    const mediaType = judge(received, { name, type });
    if (!(await still())) throw new RefusedFileError("no-access", "You may not bring files here any more.");
    const kind = assetKindOf(mediaType);
    await records.note({ workspace, hash }, { asset: { name, mediaType, kind, bytes, isKept }, origin });
    await store.keep(received);
    const size = kind === "image" ? await measure(store, { hash, bytes }) : undefined;
    if (!(await records.settle({ workspace, hash }, size))) throw new RefusedFileError("removed", `“${name}” was deleted while it came. Bring it again.`);
    return { $asset: hash, name, mediaType, bytes };
  } catch (error) {
    await store.drop(received);
    throw error;
  }
}

/** Its media type. */
function judge({ bytes, head }: ReceivedFile, { name, type }: { name: string; type: string }): string {
  if (bytes === 0) throw new RefusedFileError("unfit", `“${name}” is empty. Choose another file.`);
  const judged = judgeType({ declared: type, name, head });
  if ("problem" in judged) throw new RefusedFileError("unfit", judged.problem);
  return judged.type;
}

async function measure(store: FileStore, file: { hash: string; bytes: number }): Promise<{ width: number; height: number } | undefined> {
  const head = await store.open(file.hash, { start: 0, end: Math.min(file.bytes, IMAGE_HEAD_BYTES) - 1 }).toArray();
  return imageSize(Buffer.concat(head));
}
