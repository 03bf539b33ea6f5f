import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { type ToolContent, toolRegistry } from "../kit/mcp/service.ts";
import { ask, earlierAnswers } from "./ask.ts";
import { argumentsOf, toolOf } from "./config.ts";
import { mcpTool } from "./node.ts";
import { permissionOf } from "./permission.ts";

/** Milliseconds without an answer or a progress report (`quality.md`, runtime rules). */
const SILENCE_MS = 60_000;

export default implementNode(mcpTool, async ({ config, inputs, references, context }) => {
  const { connection, tool } = config;
  if (!connection || !tool) throw new NodeError("validation", "No tool is chosen.", { happened: "no" });
  const wired = Object.entries(inputs).filter(([name]) => Object.hasOwn(argumentsOf(toolOf(config, references)), name));
  const registry = context.use(toolRegistry);
  const known = toolOf(config, references);
  const wanted = { connection, tool, known, arguments: { ...config.arguments, ...(Object.fromEntries(wired) as typeof config.arguments) } };
  const permission = await permissionOf(context, registry, wanted);
  if (permission.type === "asked") return permission.outcome;
  const answers = await earlierAnswers(context);
  const answer = await registry.call({
    connection,
    tool,
    arguments: permission.arguments,
    isApproved: permission.isApproved,
    isReadOnly: known?.readOnly ?? false,
    timeoutMs: Math.min(SILENCE_MS, context.timeoutMs),
    maxTimeoutMs: context.timeoutMs,
    signal: context.signal,
    answers,
    // a call with more answers is another one
    idempotencyKey: answers.length === 0 ? context.idempotencyKey : `${context.idempotencyKey}-${answers.length}`,
    onProgress: ({ progress, total, message }) =>
      context.emit({ type: "progress", value: progress, ...(total !== undefined && { total }), ...(message !== undefined && { message }) }),
  });
  if (answer.asked) return ask(context, { question: answer.asked, index: answers.length, tool: known?.title ?? tool });
  return done({ text: textOf(answer.content), result: answer.structuredContent ?? answer.content });
});

function textOf(content: readonly ToolContent[]): string {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
