import type { NewFile } from "./upload-queue.ts";

/** Files taken from one drop or one folder. */
export const MOST_FILES = 1_000;

export interface TakenFiles {
  files: NewFile[];
  /** There are more than `MOST_FILES`. */
  isCut: boolean;
}

/**
 * The files of a drop; those in folders with their path, as in "reports/2024/q1.pdf". To be called within the event: the browser forgets what was
 * dropped afterwards. Entries by the File and Directory Entries API. Throws what the browser does of a folder it cannot read.
 */
export async function droppedFiles(transfer: Pick<DataTransfer, "items" | "files">): Promise<TakenFiles> {
  const entries = [...transfer.items].flatMap((item) => (item.kind === "file" ? [item.webkitGetAsEntry()] : []));
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return cut(plain.map((file) => ({ file })));
  const found: NewFile[] = [];
  for (const entry of entries) if (entry) await collect(entry, found);
  return cut(found);
}

/** The files of a file field; those of a chosen folder with their path, and without what is hidden there. */
export function chosenFiles(files: Iterable<File> | null): TakenFiles {
  const all = [...(files ?? [])].map((file): NewFile => (file.webkitRelativePath === "" ? { file } : { file, path: file.webkitRelativePath }));
  return cut(all.filter(({ path }) => path === undefined || !path.split("/").some((part) => part.startsWith("."))));
}

function cut(found: NewFile[]): TakenFiles {
  return { files: found.slice(0, MOST_FILES), isCut: found.length > MOST_FILES };
}

async function collect(entry: FileSystemEntry, found: NewFile[]): Promise<void> {
  if (found.length > MOST_FILES || entry.name.startsWith(".")) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // it gives a hundred at a time, and none at the end
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const each of batch) await collect(each, found);
  }
}
