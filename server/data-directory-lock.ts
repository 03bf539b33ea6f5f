import { readFileSync, rmSync } from "node:fs";
import { link, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { DataDirectoryHeldError } from "./data-directory-errors.ts";

const holderSchema = z.object({
  pid: z.number().int(),
  startedAt: z.string(),
  host: z.string(),
  /** Of the running kernel: another boot means that every process of that time is gone. */
  bootId: z.string().nullable(),
  /** When the process started, in ticks since boot: tells it from a later process with the same pid. */
  startTicks: z.string().nullable(),
  nonce: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

export interface DataDirectoryLock {
  release: () => void;
}

/** The holder touches the file this often; on another host, where its pid says nothing, a file untouched for six beats is stale. */
const HEARTBEAT_MS = 5_000;
const STALE_ELSEWHERE_MS = 30_000;

const LOCK = "heddle.lock";
/** A lock that is being replaced has a name of its own behind that. */
const ASIDE = `${LOCK}.`;

/** Takes the lock file of a directory, replacing one whose process is gone. Throws DataDirectoryHeldError. */
export async function takeLock(directory: string): Promise<DataDirectoryLock> {
  const file = join(directory, LOCK);
  const self = await describeSelf();
  while (!(await create(file, self))) {
    const content = await unlessGone(readFile(file, "utf8"));
    if (content === undefined) continue;
    const holder = parseHolder(content);
    if (holder === undefined) {
      // Its writer may be between creating and writing it; one that is not will never finish it.
      if (await isFresh(file, 2_000)) await new Promise((resolve) => setTimeout(resolve, 100));
      else await removeStale(file, content);
      continue;
    }
    if (await isAlive(holder, file)) throw new DataDirectoryHeldError(directory, holder, holder.host !== self.host);
    await removeStale(file, content);
  }
  await removeAside(directory);
  const heartbeat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: () => {
      clearInterval(heartbeat);
      if (holds(file, self)) rmSync(file, { force: true });
    },
  };
}

async function create(file: string, self: Holder): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(JSON.stringify(self));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Two processes may find the same stale file. Each moves away what is there and looks at what it moved: the one that got the other's new lock
 * puts it back (a link never overwrites) and then finds the directory held.
 */
async function removeStale(file: string, staleContent: string): Promise<void> {
  const aside = `${file}.${crypto.randomUUID()}`;
  const moved = await unlessGone(rename(file, aside).then(() => true));
  if (!moved) return;
  // gone: whoever holds the lock by now has cleaned up
  const content = await unlessGone(readFile(aside, "utf8"));
  if (content !== undefined && content !== staleContent) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Removes what processes that were killed in the middle of `removeStale` have left behind. */
async function removeAside(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(ASIDE)) continue;
    const file = join(directory, name);
    const content = await unlessGone(readFile(file, "utf8"));
    const holder = content === undefined ? undefined : parseHolder(content);
    if (!holder || !(await isAlive(holder, file))) await rm(file, { force: true });
  }
}

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function isAlive(holder: Holder, file: string): Promise<boolean> {
  if (holder.host !== hostname()) return isFresh(file, STALE_ELSEWHERE_MS);
  const bootId = await readBootId();
  if (holder.bootId !== null && bootId !== null && holder.bootId !== bootId) return false;
  if (!processExists(holder.pid)) return false;
  const ticks = await readStartTicks(holder.pid);
  return holder.startTicks === null || ticks === null || ticks === holder.startTicks;
}

async function isFresh(file: string, withinMs: number): Promise<boolean> {
  return stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < withinMs,
    () => false,
  );
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function holds(file: string, self: Holder): boolean {
  try {
    return parseHolder(readFileSync(file, "utf8"))?.nonce === self.nonce;
  } catch {
    return false;
  }
}

function parseHolder(content: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

async function describeSelf(): Promise<Holder> {
  return {
    pid: process.pid,
    startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
    host: hostname(),
    bootId: await readBootId(),
    startTicks: await readStartTicks(process.pid),
    nonce: crypto.randomUUID(),
  };
}

async function readBootId(): Promise<string | null> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (text) => text.trim(),
    () => null,
  );
}

/** Field 22 of /proc/<pid>/stat, counted from behind the program's name, which may hold spaces and brackets. */
async function readStartTicks(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return (
    text
      ?.slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .at(19) ?? null
  );
}
