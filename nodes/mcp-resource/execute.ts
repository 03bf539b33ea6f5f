import type { ExecutionContext } from "#runtime/node/context.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { fillIn, variablesOf } from "#runtime/node/uri-template.ts";
import { holdsBytes, keepContent } from "../kit/assets/keep-content.ts";
import { assetStore } from "../kit/assets/service.ts";
import { mcpContent, type ResourceContent } from "../kit/mcp/content.ts";
import { mcpResource } from "./node.ts";

export default implementNode(mcpResource, async ({ config, inputs, context }) => {
  const { connection, uri, variables } = config;
  if (!connection || uri.trim() === "") throw new NodeError("validation", "No resource is chosen.", { happened: "no" });
  const wired = variablesOf(uri).flatMap((name) => (Object.hasOwn(inputs, name) ? [[name, inputs[name]]] : []));
  const address = fillIn(uri, { ...variables, ...Object.fromEntries(wired) });
  const parts = await context.use(mcpContent).readResource({ connection, uri: address, timeoutMs: context.timeoutMs, signal: context.signal });
  const { contents, files } = await withFiles(parts, context);
  const image = files.find(({ mediaType }) => mediaType.startsWith("image/"));
  const kept = { contents, ...(image && { image }), ...(files.length > 0 && { files }) };
  const texts = parts.flatMap((part) => ("text" in part ? [part.text] : []));
  if (texts.length === 0) return done(kept);
  const text = texts.join("\n");
  const json = jsonOf(text);
  return done({ ...kept, text, ...(json !== undefined && { json }) });
});

/** What came as bytes becomes files: the log holds what they are called. */
async function withFiles(parts: readonly ResourceContent[], context: ExecutionContext): Promise<{ contents: readonly unknown[]; files: FileValue[] }> {
  const content = parts.map((resource) => ({ type: "resource" as const, resource }));
  if (!holdsBytes(content)) return { contents: parts, files: [] };
  const kept = await keepContent(context.use(assetStore), content);
  return { contents: kept.content.map((part) => (part as { resource: unknown }).resource), files: kept.files };
}

/** Undefined for what is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
