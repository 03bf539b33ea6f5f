import type { NodeId } from "../graph/ids.ts";
import type { GraphNode } from "../graph/schema.ts";
import type { NodeDefinition, RawConfig } from "../node/define.ts";
import type { Ports } from "../node/ports.ts";
import type { Body } from "./node-ports.ts";

/** A node with all that the catalog says of it. */
export interface ResolvedNode {
  node: GraphNode;
  definition: NodeDefinition;
  /** Migrated to the definition's version. */
  config: RawConfig;
  /** Failure port included, where the policy branches. */
  ports: Ports;
  /** What its ports depend on is not known (yet): a port that is missing may be there. */
  isUnresolved: boolean;
  /** Nodes its expressions read. */
  reads: NodeId[];
  /** For a container. */
  body?: Body;
  /** Containers around it, outermost first. */
  around: NodeId[];
}
