import type { Json } from "#runtime/graph/json.ts";
import { assetStore } from "../../kit/assets/service.ts";
import { deciders } from "../../kit/gates/deciders.ts";
import { toolRegistry } from "../../kit/mcp/service.ts";
import { conversationMemory } from "../../kit/memory/service.ts";
import { type ModelMessage, type ToolCallPart, textOf } from "../../kit/models/message.ts";
import { modelClient } from "../../kit/models/service.ts";
import { createFakeAssetStore } from "../../kit/testing/fake-asset-store.ts";
import { createFakeMemory } from "../../kit/testing/fake-memory.ts";
import { createFakeModelClient } from "../../kit/testing/fake-model-client.ts";
import { createFakeToolRegistry } from "../../kit/testing/fake-tool-registry.ts";
import { type Play, playNode, testOffer } from "../../kit/testing/play-node.ts";
import execute from "../execute.ts";

type Script = Parameters<typeof createFakeModelClient>[0];
type Described = Parameters<typeof createFakeModelClient>[1];

/** A model calls a tool. */
export const use = (name: string, given: Record<string, Json> = { text: "a" }, id = `id_${name}`): ToolCallPart => ({
  type: "tool-call",
  id,
  name,
  arguments: given,
});
export const look = testOffer("look", { effect: "read" });
export const send = testOffer("send", { effect: "write", title: "Send a mail" });
export const sum = testOffer("sum");

/** An agent whose model follows a script, and whose tools say what they did. */
export function createAgent(script: Script, described: Described = {}, rules: Parameters<typeof createFakeToolRegistry>[1] = {}) {
  const model = createFakeModelClient(script, described);
  const memory = createFakeMemory();
  const { standing, ...registered } = createFakeToolRegistry({}, rules);
  /** Who may not decide any more. */
  const gone = new Set<string>();
  const play = ({ config = {}, inputs = { prompt: "Go." }, ...more }: Partial<Omit<Play, "provide">> = {}) =>
    playNode(execute, {
      config: { connection: "conn_a", instructions: "Be brief.", ...config },
      inputs,
      onCall: ({ inputs: given }) => ({ text: `did ${String(given.text)}` }),
      ...more,
      provide: (registry) => {
        registry.provide(modelClient, model);
        registry.provide(conversationMemory, memory);
        registry.provide(toolRegistry, registered);
        registry.provide(assetStore, createFakeAssetStore());
        registry.provide(deciders, { mayStillDecide: async (by) => !gone.has(by) });
      },
    });
  return { model, memory, play, standing, rules, gone };
}

export const outputs = ({ outcome }: { outcome: { type: string; outputs?: Record<string, unknown> } }) => outcome.outputs ?? {};
/** What the model was told of its calls before a turn. */
export const told = (model: ReturnType<typeof createFakeModelClient>, turn: number) => {
  const last = model.requests[turn]?.messages.at(-1) as Extract<ModelMessage, { role: "tool" }>;
  return last.content.map((part) => ({ text: textOf(part.content), isError: part.isError ?? false }));
};
