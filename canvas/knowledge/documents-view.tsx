import { FilePlus2, SearchX } from "lucide-react";
import { useState } from "react";
import type { CollectionId } from "#runtime/graph/ids.ts";
import type { DocumentState, KnowledgeDocument } from "#server/contract/knowledge.ts";
import { listKnowledgeDocuments, listKnowledgeTags } from "#server/contract/knowledge-documents.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { useMay } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { ActionsHeadCell, HeadCell, Table } from "../ui/table.tsx";
import { useSearch } from "../ui/use-search.ts";
import { AddDocumentDialog } from "./add-document-dialog.tsx";
import { DocumentRow } from "./document-row.tsx";
import { counted, isWorking, STATE_WORDS } from "./document-words.ts";
import { DropPlace } from "./drop-place.tsx";
import { Uploads, uploads } from "./uploads.tsx";

const PAGE = 50;
/** While something is worked on, and otherwise. */
const LIVE_MS = 1_500;
const REFRESH_MS = 10_000;
const ALL = "all";

type StateFilter = DocumentState | "working";
const STATES: readonly { value: StateFilter | typeof ALL; label: string }[] = [
  { value: ALL, label: "All states" },
  { value: "working", label: "Under way" },
  ...(["ready", "preview", "failed", "cancelled"] as const).map((value) => ({ value, label: STATE_WORDS[value].label })),
];

/** The documents of a collection: how each stands, and the ways new ones come in. */
export function DocumentsView({ collection, isBusy }: { collection: CollectionId; isBusy: boolean }) {
  const search = useSearch();
  const [state, setState] = useState<StateFilter | typeof ALL>(ALL);
  const [tag, setTag] = useState(ALL);
  const [isAdding, setAdding] = useState(false);
  const mayWrite = useMay("knowledge.write");
  const tags = useApi(listKnowledgeTags, { params: { id: collection } });
  const filter = { ...(search.settled !== "" && { search: search.settled }), ...(state !== ALL && { state }), ...(tag !== ALL && { tag }) };
  const documents = useApiPages<KnowledgeDocument>(
    {
      id: listKnowledgeDocuments.id,
      page: (cursor, signal) =>
        call(listKnowledgeDocuments, { params: { id: collection }, query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }),
    },
    { collection, ...filter },
    { every: isBusy ? LIVE_MS : REFRESH_MS },
  );
  const isFiltered = Object.keys(filter).length > 0;
  const addButton = (
    <MayButton action="knowledge.write" look="primary" icon={<FilePlus2 size={15} aria-hidden />} onClick={() => setAdding(true)}>
      Add documents
    </MayButton>
  );
  const clear = () => {
    search.set("");
    setState(ALL);
    setTag(ALL);
  };
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput label="Search documents" placeholder="Search titles and addresses" value={search.typed} onChange={search.set} className="w-72" />
        <Select
          label="State"
          className="w-40!"
          value={state}
          options={STATES}
          onChange={(chosen) => setState(STATES.find(({ value }) => value === chosen)?.value ?? ALL)}
        />
        {tags.data && tags.data.items.length > 0 && (
          <Select
            label="Tag"
            className="w-40!"
            value={tag}
            options={[
              { value: ALL, label: "All tags" },
              ...tags.data.items.map((each) => ({ value: each.tag, label: each.tag, detail: counted(each.documents, "document") })),
            ]}
            onChange={setTag}
          />
        )}
        <span className="ml-auto">{addButton}</span>
      </div>
      <Uploads collection={collection} />
      <PagedList
        what="documents"
        query={documents}
        empty={
          isFiltered ? (
            <EmptyState
              icon={<SearchX size={18} aria-hidden />}
              title="No document fits"
              text="No document has these words, this state and this tag."
              actions={<Button onClick={clear}>Show all</Button>}
            />
          ) : (
            <EmptyState
              icon={<FilePlus2 size={18} aria-hidden />}
              title="No documents yet"
              text="Drop PDFs, Markdown, HTML or text files here, whole folders too; write a text, or give the address of a web page."
              actions={addButton}
            />
          )
        }
      >
        {(items) => (
          <Table label="Documents">
            <thead>
              <tr>
                <HeadCell>Title</HeadCell>
                <HeadCell className="w-60">State</HeadCell>
                <HeadCell className="w-24 text-right max-md:hidden">Chunks</HeadCell>
                <HeadCell className="w-32 max-md:hidden">Changed</HeadCell>
                <ActionsHeadCell className="w-12" />
              </tr>
            </thead>
            <tbody>
              {items.map((document) => (
                <DocumentRow key={document.id} document={document} />
              ))}
            </tbody>
          </Table>
        )}
      </PagedList>
      {documents.items?.some(isWorking) && (
        <p role="status" className="sr-only">
          Documents are being indexed.
        </p>
      )}
      {isAdding ? (
        <AddDocumentDialog collection={collection} onClose={() => setAdding(false)} />
      ) : (
        <DropPlace
          text="Drop files and folders to add them to this collection"
          onFiles={mayWrite ? (files) => uploads.add(collection, files, { tags: [], preview: false }) : undefined}
        />
      )}
    </div>
  );
}
