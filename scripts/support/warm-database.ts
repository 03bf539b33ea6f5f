import { openDatabase } from "../../server/store/database/open-database.ts";

/** Before the unit tests: makes the template that embedded databases start from, once instead of once for each worker. */
export async function setup(): Promise<void> {
  const database = await openDatabase({ memory: true });
  await database.close();
}
