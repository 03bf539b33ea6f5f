import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { branch } from "./node.ts";

export default implementNode(branch, ({ config, inputs }) => {
  if (typeof config.condition !== "boolean") throw new NodeError("validation", "The condition is neither true nor false.", { happened: "no" });
  const value = Object.hasOwn(inputs, "value") ? inputs.value : true;
  return done(config.condition ? { true: value } : { false: value });
});
