import type { ReactNode } from "react";
import type { NodeViewProps } from "#runtime/node/view.ts";
import { paper } from "../kit/paper/paper.ts";

/** The ground of a frame: its colour, faint, so that what stands on it is read. */
export default function FrameView({ config }: NodeViewProps): ReactNode {
  return <div className="h-full w-full rounded-xl" style={paper(config.color, 7)} />;
}
