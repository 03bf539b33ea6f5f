import { and, eq } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { plans } from "./schema/runs.ts";

export interface PlanStore {
  /** Keeps a plan's JSON under its hash; one that is there already stays. */
  put(given: { workspace: string; hash: string; plan: string }): Promise<void>;
  read(given: { workspace: string; hash: string }): Promise<string | undefined>;
}

export function createPlanStore({ db }: Database): PlanStore {
  return {
    put: async ({ workspace, hash, plan }) => {
      await db.insert(plans).values({ workspaceId: workspace, hash, plan }).onConflictDoNothing();
    },
    read: async ({ workspace, hash }) => {
      const [row] = await db
        .select({ plan: plans.plan })
        .from(plans)
        .where(and(eq(plans.workspaceId, workspace), eq(plans.hash, hash)));
      return row?.plan;
    },
  };
}
