import { NodeError } from "#runtime/node/node-error.ts";
import type { KnowledgeGiven } from "../knowledge.ts";

/** Embeds by counting two words; as a reranker it gives these scores, in turn, and does not answer without. */
export function countingModels(scoresOf: () => number[] | undefined): KnowledgeGiven["models"] {
  return {
    // three numbers, of how often a text names each of three things
    embed: async (_place, texts) => {
      const count = (text: string, word: string) => text.toLowerCase().split(word).length - 1;
      const vectors = texts.map((text) => Float32Array.from([count(text, "loom"), count(text, "ship"), 0.1]));
      return { vectors, tokens: 10 * texts.length, cost: 0.001 };
    },
    clientFor: () => ({
      describe: async () => ({
        provider: "openai",
        connection: "c",
        model: "m",
        title: "m",
        abilities: { images: false, tools: false, structured: true, temperature: true },
        known: false,
        isDemo: false,
        prices: { input: "1", output: "2" },
      }),
      generate: async () => {
        const scores = scoresOf();
        if (!scores) throw new NodeError("network", "It does not answer.");
        const text = JSON.stringify({ scores: scores.map((score, index) => ({ passage: index + 1, score })) });
        return { content: [{ type: "text", text }], stopReason: "end", usage: { inputTokens: 1, outputTokens: 1 }, model: "m" };
      },
    }),
  };
}
