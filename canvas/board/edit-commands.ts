import { toast } from "sonner";
import type { Position } from "#runtime/graph/schema.ts";
import type { Command } from "../commands/command.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import type { BoardActions } from "./board-actions.ts";
import type { BoardStore } from "./board-store.ts";
import type { PortKeys } from "./use-port-keys.ts";

export interface EditGiven {
  editor: Editor;
  store: BoardStore;
  actions: BoardActions;
  portKeys: PortKeys;
  /** Where new things go. */
  place(): Position;
  pasteWithWires(): void;
}

/** What changes the graph. */
export function editCommands({ editor, store, actions, portKeys, place, pasteWithWires }: EditGiven): Command[] {
  const { graph } = editor;
  const selected = () => store.getState().selectedNodes;
  const readOnly = () => (editor.edits ? undefined : "Nothing can be changed here.");
  const needsNode = () => readOnly() ?? (selected().length === 0 ? "Select a node first." : undefined);
  const needsOne = () => readOnly() ?? (selected().length === 1 ? undefined : "Select one node first.");
  const needsAny = () => readOnly() ?? (selected().length + store.getState().selectedEdges.length === 0 ? "Select a node or a wire first." : undefined);
  const [only] = [() => selected()[0]];
  return [
    {
      id: "remove",
      title: "Remove what is selected",
      group: "Edit",
      keys: ["Delete", "Backspace"],
      keywords: ["delete"],
      blocked: needsAny,
      run: actions.removeSelected,
    },
    {
      id: "remove-and-join",
      title: "Remove, and join what was beside it",
      group: "Edit",
      keys: ["Ctrl+Delete", "Ctrl+Backspace"],
      keywords: ["delete", "bypass", "heal", "reconnect"],
      blocked: needsNode,
      run: actions.removeAndJoin,
    },
    { id: "duplicate", title: "Duplicate", group: "Edit", keys: ["Ctrl+D"], keywords: ["copy", "clone"], blocked: needsNode, run: actions.duplicate },
    {
      id: "paste-with-wires",
      title: "Paste, and keep the wires that come in",
      group: "Edit",
      keys: ["Ctrl+Shift+V"],
      keywords: ["connections", "edges"],
      blocked: readOnly,
      run: pasteWithWires,
    },
    {
      id: "rename-node",
      title: "Rename the node",
      group: "Edit",
      keys: ["F2"],
      keywords: ["label", "title"],
      blocked: needsOne,
      run: () => store.getState().rename(only()),
    },
    {
      id: "disable",
      title: "Disable or enable",
      group: "Edit",
      keys: ["D"],
      keywords: ["bypass", "mute", "skip", "off"],
      blocked: needsNode,
      run: () => {
        const byId = nodesById(graph.current());
        actions.setDisabled(!selected().every((id) => byId.get(id)?.disabled));
      },
    },
    { id: "fold", title: "Fold or unfold", group: "Arrange", keys: ["C"], keywords: ["collapse", "expand"], blocked: needsNode, run: actions.toggleCollapsed },
    {
      id: "wire-from-node",
      title: "Wire from the node",
      group: "Edit",
      keys: ["W"],
      keywords: ["connect", "edge", "port"],
      blocked: needsOne,
      run: () => {
        const node = only();
        if (node) portKeys.startAt(node);
      },
    },
    {
      id: "add-note",
      title: "Add a note",
      group: "Add",
      keys: ["Shift+S"],
      keywords: ["sticky", "comment"],
      blocked: readOnly,
      run: () => actions.addNote(place()),
    },
    { id: "frame", title: "Put a frame around it", group: "Arrange", keys: ["Ctrl+G"], keywords: ["group"], blocked: needsNode, run: actions.frameSelection },
    {
      id: "ungroup",
      title: "Take the frame away",
      group: "Arrange",
      keys: ["Ctrl+Shift+G"],
      keywords: ["ungroup"],
      blocked: () => readOnly() ?? actions.whyNotUngroup(),
      run: actions.ungroup,
    },
    {
      id: "move-into",
      title: "Put into a frame or a container…",
      group: "Arrange",
      keys: ["Shift+G"],
      keywords: ["parent", "take out", "leave", "loop", "for each"],
      blocked: needsNode,
      run: () => {
        const { containers, mayLeave } = actions.containerChoices();
        if (containers.length > 0 || mayLeave) store.getState().chooseContainer(true);
        else toast.error("There is no frame and no container these nodes can be put into.");
      },
    },
  ];
}
