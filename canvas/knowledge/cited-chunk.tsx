import { Quote } from "lucide-react";
import { useEffect, useRef } from "react";
import { useSearchParams } from "react-router";
import { chunkIdSchema } from "#runtime/graph/ids.ts";
import type { Chunk } from "#server/contract/knowledge.ts";
import { readChunk } from "#server/contract/knowledge-documents.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { placeWords } from "./document-words.ts";

/** The passage that a citation led to, above all others: of a long document the list begins far from it. */
export function CitedChunk() {
  const [params] = useSearchParams();
  const wanted = chunkIdSchema.safeParse(params.get("chunk"));
  return wanted.success ? <Cited key={wanted.data} id={wanted.data} /> : null;
}

function Cited({ id }: { id: Chunk["id"] }) {
  const { data, error } = useApi(readChunk, { params: { id } });
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (data) box.current?.focus();
  }, [data]);
  if (!data) {
    const text = hasCode(error, "not-found") ? "The passage you came for is gone: its document was indexed anew since." : error && errorText(error);
    return text ? (
      <p role="note" className="rounded-md bg-warning-soft px-3 py-2 text-sm">
        {text}
      </p>
    ) : null;
  }
  return (
    <section ref={box} tabIndex={-1} aria-label="The cited passage" className="flex gap-3 rounded-lg border border-accent bg-accent-soft px-4 py-3">
      <Quote size={16} aria-hidden className="mt-0.5 shrink-0 text-accent" />
      <div className="min-w-0">
        <p className="text-ink-muted text-xs">
          {placeWords(data)} · chunk {(data.position + 1).toLocaleString("en")}
        </p>
        <p className="wrap-anywhere mt-1 whitespace-pre-line text-sm leading-relaxed">{data.text}</p>
      </div>
    </section>
  );
}
