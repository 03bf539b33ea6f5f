import { childrenOf, type Syntax } from "./syntax.ts";
import type { Template } from "./template.ts";

/** What a template reads. Each name stands once, in the order of the text. */
export interface References {
  /** Input ports read by name. */
  inputs: string[];
  /** Outputs read; without `port` all outputs of the node. */
  nodes: { node: string; port?: string }[];
  /** Reads inputs by a computed name, or all of them. */
  wholeInputs: boolean;
}

/** Known without running: parsing refuses a node whose id is computed. */
export function referencesOf(template: Template): References {
  const references: References = { inputs: [], nodes: [], wholeInputs: false };
  for (const part of template.parts) {
    if (typeof part === "object") collect(part.syntax, references);
  }
  return references;
}

function collect(syntax: Syntax, references: References): void {
  if (syntax.kind === "root" && syntax.name === "inputs") references.wholeInputs = true;
  if (syntax.kind === "field") {
    const { object, key } = syntax;
    if (isRoot(object, "inputs")) {
      if (!references.inputs.includes(key)) references.inputs.push(key);
      return;
    }
    if (isRoot(object, "nodes")) {
      addNode(references, { node: key });
      return;
    }
    if (object.kind === "field" && isRoot(object.object, "nodes")) {
      addNode(references, { node: object.key, port: key });
      return;
    }
  }
  for (const child of childrenOf(syntax)) collect(child, references);
}

function isRoot(syntax: Syntax, name: "inputs" | "nodes"): boolean {
  return syntax.kind === "root" && syntax.name === name;
}

function addNode(references: References, added: { node: string; port?: string }): void {
  if (!references.nodes.some((known) => known.node === added.node && known.port === added.port)) references.nodes.push(added);
}
