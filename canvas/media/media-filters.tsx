import { X } from "lucide-react";
import { ASSET_KINDS } from "#server/contract/assets.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { useApi } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { DayInput } from "../ui/day-input.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { KINDS } from "./asset-words.ts";
import type { MediaFilter } from "./use-media-filter.ts";

const ANY = "any";
const KIND_OPTIONS = [{ value: ANY, label: "Any kind" }, ...ASSET_KINDS.map((kind) => ({ value: kind, label: KINDS[kind].label }))];

/** What is shown of the library. */
export function MediaFilters({ filter }: { filter: MediaFilter }) {
  const { search, values, set, isFiltered, clear } = filter;
  const graphs = useApi(listGraphs, { query: { limit: 200 } });
  const graphOptions = [{ value: ANY, label: "Any graph" }, ...(graphs.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))];
  const chosen = (value: string) => (value === ANY ? "" : value);
  return (
    <>
      <SearchInput label="Search the files" placeholder="Search names" value={search.typed} onChange={search.set} className="w-56" />
      <Select label="Kind" className="w-36!" value={values.kind || ANY} options={KIND_OPTIONS} onChange={(kind) => set({ kind: chosen(kind) })} />
      <Select label="Graph" className="w-48!" value={values.graph || ANY} options={graphOptions} onChange={(graph) => set({ graph: chosen(graph) })} />
      <DayInput label="From" value={values.from} max={values.to} onChange={(from) => set({ from })} />
      <DayInput label="To" value={values.to} min={values.from} onChange={(to) => set({ to })} />
      {values.run !== "" && (
        <Button icon={<X size={13} aria-hidden />} className="max-w-60" aria-label={`Not only of the run ${values.run}`} onClick={() => set({ run: "" })}>
          <span className="truncate">Only {values.run}</span>
        </Button>
      )}
      {isFiltered && (
        <Button look="quiet" onClick={clear}>
          Clear
        </Button>
      )}
    </>
  );
}
