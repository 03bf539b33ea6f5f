import { ApiError } from "../api-error.ts";

/** A file that came by a form and that nobody has submitted yet. */
interface OpenFile {
  sender: string;
  at: number;
  bytes: number;
  hash?: string;
}

export interface OpenFilesGiven {
  /** What one form takes within the hour before somebody submits it, of everybody together and of one sender. */
  form?: { files: number; bytes: number };
  sender?: { files: number; bytes: number };
  now?: () => number;
}

const GIB = 1024 ** 3;
const HOUR_MS = 3_600_000;
const FORM = { files: 1_000, bytes: 4 * GIB };
const SENDER = { files: 250, bytes: GIB };

/** What lies in the workspace because somebody sent it by a form without submitting it: strangers must not fill the disk. Counted in this process. */
export interface OpenFiles {
  /**
   * Hands a file on through `keep` and counts it until it is submitted or an hour has passed; what was not kept does not count. Throws
   * `ApiError("rate-limited")`, also while the content comes.
   */
  take<Kept extends { $asset: string }>(
    place: { form: string; sender: string },
    content: AsyncIterable<Uint8Array>,
    keep: (content: AsyncIterable<Uint8Array>) => Promise<Kept>,
  ): Promise<Kept>;
  submitted(form: string, hashes: ReadonlySet<string>): void;
}

export function createOpenFiles({ form: ofForm = FORM, sender: ofSender = SENDER, now = Date.now }: OpenFilesGiven = {}): OpenFiles {
  const files = new Map<string, Set<OpenFile>>();
  const keepOnly = (form: string, isOpen: (file: OpenFile) => boolean): Set<OpenFile> => {
    const open = new Set([...(files.get(form) ?? [])].filter((file) => isOpen(file) && file.at > now() - HOUR_MS));
    if (open.size > 0) files.set(form, open);
    else files.delete(form);
    return open;
  };
  const requireRoom = (form: string, sender: string): void => {
    const open = [...(files.get(form) ?? [])];
    const own = open.filter((file) => file.sender === sender);
    const over = isWithin(own, ofSender) ? (isWithin(open, ofForm) ? undefined : open) : own;
    if (!over) return;
    const oldest = Math.min(...over.map(({ at }) => at));
    const retryAfter = Math.max(1, Math.ceil((oldest + HOUR_MS - now()) / 1_000));
    const minutes = Math.ceil(retryAfter / 60);
    const message = `More files were sent by this form than it takes before it is submitted. Submit it, or try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
    throw new ApiError("rate-limited", message, { retryAfter });
  };
  const counted = async function* (content: AsyncIterable<Uint8Array>, { form, file }: { form: string; file: OpenFile }) {
    for await (const piece of content) {
      file.bytes += piece.byteLength;
      requireRoom(form, file.sender);
      yield piece;
    }
  };
  return {
    take: async ({ form, sender }, content, keep) => {
      const file: OpenFile = { sender, at: now(), bytes: 0 };
      files.set(form, keepOnly(form, () => true).add(file));
      try {
        requireRoom(form, sender);
        const kept = await keep(counted(content, { form, file }));
        file.hash = kept.$asset;
        return kept;
      } catch (error) {
        keepOnly(form, (other) => other !== file);
        throw error;
      }
    },
    submitted: (form, hashes) => void keepOnly(form, ({ hash }) => hash === undefined || !hashes.has(hash)),
  };
}

function isWithin(files: readonly OpenFile[], most: { files: number; bytes: number }): boolean {
  return files.length <= most.files && files.reduce((sum, { bytes }) => sum + bytes, 0) <= most.bytes;
}
