import { useContext, useMemo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { useBoardStore } from "../board/board-store.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import type { Extent } from "./run-part.ts";
import { RunViewContext } from "./run-view.ts";
import { usePartRuns } from "./use-part-runs.ts";
import { usePinning } from "./use-pinning.ts";
import { useReplay } from "./use-replay.ts";

const CHOOSE_ONE = "Select one node first.";

/** What can be done with runs from the keyboard and by name. */
export function useRunCommands(toggleDetails: (change: (isOpen: boolean) => boolean) => void): void {
  const store = useBoardStore();
  const parts = usePartRuns();
  const pinning = usePinning();
  const replay = useReplay();
  const { source } = useContext(RunViewContext);
  useProvideCommands(
    useMemo(() => {
      const chosen = (): NodeId | undefined => {
        const { selectedNodes } = store.getState();
        return selectedNodes.length === 1 ? selectedNodes[0] : undefined;
      };
      const part = (extent: Extent): Pick<Command, "blocked" | "run"> => ({
        blocked: () => {
          const node = chosen();
          return node === undefined ? CHOOSE_ONE : parts.blocked(node, extent);
        },
        run: () => {
          const node = chosen();
          if (node !== undefined) parts.begin(node, extent);
        },
      });
      const noRun = () => (source.current()?.state ? undefined : "There is no run to look at.");
      const notReplayed = () => (source.current()?.replay ? undefined : "Replay the run first (Shift+R).");
      return [
        { id: "run-node", title: "Run only this node", group: "Run", keys: ["R"], keywords: ["single", "alone", "step"], ...part("only") },
        { id: "run-from-here", title: "Run from here", group: "Run", keys: ["Alt+R"], keywords: ["again", "resume", "onward"], ...part("from") },
        { id: "run-to-here", title: "Run to here", group: "Run", keys: ["Alt+Shift+R"], keywords: ["until", "up to"], ...part("to") },
        {
          id: "pin-output",
          title: "Pin or unpin the last output",
          group: "Run",
          keys: ["P"],
          keywords: ["freeze", "mock", "fixed data"],
          blocked: () => {
            const node = chosen();
            return node === undefined ? CHOOSE_ONE : pinning.blocked(node);
          },
          run: () => {
            const node = chosen();
            if (node !== undefined) pinning.toggle(node);
          },
        },
        {
          id: "run-details",
          title: "Show or hide the timeline and the log",
          group: "View",
          keys: ["Shift+T"],
          keywords: ["gantt", "output", "events"],
          blocked: noRun,
          run: () => toggleDetails((isOpen) => !isOpen),
        },
        {
          id: "replay",
          title: "Replay the run, or end the replay",
          group: "Run",
          keys: ["Shift+R"],
          keywords: ["scrub", "history", "time travel"],
          blocked: noRun,
          run: replay.toggle,
        },
        { id: "replay-play", title: "Play or pause the replay", group: "Run", keys: ["K"], blocked: noRun, run: replay.togglePlay },
        {
          id: "replay-back",
          title: "One event back in the replay",
          group: "Run",
          keys: [","],
          repeats: true,
          blocked: notReplayed,
          run: () => replay.step(-1),
        },
        { id: "replay-on", title: "One event on in the replay", group: "Run", keys: ["."], repeats: true, blocked: notReplayed, run: () => replay.step(1) },
      ] satisfies Command[];
    }, [store, parts, pinning, replay, source, toggleDetails]),
  );
}
