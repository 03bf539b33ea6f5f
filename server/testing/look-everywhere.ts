import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { routes } from "../contract/routes.ts";
import type { Logger } from "../logger.ts";
import type { Caller, TeamServer } from "./team-server.ts";

/** A log whose lines are kept, with all that was handed to it. */
export function keepingLogger(): { logger: Logger; logged: string[] } {
  const logged: string[] = [];
  const note = (details: object, message: string) => void logged.push(`${message} ${inspect(details, { depth: 12 })} ${safeJson(details)}`);
  return { logged, logger: { debug: note, info: note, warn: note, error: note, fatal: note } };
}

function safeJson(details: object): string {
  try {
    return JSON.stringify(details);
  } catch {
    return "";
  }
}

/** Asks for everything that can be asked for without a body: lists, and each thing in them. */
export async function readEverything(team: TeamServer, caller: Caller, workspace: string): Promise<void> {
  const send = (to: string) => team.send(caller, to, { workspace });
  const readings = routes.filter(({ method }) => method === "GET");
  for (const { path } of readings.filter((route) => !route.path.includes(":"))) await send(`GET ${path}`);
  for (const path of ["/metrics", "/api/openapi.json", "/api/audit?limit=200", "/api/runs?limit=200"]) await send(`GET ${path}`);
  for (const list of ["graphs", "runs", "connections", "credentials"]) {
    const { items } = await team.must(caller, `GET /api/${list}?limit=200`, { workspace });
    for (const { id } of items) {
      // whoever may share sees the links
      const about = readings.filter(({ path, id: name }) => path.startsWith(`/api/${list}/:id`) && !/:.*:/.test(path) && name !== "listShares");
      await Promise.all(about.map(({ path }) => send(`GET ${path.replace(":id", id)}`)));
    }
  }
}

/** But for the files of the tables, which are read as tables: what was written to them lately is in the database's own log as well. */
export async function readFiles(directory: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.includes("/database/base/")) files.set(path.slice(directory.length), withoutBlanks(await readFile(path, "latin1")));
  }
  return files;
}

/** Most of a database's log is zeroes that are yet to be written over. */
const withoutBlanks = (text: string) => text.replace(/\0{2,}/g, "\0\0");
