import { applyChange, isWithinLimit, MAX_VARIABLE_BYTES } from "#nodes/kit/variables/apply-change.ts";
import type { VariableAddress, Variables } from "#nodes/kit/variables/service.ts";
import { requireVariableName, variableNameSchema } from "#nodes/kit/variables/variable-name.ts";
import type { Json } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { Variable } from "../contract/variables.ts";
import type { VariablePlace, VariableRow, VariableStore } from "../store/variables.ts";

/** A variable of a workspace. */
type Place = Pick<VariablePlace, "workspace" | "name">;

/** Workspaces' variables as the API offers them. What names one throws `ApiError("not-found")` when there is none. */
export interface WorkspaceVariables {
  list(query: {
    workspace: string;
    search?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ items: Variable[]; nextCursor?: string }>;
  read(place: Place): Promise<Variable>;
  /** Throws `ApiError` ("bad-request" for a name that none can have, "too-large"). */
  write(place: Place, given: { value: Json; description?: string | undefined; actor: Actor }): Promise<Variable>;
  remove(place: Place): Promise<void>;
  /** Forgets what is no longer needed: keys of changes after 30 days, and the variables of runs that have ended. To be called now and then. */
  evict(now?: number): Promise<{ changes: number; variables: number }>;
}

const CHANGES_KEPT_MS = 30 * 86_400_000;

export function createWorkspaceVariables(store: VariableStore): WorkspaceVariables {
  const whole = ({ workspace, name }: Place): VariablePlace => ({ workspace, scope: "", name });
  const missing = (name: string) => new ApiError("not-found", `There is no variable "${name}".`);
  return {
    list: async (query) => {
      const { items, ...rest } = await store.list(query);
      return { items: items.map(view), ...rest };
    },
    read: async (place) => {
      const row = await store.read(whole(place));
      if (!row) throw missing(place.name);
      return view(row);
    },
    write: async (place, { value, description, actor }) => {
      const misnamed = variableNameSchema.safeParse(place.name).error?.issues[0]?.message;
      if (misnamed !== undefined) throw new ApiError("bad-request", `The name does not fit: ${misnamed}`, { errors: [{ path: "/name", message: misnamed }] });
      if (!isWithinLimit(value)) throw new ApiError("too-large", `A variable holds ${MAX_VARIABLE_BYTES / 1024} KiB of JSON at most.`);
      return view(await store.write(whole(place), { value, description, actor: actor.id }));
    },
    remove: async (place) => {
      if (!(await store.remove(whole(place)))) throw missing(place.name);
    },
    evict: (now = Date.now()) => store.evict({ changesBefore: new Date(now - CHANGES_KEPT_MS) }),
  };
}

/** The variables that nodes get and change. */
export function createRunVariables(store: VariableStore, workspace: string): Variables {
  const placeOf = async ({ scope, run, name }: VariableAddress): Promise<VariablePlace> => ({
    workspace,
    scope: scope === "run" ? await store.ownerOf(run) : "",
    name: requireVariableName(name),
  });
  return {
    get: async (address) => {
      const row = await store.read(await placeOf(address));
      return row && { value: row.value as Json };
    },
    change: async ({ key, ...given }) => {
      const apply = (before: { value: unknown } | undefined) => applyChange(before as { value: Json } | undefined, given);
      return (await store.change(await placeOf(given), { key, actor: given.run, apply })) as Json;
    },
  };
}

function view({ name, value, description, updatedAt, updatedBy }: VariableRow): Variable {
  return { name, value: value as Json, description, updatedAt: updatedAt.toISOString(), updatedBy };
}
