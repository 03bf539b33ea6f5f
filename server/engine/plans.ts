import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { sha256Hex } from "#runtime/graph/hash.ts";
import { type Plan, planSchema } from "#runtime/plan/plan.ts";
import type { PlanStore } from "../store/plans.ts";

/** Plans by the hash of their JSON: parsed once in a process, written once to the database. */
export interface Plans {
  /** Stores the plan unless it is stored, and answers its hash. */
  keep(workspace: string, plan: Plan): Promise<string>;
  /** Throws `Error` for a plan that is gone. */
  load(workspace: string, hash: string): Promise<Plan>;
}

/** Plans kept in memory: they are megabytes at worst, kilobytes mostly. */
const MAX_PLANS = 500;

export function createPlans(store: PlanStore): Plans {
  const byHash = new Map<string, Promise<Plan>>();
  const hashes = new WeakMap<Plan, Promise<string>>();

  const remember = (key: string, plan: Promise<Plan>) => {
    byHash.delete(key);
    byHash.set(key, plan);
    plan.catch(() => byHash.delete(key));
    for (const oldest of byHash.keys()) {
      if (byHash.size <= MAX_PLANS) break;
      byHash.delete(oldest);
    }
    return plan;
  };
  const put = async (workspace: string, plan: Plan): Promise<string> => {
    const text = canonicalJson(plan);
    const hash = sha256Hex(text);
    await store.put({ workspace, hash, plan: text });
    void remember(`${workspace}/${hash}`, Promise.resolve(plan));
    return hash;
  };
  const read = async (workspace: string, hash: string): Promise<Plan> => {
    const text = await store.read({ workspace, hash });
    if (text === undefined) throw new Error(`The plan ${hash} is not stored.`);
    return planSchema.parse(JSON.parse(text));
  };
  return {
    keep: (workspace, plan) => {
      const known = hashes.get(plan);
      if (known) return known;
      const kept = put(workspace, plan);
      hashes.set(plan, kept);
      kept.catch(() => hashes.delete(plan));
      return kept;
    },
    load: (workspace, hash) => {
      const key = `${workspace}/${hash}`;
      const known = byHash.get(key);
      return remember(key, known ?? read(workspace, hash));
    },
  };
}
