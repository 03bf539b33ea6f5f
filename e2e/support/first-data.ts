import { createHeddleServer } from "./heddle-server.ts";

/**
 * Before all journeys: what a first start makes (the database, the keys, the welcome graph), once. Servers begin with a copy of it, which takes
 * about half the work out of each start.
 */
// biome-ignore lint/style/noDefaultExport: Playwright calls it so
export default async function makeFirstData(): Promise<() => Promise<void>> {
  const server = await createHeddleServer();
  await server.stop();
  process.env.HEDDLE_JOURNEYS_DATA = server.dataDirectory;
  return () => server.dispose();
}
