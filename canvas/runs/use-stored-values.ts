import { useQueries } from "@tanstack/react-query";
import type { RunId } from "#runtime/graph/ids.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import { readValue } from "#server/contract/runs.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";

/** The whole of some values of a run, in their order; those that are kept apart are loaded, and undefined until they are there. */
export function useStoredValues(run: RunId, values: readonly StoredValue[]): readonly unknown[] {
  const hashes = [...new Set(values.flatMap((value) => (value.type === "blob" ? [value.hash] : [])))];
  const loaded = useQueries({
    queries: hashes.map((hash) => ({
      queryKey: keyOf(readValue, { params: { id: run, hash } }),
      queryFn: ({ signal }: { signal: AbortSignal }) => call(readValue, { params: { id: run, hash }, signal }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const byHash = new Map(hashes.map((hash, index) => [hash, loaded[index]?.data?.value]));
  return values.map((value) => (value.type === "inline" ? value.value : byHash.get(value.hash)));
}
