import type { Json } from "#runtime/graph/json.ts";
import { listMembers } from "#server/contract/workspaces.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { humanized } from "./form-model.ts";

export interface SeveralControlProps extends ControlProps {
  title: string;
  options: readonly string[] | "people";
}

/** Any of a few choices. */
export function SeveralControl({ options, ...props }: SeveralControlProps) {
  if (options === "people") return <PeopleControl {...props} />;
  return <Choices {...props} choices={options.map((value) => ({ value, label: humanized(value) }))} />;
}

const LISTED = 200;

/** Members of the workspace. Who is named and no member any more stays to be seen, and can be taken away. */
function PeopleControl(props: Omit<SeveralControlProps, "options">) {
  const mayList = useMay("member.read");
  const { data } = useApi(listMembers, { query: { limit: LISTED } }, { enabled: mayList });
  const members = data?.items.map(({ id, name }) => ({ value: String(id), label: name })) ?? [];
  const gone = valuesOf(props.value).filter((id) => !members.some(({ value }) => value === id));
  const choices = [...members, ...gone.map((id) => ({ value: id, label: data ? `${id} (no member here)` : id }))];
  if (choices.length === 0) return <p className="text-ink-faint text-xs">There is nobody else here yet.</p>;
  return <Choices {...props} choices={choices} />;
}

interface ChoicesProps extends Omit<SeveralControlProps, "options"> {
  choices: readonly { value: string; label: string }[];
}

function Choices({ id, title, value, onChange, invalid, choices }: ChoicesProps) {
  const { readOnly } = useForm();
  const values = valuesOf(value);
  const toggle = (which: string) => {
    const next = choices.map((choice) => choice.value).filter((each) => (each === which ? !values.includes(each) : values.includes(each)));
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <fieldset disabled={readOnly} aria-label={title} className="flex min-w-0 flex-wrap gap-1.5">
      {choices.map((choice, index) => (
        <label
          key={choice.value}
          className="flex min-w-0 cursor-pointer items-center gap-1.5 rounded-md border border-line px-2 py-1 text-sm hover:border-line-strong hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            {...(index === 0 && { id })}
            type="checkbox"
            className="accent-(--accent-fill)"
            checked={values.includes(choice.value)}
            aria-invalid={invalid || undefined}
            onChange={() => toggle(choice.value)}
          />
          <span className="truncate">{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function valuesOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
