import { Link } from "react-router";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import { listGraphs, readGraph } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { Input } from "../ui/input.tsx";
import { Select, type SelectOption } from "../ui/select.tsx";
import { useSearch } from "../ui/use-search.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { MembersOnly } from "./members-only.tsx";

/** Graphs listed at once; beyond them there is a search. */
const LISTED = 100;

/** One of the graphs; those that are not published say so, for they cannot be called. */
export function GraphControl({ id, value, onChange, invalid }: ControlProps) {
  const { readOnly } = useForm();
  const search = useSearch();
  const chosen = graphIdSchema.safeParse(value);
  const mayList = useMay("graph.list");
  const { data, error } = useApi(listGraphs, { query: { limit: LISTED, ...(search.settled !== "" && { search: search.settled }) } }, { enabled: mayList });
  const graphs = data?.items ?? [];
  const options = graphs.map(
    ({ id: graph, name, publishedRevision }): SelectOption => ({
      value: graph,
      label: name,
      detail: publishedRevision === null ? "Not published" : `Published: revision ${publishedRevision}`,
    }),
  );
  const isListed = chosen.success && graphs.some((graph) => graph.id === chosen.data);
  const current = useApi(
    readGraph,
    { params: { id: chosen.data ?? graphIdSchema.parse("graph_none") } },
    { enabled: chosen.success && data !== undefined && !isListed },
  );
  const isLong = data?.nextCursor !== undefined || search.typed !== "";
  return (
    <div className="flex flex-col gap-1.5">
      {isLong && !readOnly && (
        <Input aria-label="Search graphs" placeholder="Search by name" value={search.typed} onChange={(event) => search.set(event.target.value)} />
      )}
      <Select
        id={id}
        value={chosen.data}
        options={chosen.success && !isListed ? [...options, { value: chosen.data, label: current.data?.name ?? chosen.data }] : options}
        onChange={onChange}
        invalid={invalid}
        disabled={readOnly}
        placeholder={data && graphs.length === 0 ? "No graph fits" : "Choose a graph…"}
      />
      {error && <p className="text-danger text-xs">{errorText(error)}</p>}
      {!readOnly && <MembersOnly action="graph.list" what="graphs" />}
      {chosen.success && mayList && (
        <Link to={`/graphs/${chosen.data}`} className="self-start text-accent text-xs hover:underline">
          Open this graph
        </Link>
      )}
    </div>
  );
}
