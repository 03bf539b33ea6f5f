import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { assetStore } from "../kit/assets/service.ts";
import { mediaFile } from "./node.ts";

export default implementNode(mediaFile, async ({ config: { file }, context }) => {
  if (!file) throw new NodeError("validation", "No file is chosen. Choose one in the node's settings.", { happened: "no" });
  // told here, where the file is chosen, rather than by whoever reads it first
  await context.use(assetStore).open(file, context.signal);
  return done({ file });
});
