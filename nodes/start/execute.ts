import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { start } from "./node.ts";
import { readRunInput } from "./run-input.ts";

export default implementNode(start, ({ config, inputs }) => {
  const read = readRunInput(config.fields, inputs.input);
  if ("values" in read) return done(read.values);
  const { errors } = read;
  throw new NodeError("validation", errors.map(({ message }) => message).join(" "), { happened: "no", details: { errors } });
});
