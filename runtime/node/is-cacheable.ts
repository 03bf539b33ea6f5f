import { lenientConfig } from "./catalog.ts";
import type { NodeDefinition, RawConfig } from "./define.ts";

/** Whether an earlier result of a node with this config may be used at all; see `NodeDefinition.cacheable`. */
export function isCacheable(definition: NodeDefinition, config: RawConfig): boolean {
  const { cacheable = false } = definition;
  return typeof cacheable === "function" ? cacheable(lenientConfig(definition, config)) : cacheable;
}
