import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { estimateTokens } from "#nodes/kit/models/cost.ts";
import type { ReplyPart, ToolCallPart } from "#nodes/kit/models/message.ts";
import type { ModelReply, ModelRequest } from "#nodes/kit/models/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { findStep, playStep, type ScriptedAnswer } from "./script.ts";
import { shippedScripts } from "./scripts.ts";

/** Milliseconds between two words, so that one sees how an answer comes. */
const WORD_MS = 12;

/** Answers from a script: nobody is asked, and nothing is charged. */
export async function generateScripted(request: ModelRequest, model: string): Promise<ModelReply> {
  const script = shippedScripts().get(model);
  if (!script) throw new NodeError("not-found", `There is no script "${model}". Choose one of ${[...shippedScripts().keys()].join(", ")}.`, { happened: "no" });
  const conversation = { messages: request.messages, tools: request.toolChoice === "none" ? [] : (request.tools ?? []), output: request.output };
  const step = findStep(script.steps, conversation);
  if (!step) throw new NodeError("validation", `The script "${model}" has no answer for this turn.`, { happened: "no" });
  const answer = playStep(step, conversation);
  await tell(answer.reasoning, request, request.onReasoning);
  await tell(answer.text, request, request.onText);
  const content = toContent(answer);
  for (const part of content) if (part.type === "tool-call") request.onToolCall?.(part);
  const empty = estimateTokens({ messages: [] });
  return {
    content,
    stopReason: answer.stop,
    usage: { inputTokens: estimateTokens(request), outputTokens: estimateTokens({ messages: [{ role: "assistant", content }] }) - empty, isGuess: true },
    model,
  };
}

function toContent({ reasoning, text, images, calls }: ScriptedAnswer): ReplyPart[] {
  return [
    ...(reasoning === "" ? [] : [{ type: "reasoning" as const, text: reasoning }]),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...images.map((image) => ({ type: "image" as const, image })),
    ...calls.map((call): ToolCallPart => ({ type: "tool-call", id: `call_${randomUUID()}`, name: call.tool, arguments: call.arguments })),
  ];
}

/** Word by word. Throws the signal's reason. */
async function tell(text: string, { signal }: ModelRequest, hear: ((delta: string) => void) | undefined): Promise<void> {
  signal.throwIfAborted();
  if (!hear) return;
  for (const word of text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
    hear(word);
    await wait(WORD_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
