import { existsSync } from "node:fs";
import { openDatabase } from "../../server/store/database/open-database.ts";
import { templatePath } from "../../server/store/database/template-path.ts";

/** Before the unit tests: makes the template that embedded databases start from, once instead of once for each worker. */
export async function setup(): Promise<void> {
  if (existsSync(templatePath())) return;
  const database = await openDatabase({ memory: true });
  await database.close();
}
