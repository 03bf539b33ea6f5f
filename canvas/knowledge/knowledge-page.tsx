import { BookOpen, Library, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { type Collection, listCollections } from "#server/contract/knowledge.ts";
import { call } from "../api/client.ts";
import { useApiPages } from "../api/queries.ts";
import { PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { CollectionDialog } from "./collection-dialog.tsx";
import { counted } from "./document-words.ts";
import { collectionAddress } from "./knowledge-address.ts";
import { VectorNotice } from "./vector-notice.tsx";

const PAGE = 50;
const REFRESH_MS = 10_000;

/** The collections of documents that graphs and agents look things up in. */
export function KnowledgePage() {
  const search = useSearch();
  const [isAdding, setAdding] = useState(false);
  const navigate = useNavigate();
  const filter = search.settled === "" ? {} : { search: search.settled };
  const collections = useApiPages(
    { id: listCollections.id, page: (cursor, signal) => call(listCollections, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const newButton = (
    <MayButton action="knowledge.write" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
      New collection
    </MayButton>
  );
  return (
    <PageFrame
      title="Knowledge"
      text="Documents that graphs and agents look things up in, by meaning and by words."
      actions={newButton}
      toolbar={<SearchInput label="Search collections" placeholder="Search by name" value={search.typed} onChange={search.set} className="w-72" />}
    >
      <VectorNotice />
      <PagedList
        what="collections"
        query={collections}
        empty={
          search.settled === "" ? (
            <EmptyState
              icon={<Library size={18} aria-hidden />}
              title="No collections yet"
              text="A collection holds documents of one kind: handbooks, contracts, notes. Make one, and drop PDFs, Markdown or web pages into it."
              actions={newButton}
            />
          ) : (
            <EmptyState
              icon={<SearchX size={18} aria-hidden />}
              title="No collection fits"
              text={`No collection is called "${search.settled}" or like it.`}
              actions={<Button onClick={() => search.set("")}>Show all</Button>}
            />
          )
        }
      >
        {(items) => <CollectionTable collections={items} />}
      </PagedList>
      {isAdding && <CollectionDialog onSaved={({ id }) => void navigate(collectionAddress(id))} onClose={() => setAdding(false)} />}
    </PageFrame>
  );
}

function CollectionTable({ collections }: { collections: readonly Collection[] }) {
  return (
    <Table label="Collections">
      <thead>
        <tr>
          <HeadCell>Name</HeadCell>
          <HeadCell className="w-64 max-md:hidden">Documents</HeadCell>
          <HeadCell className="w-28 text-right max-md:hidden">Chunks</HeadCell>
          <HeadCell className="w-36">Changed</HeadCell>
        </tr>
      </thead>
      <tbody>
        {collections.map(({ id, name, description, counts, updatedAt }) => (
          <Row key={id}>
            <Cell className="max-w-0 py-1.5">
              <Link to={collectionAddress(id)} className="flex min-w-0 items-center gap-2.5 font-medium hover:text-accent">
                <BookOpen size={15} aria-hidden className="shrink-0 text-ink-faint" />
                <span className="truncate">{name}</span>
              </Link>
              {description !== "" && <p className="truncate pl-6.5 text-ink-faint text-xs">{description}</p>}
            </Cell>
            <Cell className="text-ink-muted text-xs max-md:hidden">
              <CollectionCounts counts={counts} />
            </Cell>
            <Cell className="text-right text-ink-muted text-xs tabular-nums max-md:hidden">{counts.chunks.toLocaleString("en")}</Cell>
            <Cell className="text-ink-muted text-xs">
              <TimeAgo time={updatedAt} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

/** How its documents stand, in a line. */
export function CollectionCounts({ counts: { documents, working, failed } }: Pick<Collection, "counts">) {
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1 tabular-nums">
      {counted(documents, "document")}
      {working > 0 && (
        <span className="flex items-center gap-1 text-running">
          <Spinner size={11} /> {working.toLocaleString("en")} under way
        </span>
      )}
      {failed > 0 && <span className="text-danger">{failed.toLocaleString("en")} failed</span>}
    </span>
  );
}
