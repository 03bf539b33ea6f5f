import { Command } from "cmdk";
import { LogOut } from "lucide-react";
import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { useBoard, useBoardStore } from "../board/board-store.ts";
import { nodesById, useGraph } from "../document/editor-context.ts";
import { Dialog } from "../ui/dialog.tsx";
import { GroupTile } from "../ui/group-tile.tsx";

const entry = "flex cursor-pointer select-none items-center gap-3 rounded-lg px-2 py-1.5 text-sm data-[selected=true]:bg-hover";

/** The choice of a container for what is selected: the way in and out without a pointer. */
export function ContainerPicker() {
  const isOpen = useBoard((state) => state.choosesContainer);
  const store = useBoardStore();
  const close = () => store.getState().chooseContainer(false);
  return (
    <Dialog open={isOpen} onClose={close} title="Put into a container">
      {isOpen && <ContainerSearch onDone={close} />}
    </Dialog>
  );
}

function ContainerSearch({ onDone }: { onDone(): void }) {
  const actions = useBoardActions();
  const graph = useGraph();
  const byId = nodesById(graph);
  // the choices follow the graph, which others change meanwhile
  // biome-ignore lint/correctness/useExhaustiveDependencies: containerChoices reads the graph as it is now
  const { containers, mayLeave } = useMemo(() => actions.containerChoices(), [actions, graph]);
  const choose = (container: NodeId | undefined) => {
    onDone();
    actions.moveInto(container);
  };
  return (
    <Command label="Containers" loop>
      <Command.Input
        autoFocus
        placeholder="Search containers…"
        className="mb-2 h-9 w-full rounded-md border border-line bg-sunken px-3 text-sm outline-none placeholder:text-ink-faint focus-visible:border-accent"
      />
      <Command.List className="max-h-72 overflow-y-auto">
        <Command.Empty className="px-2 py-6 text-center text-ink-muted text-sm">No container matches.</Command.Empty>
        {mayLeave && (
          <Command.Item value="Take out" onSelect={() => choose(undefined)} className={entry}>
            <LogOut size={16} className="mx-1.5 text-ink-muted" aria-hidden />
            Take out
          </Command.Item>
        )}
        {containers.map((id) => {
          const definition = catalog.get(byId.get(id)?.type ?? "");
          return (
            <Command.Item key={id} value={id} keywords={[byId.get(id)?.label ?? ""]} onSelect={() => choose(id)} className={entry}>
              <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} />
              {byId.get(id)?.label}
            </Command.Item>
          );
        })}
      </Command.List>
    </Command>
  );
}
