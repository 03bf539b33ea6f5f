import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { toText } from "../kit/text/to-text.ts";
import { templateText } from "./node.ts";

export default implementNode(templateText, ({ config }) => done({ text: toText(config.template) }));
