import type { Json } from "#runtime/graph/json.ts";
import { type MissingClass, MOST_INPUTS, type Prompt, promptSchema, type WorkflowContent } from "#runtime/node/workflow.ts";
import { convertUi, missingOf, type Positions } from "./convert-ui.ts";
import { parseWorkflowText } from "./exact-integer.ts";
import { findInputs } from "./find-inputs.ts";
import { findOutputs } from "./find-outputs.ts";
import { type ObjectInfo, readObjectInfo } from "./object-info.ts";
import { titleOfInner } from "./prompt.ts";
import { isPng, readPngTexts } from "./read-png.ts";
import { positionOf, type UiGraph, uiGraphSchema } from "./ui-graph.ts";
import { WorkflowReadError } from "./workflow-read-error.ts";

/** A workflow as a file has it: to be sent as it is, or saved by the editor, or both. */
export interface WorkflowSource {
  prompt?: Prompt;
  ui?: UiGraph;
}

export interface ReadWorkflow {
  content: WorkflowContent;
  /** Classes that the server does not have; empty as well when no server was asked. */
  missing: MissingClass[];
  warnings: string[];
}

/** Bytes of a file of JSON; a picture may be larger. */
const MOST_JSON_BYTES = 8 * 1024 * 1024;
const TRY = 'In ComfyUI, use "Export (API)" and import that file.';

/** The workflow in a file: JSON of either format (also wrapped as `prompt` or `workflow`), or a PNG that ComfyUI wrote. Throws `WorkflowReadError`. */
export async function readWorkflowFile(bytes: Uint8Array): Promise<WorkflowSource> {
  if (!isPng(bytes)) {
    if (bytes.length > MOST_JSON_BYTES) throw new WorkflowReadError(`This file is larger than a workflow may be (8 MiB). ${TRY}`);
    return readWorkflowText(new TextDecoder().decode(bytes));
  }
  const texts = await readPngTexts(bytes, ["prompt", "workflow"]);
  const source = { ...(texts.prompt && fromPart(texts.prompt)), ...(texts.workflow && fromPart(texts.workflow)) };
  if (!source.prompt && !source.ui)
    throw new WorkflowReadError(`This picture carries no workflow: it was not made by ComfyUI, or another program saved it anew. ${TRY}`);
  return source;
}

/** A part of a picture that cannot be read leaves the other one. */
function fromPart(text: string): WorkflowSource {
  try {
    return readWorkflowText(text);
  } catch {
    return {};
  }
}

/** Throws `WorkflowReadError`. */
export function readWorkflowText(text: string): WorkflowSource {
  return fromJson(parsed(text));
}

function parsed(text: string): Json {
  try {
    return parseWorkflowText(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new WorkflowReadError(`This is not JSON. ${TRY}`, { cause });
  }
}

function fromJson(value: Json, depth = 0): WorkflowSource {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WorkflowReadError(`This JSON is no workflow of ComfyUI. ${TRY}`);
  if (Array.isArray(value.nodes)) {
    const ui = uiGraphSchema.safeParse(value);
    if (!ui.success) throw new WorkflowReadError(`This workflow is damaged, or too large: ${ui.error.issues[0]?.message ?? "it cannot be read"}. ${TRY}`);
    return { ui: ui.data };
  }
  const members = Object.values(value);
  const isPrompt = members.length > 0 && members.every((node) => typeof node === "object" && node !== null && "class_type" in node);
  if (isPrompt) {
    const prompt = promptSchema.safeParse(value);
    if (!prompt.success)
      throw new WorkflowReadError(`This workflow is damaged, or too large: ${prompt.error.issues[0]?.message ?? "it cannot be read"}. ${TRY}`);
    return { prompt: prompt.data };
  }
  if (depth === 0 && (value.prompt !== undefined || value.workflow !== undefined)) {
    const parts = [value.prompt, value.workflow].filter((part) => part !== undefined && part !== null);
    return Object.assign({}, ...parts.map((part) => fromJson(typeof part === "string" ? parsed(part) : part, 1)));
  }
  throw new WorkflowReadError(`This JSON is no workflow of ComfyUI. ${TRY}`);
}

/**
 * What is in the workflow. `classes`: what a server says of its node classes; without them the API format is read by its values alone, and what the
 * editor saved cannot be read. Throws `WorkflowReadError`.
 */
export function readWorkflow(source: WorkflowSource, classes: unknown): ReadWorkflow {
  const info = readObjectInfo(classes ?? {});
  const isAsked = classes !== undefined;
  if (source.prompt) {
    const nodes = Object.entries(source.prompt).map(([id, node]) => ({ name: node.class_type, title: titleOfInner(id, node) }));
    const missing = isAsked ? missingOf(nodes.filter(({ name }) => !info[name])) : [];
    return finish({ prompt: source.prompt, positions: positionsOf(source), missing, format: "api", info, isAsked });
  }
  if (!source.ui) throw new WorkflowReadError(`There is no workflow in it. ${TRY}`);
  if (!isAsked)
    throw new WorkflowReadError(
      `This file was saved by ComfyUI's editor: choose a ComfyUI server, whose list of nodes is needed to read it. Or, ${TRY.replace("In", "in")}`,
    );
  const { prompt, positions, missing } = convertUi(source.ui, info);
  if (Object.keys(prompt).length === 0) throw new WorkflowReadError("Nothing in this workflow would run: it is empty, or all of its nodes are muted.");
  return finish({ prompt, positions, missing, format: "ui", info, isAsked });
}

function finish(given: {
  prompt: Prompt;
  positions: Positions;
  missing: MissingClass[];
  format: "api" | "ui";
  info: ObjectInfo;
  isAsked: boolean;
}): ReadWorkflow {
  const { prompt, positions, missing, format, info, isAsked } = given;
  const { inputs, count } = findInputs(prompt, info);
  const outputs = findOutputs(prompt, info);
  const warnings = [
    ...(isAsked ? [] : ["No ComfyUI server was asked: what can be set was guessed from its values, without limits and choices."]),
    ...(count > inputs.length ? [`It has ${count} values that can be set; the first ${MOST_INPUTS} of them can be offered, the others stay as they are.`] : []),
    ...(outputs.length === 0 ? ["Nothing in it is known to put anything out: ComfyUI runs a workflow for nodes such as Save Image."] : []),
  ];
  return { content: { prompt, inputs, outputs: outputs.slice(0, 200), positions: { ...positions }, format }, missing, warnings };
}

/** A picture has both formats: the one tells what runs, the other where it stands. */
function positionsOf({ prompt = {}, ui }: WorkflowSource): Positions {
  return Object.fromEntries(
    (ui?.nodes ?? []).flatMap((node) => {
      const position = positionOf(node);
      return position && prompt[node.id] ? [[node.id, position]] : [];
    }),
  );
}
