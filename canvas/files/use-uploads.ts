import { useContext, useEffect, useRef, useState } from "react";
import type { FileValue } from "#runtime/node/port-value.ts";
import { errorText } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { whyUnfit } from "./fitting-file.ts";
import { storeFile } from "./stored-files.ts";
import { whenTaken } from "./when-taken.ts";

/** A file on its way, or one that did not arrive. */
export type UploadItem = { id: number; name: string; size: number } & (
  | { type: "waiting" }
  | { type: "sending"; sent: number }
  | { type: "failed"; message: string }
);

export interface Uploads {
  items: readonly UploadItem[];
  /** Those that are chosen and dropped together are sent in their order. */
  send(files: readonly File[]): void;
  /** Stops one that is on its way, or takes away one that failed. */
  drop(id: number): void;
}

/** Sent at once; the server takes eight of one caller. */
const AT_ONCE = 3;

/** Sends many files, a few at once. `onStored` is that of the last drawing. What is on its way goes on when the page is left. */
export function useUploads(onStored: (file: FileValue) => void, { isKept = false }: { isKept?: boolean } = {}): Uploads {
  const workspace = useContext(Elsewhere);
  const [items, setItems] = useState<readonly UploadItem[]>([]);
  const stored = useRef(onStored);
  const queue = useRef<{ id: number; file: File; abort: AbortController }[]>([]);
  const running = useRef(new Map<number, AbortController>());
  const nextId = useRef(1);
  useEffect(() => {
    stored.current = onStored;
  });
  const change = (id: number, to: Partial<UploadItem> | undefined) =>
    setItems((before) => before.flatMap((item) => (item.id !== id ? [item] : to ? [{ ...item, ...to } as UploadItem] : [])));
  const pump = () => {
    while (running.current.size < AT_ONCE) {
      const next = queue.current.shift();
      if (!next) return;
      running.current.set(next.id, next.abort);
      void sendOne(next).finally(() => {
        running.current.delete(next.id);
        pump();
      });
    }
  };
  const sendOne = async ({ id, file, abort: { signal } }: { id: number; file: File; abort: AbortController }) => {
    const onSent = (sent: number) => change(id, { sent: Math.min(sent, file.size) } as Partial<UploadItem>);
    const attempt = () => {
      change(id, { type: "sending", sent: 0 });
      return storeFile(file, { workspace, signal, isKept, onSent });
    };
    try {
      stored.current(await whenTaken(attempt, { signal, onWait: () => change(id, { type: "waiting" }) }));
      change(id, undefined);
    } catch (error) {
      change(id, signal.aborted ? undefined : { type: "failed", message: errorText(error) });
    }
  };
  const send = (files: readonly File[]) => {
    const added: UploadItem[] = [];
    for (const file of files) {
      const id = nextId.current++;
      const about = { id, name: file.name, size: file.size };
      const unfit = whyUnfit(file, undefined);
      added.push(unfit === undefined ? { ...about, type: "waiting" } : { ...about, type: "failed", message: unfit });
      if (unfit === undefined) queue.current.push({ id, file, abort: new AbortController() });
    }
    setItems((before) => [...before, ...added]);
    pump();
  };
  const drop = (id: number) => {
    queue.current = queue.current.filter((waiting) => waiting.id !== id);
    running.current.get(id)?.abort();
    change(id, undefined);
  };
  return { items, send, drop };
}
