import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { fillIn, variablesOf } from "#runtime/node/uri-template.ts";
import { mcpContent } from "../kit/mcp/content.ts";
import { mcpResource } from "./node.ts";

export default implementNode(mcpResource, async ({ config, inputs, context }) => {
  const { connection, uri, variables } = config;
  if (!connection || uri.trim() === "") throw new NodeError("validation", "No resource is chosen.", { happened: "no" });
  const wired = variablesOf(uri).flatMap((name) => (Object.hasOwn(inputs, name) ? [[name, inputs[name]]] : []));
  const address = fillIn(uri, { ...variables, ...Object.fromEntries(wired) });
  const contents = await context.use(mcpContent).readResource({ connection, uri: address, timeoutMs: context.timeoutMs, signal: context.signal });
  const texts = contents.flatMap((part) => ("text" in part ? [part.text] : []));
  if (texts.length === 0) return done({ contents });
  const text = texts.join("\n");
  const json = jsonOf(text);
  return done({ contents, text, ...(json !== undefined && { json }) });
});

/** Undefined for what is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
