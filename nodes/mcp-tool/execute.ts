import { type ExecuteArguments, implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, type Outcome } from "#runtime/node/outcome.ts";
import { type Asking, goOn } from "../kit/agents/asking.ts";
import { holdsBytes, keepContent } from "../kit/assets/keep-content.ts";
import { assetStore } from "../kit/assets/service.ts";
import { type ToolCall, type ToolContent, type ToolResult, toolRegistry } from "../kit/mcp/service.ts";
import { voidApproval } from "../kit/mcp/tool-binding.ts";
import { Questions } from "./ask.ts";
import { argumentsOf, type mcpToolConfig, toolOf } from "./config.ts";
import { mcpTool } from "./node.ts";
import { permissionOf } from "./permission.ts";
import { Sampler } from "./sample.ts";

/** Milliseconds without an answer or a progress report (`quality.md`, runtime rules). */
const SILENCE_MS = 60_000;

type Given = ExecuteArguments<typeof mcpToolConfig>;

export default implementNode(mcpTool, (given) => goOn(work(given)));

async function* work(given: Given): Asking<Outcome> {
  const { config, inputs, references, context } = given;
  const { connection, tool } = config;
  if (!connection || !tool) throw new NodeError("validation", "No tool is chosen.", { happened: "no" });
  const known = toolOf(config, references);
  const wired = Object.entries(inputs).filter(([name]) => Object.hasOwn(argumentsOf(known), name));
  const registry = context.use(toolRegistry);
  const wanted = { connection, tool, known, arguments: { ...config.arguments, ...(Object.fromEntries(wired) as typeof config.arguments) } };
  const permission = yield* permissionOf(context, registry, wanted);
  const { approval, binding } = permission;
  const questions = new Questions(context, { title: known?.title ?? tool, binding, sampler: new Sampler(context) });
  try {
    yield* questions.recall();
    // however often the server asks for more: it is one call
    await context.reserve(`call-${context.node.attempt}`, 0, { toolCalls: 1 });
    for (;;) {
      const answer = await registry.call({
        connection,
        tool,
        arguments: permission.arguments,
        ...(approval && { approval }),
        isReadOnly: known?.readOnly ?? false,
        ...callingPart(given),
        answers: [...questions.answers],
        resumes: questions.resumes,
      });
      if (!answer.asked) return await resultOf(answer, given);
      yield* questions.ask(answer);
    }
  } catch (error) {
    const problem = voidApproval(error);
    if (problem === undefined) throw error;
    yield* permission.askAgain(problem);
    throw error;
  }
}

function callingPart({ context }: Given): Pick<ToolCall, "timeoutMs" | "maxTimeoutMs" | "signal" | "idempotencyKey" | "nodeRun" | "onProgress"> {
  return {
    timeoutMs: Math.min(SILENCE_MS, context.timeoutMs),
    maxTimeoutMs: context.timeoutMs,
    signal: context.signal,
    idempotencyKey: context.idempotencyKey,
    nodeRun: { node: context.node.id, path: context.node.path },
    onProgress: ({ progress, total, message }) =>
      context.emit({ type: "progress", value: progress, ...(total !== undefined && { total }), ...(message !== undefined && { message }) }),
  };
}

/** Pictures, sounds and other bytes become files: the log holds what they are called. */
async function resultOf({ content, structuredContent }: ToolResult, { context }: Given): Promise<Outcome> {
  const text = textOf(content);
  if (!holdsBytes(content)) return done({ text, result: structuredContent ?? content });
  const kept = await keepContent(context.use(assetStore), content);
  const image = kept.files.find(({ mediaType }) => mediaType.startsWith("image/"));
  return done({ text, result: structuredContent ?? kept.content, ...(image && { image }), files: kept.files });
}

function textOf(content: readonly ToolContent[]): string {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
