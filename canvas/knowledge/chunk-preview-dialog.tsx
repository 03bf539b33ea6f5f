import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type KnowledgeDocument, readCollection } from "#server/contract/knowledge.ts";
import { previewChunks } from "#server/contract/knowledge-documents.ts";
import { chunkingSchema } from "#server/contract/knowledge-settings.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf, useApi } from "../api/queries.ts";
import { faultsOf } from "../api/use-route-form.ts";
import { classes } from "../ui/classes.ts";
import { Dialog } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { type CollectionDraft, toChunking, toDraft } from "./collection-draft.ts";
import { ChunkingFields } from "./collection-fields.tsx";
import { counted, placeWords } from "./document-words.ts";

type Cut = Pick<CollectionDraft, "by" | "size" | "overlap">;

/** Shows how a document would be cut with other settings; nothing is kept. */
export function ChunkPreviewDialog({ document: { id, collection }, onClose }: { document: KnowledgeDocument; onClose(): void }) {
  const { data } = useApi(readCollection, { params: { id: collection } });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Try other cuts"
      description="What the document would come to. Nothing is changed: to keep it, set it in the collection's settings and re-index."
    >
      {data ? <Trial document={id} before={toDraft(data)} /> : <SkeletonRows label="Loading the settings" rows={3} />}
    </Dialog>
  );
}

function Trial({ document, before: { by, size, overlap } }: { document: KnowledgeDocument["id"]; before: Cut }) {
  const [draft, setDraft] = useState<Cut>({ by, size, overlap });
  const chunking = toChunking(draft);
  const faults = faultsOf(chunkingSchema, chunking);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: keyOf(previewChunks, { document, chunking }),
    queryFn: ({ signal }) => call(previewChunks, { body: { document, chunking }, signal }),
    enabled: faults.length === 0,
    placeholderData: keepPreviousData,
  });
  const errorsAt = (path: string) => faults.filter((fault) => `/chunking${fault.path}` === path).map(({ message }) => message);
  return (
    <div className="flex flex-col gap-4">
      <ChunkingFields draft={draft} change={(part) => setDraft({ ...draft, ...part })} errorsAt={errorsAt} />
      <FormError text={error ? errorText(error) : undefined} />
      {!data && !error && faults.length === 0 && <SkeletonRows label="Cutting" rows={3} />}
      {data && (
        <>
          <p role="status" className="text-ink-muted text-xs tabular-nums">
            {counted(data.total, "chunk")}
            {data.total > data.items.length && `, the first ${data.items.length} of them:`}
          </p>
          <ol aria-label="Chunks as they would be" className={classes("flex flex-col gap-2", isPlaceholderData && "opacity-60")}>
            {data.items.map((chunk) => (
              <li key={chunk.position} className="rounded-md border border-line bg-surface px-3 py-2">
                <p className="flex gap-2 text-2xs text-ink-faint tabular-nums">
                  <span className="font-medium text-ink-muted">{chunk.position + 1}</span>
                  <span className="min-w-0 truncate">{placeWords(chunk)}</span>
                  <span className="ml-auto shrink-0">about {chunk.tokens} tokens</span>
                </p>
                <p className="wrap-anywhere mt-1 line-clamp-6 whitespace-pre-line text-xs leading-5">{chunk.text}</p>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
