import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { RotateCw, X } from "lucide-react";
import { useEffect } from "react";
import { useStore } from "zustand";
import type { CollectionId } from "#runtime/graph/ids.ts";
import { listCollections, readCollection } from "#server/contract/knowledge.ts";
import { addKnowledgeDocument, listKnowledgeDocuments, listKnowledgeTags } from "#server/contract/knowledge-documents.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { formatBytes } from "../board/value-preview.ts";
import { storeFile } from "../files/stored-files.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Bar } from "../ui/progress-bar.tsx";
import { createUploadQueue, type Upload } from "./upload-queue.ts";

/** What the cache holds of a collection's documents, and of how many there are. */
export const DOCUMENTS_STALE = [listKnowledgeDocuments, listKnowledgeTags, readCollection, listCollections];

let cache: QueryClient | undefined;

/** One for the page: files go on being sent while another part of it is looked at. */
export const uploads = createUploadQueue({
  store: (file, sending) => storeFile(file, { workspace: undefined, ...sending }),
  addDocument: async (id, body, signal) => {
    await call(addKnowledgeDocument, { params: { id }, body, signal });
    await Promise.all(DOCUMENTS_STALE.map((stale) => cache?.invalidateQueries({ queryKey: keyOf(stale) })));
  },
});

/** The files that are on their way into a collection, and those that did not get there. */
export function Uploads({ collection }: { collection: CollectionId }) {
  const all = useStore(uploads.store);
  const client = useQueryClient();
  useEffect(() => {
    cache = client;
  }, [client]);
  const own = all.filter((upload) => upload.collection === collection);
  if (own.length === 0) return null;
  return (
    <ul aria-label="Files on their way" className="divide-y divide-line rounded-lg border border-line bg-surface">
      {own.map((upload) => (
        <UploadLine key={upload.key} upload={upload} />
      ))}
    </ul>
  );
}

function UploadLine({ upload: { key, file, path, state } }: { upload: Upload }) {
  const name = path ?? file.name;
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="flex gap-2 text-xs">
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="shrink-0 text-ink-muted tabular-nums">{stateText(state, file.size)}</span>
        </p>
        {state.type === "failed" ? (
          <p role="alert" className="wrap-anywhere text-danger text-xs">
            {state.message}
          </p>
        ) : (
          <Bar label={`Sending ${name}`} done={state.type === "sending" ? state.sent : 0} total={file.size} />
        )}
      </div>
      {state.type === "failed" && file.size > 0 && (
        <IconButton label={`Send ${name} again`} size="small" icon={<RotateCw size={13} />} onClick={() => uploads.retry(key)} />
      )}
      <IconButton
        label={state.type === "failed" ? `Take ${name} from the list` : `Cancel ${name}`}
        size="small"
        icon={<X size={14} />}
        onClick={() => uploads.remove(key)}
      />
    </li>
  );
}

function stateText(state: Upload["state"], size: number): string {
  switch (state.type) {
    case "waiting":
      return "Waiting";
    case "sending":
      return state.sent >= size ? "Storing…" : `${formatBytes(state.sent)} of ${formatBytes(size)}`;
    case "failed":
      return "Not added";
  }
}
