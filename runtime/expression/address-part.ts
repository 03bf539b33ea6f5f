import { ExpressionError } from "./expression-error.ts";

/** Of an address: scheme and authority, up to the path, the query or the fragment (RFC 3986, appendix B). */
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
/** Segments that lead up or nowhere, as browsers read them (WHATWG URL, single- and double-dot path segments). */
const DOTS = /^(?:\.|%2e){1,2}$/i;

/**
 * What an expression yields as a part of an address: percent-encoded as a component (RFC 3986, 2.1), so that no value adds a path segment, a
 * parameter or a fragment. An expression with which the address begins is left as it is, whether it stands for the whole or for all up to the path;
 * one within the host may hold what a host and its port are written with. `before`: the address up to there.
 */
export function encodeInAddress(value: string, before: string): string {
  if (before === "" || isBegun(before)) return value;
  const authority = AUTHORITY.exec(before);
  if (authority?.[0].length === before.length) return value.replaceAll(/[^A-Za-z0-9.:[\]-]/g, (sign) => encodeWell(sign));
  return encodeWell(value);
}

/** Only a scheme so far, or a part of one: what comes next is the beginning of the address. */
function isBegun(before: string): boolean {
  return /^[a-z][a-z0-9+.-]*:?\/?$/i.test(before);
}

/** A half of a surrogate pair has no encoding; it is replaced as in any text that is sent. */
function encodeWell(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** Throws `ExpressionError` when values make path segments that lead elsewhere. `template`: the address with harmless values. */
export function refuseDots(address: string, template: string): void {
  if (dotSegments(address) <= dotSegments(template)) return;
  throw new ExpressionError("type", "A value in the address is . or .., which would lead to another path. Leave such values out.");
}

function dotSegments(address: string): number {
  const path = address.replace(AUTHORITY, "").replace(/[?#].*$/s, "");
  return path.split(/[/\\]/).filter((segment) => DOTS.test(segment)).length;
}
