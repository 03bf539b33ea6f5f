import type { Json } from "#runtime/graph/json.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { addCharge, asCharge, NO_CHARGE } from "../kit/knowledge/charge.ts";
import { withCitations } from "../kit/knowledge/cite.ts";
import { knowledgeStore } from "../kit/knowledge/service.ts";
import { knowledgeSearch } from "./node.ts";

export default implementNode(knowledgeSearch, async ({ config, context }) => {
  const { collection, query, limit, mode, tags, leastRelevance } = config;
  if (collection === undefined) throw new NodeError("validation", "No collection is chosen.", { happened: "no" });
  if (query.trim() === "") throw new NodeError("validation", "The query is empty.", { happened: "no" });
  context.signal.throwIfAborted();
  const store = context.use(knowledgeStore);
  const asked = { collection, query, limit, mode, tags, leastRelevance };
  const most = await store.estimateSearch(asked);
  // each attempt asks the models anew
  const name = `search-${context.node.attempt}`;
  if (most) await context.reserve(name, most.dollars, { tokens: most.tokens });
  let charge = NO_CHARGE;
  try {
    const { passages, notice } = await store.search(asked, {
      signal: context.signal,
      onCharge: (more) => {
        charge = addCharge(charge, more);
      },
    });
    if (notice !== null) context.log("warn", notice);
    return done({ passages: passages as unknown as Json, text: withCitations(passages), count: passages.length });
  } finally {
    if (most) await context.settle(name, asCharge(charge, "search"));
  }
});
