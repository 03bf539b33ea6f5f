import { randomBytes } from "node:crypto";
import { chmod, link, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { StartError } from "../start/start-error.ts";
import { parseKey, type VaultKey } from "./vault-key.ts";

/** A key in the file; the first one is the one in use, the others open what is still wrapped with them. */
export interface KeptKey {
  key: VaultKey;
  /** When the next one took its place. */
  retiredAt: Date | null;
}

const fileSchema = z.strictObject({
  about: z.string(),
  keys: z.array(z.strictObject({ id: z.string(), key: z.string(), retiredAt: z.iso.datetime().nullable() })).min(1),
});

const ABOUT = "Keys of Heddle's vault, the one in use first. Without them no stored secret can be read: keep a copy with every backup, and show it to nobody.";

/** Undefined when there is no file. One that others could read is closed again. Throws StartError for one that holds no keys. */
export async function readKeyFile(file: string): Promise<KeptKey[] | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new StartError(`The vault's key file ${file} cannot be read.`, "See to it that the user Heddle runs as owns the file, with the mode 600.", {
      cause: error,
    });
  });
  if (text === undefined) return undefined;
  await closeToOthers(file);
  const keys = parseKeys(text);
  if (keys) return keys;
  throw new StartError(`The vault's key file ${file} is damaged.`, "Put the copy of vault.key from your last backup in its place, and start Heddle again.");
}

/** False when there is a file already: it stays as it is. */
export async function createKeyFile(file: string, key: VaultKey): Promise<boolean> {
  const draft = await writeDraft(file, [{ key, retiredAt: null }]);
  try {
    // unlike a rename it never replaces a file, and unlike opening one for writing it never shows half of it
    await link(draft, file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(file);
  return true;
}

/**
 * Puts what `change` makes of the file's keys in its place, unless that is the same list; undefined when there is no file. For one process at a
 * time. When the file is another one by then all the same (a backup was put back), `change` is asked again: no key is lost that it has not seen.
 */
export async function changeKeyFile(file: string, change: (keys: readonly KeptKey[]) => readonly KeptKey[]): Promise<readonly KeptKey[] | undefined> {
  for (;;) {
    const before = await readKeyFile(file);
    const after = before && change(before);
    if (!before || !after || after === before) return after;
    const draft = await writeDraft(file, after);
    try {
      const now = await readKeyFile(file);
      if (!now || textOf(now) !== textOf(before)) continue;
      await rename(draft, file);
    } finally {
      await rm(draft, { force: true });
    }
    await syncDirectory(file);
    return after;
  }
}

async function writeDraft(file: string, keys: readonly KeptKey[]): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(textOf(keys));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

function textOf(keys: readonly KeptKey[]): string {
  const kept = keys.map(({ key, retiredAt }) => ({ id: key.id, key: key.bytes.toString("base64"), retiredAt: retiredAt?.toISOString() ?? null }));
  return `${JSON.stringify({ about: ABOUT, keys: kept }, null, 2)}\n`;
}

/** The file's name lasts only once its folder is on the disk as well. */
async function syncDirectory(file: string): Promise<void> {
  const handle = await open(dirname(file), "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function closeToOthers(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) await chmod(file, 0o600);
}

function parseKeys(text: string): KeptKey[] | undefined {
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const keys = parsed.data.keys.flatMap(({ id, key: written, retiredAt }) => {
    const key = parseKey(written);
    return key?.id === id ? [{ key, retiredAt: retiredAt === null ? null : new Date(retiredAt) }] : [];
  });
  return keys.length === parsed.data.keys.length ? keys : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
