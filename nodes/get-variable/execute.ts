import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { variables } from "../kit/variables/service.ts";
import { requireVariableName } from "../kit/variables/variable-name.ts";
import { getVariable } from "./node.ts";

export default implementNode(getVariable, async ({ config, context }) => {
  const { scope, whenAbsent, default: fallback = null } = config;
  const name = requireVariableName(config.name);
  context.signal.throwIfAborted();
  const found = await context.use(variables).get({ scope, run: context.run.id, name });
  if (found) return done({ value: found.value, found: true });
  if (whenAbsent === "default") return done({ value: fallback, found: false });
  const where = scope === "run" ? "This run has" : "The workspace has";
  throw new NodeError("not-found", `${where} no variable "${name}".`, { happened: "no", details: { scope, name } });
});
