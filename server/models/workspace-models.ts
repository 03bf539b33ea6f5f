import { ApiError } from "../api-error.ts";
import type { ModelProvider } from "../contract/model-settings.ts";
import { type ModelEntry, type ModelFacts, modelFactsSchema } from "../contract/models.ts";
import type { ModelRow, ModelStore } from "../store/models.ts";
import { knownModel, listEntries, type ModelChange, toEntry } from "./catalogue.ts";
import type { KnownModel } from "./providers/provider.ts";

export interface ModelName {
  workspace: string;
  provider: ModelProvider;
  model: string;
}

/** What a workspace knows of models: what ships with Heddle, and what its owners said instead. */
export interface WorkspaceModels {
  list(query: { workspace: string; search?: string | undefined; provider?: ModelProvider | undefined }): Promise<ModelEntry[]>;
  /** Undefined for a model that nobody described. */
  find(name: ModelName): Promise<KnownModel | undefined>;
  /** As `find` of several models of one provider, as the API tells them. */
  entries(names: { workspace: string; provider: ModelProvider; models: readonly string[] }): Promise<(ModelEntry | undefined)[]>;
  set(name: ModelName & { facts: ModelFacts; actor: string }): Promise<ModelEntry>;
  /** Throws `ApiError("not-found")` when nothing was said of it. */
  reset(name: ModelName): Promise<void>;
}

/** A workspace describes at most so many. */
const MOST = 1_000;

export function createWorkspaceModels(store: ModelStore): WorkspaceModels {
  const changeOf = async ({ workspace, provider, model }: ModelName) => {
    const row = await store.read({ workspaceId: workspace, provider, model });
    return row && toChange(row);
  };
  return {
    list: async ({ workspace, search = "", provider }) => {
      const wanted = search.trim().toLowerCase();
      const entries = listEntries((await store.list(workspace)).map(toChange));
      return entries.filter(
        (entry) => (provider === undefined || entry.provider === provider) && `${entry.model} ${entry.title}`.toLowerCase().includes(wanted),
      );
    },
    find: async (name) => knownModel(name, await changeOf(name)),
    entries: async ({ workspace, provider, models }) => {
      const changes = (await store.list(workspace)).map(toChange).filter((change) => change.provider === provider);
      return models.map((model) =>
        toEntry(
          { provider, model },
          changes.find((change) => change.model === model),
        ),
      );
    },
    set: async ({ workspace, provider, model, facts, actor }) => {
      if (provider === "scripted") throw new ApiError("unprocessable", "Scripted models cost nothing, and stay as they ship.");
      const there = await store.list(workspace);
      if (there.length >= MOST && !there.some((row) => row.provider === provider && row.model === model))
        throw new ApiError("unprocessable", `A workspace describes at most ${MOST} models. Reset some first.`);
      const row = await store.write({ workspaceId: workspace, provider, model, facts, actor });
      const entry = toEntry({ provider, model }, toChange(row));
      if (!entry) throw new Error(`The model ${model} is not known although it was just described.`);
      return entry;
    },
    reset: async ({ workspace, provider, model }) => {
      const isGone = await store.remove({ workspaceId: workspace, provider, model });
      if (!isGone) throw new ApiError("not-found", `Nothing was changed about "${model}".`);
    },
  };
}

function toChange(row: ModelRow): ModelChange {
  return { provider: row.provider as ModelProvider, model: row.model, facts: modelFactsSchema.parse(row.facts), changedAt: row.changedAt };
}
