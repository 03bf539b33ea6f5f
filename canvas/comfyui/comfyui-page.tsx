import { Plus } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { PageFrame } from "../pages/page-frame.tsx";
import { MayButton } from "../session/may-button.tsx";
import { ViewSwitch } from "../ui/view-switch.tsx";
import { ImportWorkflowDialog } from "./import-workflow-dialog.tsx";
import { QueueView } from "./queue-view.tsx";
import { WorkflowLibrary } from "./workflow-library.tsx";

const VIEWS = [
  { id: "library", title: "Library" },
  { id: "queue", title: "Queue" },
] as const;

/** ComfyUI: the workflows of the library, and what stands in line at the servers. */
export function ComfyuiPage() {
  const [params, setParams] = useSearchParams();
  const view = params.get("view") === "queue" ? "queue" : "library";
  const [isImporting, setImporting] = useState(false);
  const importButton = (
    <MayButton action="workflow.edit" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setImporting(true)}>
      Import a workflow
    </MayButton>
  );
  return (
    <PageFrame
      title="ComfyUI workflows"
      text="Workflows that make and change pictures, ready to be used as nodes and as tools of agents."
      actions={
        <>
          <ViewSwitch views={VIEWS} value={view} onChange={(id) => setParams(id === "queue" ? { view: id } : {})} />
          {importButton}
        </>
      }
    >
      {view === "queue" ? <QueueView /> : <WorkflowLibrary importButton={importButton} />}
      {isImporting && <ImportWorkflowDialog onClose={() => setImporting(false)} />}
    </PageFrame>
  );
}
