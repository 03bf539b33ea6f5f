import { rename, rm, writeFile } from "node:fs/promises";

/** `server.json` in the data directory: where this server is, and how its owner gets in. Readable by its owner alone. */
export interface AddressFile {
  write(content: { url: string; pid: number; oneTimeUrl: string | undefined; ownerUrl: string | undefined }): Promise<void>;
  remove(): Promise<void>;
}

/** Written beside and renamed, one after another: whoever reads it finds it whole. */
export function createAddressFile(file: string): AddressFile {
  let last: Promise<void> = Promise.resolve();
  const next = (work: () => Promise<void>) => {
    last = last.catch(() => undefined).then(work);
    return last;
  };
  return {
    write: (content) =>
      next(async () => {
        const draft = `${file}.${process.pid}`;
        await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
        await rename(draft, file);
      }),
    remove: () => next(() => rm(file, { force: true })),
  };
}
