import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { EngineGiven } from "../engine/engine.ts";
import type { ServicesGiven } from "./create-services.ts";

/**
 * What this process is called as an owner of leases. One that holds its data directory alone knows that whoever held it before is gone:
 * what that one drove goes on at once.
 */
export async function ownerNames({
  config,
  directory,
  database,
}: Pick<ServicesGiven, "config" | "directory" | "database">): Promise<Pick<EngineGiven, "owner" | "predecessors">> {
  const own = `${hostname()}-${process.pid}-${randomUUID()}`;
  if (config.role !== "all") return { owner: own };
  const place = await placeOf(directory.path("place"));
  return { owner: `${place}/${own}`, predecessors: database.kind === "pglite" ? "" : `${place}/` };
}

/** A name for the data directory, made once; nobody else is here, because the directory is locked. */
async function placeOf(file: string): Promise<string> {
  const known = await readFile(file, "utf8").catch(() => "");
  if (known.trim() !== "") return known.trim();
  const place = randomUUID();
  await writeFile(file, place, { mode: 0o600 });
  return place;
}
