import { Check, Plus } from "lucide-react";
import { useState } from "react";
import type { Session } from "#server/contract/session.ts";
import { NewWorkspaceDialog } from "../people/new-workspace.tsx";
import { roleSentence } from "../session/roles.ts";
import { useSwitchWorkspace } from "../session/use-switch-workspace.ts";
import { initials } from "../ui/initials.ts";
import { Menu, type MenuItem } from "../ui/menu.tsx";

/** Which workspace this page works in, and the others one is in. */
export function WorkspaceMenu({ session }: { session: Session }) {
  const [isAdding, setAdding] = useState(false);
  const switchTo = useSwitchWorkspace();
  const current = session.workspace;
  const mayMake = session.actions.includes("workspace.create");
  const items: MenuItem[] = [
    { type: "heading", label: "Workspaces" },
    ...session.workspaces.map(
      ({ id, name, role }): MenuItem => ({
        type: "action",
        id,
        label: name,
        detail: roleSentence(role),
        icon: <Check size={14} className={id === current?.id ? "text-accent" : "invisible"} aria-label={id === current?.id ? "Here" : undefined} />,
        onSelect: () => void (id !== current?.id && switchTo(id)),
      }),
    ),
    { type: "separator", id: "new" },
    { type: "action", label: "New workspace…", icon: <Plus size={14} />, disabled: !mayMake, onSelect: () => setAdding(true) },
  ];
  return (
    <>
      <Menu
        side="right"
        align="start"
        trigger={
          <button
            type="button"
            aria-label={current ? `Workspace: ${current.name}` : "Workspaces"}
            title={current?.name ?? "Workspaces"}
            className="mb-1 flex size-8 shrink-0 items-center justify-center rounded-md border border-line-strong bg-raised font-semibold text-2xs hover:bg-hover"
          >
            {current ? initials(current.name) : "…"}
          </button>
        }
        items={items}
      />
      {isAdding && <NewWorkspaceDialog onClose={() => setAdding(false)} />}
    </>
  );
}
