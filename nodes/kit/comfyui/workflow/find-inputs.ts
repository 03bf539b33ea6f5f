import type { Json } from "#runtime/graph/json.ts";
import { MOST_INPUTS, type Prompt, type PromptNode, type WorkflowInput } from "#runtime/node/workflow.ts";
import { integerOf, isExactInteger } from "./exact-integer.ts";
import { nameInputs } from "./name-ports.ts";
import type { ClassInfo, InputSpec, ObjectInfo } from "./object-info.ts";
import { isPromptLink, type PromptLink, titleOfInner } from "./prompt.ts";

/** Without a name or a place. */
type Kind = {
  [Type in WorkflowInput["type"]]: Omit<Extract<WorkflowInput, { type: Type }>, "name" | "title" | "node" | "nodeTitle" | "isShown" | "field" | "description">;
}[WorkflowInput["type"]];

interface Place {
  id: string;
  node: PromptNode;
  field: string;
  value: Json;
  spec: InputSpec | undefined;
  /** Whether that output of the node leads anywhere. */
  isWired(slot: number): boolean;
}

const SEEDS: ReadonlySet<string> = new Set(["seed", "noise_seed"]);
const MOST_SEED = 18_446_744_073_709_551_615n;

/** Settings most people turn, and most workflows have; the others can be offered as well. */
const USUAL =
  /^(text|prompt|positive|negative|width|height|batch_size|steps|cfg|denoise|guidance|strength|scale_by|upscale_by|blend_factor|fps|length|seconds|duration|lyrics|tags)$/;

/**
 * Everything that can be set in a prompt: values, not wires. What is usual is shown. Without a class of the server, by what the values are.
 * `count`: how many there are; of more than 500 only the first are given.
 */
export function findInputs(prompt: Prompt, info: ObjectInfo): { inputs: WorkflowInput[]; count: number } {
  const keyOf = (link: PromptLink) => JSON.stringify(link);
  const wired = new Set(Object.values(prompt).flatMap(({ inputs }) => Object.values(inputs).filter(isPromptLink).map(keyOf)));
  const places = Object.entries(prompt).flatMap(([id, node]) => {
    const isWired = (slot: number) => wired.has(keyOf([id, slot]));
    return Object.entries(node.inputs).flatMap(([field, value]): Place[] => {
      if (isPromptLink(value)) return [];
      return [{ id, node, field, value, spec: info[node.class_type]?.inputs.find(({ name }) => name === field), isWired }];
    });
  });
  const found = places.flatMap((place) => {
    const kind = kindOf(place, info[place.node.class_type]);
    return kind ? [{ ...place, kind, isShown: isUsual(place, kind) }] : [];
  });
  found.sort((one, other) => rankOf(one.kind) - rankOf(other.kind));
  const inputs = nameInputs(found.slice(0, MOST_INPUTS), prompt).map(({ kind, id, node, field, spec, name, title, isShown }) => ({
    ...{ name, title, node: id, nodeTitle: titleOfInner(id, node), isShown, field },
    ...(typeof spec?.options.tooltip === "string" && spec.options.tooltip !== "" && { description: spec.options.tooltip.slice(0, 2_000) }),
    ...kind,
  }));
  return { inputs, count: found.length };
}

/** Pictures and prompts are what a workflow is mostly asked with. */
function rankOf(kind: Kind): number {
  if (kind.type === "image" || kind.type === "mask") return 0;
  return kind.type === "text" && kind.isLong ? 1 : 2;
}

function kindOf(place: Place, known: ClassInfo | undefined): Kind | undefined {
  const { spec, value } = place;
  const picture = pictureOf(place, known);
  if (picture) return picture;
  if (!spec) return guessed(place);
  const { options } = spec;
  switch (spec.type) {
    case "INT":
      return wholeNumber(place);
    case "FLOAT": {
      const number = typeof value === "number" ? value : Number(value);
      return Number.isFinite(number) ? { type: "number", default: number, ...limits(options) } : undefined;
    }
    case "BOOLEAN":
      return { type: "boolean", default: value === true };
    case "STRING":
      return typeof value === "string" ? { type: "text", default: value, isLong: options.multiline === true } : undefined;
    case "COMBO":
      return isScalar(value) ? { type: "choice", default: value, choices: [...(spec.choices ?? [])].slice(0, 5_000) } : undefined;
    default:
      return undefined;
  }
}

/** What is uploaded: the classes say so by `image_upload`; without them, the well-known loaders. */
function pictureOf({ node, field, spec, isWired }: Place, known: ClassInfo | undefined): Kind | undefined {
  const isUpload = spec ? spec.options.image_upload === true && !spec.options.remote : field === "image" && /^LoadImage(Mask)?$/.test(node.class_type);
  if (!isUpload) return undefined;
  const outputs = known?.outputs ?? (node.class_type === "LoadImageMask" ? ["MASK"] : ["IMAGE", "MASK"]);
  if (!outputs.includes("IMAGE")) return outputs.includes("MASK") ? { type: "mask" } : undefined;
  const mask = outputs.indexOf("MASK");
  return { type: "image", hasMask: mask >= 0 && isWired(mask) };
}

/**
 * A seed is a whole number that changes after each run, or is called so, or is too large for a number. Where no limits are said, what it has now is
 * within them: some nodes take -1 for any.
 */
function wholeNumber({ field, spec, value }: Place): Kind | undefined {
  const whole = integerOf(value);
  if (whole === undefined) return undefined;
  const { options = {} } = spec ?? {};
  const [min, max] = [integerOf(options.min), integerOf(options.max)];
  const isLarge = isExactInteger(value) || (max !== undefined && max > BigInt(Number.MAX_SAFE_INTEGER) && options.control_after_generate === true);
  if (SEEDS.has(field) || isLarge || options.control_after_generate === true) {
    return { type: "seed", default: String(whole), min: String(min ?? (whole < 0n ? whole : 0n)), max: String(max ?? (whole > MOST_SEED ? whole : MOST_SEED)) };
  }
  return { type: "integer", default: Number(whole), ...limits(options) };
}

function guessed(place: Place): Kind | undefined {
  const { value, field } = place;
  if (isExactInteger(value) || (SEEDS.has(field) && integerOf(value) !== undefined)) return wholeNumber(place);
  if (typeof value === "boolean") return { type: "boolean", default: value };
  if (typeof value === "number") return { type: "number", default: value };
  return typeof value === "string" ? { type: "text", default: value, isLong: /\s/.test(value) || /text|prompt/.test(field) } : undefined;
}

function limits({ min, max, step }: Readonly<Record<string, unknown>>): { min?: number; max?: number; step?: number } {
  const safe = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
  return { ...(safe(min) && { min }), ...(safe(max) && { max }), ...(safe(step) && step > 0 && { step }) };
}

function isUsual({ field, node }: Place, kind: Kind): boolean {
  if (kind.type === "image" || kind.type === "mask" || kind.type === "seed") return true;
  if (kind.type === "text") return kind.isLong || USUAL.test(field);
  // a node of its own that only holds a value is there to be set
  return USUAL.test(field) || /^Primitive|Primitive$|^(Int|Float|String|Boolean)$/.test(node.class_type);
}

function isScalar(value: Json): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
