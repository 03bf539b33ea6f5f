import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { webhook } from "./node.ts";
import { readCall } from "./received.ts";

export default implementNode(webhook, ({ inputs }) => done({ ...readCall(inputs.input) }));
