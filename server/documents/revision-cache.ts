import type { GraphId } from "#runtime/graph/ids.ts";
import type { Documents } from "./documents.ts";

type ReadRevision = Documents["readRevision"];
type Revision = ReturnType<ReadRevision>;

/** The revisions last read: one that calls from outside run is read once, not once for each call. Revisions never change. */
export function createRevisionCache(read: ReadRevision, { most = 200 }: { most?: number } = {}): ReadRevision {
  const known = new Map<string, Revision>();
  return (graph: GraphId, number: number) => {
    const key = `${graph}@${number}`;
    const found = known.get(key);
    known.delete(key);
    const reading = found ?? read(graph, number);
    known.set(key, reading);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    // what could not be read may be there next time
    if (!found) reading.catch(() => known.get(key) === reading && known.delete(key));
    return reading;
  };
}
