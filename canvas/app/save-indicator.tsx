import { CircleAlert, CircleCheck, CloudOff, Lock } from "lucide-react";
import { useSyncExternalStore } from "react";
import type { OpenDocument } from "../document/connect-document.ts";
import type { SaveState } from "../document/save-tracker.ts";
import { Spinner } from "../ui/spinner.tsx";
import { Tooltip } from "../ui/tooltip.tsx";

/** Whether the edits made here are safe. */
export function SaveIndicator({ document }: { document: OpenDocument }) {
  const state = useSyncExternalStore(document.saveState.subscribe, document.saveState.current);
  const { icon, text, more } = describe(state);
  return (
    <Tooltip text={more} side="bottom">
      <span role="status" data-save-state={state.type} className="flex items-center gap-1.5 whitespace-nowrap text-ink-faint text-xs">
        {icon}
        {text}
      </span>
    </Tooltip>
  );
}

function describe(state: SaveState) {
  switch (state.type) {
    case "connecting":
      return { icon: <Spinner size={13} />, text: "Connecting…", more: "Asking the server what has changed." };
    case "saved":
      return { icon: <CircleCheck size={13} className="text-succeeded" aria-hidden />, text: "Saved", more: "Every edit is stored." };
    case "saving":
      return { icon: <Spinner size={13} />, text: "Saving…", more: "The last edits are on their way." };
    case "offline":
      return {
        icon: <CloudOff size={13} className="text-warning" aria-hidden />,
        text: state.unsaved > 0 ? `Offline · ${changes(state.unsaved)}, ${state.isKept ? "kept in this browser" : "in this window only"}` : "Offline",
        more: offlineMore(state),
      };
    case "read-only":
      return { icon: <Lock size={13} className="text-warning" aria-hidden />, text: "Read only", more: state.message };
    case "refused":
      return { icon: <CircleAlert size={13} className="text-danger" aria-hidden />, text: "Closed", more: state.message || "The server ended the connection." };
  }
}

function changes(count: number): string {
  return count === 1 ? "1 unsaved change" : `${count} unsaved changes`;
}

function offlineMore({ unsaved, isKept }: Extract<SaveState, { type: "offline" }>): string {
  if (unsaved === 0) return "The server does not answer. You can go on editing.";
  if (isKept) return "Your edits are sent as soon as the server answers, also after you close this page and open the graph again.";
  return "Keep this page open: this browser keeps nothing, and your edits are sent as soon as the server answers.";
}
