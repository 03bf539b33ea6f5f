import { useId } from "react";
import { WORKFLOW_CATEGORIES, type WorkflowCategory } from "#server/contract/comfy-workflows.ts";
import { Field } from "../ui/field.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { CATEGORIES } from "./workflow-words.ts";

/** What people say of a workflow, as it is typed. */
export interface AboutDraft {
  name: string;
  description: string;
  category: WorkflowCategory;
  /** With commas between them. */
  tags: string;
}

export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim().toLowerCase())
      .filter((tag) => tag !== ""),
  ),
];

interface AboutFieldsProps {
  value: AboutDraft;
  onChange(value: AboutDraft): void;
  errorsAt(path: string): readonly string[];
}

export function AboutFields({ value, onChange, errorsAt }: AboutFieldsProps) {
  const id = useId();
  const set = (part: Partial<AboutDraft>) => onChange({ ...value, ...part });
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3 max-md:grid-cols-1">
      <Field label="Name" htmlFor={`${id}-name`} required errors={errorsAt("/name")}>
        <Input
          id={`${id}-name`}
          value={value.name}
          maxLength={200}
          invalid={errorsAt("/name").length > 0}
          onChange={(event) => set({ name: event.target.value })}
        />
      </Field>
      <Field label="Category" htmlFor={`${id}-category`}>
        <Select
          id={`${id}-category`}
          value={value.category}
          options={WORKFLOW_CATEGORIES.map((category) => ({ value: category, label: CATEGORIES[category].label, detail: CATEGORIES[category].text }))}
          onChange={(chosen) => set({ category: WORKFLOW_CATEGORIES.find((each) => each === chosen) ?? value.category })}
        />
      </Field>
      <Field label="Description" htmlFor={`${id}-description`} description="Agents and search go by it." errors={errorsAt("/description")}>
        <TextArea id={`${id}-description`} value={value.description} onChange={(event) => set({ description: event.target.value })} />
      </Field>
      <Field label="Tags" htmlFor={`${id}-tags`} description="With commas between them." errors={errorsAt("/tags")}>
        <Input id={`${id}-tags`} value={value.tags} placeholder="portrait, upscale" onChange={(event) => set({ tags: event.target.value })} />
      </Field>
    </div>
  );
}
