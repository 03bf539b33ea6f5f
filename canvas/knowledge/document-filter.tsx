import { FileSearch, X } from "lucide-react";
import { useState } from "react";
import type { CollectionId, DocId } from "#runtime/graph/ids.ts";
import { listKnowledgeDocuments } from "#server/contract/knowledge-documents.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useSearch } from "../ui/use-search.ts";
import { SourceIcon } from "./passage-card.tsx";

const MOST = 30;

interface Chosen {
  id: DocId;
  title: string;
}

/** Narrows a search to one document, found by its title. */
export function DocumentFilter({ collection, chosen, onChange }: { collection: CollectionId; chosen: Chosen | undefined; onChange(chosen?: Chosen): void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {chosen ? (
        <Button size="small" icon={<X size={12} aria-hidden />} className="max-w-72" onClick={() => onChange(undefined)}>
          <span className="truncate">Only in {chosen.title}</span>
        </Button>
      ) : (
        <Button size="small" icon={<FileSearch size={12} aria-hidden />} onClick={() => setOpen(true)}>
          In one document…
        </Button>
      )}
      {isOpen && (
        <Picker
          collection={collection}
          onClose={() => setOpen(false)}
          onChoose={(document) => {
            setOpen(false);
            onChange(document);
          }}
        />
      )}
    </>
  );
}

function Picker({ collection, onChoose, onClose }: { collection: CollectionId; onChoose(chosen: Chosen): void; onClose(): void }) {
  const search = useSearch();
  const query = { limit: MOST, ...(search.settled !== "" && { search: search.settled }) };
  const { data, error, isFetching, refetch } = useApi(listKnowledgeDocuments, { params: { id: collection }, query });
  return (
    <Dialog open onClose={onClose} title="Search in one document">
      <div className="flex flex-col gap-3">
        <SearchInput label="Search documents" placeholder="Search titles" value={search.typed} onChange={search.set} />
        {error ? (
          <LoadError title="The documents could not be loaded" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />
        ) : !data ? (
          <SkeletonRows label="Loading documents" />
        ) : (
          <ul aria-label="Documents" className="divide-y divide-line rounded-md border border-line">
            {data.items.map(({ id, title, source }) => (
              <li key={id}>
                <button
                  type="button"
                  onClick={() => onChoose({ id, title })}
                  className="flex w-full items-center gap-2 px-3 py-2 text-left text-sm hover:bg-hover"
                >
                  <SourceIcon source={source} />
                  <span className="min-w-0 flex-1 truncate">{title}</span>
                </button>
              </li>
            ))}
            {data.items.length === 0 && <li className="px-3 py-3 text-ink-muted text-sm">No document is called so.</li>}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
