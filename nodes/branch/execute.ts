import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { branch } from "./node.ts";

export default implementNode(branch, ({ config, inputs }) => {
  const value = Object.hasOwn(inputs, "value") ? inputs.value : true;
  return done(config.condition === true ? { true: value } : { false: value });
});
