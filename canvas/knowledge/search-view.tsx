import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Search, SearchX, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { DocId } from "#runtime/graph/ids.ts";
import { type Collection, type SearchMode, searchKnowledge } from "#server/contract/knowledge.ts";
import { listKnowledgeTags } from "#server/contract/knowledge-documents.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf, useApi } from "../api/queries.ts";
import { ListBox } from "../pages/page-frame.tsx";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Input } from "../ui/input.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Select } from "../ui/select.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { DocumentFilter } from "./document-filter.tsx";
import { counted } from "./document-words.ts";
import { PassageCard } from "./passage-card.tsx";
import { useKnowledgeFacts } from "./vector-notice.tsx";

const MODES: readonly { value: SearchMode; label: string; detail: string }[] = [
  { value: "hybrid", label: "Words and meaning", detail: "Both lists, joined by their ranks" },
  { value: "text", label: "Words only", detail: "Names, numbers, rare words" },
  { value: "vector", label: "Meaning only", detail: "Questions in other words than the text's" },
];
const STEP = 10;
const MOST = 100;

interface Asked {
  query: string;
  mode: SearchMode;
  tags: readonly string[];
  document: { id: DocId; title: string } | undefined;
  limit: number;
}

/** Tries what a step or an agent would find, and says why it is found. */
export function SearchView({ collection }: { collection: Collection }) {
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<Asked>({ query: "", mode: "hybrid", tags: [], document: undefined, limit: STEP });
  const tags = useApi(listKnowledgeTags, { params: { id: collection.id } });
  const change = (part: Partial<Asked>) => setAsked({ ...asked, limit: STEP, ...part });
  const toggle = (tag: string) => change({ tags: asked.tags.includes(tag) ? asked.tags.filter((each) => each !== tag) : [...asked.tags, tag] });
  return (
    <div className="flex flex-col gap-4">
      <form
        aria-label="Search the collection"
        className="flex flex-wrap items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          change({ query: typed.trim() });
        }}
      >
        <Input
          aria-label="Question or words"
          placeholder="Ask a question, or search for words"
          maxLength={4000}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="min-w-60 flex-1"
        />
        <Select
          label="How to search"
          className="w-48!"
          value={asked.mode}
          options={MODES}
          onChange={(mode) => change({ mode: MODES.find(({ value }) => value === mode)?.value ?? "hybrid" })}
        />
        <Button type="submit" look="primary" icon={<Search size={14} aria-hidden />} disabled={typed.trim() === ""}>
          Search
        </Button>
      </form>
      <div className="flex flex-wrap items-center gap-1.5">
        <DocumentFilter collection={collection.id} chosen={asked.document} onChange={(document) => change({ document })} />
        {tags.data?.items.map(({ tag }) => (
          <TagFilter key={tag} isChosen={asked.tags.includes(tag)} onClick={() => toggle(tag)}>
            {tag}
          </TagFilter>
        ))}
      </div>
      <Results collection={collection} asked={asked} onMore={() => setAsked({ ...asked, limit: Math.min(MOST, asked.limit + STEP) })} />
    </div>
  );
}

function TagFilter({ isChosen, onClick, children }: { isChosen: boolean; onClick(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onClick}
      className={classes(
        "flex h-6 items-center gap-1 rounded-md border px-2 text-xs",
        isChosen ? "border-accent bg-accent-soft text-accent" : "border-line text-ink-muted hover:bg-hover hover:text-ink",
      )}
    >
      {children}
      {isChosen && <X size={11} aria-hidden />}
    </button>
  );
}

function Results({ collection, asked: { query, mode, tags, document, limit }, onMore }: { collection: Collection; asked: Asked; onMore(): void }) {
  const body = { collection: collection.id, query, mode, limit, tags: [...tags], documents: document ? [document.id] : [] };
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: keyOf(searchKnowledge, body),
    queryFn: ({ signal }) => call(searchKnowledge, { body, signal }),
    enabled: query !== "",
    placeholderData: keepPreviousData,
  });
  // the page says already what the database lacks
  const facts = useKnowledgeFacts();
  const isToldAbove = facts.data?.vectors.available === false;
  if (query === "") return <Nothing title="Ask the collection something" text={hint(collection)} />;
  if (error) {
    return (
      <ListBox>
        <LoadError title="It could not be searched" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />
      </ListBox>
    );
  }
  if (!data) return <SkeletonRows label="Searching" rows={4} />;
  return (
    <section aria-label="Passages" aria-busy={isPlaceholderData} className={classes("flex flex-col gap-3", isPlaceholderData && "opacity-60")}>
      <p role="status" className="text-ink-muted text-xs tabular-nums">
        {counted(data.items.length, "passage")} in {Math.round(data.milliseconds).toLocaleString("en")} ms
      </p>
      {data.notice !== null && !isToldAbove && (
        <p role="note" className="wrap-anywhere rounded-md bg-warning-soft px-3 py-2 text-sm">
          {data.notice}
        </p>
      )}
      {data.items.length === 0 && <Nothing title="Nothing found" text="Ask in other words, choose another way of searching, or take filters away." />}
      {data.items.map((passage, index) => (
        <PassageCard key={passage.chunk} passage={passage} number={index + 1} />
      ))}
      {data.items.length >= limit && limit < MOST && (
        <div className="flex justify-center">
          <Button busy={isPlaceholderData} onClick={onMore}>
            More passages
          </Button>
        </div>
      )}
    </section>
  );
}

function hint({ counts }: Collection): string {
  return counts.ready > 0
    ? "What is found here is what steps and agents find. Each passage says by which words or meaning it came up."
    : "There is nothing to find yet: add documents, and wait until they are indexed.";
}

function Nothing({ title, text }: { title: string; text: string }) {
  return (
    <ListBox>
      <EmptyState icon={<SearchX size={18} aria-hidden />} title={title} text={text} />
    </ListBox>
  );
}
