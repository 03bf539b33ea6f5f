import type { AssetRecords } from "../store/assets.ts";
import type { Files } from "./blob-store.ts";
import { noteFiles } from "./noted-blobs.ts";

const BATCH = 100;

export interface EarlierValuesGiven {
  files: Files;
  records: Pick<AssetRecords, "unread" | "markRead" | "noteValue">;
}

/** Searches the large values of logs from before uses were noted, each once. False: some are left after so long. Several may do it at once. */
export async function readEarlierValues({ files, records }: EarlierValuesGiven, mostMs: number): Promise<boolean> {
  const end = performance.now() + mostMs;
  for (;;) {
    const batch = await records.unread(BATCH);
    if (batch.length === 0) return true;
    for (const place of batch) {
      if (performance.now() > end) return false;
      const content = await files(place.workspace).get(place.hash);
      if (content) await noteFiles(records, place, content);
      await records.markRead(place);
    }
  }
}
