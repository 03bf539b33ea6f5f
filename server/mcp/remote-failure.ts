import { SseError } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { NodeError } from "#runtime/node/node-error.ts";

/** Characters of a server's own words in a message. */
const MAX_TEXT = 300;

/** What the SDK or our `fetch` threw while a message was sent, as a failure. */
export function remoteFailure(error: unknown): NodeError {
  const known = nodeErrorIn(error);
  if (known) return known;
  const status = statusOf(error);
  const said = error instanceof Error ? error.message.slice(0, MAX_TEXT) : String(error);
  if (status === undefined) return new NodeError("network", `The server could not be spoken to: ${said}`, { details: { advice: CHECK }, cause: error });
  const details = { status, advice: adviceFor(status) };
  if (status === 401 || status === 403) {
    return new NodeError("auth", `The server refused to speak to Heddle (status ${status}).`, { happened: "no", details, cause: error });
  }
  // a server that has failed may have acted before; what was refused has not been carried out
  const happened = status >= 500 && status !== 503 ? "unknown" : "no";
  return new NodeError("http-status", `The server answered with the status ${status}.`, { happened, details, cause: error });
}

/** The HTTP status that an error of the SDK tells of. */
export function statusOf(error: unknown): number | undefined {
  if ((error instanceof StreamableHTTPError || error instanceof SseError) && error.code !== undefined && error.code >= 300) return error.code;
  const written = error instanceof Error ? /\(HTTP (\d{3})\)/.exec(error.message)?.[1] : undefined;
  return written === undefined ? undefined : Number(written);
}

const CHECK = "Check the address, and that an MCP server listens there.";

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return "Choose a credential, or OAuth, in the settings of the connection, and check that it is still good.";
  if (status === 404 || status === 405) return "Check the address. A server of the older kind wants the transport SSE, a newer one streamable HTTP.";
  if (status >= 500) return "The server has trouble of its own: try again later, or ask who runs it.";
  return CHECK;
}

function nodeErrorIn(error: unknown): NodeError | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) if (at instanceof NodeError) return at;
  return undefined;
}
