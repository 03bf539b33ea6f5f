import { createRecent } from "../commands/recent.ts";

/** What was added last, wherever it was chosen. */
export const recentNodes = createRecent("nodes", 12);
