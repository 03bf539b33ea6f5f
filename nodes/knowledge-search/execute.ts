import type { Json } from "#runtime/graph/json.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { withCitations } from "../kit/knowledge/cite.ts";
import { collectionOf } from "../kit/knowledge/collection-of.ts";
import { knowledgeStore } from "../kit/knowledge/service.ts";
import { knowledgeSearch } from "./node.ts";

const CHARGE = "search";

export default implementNode(knowledgeSearch, async ({ config, references, context }) => {
  const { collection, query, limit, mode, tags, leastRelevance } = config;
  if (collection === undefined) throw new NodeError("validation", "No collection is chosen.", { happened: "no" });
  if (query.trim() === "") throw new NodeError("validation", "The query is empty.", { happened: "no" });
  context.signal.throwIfAborted();
  const isCharged = collectionOf(config, references)?.isCharged === true;
  if (isCharged) await context.reserve(CHARGE, 0);
  const { passages, notice, charge } = await context
    .use(knowledgeStore)
    .search({ collection, query, limit, mode, tags, leastRelevance, signal: context.signal });
  if (isCharged) await context.settle(CHARGE, { amount: charge.dollars, tokens: charge.tokens, details: { operation: "search" } });
  if (notice !== null) context.log("warn", notice);
  return done({ passages: passages as unknown as Json, text: withCitations(passages), count: passages.length });
});
