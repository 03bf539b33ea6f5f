import type { ModelSettings } from "../contract/model-settings.ts";

const OWN: Partial<Record<ModelSettings["provider"], string>> = {
  anthropic: "https://api.anthropic.com",
  openai: "https://api.openai.com/v1",
};

/** Where a provider's API begins; undefined where nobody is reached. */
export function providerUrl({ provider, baseUrl }: Pick<ModelSettings, "provider" | "baseUrl">): URL | undefined {
  if (provider === "scripted") return undefined;
  const address = baseUrl ?? OWN[provider];
  return address === undefined ? undefined : new URL(address);
}
