import { FileText, Globe, NotebookPen } from "lucide-react";
import { Link } from "react-router";
import type { DocumentSource, FoundPassage } from "#server/contract/knowledge.ts";
import { Badge } from "../ui/badge.tsx";
import { placeWords } from "./document-words.ts";
import { Highlighted } from "./highlighted.tsx";
import { documentAddress } from "./knowledge-address.ts";

/** A passage that was found: where it stands, its words, and why it is here. */
export function PassageCard({ passage, number }: { passage: FoundPassage; number: number }) {
  const { chunk, document, text, highlights, relevance } = passage;
  return (
    <article aria-label={`Passage ${number}: ${document.title}`} className="flex flex-col gap-2 rounded-lg border border-line bg-surface px-4 py-3">
      <header className="flex min-w-0 items-center gap-2 text-sm">
        <span className="shrink-0 text-ink-faint tabular-nums">{number}</span>
        <SourceIcon source={document.source} />
        <Link to={documentAddress(document.id, chunk)} className="min-w-0 truncate font-medium underline-offset-2 hover:text-accent hover:underline">
          {document.title}
        </Link>
        <span className="min-w-0 shrink truncate text-ink-faint text-xs">{placeWords(passage)}</span>
        <span className="ml-auto shrink-0 text-ink-muted text-xs tabular-nums" title="How well it fits, whatever else was found">
          {Math.round(relevance * 100)} %
        </span>
      </header>
      <p className="wrap-anywhere whitespace-pre-line text-sm leading-relaxed">
        <Highlighted text={text} highlights={highlights} />
      </p>
      <footer className="flex flex-wrap items-center gap-1.5">
        <Why passage={passage} />
        {document.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
      </footer>
    </article>
  );
}

/** Which list has it, and how high. */
function Why({ passage: { why, score } }: { passage: FoundPassage }) {
  const { text, vector, reranked } = why;
  return (
    <>
      <span className="text-2xs text-ink-faint">Found</span>
      {text && (
        <Badge tone="warning" title={`Score ${text.score.toFixed(3)}`}>
          by words: no. {text.rank}
        </Badge>
      )}
      {vector && (
        <Badge tone="accent" title={`Similarity ${vector.similarity.toFixed(3)}`}>
          by meaning: no. {vector.rank}
        </Badge>
      )}
      {reranked && <Badge title={`Score ${reranked.score.toFixed(3)}`}>read again: no. {reranked.rank}</Badge>}
      <span
        className="text-2xs text-ink-faint tabular-nums"
        title={reranked ? "Ordered by what the reranker said" : "The sum of 1 / (60 + place) over the lists"}
      >
        score {score.toFixed(4)}
      </span>
    </>
  );
}

export function SourceIcon({ source }: { source: DocumentSource }) {
  const Icon = source.type === "url" ? Globe : source.type === "text" ? NotebookPen : FileText;
  return <Icon size={14} aria-hidden className="shrink-0 text-ink-faint" />;
}
