/** Names that stand for data: what a template may read. */
export type RootName = "inputs" | "nodes" | "run" | "item" | "index";
export const ROOT_NAMES: readonly RootName[] = ["inputs", "nodes", "run", "item", "index"];

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in";
export type ComprehensionName = "all" | "exists" | "exists_one" | "filter" | "map";

/** An expression with its names resolved. `at` is the offset in the template's text. Everything after parsing reads this and not the parser's own tree. */
export type Syntax =
  | { kind: "literal"; at: number; value: string | number | boolean | null }
  | { kind: "root"; at: number; name: RootName }
  /** A variable of an enclosing comprehension, by its depth. */
  | { kind: "local"; at: number; name: string; slot: number }
  | { kind: "unknown-name"; at: number; name: string }
  | { kind: "field"; at: number; object: Syntax; key: string }
  | { kind: "index"; at: number; object: Syntax; index: Syntax }
  | { kind: "call"; at: number; name: string; values: Syntax[] }
  | { kind: "has"; at: number; value: Syntax }
  | { kind: "default"; at: number; value: Syntax; fallback: Syntax }
  | { kind: "comprehension"; at: number; name: ComprehensionName; range: Syntax; slot: number; predicate: Syntax | undefined; transform: Syntax | undefined }
  | { kind: "list"; at: number; items: Syntax[] }
  | { kind: "map"; at: number; entries: { key: Syntax; value: Syntax }[] }
  | { kind: "not"; at: number; value: Syntax }
  | { kind: "negate"; at: number; value: Syntax }
  | { kind: "and" | "or"; at: number; left: Syntax; right: Syntax }
  | { kind: "binary"; at: number; operator: BinaryOperator; left: Syntax; right: Syntax }
  | { kind: "conditional"; at: number; condition: Syntax; met: Syntax; otherwise: Syntax };

export function childrenOf(syntax: Syntax): Syntax[] {
  switch (syntax.kind) {
    case "literal":
    case "root":
    case "local":
    case "unknown-name":
      return [];
    case "field":
      return [syntax.object];
    case "index":
      return [syntax.object, syntax.index];
    case "call":
      return syntax.values;
    case "has":
    case "not":
    case "negate":
      return [syntax.value];
    case "default":
      return [syntax.value, syntax.fallback];
    case "comprehension":
      return [syntax.range, syntax.predicate, syntax.transform].filter((child) => child !== undefined);
    case "list":
      return syntax.items;
    case "map":
      return syntax.entries.flatMap((entry) => [entry.key, entry.value]);
    case "and":
    case "or":
    case "binary":
      return [syntax.left, syntax.right];
    case "conditional":
      return [syntax.condition, syntax.met, syntax.otherwise];
  }
}

/** How many nodes the tree has: what evaluating it once costs, apart from loops and from the size of the data. */
export function weightOf(syntax: Syntax): number {
  return childrenOf(syntax).reduce((sum, child) => sum + weightOf(child), 1);
}

/** The text of a path such as `inputs.rows[0].name`, for messages. */
export function pathText(syntax: Syntax): string {
  switch (syntax.kind) {
    case "root":
    case "local":
      return syntax.name;
    case "field":
      return /^[A-Za-z_]\w*$/.test(syntax.key) ? `${pathText(syntax.object)}.${syntax.key}` : `${pathText(syntax.object)}[${JSON.stringify(syntax.key)}]`;
    case "index":
      return `${pathText(syntax.object)}[${syntax.index.kind === "literal" ? JSON.stringify(syntax.index.value) : "…"}]`;
    default:
      return "(…)";
  }
}
