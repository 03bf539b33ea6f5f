import { createStore, type StoreApi } from "zustand";
import { type CollectionId, createId } from "#runtime/graph/ids.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { errorText } from "../api/api-problem.ts";
import { whyNoDocument } from "./document-file.ts";

/** Files that are sent at the same time. */
const AT_ONCE = 2;

export interface NewFile {
  file: File;
  /** Within the folder it was dropped with. */
  path?: string;
}

export interface Upload extends NewFile {
  key: number;
  collection: CollectionId;
  /** `refused`: no text can be read from it. */
  state: { type: "waiting" } | { type: "sending"; sent: number } | { type: "failed" | "refused"; message: string };
}

interface Sending {
  signal: AbortSignal;
  onSent(bytes: number): void;
}

export interface UploadQueue {
  store: StoreApi<readonly Upload[]>;
  add(collection: CollectionId, files: readonly NewFile[], options: { tags: readonly string[]; preview: boolean }): void;
  /** Ends those that are under way, and takes them from the list. */
  remove(keys: readonly number[]): void;
  /** Sends again what failed. */
  retry(keys: readonly number[]): void;
}

interface Means {
  store(file: File, sending: Sending): Promise<FileValue>;
  addDocument(collection: CollectionId, given: NewDocument, signal: AbortSignal): Promise<unknown>;
}

interface NewDocument {
  asset: FileValue;
  path?: string;
  tags: string[];
  preview: boolean;
  idempotencyKey: string;
}

interface Wanted {
  tags: readonly string[];
  preview: boolean;
  /** Kept when it is sent again: the answer may have been lost, not the document. */
  idempotencyKey: string;
  abort: AbortController;
}

/**
 * Sends files two at a time and adds each as a document. It goes on while other pages are looked at; what succeeded leaves the list, what
 * failed stays until somebody takes it away or tries again.
 */
export function createUploadQueue(means: Means): UploadQueue {
  const store = createStore<readonly Upload[]>(() => []);
  const wanted = new Map<number, Wanted>();
  let keys = 0;
  const put = (key: number, state: Upload["state"]) =>
    store.setState((uploads) => uploads.map((upload) => (upload.key === key ? { ...upload, state } : upload)), true);
  const drop = (keys: readonly number[]) => {
    const gone = new Set(keys);
    for (const key of gone) wanted.delete(key);
    store.setState((uploads) => uploads.filter(({ key }) => !gone.has(key)), true);
  };
  const next = () => {
    const all = store.getState();
    if (all.filter(({ state }) => state.type === "sending").length >= AT_ONCE) return;
    const waiting = all.find(({ state }) => state.type === "waiting");
    if (!waiting) return;
    void send(waiting);
    next();
  };
  const send = async ({ key, file, path, collection }: Upload) => {
    const options = wanted.get(key);
    if (!options) return;
    const { tags, preview, idempotencyKey, abort } = options;
    const { signal } = abort;
    put(key, { type: "sending", sent: 0 });
    try {
      const asset = await means.store(file, { signal, onSent: (sent) => !signal.aborted && put(key, { type: "sending", sent: Math.min(sent, file.size) }) });
      await means.addDocument(collection, { asset, ...(path !== undefined && { path }), tags: [...tags], preview, idempotencyKey }, signal);
      drop([key]);
    } catch (error) {
      if (!signal.aborted) put(key, { type: "failed", message: errorText(error) });
    }
    next();
  };
  return {
    store,
    add: (collection, files, options) => {
      const added = files.map(({ file, path }): Upload => {
        keys += 1;
        wanted.set(keys, { ...options, idempotencyKey: createId("item"), abort: new AbortController() });
        const message = whyNoDocument(file);
        const state: Upload["state"] = message === undefined ? { type: "waiting" } : { type: "refused", message };
        return { key: keys, collection, file, ...(path !== undefined && { path }), state };
      });
      store.setState((uploads) => [...uploads, ...added], true);
      next();
    },
    remove: (gone) => {
      for (const key of gone) wanted.get(key)?.abort.abort();
      drop(gone);
      next();
    },
    retry: (keys) => {
      for (const key of keys) {
        const options = wanted.get(key);
        if (options) wanted.set(key, { ...options, abort: new AbortController() });
        put(key, { type: "waiting" });
      }
      next();
    },
  };
}
