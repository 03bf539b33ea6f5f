import type { Json } from "#runtime/graph/json.ts";
import { integerOf } from "./exact-integer.ts";
import { type ClassInfo, type InputSpec, isWidgetType } from "./object-info.ts";
import type { UiNode } from "./ui-graph.ts";

/** What the editor does with a seed after each run; it stands behind the seed among the values. */
const CONTROLS: ReadonlySet<Json> = new Set(["fixed", "increment", "decrement", "randomize"]);
const SEEDS: ReadonlySet<string> = new Set(["seed", "noise_seed"]);
const UPLOADS = ["image_upload", "video_upload", "audio_upload", "animated_image_upload"] as const;

/**
 * The values of a node by name. The editor saves them by position: in the order of the class's inputs, with entries in between that belong to
 * no input (how a seed changes, the button to upload).
 */
export function widgetValues(node: UiNode, info: ClassInfo | undefined): Record<string, Json> {
  const { widgets_values: values } = node;
  if (values === undefined) return {};
  // some extensions save them by name
  if (!Array.isArray(values)) return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== null && isInput(name, info)));
  return info ? byClass(values, node, info) : byWidgets(values, node);
}

function isInput(name: string, info: ClassInfo | undefined): boolean {
  return info === undefined || info.inputs.some((input) => input.name === name);
}

function byClass(values: readonly Json[], node: UiNode, info: ClassInfo): Record<string, Json> {
  const found: [string, Json][] = [];
  let at = 0;
  for (const required of [true, false]) {
    const group = info.inputs.filter(({ isRequired, ...spec }) => isRequired === required && isWidget(spec, node));
    for (const spec of group) {
      const value = values[at++];
      if (value === undefined) return Object.fromEntries(found);
      if (value !== null) found.push([spec.name, value]);
      at += extraEntries(spec, values.slice(at));
    }
    // the button to upload comes after what is required
    const hasButton = group.some(({ options }) => UPLOADS.some((upload) => options[upload] === true));
    if (hasButton && (values[at] === "image" || values[at] === "video" || values[at] === "audio" || values[at] === "")) at += 1;
  }
  return Object.fromEntries(found);
}

/** Whether the node itself holds the value of an input; of types that extensions brought along the saved node knows. */
function isWidget({ name, type, options }: Pick<InputSpec, "name" | "type" | "options">, node: UiNode): boolean {
  if (options.forceInput === true) return false;
  if (isWidgetType(type)) return true;
  return node.inputs.some((input) => input.name === name && input.widget !== undefined);
}

function extraEntries({ name, type, options }: InputSpec, rest: readonly Json[]): number {
  const isControlled = options.control_after_generate === true || (type === "INT" && SEEDS.has(name));
  if (!isControlled || !CONTROLS.has(rest[0] ?? null)) return 0;
  // behind that of a choice there is a filter, mostly empty
  return type === "COMBO" && rest[1] === "" ? 2 : 1;
}

/** Without the class: newer editors save which inputs have values of their own, in their order. */
function byWidgets(values: readonly Json[], { inputs }: UiNode): Record<string, Json> {
  const names = inputs.flatMap(({ widget }) => (widget ? [widget.name] : []));
  const plain = values.length === names.length ? values : values.filter((value, index) => !(CONTROLS.has(value) && integerOf(values[index - 1]) !== undefined));
  const found = names.flatMap((name, index): [string, Json][] => {
    const value = plain[index];
    return value === undefined || value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}
