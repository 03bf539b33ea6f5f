import type { Syntax } from "./syntax.ts";

/**
 * Whether the value is at most as large as the data it is taken from. Lists and maps built by an expression share their
 * parts, so a few nested literals can stand for more JSON than fits in memory: those are measured before they leave.
 */
export function isShared(syntax: Syntax): boolean {
  switch (syntax.kind) {
    case "literal":
    case "root":
      return true;
    case "field":
    case "index":
      return isShared(syntax.object);
    case "conditional":
      return isShared(syntax.met) && isShared(syntax.otherwise);
    case "default":
      return isShared(syntax.value) && isShared(syntax.fallback);
    case "list":
      return syntax.items.length === 0;
    case "map":
      return syntax.entries.length === 0;
    case "comprehension":
      return isShared(syntax.range) && (syntax.transform === undefined || isPartOf(syntax.transform, syntax.slot));
    default:
      return false;
  }
}

/** Each item gives a part of itself, so all of them together are no larger than the list. */
function isPartOf(syntax: Syntax, slot: number): boolean {
  switch (syntax.kind) {
    case "local":
      return syntax.slot === slot;
    case "field":
    case "index":
      return isPartOf(syntax.object, slot);
    default:
      return false;
  }
}
