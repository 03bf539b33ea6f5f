import type { NodeId } from "#runtime/graph/ids.ts";
import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { ApiError } from "../api-error.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { PREVIEW_CHARACTERS, storeValue } from "./stored-values.ts";

/** What is pinned in a draft, by node. */
export type DraftPins = ReadonlyMap<NodeId, StoredValues>;

/**
 * The pins of a draft that a run of this plan uses: those of nodes it does not have mean nothing to it. They come from browsers, so each is put
 * away as a result would be: large ones as blobs, with the size those have. Throws `ApiError("bad-request")` that says which pin has to go: one
 * inside of a container, of an output there is not, of a value that is no longer stored or that could be no result.
 */
export async function fittingPins(pins: DraftPins, plan: Plan, blobs: BlobStore): Promise<DraftPins> {
  const fitting = new Map<NodeId, StoredValues>();
  const errors: { path: string; message: string }[] = [];
  for (const [id, outputs] of pins) {
    const planNode = plan.nodes[id];
    if (!planNode) continue;
    const kept: StoredValues = {};
    fitting.set(id, kept);
    const refuse = (path: string, reason: string) => errors.push({ path: `/pinned/${id}${path}`, message: `“${planNode.label}” is pinned, but ${reason}` });
    if (planNode.parent !== undefined) refuse("", "it is inside of a container, where it runs once for each iteration. Unpin it, or pin the container.");
    for (const [port, value] of Object.entries(outputs)) {
      if (!Object.hasOwn(planNode.outputs, port)) refuse(`/${port}`, `it has no output “${port}” any more. Unpin it, run it, and pin it anew.`);
      else {
        const stored = await putAway(value, { port, blobs });
        if (typeof stored === "string") refuse(`/${port}`, stored);
        else kept[port] = stored;
      }
    }
  }
  const [first] = errors;
  if (first) throw new ApiError("bad-request", first.message, { errors });
  return fitting;
}

const HASH = /^[0-9a-f]{64}$/;

/** The value as a run records it, or why it cannot. */
async function putAway(value: StoredValue, { port, blobs }: { port: string; blobs: BlobStore }): Promise<StoredValue | string> {
  if (value.type === "inline") {
    try {
      return await storeValue(value.value, { name: port, blobs });
    } catch (error) {
      if (error instanceof NodeError) return `the value of its output “${port}” cannot be used. Unpin it. ${error.message}`;
      throw error;
    }
  }
  const bytes = HASH.test(value.hash) ? await blobs.size(value.hash) : undefined;
  if (bytes === undefined) return `the value of its output “${port}” is no longer stored. Unpin it, run it, and pin it anew.`;
  return { ...value, bytes, preview: value.preview.slice(0, PREVIEW_CHARACTERS) };
}
