import type { OpenDocument } from "../document/connect-document.ts";

/** How long what concerns the draft waits for the last edits to be stored: the server takes what it has. */
const SAVE_WAIT_MS = 3_000;

/** Resolves when the last edits are stored. Throws `Error` when that takes too long. */
export async function saved(document: OpenDocument): Promise<void> {
  if (!document.hasUnsaved()) return;
  await new Promise<void>((resolve, reject) => {
    const stop = document.saveState.subscribe(() => document.saveState.current().type === "saved" && finish());
    const timer = setTimeout(() => finish(new Error("The last edits are not saved yet. Try again once they are.")), SAVE_WAIT_MS);
    const finish = (error?: Error) => {
      clearTimeout(timer);
      stop();
      if (error) reject(error);
      else resolve();
    };
  });
}
