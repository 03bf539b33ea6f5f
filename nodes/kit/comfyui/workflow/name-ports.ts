import type { Prompt, PromptNode } from "#runtime/node/workflow.ts";
import { isPortName } from "../../ports/port-names.ts";
import { isPromptLink, titleOfInner } from "./prompt.ts";

interface NamedInput {
  id: string;
  node: PromptNode;
  field: string;
  kind: { type: string };
}

/** Names that can be ports, and titles for people: the field alone where it is the only one, else with its node. */
export function nameInputs<Input extends NamedInput>(inputs: readonly Input[], prompt: Prompt): (Input & { name: string; title: string })[] {
  const roles = ROLES.map((role) => ({ role, nodes: leadingTo(role, prompt) }));
  const wanted = inputs.map((input) => ({ input, words: wordsOf(input, roles) }));
  const counts = countBy(wanted.map(({ words }) => portWord(words)));
  const taken = new Map<string, number>();
  return wanted.map(({ input, words }) => {
    const isAlone = (counts.get(portWord(words)) ?? 0) === 1;
    const node = titleOfInner(input.id, input.node);
    const title = isAlone ? sentence(words) : `${node}: ${words}`;
    return { ...input, name: unique(portWord(isAlone ? words : `${words} ${node}`), taken), title: title.slice(0, 200) };
  });
}

const ROLES = ["positive", "negative"] as const;

/** A text whose node leads to the `positive` of another one is the positive prompt, and so on. */
function wordsOf({ id, field, kind, node }: NamedInput, roles: readonly { role: string; nodes: ReadonlySet<string> }[]): string {
  if (kind.type === "image") return "image";
  if (kind.type === "mask") return "mask";
  if (kind.type !== "text" || field !== "text") return field.replaceAll("_", " ");
  const found = roles.find(({ nodes }) => nodes.has(id));
  return found ? `${found.role} prompt` : node._meta?.title ? node._meta.title : "text";
}

/** The nodes whose output comes to an input of this name, directly or through at most five conditioning nodes in between. */
function leadingTo(field: string, prompt: Prompt): ReadonlySet<string> {
  const found = new Set<string>();
  let next = Object.values(prompt).map(({ inputs }) => inputs[field]);
  for (let between = 0; between <= 5; between++) {
    const reached = new Set(next.flatMap((value) => (isPromptLink(value) && !found.has(value[0]) ? [value[0]] : [])));
    for (const id of reached) found.add(id);
    next = [...reached].flatMap((id) => Object.entries(prompt[id]?.inputs ?? {}).flatMap(([name, value]) => (/conditioning/.test(name) ? [value] : [])));
  }
  return found;
}

interface NamedOutput {
  id: string;
  node: PromptNode;
  type: string;
}

/** Outputs that every workflow has besides its own: all pictures, and what was set each time. */
export const OWN_OUTPUTS = ["images", "results"] as const;

export function nameOutputs<Output extends NamedOutput>(outputs: readonly Output[]): (Output & { name: string; title: string })[] {
  const counts = countBy(outputs.map(({ type }) => type));
  const taken = new Map<string, number>(OWN_OUTPUTS.map((name) => [name, 1]));
  return outputs.map((output) => {
    const isAlone = (counts.get(output.type) ?? 0) === 1;
    const title = titleOfInner(output.id, output.node);
    return { ...output, name: unique(portWord(isAlone ? output.type : title), taken), title: isAlone ? sentence(output.type) : title.slice(0, 200) };
  });
}

function countBy(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Letters, digits and _ of a text; never empty. */
export function portWord(words: string): string {
  const plain = words
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[_0-9]+|_+$/g, "")
    .slice(0, 48);
  return plain === "" ? "value" : isPortName(plain) ? plain : `${plain}_value`;
}

/** `taken`: up to which number a word was tried already, so that many of one word are not each counted through. */
function unique(word: string, taken: Map<string, number>): string {
  let count = taken.get(word) ?? 1;
  let name = word;
  while (taken.has(name)) name = `${word}_${++count}`;
  taken.set(word, count);
  if (name !== word) taken.set(name, 1);
  return name;
}

/** Fields that are called otherwise by people. */
const TITLES: Readonly<Record<string, string>> = {
  ...{ cfg: "CFG", fps: "FPS", "ckpt name": "Checkpoint", "lora name": "LoRA", "vae name": "VAE", "unet name": "UNet", "clip name": "CLIP" },
  ...{ "control net name": "ControlNet", "sampler name": "Sampler" },
};

function sentence(words: string): string {
  return (Object.hasOwn(TITLES, words) ? TITLES[words] : undefined) ?? words.charAt(0).toUpperCase() + words.slice(1);
}
