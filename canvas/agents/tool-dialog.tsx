import type { GraphNode } from "#runtime/graph/schema.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { useEditor } from "../document/editor-context.ts";
import { NodeSettings } from "../inspector/node-settings.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { changeToolPolicy } from "./tool-policy.ts";
import { ToolSchema } from "./tool-schema.tsx";

/** Sets up a tool: what the agent is told of it, and the settings of its node. Every change is written as it is made. */
export function ToolDialog({ node, offer, onClose }: { node: GraphNode; offer: ToolOffer | undefined; onClose(): void }) {
  const { edits } = useEditor();
  const own = node.policy?.tool?.description;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Set up ${node.label}`}
      wide
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-4 px-4 pb-2">
        <Field label="Name" htmlFor="tool-name" description={offer ? `The model calls it \`${offer.name}\`.` : undefined}>
          <Input id="tool-name" value={node.label} maxLength={200} readOnly={!edits} onChange={(event) => edits?.relabel(node.id, event.target.value)} />
        </Field>
        <Field label="Description for the model" htmlFor="tool-description" description="In place of what the tool says of itself. Leave it empty to use that.">
          <TextArea
            id="tool-description"
            value={own ?? ""}
            maxLength={4_000}
            readOnly={!edits}
            placeholder={own === undefined ? offer?.description : undefined}
            onChange={(event) => changeToolPolicy(edits, node, { description: event.target.value })}
          />
        </Field>
        {offer && <ToolSchema schema={offer.input} />}
      </div>
      <div className="border-line border-t">
        <NodeSettings node={node} hasToolPolicy={false} />
      </div>
    </Dialog>
  );
}
