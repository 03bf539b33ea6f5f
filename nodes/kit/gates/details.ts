import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { toText } from "../text/to-text.ts";

/** What a gate shows stands in the log of the run; more than this belongs into a file. */
const MAX_BYTES = 256 * 1024;

/** What is shown to whoever decides. Throws `NodeError("limit")`. */
export function gateDetails({ message, ...shown }: { message: unknown; value?: Json; held?: Json }): { [key: string]: Json } {
  const details = { message: toText(message), ...shown };
  const bytes = new TextEncoder().encode(JSON.stringify(details)).length;
  if (bytes <= MAX_BYTES) return details;
  throw new NodeError(
    "limit",
    `What is to be looked at has ${Math.ceil(bytes / 1024)} KiB, and a person is shown ${MAX_BYTES / 1024} at most. Hand in a file, or the part that matters.`,
    {
      happened: "no",
      details: { bytes },
    },
  );
}
