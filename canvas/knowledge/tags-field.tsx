import type { CollectionId } from "#runtime/graph/ids.ts";
import { listKnowledgeTags } from "#server/contract/knowledge-documents.ts";
import { useApi } from "../api/queries.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { tagsOf } from "./document-words.ts";

interface TagsFieldProps {
  value: string;
  onChange(tags: string): void;
  errors: readonly string[];
  collection: CollectionId;
}

const OFFERED = 8;

/** Tags as a text, and those the collection has already, to be added with a click. */
export function TagsField({ value, onChange, errors, collection }: TagsFieldProps) {
  const { data } = useApi(listKnowledgeTags, { params: { id: collection } });
  const own = tagsOf(value);
  const offered = data?.items.filter(({ tag }) => !own.includes(tag)).slice(0, OFFERED) ?? [];
  return (
    <Field label="Tags" htmlFor="document-tags" description="Parted by commas. Searches can be narrowed to them." errors={errors}>
      <Input
        id="document-tags"
        maxLength={2000}
        placeholder="contracts, 2026"
        value={value}
        invalid={errors.length > 0}
        onChange={(event) => onChange(event.target.value)}
      />
      {offered.length > 0 && (
        <span className="flex flex-wrap gap-1.5">
          {offered.map(({ tag }) => (
            <button
              key={tag}
              type="button"
              aria-label={`Add the tag ${tag}`}
              onClick={() => onChange([...own, tag].join(", "))}
              className="rounded-sm bg-hover px-1.5 py-0.5 text-2xs text-ink-muted hover:bg-accent-soft hover:text-accent"
            >
              + {tag}
            </button>
          ))}
        </span>
      )}
    </Field>
  );
}
