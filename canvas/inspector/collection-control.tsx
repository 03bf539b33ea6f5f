import { useContext } from "react";
import { Link } from "react-router";
import { collectionIdSchema } from "#runtime/graph/ids.ts";
import { listCollections, readCollection } from "#server/contract/knowledge.ts";
import { hasCode } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { useApi } from "../api/queries.ts";
import { VectorHint } from "../knowledge/vector-notice.tsx";
import { useMay } from "../session/use-may.ts";
import { useSearch } from "../ui/use-search.ts";
import type { ControlProps } from "./form-context.ts";
import { LibrarySelect, listedBy } from "./library-select.tsx";

const NONE = collectionIdSchema.parse("collection_none");

/** One of the collections of knowledge, and the way to what is in it. */
export function CollectionControl(control: ControlProps) {
  const search = useSearch();
  const chosen = collectionIdSchema.safeParse(control.value);
  const mayList = useMay("knowledge.read");
  const isElsewhere = useContext(Elsewhere) !== undefined;
  const found = useApi(listCollections, { query: listedBy(search.settled) }, { enabled: mayList });
  const listed = found.data?.items.find((collection) => collection.id === chosen.data);
  const isUnlisted = chosen.success && !listed;
  const own = useApi(readCollection, { params: { id: chosen.data ?? NONE } }, { enabled: mayList && isUnlisted && found.data !== undefined });
  const current = listed ?? own.data;
  const isEmpty = found.data?.items.length === 0 && search.settled === "";
  return (
    <LibrarySelect
      control={control}
      nouns={{ one: "collection", all: "collections" }}
      action="knowledge.read"
      search={search}
      found={found}
      detailOf={({ counts }) => `${counts.ready.toLocaleString("en")} documents indexed`}
      unlisted={isUnlisted ? { id: chosen.data, name: own.data?.name } : undefined}
    >
      {hasCode(own.error, "not-found") && <p className="text-danger text-xs">This collection is gone. Choose another one.</p>}
      {current && current.counts.ready === 0 && <p className="text-warning text-xs">Nothing in it is indexed yet, so nothing will be found.</p>}
      {mayList && <VectorHint />}
      {mayList && !isElsewhere && (
        <Link to={current ? `/knowledge/${current.id}` : "/knowledge"} className="self-start text-accent text-xs hover:underline">
          {current ? `Open “${current.name}”` : isEmpty ? "Make a collection" : "Manage collections"}
        </Link>
      )}
    </LibrarySelect>
  );
}
