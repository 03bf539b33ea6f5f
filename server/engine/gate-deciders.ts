import type { Deciders } from "#nodes/kit/gates/deciders.ts";
import type { GatePeople } from "../store/gate-people.ts";
import { DECIDING, LOCAL } from "./gate-rules.ts";

/** Who decides what is for nobody in particular; asked again before what they let through is done. */
export function createDeciders(people: Pick<GatePeople, "roleOf">, workspace: string): Deciders {
  return {
    mayStillDecide: async (by) => {
      if (by === LOCAL) return true;
      const role = await people.roleOf(workspace, by);
      return role !== undefined && DECIDING.includes(role);
    },
  };
}
