import { readFile } from "node:fs/promises";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import { SAMPLE_CONNECTION } from "../connections/shipped.ts";
import type { Documents } from "../documents/documents.ts";
import type { Logger } from "../logger.ts";
import type { ConnectionStore } from "../store/connections.ts";
import { isUniqueViolation } from "../store/database/database-errors.ts";
import type { InstallationStore } from "../store/installation.ts";

export const WELCOME_GRAPH = graphIdSchema.parse("graph_welcome");
const WELCOME_FILE = new URL("../../templates/welcome/graph.json", import.meta.url);
const ACTOR = "heddle";

export interface SeedGiven {
  installation: InstallationStore;
  connections: ConnectionStore;
  documents: Pick<Documents, "createGraph">;
  workspace: string;
  logger: Logger;
}

/** What a new installation starts with. Each part once: what somebody has removed since stays removed. */
export async function seed(given: SeedGiven): Promise<void> {
  const { connections, documents, workspace, logger } = given;
  await once(given, "seeded:sample-connection", async () => {
    await connections.create({ ...SAMPLE_CONNECTION, workspace, actor: ACTOR });
  });
  await once(given, "seeded:welcome-graph", async () => {
    const text = await readFile(WELCOME_FILE, "utf8").catch(() => undefined);
    if (text === undefined) return logger.warn({}, "The welcome graph is not part of this installation.");
    await documents.createGraph({ workspace, id: WELCOME_GRAPH, graph: JSON.parse(text), actor: ACTOR });
  });
}

async function once({ installation }: SeedGiven, key: string, work: () => Promise<void>): Promise<void> {
  if ((await installation.read(key)) !== undefined) return;
  try {
    await work();
  } catch (error) {
    // a start that was cut off between the two, or another process that was faster
    if (!isUniqueViolation(error)) throw error;
  }
  await installation.update(key, () => new Date().toISOString());
}
