import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { variables } from "../kit/variables/service.ts";
import { requireVariableName } from "../kit/variables/variable-name.ts";
import { setVariable } from "./node.ts";

export default implementNode(setVariable, async ({ config, context }) => {
  const { scope, operation, value = null } = config;
  const name = requireVariableName(config.name);
  context.signal.throwIfAborted();
  return done({ value: await context.use(variables).change({ scope, run: context.run.id, name, operation, value, key: context.idempotencyKey }) });
});
