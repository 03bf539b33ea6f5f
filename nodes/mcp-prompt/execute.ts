import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { mcpContent, type PromptMessage } from "../kit/mcp/content.ts";
import { toText } from "../kit/text/to-text.ts";
import { mcpPrompt } from "./node.ts";

export default implementNode(mcpPrompt, async ({ config, context }) => {
  const { connection, prompt } = config;
  if (!connection || prompt.trim() === "") throw new NodeError("validation", "No prompt is chosen.", { happened: "no" });
  const values = Object.fromEntries(Object.entries(config.arguments).map(([name, value]) => [name, toText(value)]));
  const given = { connection, prompt, arguments: values, timeoutMs: context.timeoutMs, signal: context.signal };
  const { messages } = await context.use(mcpContent).getPrompt(given);
  const parts = messages.map(({ role, content }) => ({ role, content: partsOf(content) }));
  return done({ messages: parts, text: parts.flatMap(({ content }) => content.flatMap((part) => (part.type === "text" ? [part.text] : []))).join("\n\n") });
});

/** As messages to models have it. */
function partsOf(content: PromptMessage["content"]) {
  switch (content.type) {
    case "text":
      return [{ type: "text" as const, text: content.text }];
    case "image":
      return [{ type: "image" as const, image: { mediaType: content.mimeType, data: content.data } }];
    case "audio":
      return [{ type: "text" as const, text: `(audio, ${content.mimeType})` }];
    case "resource":
    case "resource_link":
      return [{ type: "text" as const, text: textOfResource(content) }];
  }
}

function textOfResource({ resource, uri }: { [key: string]: unknown }): string {
  if (typeof resource !== "object" || resource === null) return String(uri ?? "");
  if ("text" in resource) return String(resource.text);
  return "uri" in resource ? String(resource.uri) : "";
}
