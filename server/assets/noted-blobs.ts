import type { AssetPlace, AssetRecords } from "../store/assets.ts";
import { mayRefer, referredHashes } from "../store/referred-hashes.ts";
import type { Blobs } from "./blob-store.ts";

const MARK = Buffer.from('"$asset":');

/** A blob store for large values, that notes the files they refer to before it keeps them: what is found only inside of a value is not forgotten. */
export function noteValues(blobs: Blobs, records: Pick<AssetRecords, "noteValue">): Blobs {
  return (workspace) => {
    const store = blobs(workspace);
    return {
      ...{ get: store.get, size: store.size },
      put: async (hash, content) => {
        await noteFiles(records, { workspace, hash }, content);
        await store.put(hash, content);
      },
    };
  };
}

/** Notes the files that a large value refers to. */
export async function noteFiles(records: Pick<AssetRecords, "noteValue">, place: AssetPlace, content: Uint8Array): Promise<void> {
  if (!Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes(MARK)) return;
  const text = Buffer.from(content).toString("utf8");
  const files = mayRefer(text) ? [...referredHashes(JSON.parse(text))] : [];
  if (files.length > 0) await records.noteValue(place, files);
}
