import { useContext, useEffect, useRef, useState } from "react";
import type { FileValue } from "#runtime/node/port-value.ts";
import { errorText } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { announce } from "../ui/announce.ts";
import { FileSource } from "./file-source.ts";
import { whyUnfit } from "./fitting-file.ts";
import { storeFile } from "./stored-files.ts";

export type UploadState = { type: "none" } | { type: "sending"; name: string; sent: number; size: number } | { type: "failed"; message: string };

export interface Upload {
  state: UploadState;
  send(file: File): void;
  cancel(): void;
  /** Takes away what went wrong. */
  clear(): void;
}

/** Sends one file at a time. `onStored` is that of the last drawing: what else was filled in meanwhile is not undone. It is called even when the field is gone by then. */
export function useUpload(accept: string | undefined, onStored: (file: FileValue) => void): Upload {
  const workspace = useContext(Elsewhere);
  const source = useContext(FileSource);
  const [state, setState] = useState<UploadState>({ type: "none" });
  const stored = useRef(onStored);
  const sending = useRef<AbortController | undefined>(undefined);
  useEffect(() => {
    stored.current = onStored;
  });
  const cancel = () => {
    sending.current?.abort();
    sending.current = undefined;
    setState({ type: "none" });
  };
  const send = async (file: File) => {
    sending.current?.abort();
    const unfit = whyUnfit(file, accept);
    if (unfit !== undefined) return setState({ type: "failed", message: unfit });
    const own = new AbortController();
    sending.current = own;
    const { name, size } = file;
    setState({ type: "sending", name, sent: 0, size });
    try {
      const onSent = (sent: number) => !own.signal.aborted && setState({ type: "sending", name, sent: Math.min(sent, size), size });
      const given = { signal: own.signal, onSent };
      const value = await (source ? source.store(file, given) : storeFile(file, { ...given, workspace }));
      if (own.signal.aborted) return;
      // the server has looked into it
      const misfit = whyUnfit({ name, type: value.mediaType, size }, accept);
      if (misfit !== undefined) return setState({ type: "failed", message: misfit });
      setState({ type: "none" });
      stored.current(value);
      announce(`${name} is stored.`);
    } catch (error) {
      if (!own.signal.aborted) setState({ type: "failed", message: errorText(error) });
    }
  };
  return { state, send: (file) => void send(file), cancel, clear: () => setState({ type: "none" }) };
}
