import { useSearchParams } from "react-router";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { assetKindSchema } from "#server/contract/assets.ts";
import { endOfDay, startOfDay } from "../ui/days.ts";
import { useSearch } from "../ui/use-search.ts";

const NAMES = ["kind", "graph", "run", "from", "to"] as const;
type Values = Record<(typeof NAMES)[number], string>;

/** What is asked of the library; it stands in the page's address, so that it can be linked to. Empty: not filtered by. */
export function useMediaFilter() {
  const search = useSearch();
  const [parameters, setParameters] = useSearchParams();
  const values = Object.fromEntries(NAMES.map((name) => [name, parameters.get(name) ?? ""])) as Values;
  const set = (change: Partial<Values>) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(change)) {
          if (value === "") next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  const [kind, graph, run] = [assetKindSchema.safeParse(values.kind), graphIdSchema.safeParse(values.graph), runIdSchema.safeParse(values.run)];
  const [from, to] = [startOfDay(values.from), endOfDay(values.to)];
  const query = {
    ...(search.settled !== "" && { search: search.settled }),
    ...(kind.success && { kind: kind.data }),
    ...(graph.success && { graph: graph.data }),
    ...(run.success && { run: run.data }),
    ...(from && { from }),
    ...(to && { to }),
  };
  const clear = () => {
    search.set("");
    set({ kind: "", graph: "", run: "", from: "", to: "" });
  };
  return { search, values, set, query, isFiltered: Object.keys(query).length > 0, clear };
}

export type MediaFilter = ReturnType<typeof useMediaFilter>;
