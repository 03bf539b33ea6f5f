import { listItem, type PortType } from "#runtime/node/ports.ts";

/** The colour of a port type; a list has the colour of what is in it. */
export function typeColour(type: PortType): string {
  const item = listItem(type);
  return item ? typeColour(item) : `var(--port-${type})`;
}
