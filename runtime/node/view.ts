import type { Size } from "../graph/schema.ts";
import type { References } from "./references.ts";

/** What a node looks like in a run. */
export interface NodeRunView {
  /** State of the node run: `pending`, `running`, `succeeded`, … */
  state: string;
  /** Value by output port, once it has any. */
  outputs?: Readonly<Record<string, unknown>>;
  /** Value by input port, of those that are at hand. */
  inputs?: Readonly<Record<string, unknown>>;
}

/**
 * What the canvas hands to `view.tsx`, whose default export draws the body of the card: `(props: NodeViewProps) => ReactNode`. Of a node that runs it is
 * drawn below its ports, once it has run.
 * A view draws from its props alone and never throws for a config that is still being edited.
 */
export interface NodeViewProps {
  /** As it is in the draft, with defaults; fields that do not fit are absent. */
  config: Readonly<Record<string, unknown>>;
  references: References;
  /** The card's size in canvas units, when somebody has set it. */
  size?: Size;
  /** The run that is being looked at, if any. */
  run?: NodeRunView;
  /** Addresses of smaller pictures of the stored ones among the values of `run` and `config`, by their hashes, as far as they are loaded. */
  pictures?: Readonly<Record<string, string>>;
  /** Opens one config field, where several people can write in it; absent while the graph may not be changed. */
  edit?(field: string): void;
}
