import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { SANDBOX_MEMORY_BYTES, SANDBOX_OUTPUT_BYTES } from "../kit/code/limits.ts";
import { sandbox } from "../kit/code/service.ts";
import { transform } from "./node.ts";

export default implementNode(transform, async ({ config, inputs, context }) => {
  const result = await context.use(sandbox).evaluateJsonata({
    expression: config.expression,
    input: inputs.input,
    limits: { timeoutMs: context.timeoutMs, memoryBytes: SANDBOX_MEMORY_BYTES, outputBytes: SANDBOX_OUTPUT_BYTES },
    signal: context.signal,
  });
  return done({ result });
});
