import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { asCharge } from "../kit/knowledge/charge.ts";
import { type KnowledgeAddition, knowledgeStore } from "../kit/knowledge/service.ts";
import { knowledgeAdd } from "./node.ts";

/** Milliseconds between looks how far the document is. */
const LOOK_MS = 400;
/** One for all attempts: the document is added once. */
const CHARGE = "index";

export default implementNode(knowledgeAdd, async ({ config, inputs, context }) => {
  const { collection, title, tags, wait } = config;
  if (collection === undefined) throw new NodeError("validation", "No collection is chosen.", { happened: "no" });
  const content = contentOf(config, inputs.content);
  context.signal.throwIfAborted();
  const store = context.use(knowledgeStore);
  const addition = { collection, content, tags, key: context.idempotencyKey, ...(title !== "" && { title }) };
  const most = await store.estimateAdd(addition);
  if (most) await context.reserve(CHARGE, most.dollars, { tokens: most.tokens });
  let status = await store.add(addition);
  try {
    while (wait && status.state === "working") {
      await pause(context.signal);
      status = await store.status(status.id);
      const { progress } = status;
      if (progress)
        context.emit({ type: "progress", value: progress.done, message: progress.phase, ...(progress.total !== null && { total: progress.total }) });
    }
  } finally {
    // what is indexed without anybody waiting for it is charged for as well
    if (most) await context.settle(CHARGE, asCharge(status.charge ?? most, "index"));
  }
  const { id, state, chunks, error } = status;
  // the document is there, and says so itself: adding it again would not mend it
  if (state === "failed") throw new NodeError("validation", error ?? "The document could not be indexed.", { happened: "unknown", details: { document: id } });
  if (state === "cancelled") throw new NodeError("cancelled", "Somebody cancelled the indexing of the document.", { details: { document: id } });
  return done({ document: { id, title: status.title, state, chunks }, id });
});

/** Ends early when the signal aborts, with its reason. */
async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, LOOK_MS);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
    signal.addEventListener("abort", end);
  });
  signal.throwIfAborted();
}

function contentOf({ from, url }: { from: "content" | "url"; url?: string | undefined }, given: unknown): KnowledgeAddition["content"] {
  const refused = (message: string) => new NodeError("validation", message, { happened: "no" });
  if (from === "url") {
    if (url === undefined) throw refused("No address is given.");
    return { type: "url", url };
  }
  if (typeof given === "string") return { type: "text", text: given };
  const file = fileValueSchema.safeParse(given);
  if (!file.success) throw refused("The content is neither a text nor a file. Turn it into text first.");
  return { type: "file", file: file.data };
}
