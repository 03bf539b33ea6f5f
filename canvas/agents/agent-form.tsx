import type { ReactNode } from "react";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { Form } from "../inspector/form.tsx";
import { NodeProblems } from "../inspector/node-settings.tsx";
import { useNodeForm } from "../inspector/use-node-form.ts";
import { classes } from "../ui/classes.ts";
import { Card, Section } from "../ui/section.tsx";
import { formParts } from "./form-parts.ts";

/** The settings of an agent, part by part; its tools stand among them. Every change is written as it is made. */
export function AgentForm({ node, tools }: { node: GraphNode; tools: ReactNode }) {
  const { schema, form, problems } = useNodeForm(node);
  if (!schema) return <NodeProblems problems={problems} />;
  const [first, ...others] = formParts(schema);
  const part = ({ title, text, schema: own }: { title: string; text: string; schema: JsonSchema }, isLarge = false) => (
    <Section key={title} title={title} text={text}>
      <Card>
        <div className={classes(isLarge && "[&_textarea]:min-h-64")}>
          <Form {...form} schema={own} />
        </div>
      </Card>
    </Section>
  );
  return (
    <div className="flex flex-col gap-7">
      <NodeProblems problems={problems} />
      {first && part(first, true)}
      {others.slice(0, 1).map((each) => part(each))}
      {tools}
      {others.slice(1).map((each) => part(each))}
    </div>
  );
}
