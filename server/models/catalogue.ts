import { z } from "zod";
import { type ModelProvider, modelProviderSchema } from "../contract/model-settings.ts";
import { type ModelEntry, type ModelFacts, modelAbilitiesSchema, modelFactsSchema } from "../contract/models.ts";
import shipped from "./catalogue.json" with { type: "json" };
import type { KnownModel } from "./providers/provider.ts";
import { shippedScripts } from "./scripted/scripts.ts";

const catalogueSchema = z.strictObject({
  /** The day on which the provider's own list was last read. */
  asOf: z.partialRecord(modelProviderSchema, z.iso.date()),
  models: z.array(modelFactsSchema.extend({ provider: modelProviderSchema, model: z.string(), isThinking: z.boolean(), abilities: modelAbilitiesSchema })),
});
const catalogue = catalogueSchema.parse(shipped);
const byName = new Map(catalogue.models.map(({ provider, model, ...known }) => [keyOf(provider, model), known]));

/** What a workspace says of a model. */
export interface ModelChange {
  provider: ModelProvider;
  model: string;
  facts: ModelFacts;
  changedAt: Date;
}

/** Of versions that are named by their day, what holds for the model. */
const DAY = /-(\d{8}|\d{4}-\d{2}-\d{2})$/;
const NOTHING: KnownModel = {
  ...{ title: "", contextTokens: null, maxOutputTokens: null, prices: null, isThinking: false },
  abilities: { images: true, tools: true, structured: true, temperature: true },
};

/** Undefined for a model that nobody described. */
export function knownModel({ provider, model }: { provider: ModelProvider; model: string }, change: ModelChange | undefined): KnownModel | undefined {
  const known = shippedModel(provider, model);
  return change ? { ...NOTHING, ...known, ...change.facts } : known;
}

/** All models of the catalogue and of the workspace, by provider and name. */
export function listEntries(changes: readonly ModelChange[]): ModelEntry[] {
  const changed = new Map(changes.map((change) => [keyOf(change.provider, change.model), change]));
  const shippedOnes = [...catalogue.models, ...scriptedModels()].map(({ provider, model }) => {
    const change = changed.get(keyOf(provider, model));
    changed.delete(keyOf(provider, model));
    return toEntry({ provider, model }, change);
  });
  const added = [...changed.values()].map((change) => toEntry(change, change));
  return [...shippedOnes, ...added].flatMap((entry) => entry ?? []);
}

/** Undefined for a model that nobody described. */
export function toEntry({ provider, model }: { provider: ModelProvider; model: string }, change: ModelChange | undefined): ModelEntry | undefined {
  const known = knownModel({ provider, model }, change);
  if (!known) return undefined;
  const { isThinking: _isThinking, ...facts } = known;
  const origin = change === undefined ? "shipped" : shippedModel(provider, model) ? "changed" : "added";
  const asOf = change?.changedAt.toISOString().slice(0, 10) ?? catalogue.asOf[provider] ?? SCRIPTS_AS_OF;
  return { provider, model, ...facts, origin, asOf };
}

/** Scripts do not change by themselves. */
const SCRIPTS_AS_OF = "2026-11-21";

function shippedModel(provider: ModelProvider, model: string): KnownModel | undefined {
  if (provider === "scripted") return scriptedModels().find((known) => known.model === model);
  return byName.get(keyOf(provider, model)) ?? byName.get(keyOf(provider, model.replace(DAY, "")));
}

function scriptedModels(): (KnownModel & { provider: "scripted"; model: string })[] {
  return [...shippedScripts()].map(([model, { title, steps }]) => ({
    ...{ provider: "scripted", model, title: `${title} (scripted demo)`, contextTokens: 100_000, maxOutputTokens: 16_000, isThinking: false },
    abilities: {
      images: false,
      tools: true,
      structured: true,
      temperature: false,
      ...(steps.some(({ images }) => images.length > 0) && { makesImages: true }),
    },
    prices: { input: "0", output: "0" },
  }));
}

function keyOf(provider: ModelProvider, model: string): string {
  return `${provider}/${model}`;
}
