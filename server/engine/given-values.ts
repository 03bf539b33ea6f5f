import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { Command } from "#runtime/run/schedule.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { loadValue, storeValues } from "./stored-values.ts";

/** What containers give to each of their iterations: the lists they asked for, taken apart once. */
export function createGivenValues(blobs: BlobStore) {
  const known = new Map<NodeKey, { lists: StoredValues; parts: Record<string, (StoredValue | undefined)[]> }>();
  const lacking = (state: RunState) => {
    for (const key of state.iterating) {
      const lists = state.nodes.get(key)?.iterations?.given;
      if (lists && known.get(key)?.lists !== lists) return { key, lists };
    }
    return undefined;
  };
  return {
    /** Whether a container has iterations to begin whose lists are not taken apart yet. */
    lacks: (state: RunState): boolean => lacking(state) !== undefined,
    /** Takes apart the lists of containers that have iterations to begin. Others may come to have some meanwhile: ask `lacks` again. */
    load: async (state: RunState): Promise<void> => {
      for (const key of known.keys()) if (!state.iterating.has(key)) known.delete(key);
      for (let next = lacking(state); next; next = lacking(state)) {
        const { key, lists } = next;
        const parts: Record<string, (StoredValue | undefined)[]> = {};
        for (const [port, list] of Object.entries(lists)) {
          const values = (await loadValue(list, blobs)) as unknown[];
          parts[port] = await Promise.all(values.map(async (value) => (value === undefined ? undefined : (await storeValues({ [port]: value }, blobs))[port])));
        }
        known.set(key, { lists, parts });
      }
    },
    /** What one iteration gets. */
    at: (state: RunState, { node, path, index }: Extract<Command, { type: "iterate" }>): StoredValues => {
      const key = nodeKey(node, path);
      const place = index - (state.nodes.get(key)?.iterations?.first ?? 0);
      const values = Object.entries(known.get(key)?.parts ?? {}).flatMap(([port, parts]) => (parts[place] ? [[port, parts[place]] as const] : []));
      return Object.fromEntries(values);
    },
  };
}
