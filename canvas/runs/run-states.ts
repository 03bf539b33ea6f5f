import { runStateSchema } from "#server/contract/runs.ts";
import type { SelectOption } from "../ui/select.tsx";
import { statusLook } from "../ui/status.tsx";

/** In a select there is no empty value. */
export const ANY_STATE = "any";

/** Every state a run can be in, to filter by. */
export const STATE_OPTIONS: readonly SelectOption[] = [
  { value: ANY_STATE, label: "Any state" },
  ...runStateSchema.options.map((state) => ({ value: state, label: statusLook(state).label })),
];
