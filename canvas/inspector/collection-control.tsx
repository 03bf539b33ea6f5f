import { useContext } from "react";
import { Link } from "react-router";
import { collectionIdSchema } from "#runtime/graph/ids.ts";
import { listCollections, readCollection } from "#server/contract/knowledge.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { Input } from "../ui/input.tsx";
import { Select, type SelectOption } from "../ui/select.tsx";
import { useSearch } from "../ui/use-search.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { MembersOnly } from "./members-only.tsx";

/** Collections listed at once; beyond them there is a search. */
const LISTED = 100;
const NONE = collectionIdSchema.parse("collection_none");

/** One of the collections of knowledge, and the way to what is in it. */
export function CollectionControl({ id, value, onChange, invalid }: ControlProps) {
  const { readOnly } = useForm();
  const search = useSearch();
  const chosen = collectionIdSchema.safeParse(value);
  const mayList = useMay("knowledge.read");
  const isElsewhere = useContext(Elsewhere) !== undefined;
  const query = { limit: LISTED, ...(search.settled !== "" && { search: search.settled }) };
  const { data, error } = useApi(listCollections, { query }, { enabled: mayList });
  const listed = chosen.success ? data?.items.find((collection) => collection.id === chosen.data) : undefined;
  const own = useApi(readCollection, { params: { id: chosen.data ?? NONE } }, { enabled: chosen.success && mayList && data !== undefined && !listed });
  const current = listed ?? own.data;
  const options = (data?.items ?? []).map(
    ({ id: collection, name, counts }): SelectOption => ({ value: collection, label: name, detail: `${counts.ready.toLocaleString("en")} documents indexed` }),
  );
  const isLong = data?.nextCursor !== undefined || search.typed !== "";
  const isEmpty = data?.items.length === 0 && search.settled === "";
  return (
    <div className="flex flex-col gap-1.5">
      {isLong && !readOnly && (
        <Input aria-label="Search collections" placeholder="Search by name" value={search.typed} onChange={(event) => search.set(event.target.value)} />
      )}
      <Select
        id={id}
        value={chosen.data}
        options={chosen.success && !listed ? [...options, { value: chosen.data, label: current?.name ?? chosen.data }] : options}
        onChange={onChange}
        invalid={invalid}
        disabled={readOnly}
        placeholder={isEmpty ? "No collections yet" : data?.items.length === 0 ? "No collection fits" : "Choose a collection…"}
      />
      {error && <p className="text-danger text-xs">{errorText(error)}</p>}
      {hasCode(own.error, "not-found") && <p className="text-danger text-xs">This collection is gone. Choose another one.</p>}
      {current && current.counts.ready === 0 && <p className="text-warning text-xs">Nothing in it is indexed yet, so nothing will be found.</p>}
      {!readOnly && <MembersOnly action="knowledge.read" what="collections" />}
      {mayList && !isElsewhere && (
        <Link to={current ? `/knowledge/${current.id}` : "/knowledge"} className="self-start text-accent text-xs hover:underline">
          {current ? `Open “${current.name}”` : isEmpty ? "Make a collection" : "Manage collections"}
        </Link>
      )}
    </div>
  );
}
