import { useState } from "react";
import { useGraphPart } from "../document/editor-context.ts";
import { FormTab } from "../forms/form-tab.tsx";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { SharePeople } from "./share-people.tsx";

/** Who else may open the graph, and the form by which others use it without seeing it. */
export function ShareDialog({ onClose }: { onClose(): void }) {
  const name = useGraphPart((graph) => graph.name);
  const isTeam = useSession()?.mode === "team";
  const [tab, setTab] = useState(isTeam ? "people" : "form");
  const actions = (
    <Button look="primary" onClick={onClose}>
      Done
    </Button>
  );
  const form = { id: "form", label: "Form", content: <FormTab /> };
  const people = { id: "people", label: "People and links", content: <SharePeople /> };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Share "${name}"`}
      description="Members of the workspace see it anyway, as far as their roles go."
      actions={actions}
    >
      {/* in single-user mode there is nobody else to open the graph */}
      {isTeam ? <Tabs label="Ways to share" tabs={[people, form]} value={tab} onChange={setTab} padded /> : <FormTab />}
    </Dialog>
  );
}
