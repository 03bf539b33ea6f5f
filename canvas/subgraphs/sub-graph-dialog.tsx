import { LogIn, LogOut } from "lucide-react";
import { useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Input } from "../ui/input.tsx";
import type { Crossing } from "./selection-border.ts";
import { useMakeSubGraph } from "./use-make-sub-graph.ts";

const MOST_SHOWN = 8;

/** Asks what the sub-graph is called, and shows what it will take and give. */
export function SubGraphDialog({ chosen, onClose }: { chosen: readonly NodeId[]; onClose(): void }) {
  const { plan, make, notPublished } = useMakeSubGraph();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const planned = plan(chosen, name.trim() || "Sub-graph");
  const isReady = planned.ok && name.trim() !== "";
  const submit = async () => {
    setBusy(true);
    const isMade = await make(chosen, name.trim());
    setBusy(false);
    if (isMade) onClose();
  };
  return (
    <FormDialog
      title="Turn into a sub-graph"
      description="The selection becomes a graph of its own; one node that calls it takes its place."
      submit="Make the sub-graph"
      busy={busy}
      ready={isReady}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {planned.ok ? (
        <>
          <Field label="Name" htmlFor="sub-graph-name" required>
            <Input
              id="sub-graph-name"
              autoFocus
              maxLength={200}
              value={name}
              placeholder="What these steps do"
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Crossings title="It asks for" none="Nothing comes in." crossings={planned.plan.asks} icon={<LogIn size={13} aria-hidden />} />
          <Crossings title="It gives" none="Nothing goes out." crossings={planned.plan.gives} icon={<LogOut size={13} aria-hidden />} />
          <p className="text-ink-muted text-xs">
            {notPublished === undefined ? "It is published at once, so that it can be called." : `It will not be published: ${notPublished}`}
          </p>
        </>
      ) : (
        <p role="alert" className="text-sm text-warning">
          {planned.reason}
        </p>
      )}
    </FormDialog>
  );
}

function Crossings({ title, none, crossings, icon }: { title: string; none: string; crossings: readonly Crossing[]; icon: React.ReactNode }) {
  return (
    <section>
      <h3 className="flex items-center gap-1.5 pb-1 font-medium text-ink-muted text-xs">
        {icon} {title}
      </h3>
      {crossings.length === 0 ? (
        <p className="text-ink-faint text-xs">{none}</p>
      ) : (
        <ul className="flex flex-wrap gap-1.5">
          {crossings.slice(0, MOST_SHOWN).map(({ name, type, title: about }) => (
            <li key={name} title={about} className="rounded-md border border-line bg-sunken px-2 py-0.5 font-mono text-xs">
              {name} <span className="text-ink-faint">{type}</span>
            </li>
          ))}
          {crossings.length > MOST_SHOWN && <li className="text-ink-faint text-xs">and {crossings.length - MOST_SHOWN} more</li>}
        </ul>
      )}
    </section>
  );
}
