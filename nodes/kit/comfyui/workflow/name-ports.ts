import type { Prompt, PromptNode } from "#runtime/node/workflow.ts";
import { isPortName } from "../../ports/port-names.ts";
import { isPromptLink, titleOfInner } from "./prompt.ts";

interface NamedInput {
  id: string;
  node: PromptNode;
  field: string;
  prompt: Prompt;
  kind: { type: string };
}

/** Names that can be ports, and titles for people: the field alone where it is the only one, else with its node. */
export function nameInputs<Input extends NamedInput>(inputs: readonly Input[]): (Input & { name: string; title: string })[] {
  const wanted = inputs.map((input) => ({ input, words: wordsOf(input) }));
  const counts = countBy(wanted.map(({ words }) => portWord(words)));
  const taken = new Set<string>();
  return wanted.map(({ input, words }) => {
    const isAlone = (counts.get(portWord(words)) ?? 0) === 1;
    const node = titleOfInner(input.id, input.node);
    const title = isAlone ? sentence(words) : `${node}: ${words}`;
    return { ...input, name: unique(portWord(isAlone ? words : `${words} ${node}`), taken), title: title.slice(0, 200) };
  });
}

/** A text whose node leads to the `positive` of another one is the positive prompt, and so on. */
function wordsOf({ id, field, kind, prompt, node }: NamedInput): string {
  if (kind.type === "image") return "image";
  if (kind.type === "mask") return "mask";
  if (kind.type !== "text" || field !== "text") return field.replaceAll("_", " ");
  const role = ["positive", "negative"].find((each) => Object.values(prompt).some((other) => leadsTo(other.inputs[each], { id, prompt, depth: 0 })));
  return role ? `${role} prompt` : node._meta?.title ? node._meta.title : "text";
}

/** Through nodes in between, at most five. */
function leadsTo(value: unknown, { id, prompt, depth }: { id: string; prompt: Prompt; depth: number }): boolean {
  if (!isPromptLink(value) || depth > 5) return false;
  if (value[0] === id) return true;
  const between = Object.entries(prompt[value[0]]?.inputs ?? {});
  return between.some(([field, inner]) => /conditioning/.test(field) && leadsTo(inner, { id, prompt, depth: depth + 1 }));
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
  const taken = new Set<string>(OWN_OUTPUTS);
  return outputs.map((output) => {
    const isAlone = (counts.get(output.type) ?? 0) === 1;
    const title = titleOfInner(output.id, output.node);
    return { ...output, name: unique(portWord(isAlone ? output.type : title), taken), title: title.slice(0, 200) };
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

function unique(word: string, taken: Set<string>): string {
  let name = word;
  for (let count = 2; taken.has(name); count++) name = `${word}_${count}`;
  taken.add(name);
  return name;
}

function sentence(words: string): string {
  return words === "cfg" || words === "fps" ? words.toUpperCase() : words.charAt(0).toUpperCase() + words.slice(1);
}
