import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { applyChange } from "../variables/apply-change.ts";
import type { VariableAddress, Variables } from "../variables/service.ts";

/** Variables in memory, by `<scope>/<name>`, the same for every run; counts what it was asked. */
export function createFakeVariables(held: Record<string, Json> = {}): Variables & { values: ReadonlyMap<string, Json>; calls(): number } {
  const values = new Map(Object.entries(held));
  const answers = new Map<string, Json>();
  let calls = 0;
  const read = ({ scope, name }: VariableAddress) => {
    const value = values.get(`${scope}/${name}`);
    return value === undefined ? undefined : { value };
  };
  return {
    values,
    calls: () => calls,
    get: async (address) => {
      calls++;
      return read(address);
    },
    change: async (change) => {
      calls++;
      if (change.key === "") throw new NodeError("validation", "A change needs a key.", { happened: "no" });
      const known = answers.get(change.key);
      if (known !== undefined) return known;
      const value = applyChange(read(change), change);
      if (value === undefined) values.delete(`${change.scope}/${change.name}`);
      else values.set(`${change.scope}/${change.name}`, value);
      answers.set(change.key, value ?? null);
      return value ?? null;
    },
  };
}
