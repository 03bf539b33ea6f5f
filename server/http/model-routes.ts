import { asApiError } from "../connections/failures.ts";
import * as contract from "../contract/models.ts";
import type { ModelClients } from "../models/model-client.ts";
import type { WorkspaceModels } from "../models/workspace-models.ts";
import { type Handling, handle } from "./handle.ts";

export interface ModelRoutesGiven {
  clients: Pick<ModelClients, "list">;
  catalogue: WorkspaceModels;
}

/** Milliseconds a provider may take to say what it has. */
const LIST_MS = 20_000;

export function modelRoutes({ clients, catalogue }: ModelRoutesGiven): Handling[] {
  return [
    handle(contract.listModels, async ({ query, workspace }) => ({ items: await catalogue.list({ ...query, workspace }) })),
    handle(contract.setModel, ({ params, body, actor, workspace }) => catalogue.set({ ...params, workspace, facts: body, actor: actor.id }), {
      audit: ({ params, body }) => ({
        action: "model.changed",
        resource: resourceOf(params),
        detail: { input: body.prices?.input ?? null, output: body.prices?.output ?? null },
      }),
    }),
    handle(
      contract.resetModel,
      async ({ params, workspace }) => {
        await catalogue.reset({ ...params, workspace });
        return undefined;
      },
      { audit: ({ params }) => ({ action: "model.reset", resource: resourceOf(params) }) },
    ),
    handle(contract.listConnectionModels, async ({ params, signal }) => {
      const { connection, models } = await clients.list(params.id, { signal, timeoutMs: LIST_MS }).catch((error: unknown) => asApiError(error));
      const { provider, defaultModel } = connection.settings;
      const facts = await catalogue.entries({ workspace: connection.workspace, provider, models: models.map(({ model }) => model) });
      const items = models.map((each, index) => ({ ...each, isDefault: each.model === defaultModel, facts: facts[index] ?? null }));
      return { items, checkedAt: new Date().toISOString() };
    }),
  ];
}

function resourceOf({ provider, model }: { provider: string; model: string }) {
  return { kind: "model", id: `${provider}/${model}`, name: model };
}
