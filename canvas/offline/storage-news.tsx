import { useEffect, useSyncExternalStore } from "react";
import { toast } from "sonner";
import type { OpenDocument } from "../document/connect-document.ts";

/** Drafts of which it was said. */
const told = new WeakSet<OpenDocument>();

/** Says once for each draft that this browser keeps nothing, so that edits end with the window. */
export function StorageNews({ document }: { document: OpenDocument }) {
  const isKept = useSyncExternalStore(document.kept.isKept.subscribe, document.kept.isKept.current);
  useEffect(() => {
    if (isKept !== false || told.has(document)) return;
    told.add(document);
    toast.info("Unsaved edits are kept only in this window", {
      description:
        "This browser lets Heddle store nothing: it is a private window, its storage is full or switched off. Keep the page open until it says Saved.",
      duration: 12_000,
    });
  }, [isKept, document]);
  return null;
}
