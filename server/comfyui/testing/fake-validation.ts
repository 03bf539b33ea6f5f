import type { ExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyPrompt } from "#nodes/kit/comfyui/service.ts";
import { fakeClass } from "./fake-object-info.ts";

interface Refusal {
  type: string;
  message: string;
  details: string;
  extra_info: Record<string, never>;
}

interface NodeErrors {
  errors: { type: string; message: string; details: string; extra_info: { input_name: string } }[];
  dependent_outputs: string[];
  class_type: string;
}

/** What the fake makes of a prompt: outputs that can run are run, even if others cannot. */
export function validatePrompt(
  prompt: ComfyPrompt,
  files: ReadonlyMap<string, unknown>,
): { refusal?: Refusal; nodeErrors: Record<string, NodeErrors>; outputs: string[] } {
  const refuse = (type: string, message: string, details = "") => ({ refusal: { type, message, details, extra_info: {} }, nodeErrors: {}, outputs: [] });
  const unknown = Object.entries(prompt).find(([, node]) => fakeClass(node.class_type) === undefined);
  if (unknown) return refuse("invalid_prompt", `Cannot execute because node ${unknown[1].class_type} does not exist.`, `Node ID '#${unknown[0]}'`);
  const wanted = Object.keys(prompt).filter((id) => fakeClass(prompt[id]?.class_type ?? "")?.isOutput === true);
  if (wanted.length === 0) return refuse("prompt_no_outputs", "Prompt has no outputs");
  const nodeErrors: Record<string, NodeErrors> = {};
  const outputs = wanted.filter((output) => {
    const faulty = [...upstream(prompt, output)].flatMap((id) => {
      const errors = faultsOf(prompt, { id, files });
      return errors.length === 0 ? [] : [{ id, errors }];
    });
    for (const { id, errors } of faulty) {
      const known = nodeErrors[id] ?? { errors, dependent_outputs: [], class_type: prompt[id]?.class_type ?? "" };
      nodeErrors[id] = { ...known, dependent_outputs: [...known.dependent_outputs, output] };
    }
    return faulty.length === 0;
  });
  if (outputs.length > 0) return { nodeErrors, outputs };
  return { ...refuse("prompt_outputs_failed_validation", "Prompt outputs failed validation"), nodeErrors };
}

/** The nodes an output is made of, each after those it needs. */
export function upstream(prompt: ComfyPrompt, output: string, found = new Set<string>()): Set<string> {
  for (const value of Object.values(prompt[output]?.inputs ?? {})) {
    const from = linkOf(value);
    if (from !== undefined && prompt[from] && !found.has(from)) upstream(prompt, from, found);
  }
  return found.add(output);
}

export function linkOf(value: ExactJson | undefined): string | undefined {
  return Array.isArray(value) && value.length === 2 ? String(value[0]) : undefined;
}

function faultsOf(prompt: ComfyPrompt, { id, files }: { id: string; files: ReadonlyMap<string, unknown> }): NodeErrors["errors"] {
  const node = prompt[id];
  const spec = fakeClass(node?.class_type ?? "");
  if (!node || !spec) return [];
  return Object.entries(spec.inputs).flatMap(([name, [type, bounds = {}]]) => {
    const value = node.inputs[name];
    const fault = (kind: string, message: string, details: string) => [{ type: kind, message, details, extra_info: { input_name: name } }];
    if (value === undefined) return fault("required_input_missing", "Required input is missing", name);
    if (bounds.image_upload === true)
      return files.has(inputPath(String(value)))
        ? []
        : fault("custom_validation_failed", "Custom validation failed for node", `${name} - Invalid image file: ${value}`);
    if (Array.isArray(type) && !Array.isArray(value) && !type.includes(String(value)))
      return fault("value_not_in_list", "Value not in list", `${name}: '${value}' not in ${JSON.stringify(type)}`);
    if (type !== "INT" && type !== "FLOAT") return [];
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number !== "number" && typeof number !== "bigint") return [];
    if (Number.isNaN(number)) return fault("invalid_input_type", `Failed to convert an input value to a ${type} value`, name);
    if (number < Number(bounds.min)) return fault("value_smaller_than_min", `Value ${number} smaller than min of ${bounds.min}`, name);
    if (number > (bounds.max as number | bigint)) return fault("value_bigger_than_max", `Value ${number} bigger than max of ${bounds.max}`, name);
    return [];
  });
}

/** Of `folder/name [type]`, the key under which the fake keeps a file. */
export function inputPath(value: string): string {
  const [, path = value, type = "input"] = /^(.*?)(?: \[(input|output|temp)\])?$/.exec(value) ?? [];
  const at = path.lastIndexOf("/");
  return `${type}/${at < 0 ? "" : path.slice(0, at)}/${path.slice(at + 1)}`;
}
