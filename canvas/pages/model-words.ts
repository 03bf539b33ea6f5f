import { STORED_SECRET } from "#server/contract/mcp-settings.ts";
import type { ModelProvider, ModelSettings } from "#server/contract/model-settings.ts";
import type { ModelEntry } from "#server/contract/models.ts";

interface ProviderWords {
  title: string;
  text: string;
  /** What is typed before anything is. */
  name: string;
}

export const PROVIDER_WORDS: Record<ModelProvider, ProviderWords> = {
  anthropic: { title: "Anthropic", text: "The Claude models, with a key from platform.claude.com.", name: "Anthropic" },
  openai: { title: "OpenAI", text: "The GPT models, with a key from platform.openai.com.", name: "OpenAI" },
  compatible: { title: "OpenAI-compatible", text: "Ollama, vLLM, LM Studio, OpenRouter: any server that speaks the chat API.", name: "My models" },
  scripted: {
    title: "Scripted model (demo)",
    text: "Answers from a script, to try agents without a key. No model is asked, nothing is charged.",
    name: "Scripted demo",
  },
};

/** Settings while they are typed. */
export interface ModelDraft {
  provider: ModelProvider;
  baseUrl: string;
  /** Empty: the one that is stored stays, where there is one. */
  apiKey: string;
  organisation: string;
  defaultModel: string;
}

export function toModelDraft(settings: ModelSettings | undefined): ModelDraft {
  const { provider = "anthropic", baseUrl = "", organisation = "", defaultModel = "" } = settings ?? {};
  return { provider, baseUrl, apiKey: "", organisation, defaultModel };
}

/** What was typed; what the provider does not take is left out. */
export function toModelSettings(draft: ModelDraft, before: ModelSettings | undefined): ModelSettings {
  const { provider } = draft;
  const typed = (text: string) => text.trim() || undefined;
  const key = typed(draft.apiKey) ?? (before?.apiKey !== undefined && before.provider === provider ? STORED_SECRET : undefined);
  const reached = { baseUrl: typed(draft.baseUrl), apiKey: key, organisation: provider === "anthropic" ? undefined : typed(draft.organisation) };
  const given = Object.entries({ ...(provider !== "scripted" && reached), defaultModel: typed(draft.defaultModel) }).filter(([, value]) => value !== undefined);
  return { provider, ...Object.fromEntries(given) };
}

/** 128,000 tokens as people say it. */
export function sizeWords(tokens: number | null): string {
  if (tokens === null) return "not known";
  if (tokens >= 1_000_000) return `${Math.round(tokens / 10_000) / 100} M`;
  return tokens >= 1_000 ? `${Math.round(tokens / 1_000)} k` : String(tokens);
}

export function priceWords({ prices }: Pick<ModelEntry, "prices">): string {
  return prices ? `$${prices.input} in · $${prices.output} out` : "not known";
}
