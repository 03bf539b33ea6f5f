import type { WorkflowContent, WorkflowInput, WorkflowOutput } from "#runtime/node/workflow.ts";
import { OWN_OUTPUTS } from "./name-ports.ts";

interface Offered {
  inputs: readonly Pick<WorkflowInput, "node" | "field" | "name" | "title" | "isShown">[];
  outputs: readonly Pick<WorkflowOutput, "node" | "name" | "title" | "isShown">[];
}

/** The workflow with its inputs and outputs called and shown as somebody wants it, as far as it has them; names stay unique. */
export function offerParts(content: WorkflowContent, offered: Offered): WorkflowContent {
  const wantedInput = new Map(offered.inputs.map((input) => [placeOf(input), input]));
  const wantedOutput = new Map(offered.outputs.map((output) => [output.node, output]));
  return {
    ...content,
    inputs: withUniqueNames(content.inputs.map((input) => ({ ...input, ...chosen(wantedInput.get(placeOf(input))) }))),
    outputs: withUniqueNames(
      content.outputs.map((output) => ({ ...output, ...chosen(wantedOutput.get(output.node)) })),
      OWN_OUTPUTS,
    ),
  };
}

const placeOf = ({ node, field }: { node: string; field: string }): string => JSON.stringify([node, field]);

function chosen(wanted: { name: string; title: string; isShown: boolean } | undefined) {
  return wanted && { name: wanted.name, title: wanted.title, isShown: wanted.isShown };
}

/** Those that are shown have the first say. */
function withUniqueNames<Part extends { name: string; isShown: boolean }>(parts: readonly Part[], others: readonly string[] = []): Part[] {
  const taken = new Set(others);
  const named = new Map<Part, string>();
  for (const part of [...parts].sort((one, other) => Number(other.isShown) - Number(one.isShown))) {
    let name = part.name;
    for (let count = 2; taken.has(name); count++) name = `${part.name}_${count}`;
    taken.add(name);
    named.set(part, name);
  }
  return parts.map((part) => ({ ...part, name: named.get(part) ?? part.name }));
}
