import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { merge } from "./node.ts";

export default implementNode(merge, ({ config, inputs }) => {
  const values = Array.isArray(inputs.values) ? inputs.values : [];
  if (config.mode === "all") return done({ values });
  return done(values.length > 0 ? { value: values[0] } : {});
});
