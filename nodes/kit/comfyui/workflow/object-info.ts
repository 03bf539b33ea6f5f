import { z } from "zod";
import type { ExactJson } from "../exact-json.ts";

/** What ComfyUI says of its node classes (`GET /object_info`), read by index and leniently: other versions say more. */
const classInfoSchema = z.looseObject({
  input: z.record(z.string(), z.unknown()).catch({}),
  input_order: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
  output: z.array(z.unknown()).catch([]),
  output_name: z.array(z.unknown()).optional().catch(undefined),
  display_name: z.string().nullish().catch(undefined),
  description: z.string().nullish().catch(undefined),
  python_module: z.string().nullish().catch(undefined),
  category: z.string().nullish().catch(undefined),
  output_node: z.boolean().optional().catch(undefined),
});

/** One input of a class. */
export interface InputSpec {
  name: string;
  isRequired: boolean;
  /** `INT`, `FLOAT`, `STRING`, `BOOLEAN`, `COMBO`, or what only comes by a wire: `IMAGE`, `MODEL`, … */
  type: string;
  /** Of a `COMBO`; absent where the server does not list them. */
  choices?: readonly (string | number | boolean)[];
  /** `default`, `min`, `max`, `step`, `multiline`, `image_upload`, `control_after_generate`, `forceInput`, … */
  options: Readonly<Record<string, ExactJson>>;
}

export interface ClassInfo {
  title: string;
  description: string;
  category: string;
  /** In the order in which an editor shows them. */
  inputs: readonly InputSpec[];
  /** Types by slot. */
  outputs: readonly string[];
  outputNames: readonly string[];
  /** It puts something out: ComfyUI runs what leads to it. */
  isOutput: boolean;
}

export type ObjectInfo = Readonly<Record<string, ClassInfo>>;

/** Types whose values are set at the node itself. */
const WIDGETS: ReadonlySet<string> = new Set(["INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"]);

export const isWidgetType = (type: string): boolean => WIDGETS.has(type);

/** Reads what looks like classes, and leaves out what does not. */
export function readObjectInfo(raw: unknown): ObjectInfo {
  // a file may name a class "constructor"
  const classes: Record<string, ClassInfo> = Object.create(null);
  for (const [name, info] of Object.entries(typeof raw === "object" && raw !== null ? raw : {})) {
    const parsed = classInfoSchema.safeParse(info);
    if (parsed.success) classes[name] = toClass(name, parsed.data);
  }
  return classes;
}

function toClass(name: string, info: z.infer<typeof classInfoSchema>): ClassInfo {
  const inputs = (["required", "optional"] as const).flatMap((group) => {
    const specs = (typeof info.input[group] === "object" && info.input[group] !== null ? info.input[group] : {}) as Record<string, unknown>;
    const ordered = info.input_order?.[group] ?? [];
    const names = [...ordered.filter((each) => Object.hasOwn(specs, each)), ...Object.keys(specs).filter((each) => !ordered.includes(each))];
    return names.map((each) => toSpec({ name: each, isRequired: group === "required", spec: specs[each] }));
  });
  return {
    title: info.display_name || name,
    description: info.description ?? "",
    category: info.category ?? "",
    inputs,
    outputs: info.output.map((type) => (typeof type === "string" ? type : "COMBO")),
    outputNames: (info.output_name ?? info.output).map(String),
    isOutput: info.output_node === true,
  };
}

/** Choices come in two shapes: `[["a", "b"], {…}]` and `["COMBO", { options: ["a", "b"] }]`; the second part may be missing. */
function toSpec({ name, isRequired, spec }: { name: string; isRequired: boolean; spec: unknown }): InputSpec {
  const [type, more] = Array.isArray(spec) ? spec : [spec, undefined];
  const options = (typeof more === "object" && more !== null && !Array.isArray(more) ? more : {}) as Record<string, ExactJson>;
  const choices = Array.isArray(type) ? type : type === "COMBO" && Array.isArray(options.options) ? options.options : undefined;
  return {
    ...{ name, isRequired, options },
    type: Array.isArray(type) ? "COMBO" : typeof type === "string" ? type : "*",
    ...(choices && { choices: choices.filter(isChoice) }),
  };
}

function isChoice(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
