import { ArrowLeft, ExternalLink, ScissorsLineDashed, SearchX } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { docIdSchema } from "#runtime/graph/ids.ts";
import type { KnowledgeDocument } from "#server/contract/knowledge.ts";
import { listChunks, readKnowledgeDocument } from "#server/contract/knowledge-documents.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { NotFoundPage } from "../app/not-found-page.tsx";
import { StoredFile } from "../files/stored-file.tsx";
import { ListBox, PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { useSearch } from "../ui/use-search.ts";
import { Waiting } from "../ui/waiting.tsx";
import { ChunkCard } from "./chunk-card.tsx";
import { ChunkPreviewDialog } from "./chunk-preview-dialog.tsx";
import { CitedChunk } from "./cited-chunk.tsx";
import { DocumentMenu } from "./document-menu.tsx";
import { DocumentStanding } from "./document-row.tsx";
import { counted, isWorking } from "./document-words.ts";
import { collectionAddress } from "./knowledge-address.ts";

const PAGE = 30;
const LIVE_MS = 1_500;
const REFRESH_MS = 30_000;

/** One document: how it stands, and its chunks, which can be changed and left out. */
export function DocumentPage() {
  const id = docIdSchema.safeParse(useParams().document);
  return id.success ? <Loaded key={id.data} id={id.data} /> : <NotFoundPage />;
}

function Loaded({ id }: { id: KnowledgeDocument["id"] }) {
  const [isBusy, setBusy] = useState(true);
  const { data, error, isFetching, refetch } = useApi(readKnowledgeDocument, { params: { id } }, { every: isBusy ? LIVE_MS : REFRESH_MS });
  const works = data !== undefined && isWorking(data);
  if (data && works !== isBusy) setBusy(works);
  if (!data && hasCode(error, "not-found")) return <NotFoundPage />;
  if (!data && error)
    return (
      <ListBox>
        <LoadError title="The document could not be loaded" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />
      </ListBox>
    );
  return data ? <Shown document={data} /> : <Waiting />;
}

function Shown({ document }: { document: KnowledgeDocument }) {
  const { title, collection, characters, pages, tags, chunks, source, state, error } = document;
  const navigate = useNavigate();
  const [isTrying, setTrying] = useState(false);
  const facts = [
    ...(chunks > 0 ? [counted(chunks, "chunk")] : []),
    ...(characters > 0 ? [counted(characters, "character")] : []),
    ...(pages === null ? [] : [counted(pages, "page")]),
  ];
  return (
    <PageFrame
      title={title}
      text={facts.length > 0 ? facts.join(" · ") : "A document of the collection."}
      actions={
        <>
          {characters > 0 && (
            <MayButton action="knowledge.write" icon={<ScissorsLineDashed size={14} aria-hidden />} onClick={() => setTrying(true)}>
              Try other cuts
            </MayButton>
          )}
          <DocumentMenu document={document} onDeleted={() => void navigate(collectionAddress(collection))} />
        </>
      }
      toolbar={
        <>
          <Link to={collectionAddress(collection)} className="flex items-center gap-1.5 text-ink-muted text-xs hover:text-ink">
            <ArrowLeft size={13} aria-hidden /> The collection
          </Link>
          {tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)_18rem] items-start gap-4 max-md:grid-cols-1">
        <Source source={source} />
        <section aria-label="State" className="rounded-lg border border-line bg-surface px-3 py-2.5">
          <DocumentStanding document={document} />
          {error !== null && <p className="wrap-anywhere mt-1 text-danger text-xs">{error}</p>}
          {state === "preview" && (
            <p className="mt-1.5 text-ink-muted text-xs">Nothing of it is found yet. Change the chunks, leave some out, then index it.</p>
          )}
        </section>
      </div>
      <CitedChunk />
      <Chunks document={document} />
      {isTrying && <ChunkPreviewDialog document={document} onClose={() => setTrying(false)} />}
    </PageFrame>
  );
}

function Source({ source }: { source: KnowledgeDocument["source"] }) {
  return (
    <section aria-label="Source" className="rounded-lg border border-line bg-surface px-3 py-2.5 text-sm">
      {source.type === "text" && <p className="text-ink-muted">A text that was written here.</p>}
      {source.type === "url" && (
        <a
          href={source.url}
          target="_blank"
          rel="noreferrer"
          className="wrap-anywhere flex items-center gap-1.5 text-accent underline-offset-2 hover:underline"
        >
          {source.url} <ExternalLink size={13} aria-hidden className="shrink-0" />
        </a>
      )}
      {source.type === "asset" && <StoredFile file={source.asset} height={160} />}
    </section>
  );
}

function Chunks({ document }: { document: KnowledgeDocument }) {
  const search = useSearch();
  const [params] = useSearchParams();
  const { id, state, chunks: number, indexedAt } = document;
  const filter = search.settled === "" ? {} : { search: search.settled };
  const chunks = useApiPages(
    { id: listChunks.id, page: (cursor, signal) => call(listChunks, { params: { id }, query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    // another cut is another list
    { document: id, ...filter, state, number, indexedAt },
  );
  const works = isWorking(document);
  return (
    <section aria-labelledby="chunks" className="flex flex-col gap-3">
      <header className="flex flex-wrap items-center gap-3">
        <h2 id="chunks" className="flex-1 font-semibold text-base">
          Chunks
        </h2>
        <SearchInput label="Search chunks" placeholder="Words in them" value={search.typed} onChange={search.set} className="w-64" />
      </header>
      <PagedList
        what="chunks"
        query={chunks}
        empty={
          search.settled !== "" ? (
            <EmptyState
              icon={<SearchX size={18} aria-hidden />}
              title="No chunk fits"
              text={`No chunk has “${search.settled}” in it.`}
              actions={<Button onClick={() => search.set("")}>Show all</Button>}
            />
          ) : (
            <EmptyState
              icon={<ScissorsLineDashed size={18} aria-hidden />}
              title={works ? "It is being read" : "No chunks"}
              text={
                works
                  ? "Its chunks are shown here as soon as it is cut."
                  : state === "failed"
                    ? "Nothing could be read of it. Its state above says why, and what to do."
                    : "It was not cut yet. Re-index it."
              }
            />
          )
        }
      >
        {(items) => (
          <ol aria-label="Chunks" className="flex flex-col gap-3">
            {items.map((chunk) => (
              <ChunkCard key={chunk.id} chunk={chunk} isLocked={works} isPreview={state === "preview"} isCited={chunk.id === params.get("chunk")} />
            ))}
          </ol>
        )}
      </PagedList>
    </section>
  );
}
