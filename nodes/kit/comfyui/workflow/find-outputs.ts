import type { Prompt, WorkflowOutput } from "#runtime/node/workflow.ts";
import { nameOutputs } from "./name-ports.ts";
import type { ObjectInfo } from "./object-info.ts";
import { titleOfInner } from "./prompt.ts";

const IMAGE = /^(SaveImage|PreviewImage|SaveImageWebsocket|Image ?Save|SaveAnimated(WEBP|PNG))/;
const TEXT = /text|string|PreviewAny/i;
const FILE = /video|audio|webm|mp4|model|latent|checkpoint|glb|3d|save(lora|clip|vae)/i;

/** What a prompt puts out: the nodes the server calls so, without the server those whose name says it. Previews are offered but not shown where something is saved. */
export function findOutputs(prompt: Prompt, info: ObjectInfo): WorkflowOutput[] {
  const found = Object.entries(prompt).flatMap(([id, node]) => {
    const known = info[node.class_type];
    const isOutput = known ? known.isOutput : IMAGE.test(node.class_type) || /^(Save|Preview)/.test(node.class_type);
    return isOutput
      ? [{ id, node, type: typeOf(node.class_type, known?.inputs.map(({ type }) => type) ?? []), isPreview: /^Preview/.test(node.class_type) }]
      : [];
  });
  const hasSaved = found.some(({ isPreview }) => !isPreview);
  return nameOutputs(found).map(({ id, node, type, isPreview, name, title }) => ({
    ...{ name, title, node: id, nodeTitle: titleOfInner(id, node), type },
    isShown: !isPreview || !hasSaved,
  }));
}

function typeOf(name: string, inputs: readonly string[]): WorkflowOutput["type"] {
  if (IMAGE.test(name)) return "image";
  if (FILE.test(name)) return "file";
  if (inputs.includes("IMAGE")) return "image";
  if (inputs.includes("STRING") && TEXT.test(name)) return "text";
  return TEXT.test(name) ? "text" : "file";
}
