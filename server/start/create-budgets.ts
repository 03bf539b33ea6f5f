import type { Catalog } from "#runtime/node/catalog.ts";
import type { LiveComments } from "../comments/live-comments.ts";
import type { Documents } from "../documents/documents.ts";
import { overhearWarnings } from "../engine/budget-notices.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { RunService } from "../engine/run-service.ts";
import type { Logger } from "../logger.ts";
import type { ModelClients } from "../models/model-client.ts";
import { createRunForecast, type RunForecast } from "../models/run-forecast.ts";
import { createBudgetNoticeStore } from "../store/budget-notices.ts";
import { readCostEstimate } from "../store/cost-estimate.ts";
import type { Database } from "../store/database/open-database.ts";

interface BudgetsGiven {
  database: Database;
  documents: Pick<Documents, "readDraft">;
  models: { clients: Pick<ModelClients, "clientFor"> };
  catalog: Catalog;
}

/** What runs may cost, told before they start. */
export function createForecast({ database, documents, models, catalog }: BudgetsGiven): RunForecast {
  return createRunForecast({
    catalog,
    pastRuns: (about) => readCostEstimate(database, about),
    describe: (workspace, model) => models.clients.clientFor({ workspace, conceal: () => undefined }).describe(model),
    readDraft: documents.readDraft,
  });
}

/** The hub, with people told of budgets that are nearly used. `runs` may come into being after it. */
export function tellOfBudgets(
  hub: LiveHub,
  { database, live, logger, runs }: { database: Database; live: Pick<LiveComments, "inboxChanged">; logger: Logger; runs: () => Pick<RunService, "plan"> },
): LiveHub {
  return overhearWarnings(hub, {
    notices: createBudgetNoticeStore(database),
    labelOf: async (run, node) => {
      const plan = await runs().plan(run);
      return (plan.nodes[node] ?? plan.callables?.[node])?.label;
    },
    inboxChanged: live.inboxChanged,
    logger,
  });
}
