import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { RotateCw, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { CollectionId } from "#runtime/graph/ids.ts";
import { listCollections, readCollection } from "#server/contract/knowledge.ts";
import { addKnowledgeDocument, listChunks, listKnowledgeDocuments, listKnowledgeTags, readKnowledgeDocument } from "#server/contract/knowledge-documents.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { storeFile } from "../files/stored-files.ts";
import { Button } from "../ui/button.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Bar } from "../ui/progress-bar.tsx";
import { createUploadQueue, type Upload } from "./upload-queue.ts";

/** What the cache holds of a collection's documents, and of how many there are. */
export const DOCUMENTS_STALE = [listKnowledgeDocuments, listKnowledgeTags, readCollection, listCollections];
/** And of a document that is looked at by itself. */
export const DOCUMENT_STALE = [...DOCUMENTS_STALE, readKnowledgeDocument, listChunks];

const BOX = "rounded-lg border border-line bg-surface";

let cache: QueryClient | undefined;

/** One for the page: files go on being sent while another part of it is looked at. */
export const uploads = createUploadQueue({
  store: (file, sending) => storeFile(file, { workspace: undefined, ...sending }),
  addDocument: async (id, body, signal) => {
    await call(addKnowledgeDocument, { params: { id }, body, signal });
    await Promise.all(DOCUMENTS_STALE.map((stale) => cache?.invalidateQueries({ queryKey: keyOf(stale) })));
  },
});

/** Files shown that did not get there, before all of them are asked for. */
const SHOWN = 5;

/** The files that are on their way into a collection, and those that did not get there. */
export function Uploads({ collection }: { collection: CollectionId }) {
  const all = useStore(uploads.store);
  const client = useQueryClient();
  useEffect(() => {
    cache = client;
  }, [client]);
  const own = all.filter((upload) => upload.collection === collection);
  const left = own.filter(({ state }) => state.type === "failed" || state.type === "refused");
  const coming = own.filter((upload) => !left.includes(upload));
  return (
    <>
      {coming.length > 0 && <Coming uploads={coming} />}
      {left.length > 0 && <NotAdded uploads={left} />}
    </>
  );
}

function Coming({ uploads: coming }: { uploads: readonly Upload[] }) {
  const sending = coming.filter(({ state }) => state.type === "sending");
  const waiting = coming.length - sending.length;
  return (
    <section aria-label="Files on their way" className={BOX}>
      <ul className="divide-y divide-line">
        {sending.map((upload) => (
          <SendingLine key={upload.key} upload={upload} />
        ))}
      </ul>
      {waiting > 0 && (
        <p className="flex items-center gap-3 border-line border-t px-3 py-2 text-ink-muted text-xs tabular-nums">
          <span className="min-w-0 flex-1">{waiting === 1 ? "1 more file waits" : `${waiting.toLocaleString("en")} more files wait`}</span>
          <Button size="small" look="quiet" onClick={() => uploads.remove(coming.map(({ key }) => key))}>
            Cancel all
          </Button>
        </p>
      )}
    </section>
  );
}

function SendingLine({ upload: { key, file, path, state } }: { upload: Upload }) {
  const name = path ?? file.name;
  const sent = state.type === "sending" ? state.sent : 0;
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="flex gap-2 text-xs">
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="shrink-0 text-ink-muted tabular-nums">{sent >= file.size ? "Storing…" : `${formatBytes(sent)} of ${formatBytes(file.size)}`}</span>
        </p>
        <Bar label={`Sending ${name}`} done={sent} total={file.size} />
      </div>
      <IconButton label={`Cancel ${name}`} size="small" icon={<X size={14} />} onClick={() => uploads.remove([key])} />
    </li>
  );
}

function NotAdded({ uploads: left }: { uploads: readonly Upload[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? left : left.slice(0, SHOWN);
  const failed = left.filter(({ state }) => state.type === "failed");
  return (
    <section aria-label="Files that were not added" className={BOX}>
      <header className="flex items-center gap-2 px-3 py-2 text-sm">
        <p role="alert" className="min-w-0 flex-1 font-medium">
          {left.length === 1 ? "1 file was not added" : `${left.length.toLocaleString("en")} files were not added`}
        </p>
        {failed.length > 1 && (
          <Button size="small" onClick={() => uploads.retry(failed.map(({ key }) => key))}>
            Send {failed.length.toLocaleString("en")} again
          </Button>
        )}
        <Button size="small" look="quiet" onClick={() => uploads.remove(left.map(({ key }) => key))}>
          Clear
        </Button>
      </header>
      <ul className="divide-y divide-line border-line border-t">
        {shown.map((upload) => (
          <LeftLine key={upload.key} upload={upload} />
        ))}
      </ul>
      {shown.length < left.length && (
        <Button size="small" look="quiet" className="m-1.5" onClick={() => setWhole(true)}>
          Show all {left.length.toLocaleString("en")}
        </Button>
      )}
    </section>
  );
}

function LeftLine({ upload: { key, file, path, state } }: { upload: Upload }) {
  const name = path ?? file.name;
  return (
    <li className="flex items-center gap-3 px-3 py-1.5">
      <p className="wrap-anywhere min-w-0 flex-1 text-xs">
        {name} <span className="text-danger">{"message" in state && state.message}</span>
      </p>
      {state.type === "failed" && <IconButton label={`Send ${name} again`} size="small" icon={<RotateCw size={13} />} onClick={() => uploads.retry([key])} />}
      <IconButton label={`Take ${name} from the list`} size="small" icon={<X size={14} />} onClick={() => uploads.remove([key])} />
    </li>
  );
}
