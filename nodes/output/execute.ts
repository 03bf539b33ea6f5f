import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { output } from "./node.ts";

export default implementNode(output, ({ config, inputs }) => done({ [config.name]: inputs.value }));
