import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { type ToolContent, toolRegistry } from "../kit/mcp/service.ts";
import { argumentsOf, toolOf } from "./config.ts";
import { mcpTool } from "./node.ts";

/** Milliseconds without an answer or a progress report (`quality.md`, runtime rules). */
const SILENCE_MS = 60_000;

export default implementNode(mcpTool, async ({ config, inputs, references, context }) => {
  const { connection, tool } = config;
  if (!connection || !tool) throw new NodeError("validation", "No tool is chosen.", { happened: "no" });
  const wired = Object.entries(inputs).filter(([name]) => Object.hasOwn(argumentsOf(toolOf(config, references)), name));
  const answer = await context.use(toolRegistry).call({
    connection,
    tool,
    arguments: { ...config.arguments, ...Object.fromEntries(wired) },
    timeoutMs: Math.min(SILENCE_MS, context.timeoutMs),
    maxTimeoutMs: context.timeoutMs,
    signal: context.signal,
    idempotencyKey: context.idempotencyKey,
    onProgress: ({ progress, total, message }) =>
      context.emit({ type: "progress", value: progress, ...(total !== undefined && { total }), ...(message !== undefined && { message }) }),
  });
  return done({ text: textOf(answer.content), result: answer.structuredContent ?? answer.content });
});

function textOf(content: readonly ToolContent[]): string {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
