import { useEffect, useState } from "react";
import { useEditor, useGraphPart } from "../document/editor-context.ts";

/** What the document is called, to be changed in place; the window is called so, too. */
export function GraphName({ label }: { label: string }) {
  const name = useGraphPart((graph) => graph.name);
  const { edits } = useEditor();
  const [draft, setDraft] = useState<string | undefined>(undefined);
  useEffect(() => {
    document.title = `${name} · Heddle`;
  }, [name]);
  const commit = () => {
    if (draft !== undefined && draft.trim() !== "" && draft !== name) edits?.rename(draft.trim());
    setDraft(undefined);
  };
  return (
    <input
      aria-label={label}
      value={draft ?? name}
      readOnly={!edits}
      maxLength={200}
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Escape") setDraft(undefined);
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
      className="field-sizing-content h-7 min-w-16 max-w-80 truncate rounded-md border border-transparent bg-transparent px-2 font-medium text-sm hover:border-line focus:border-accent focus:outline-none"
    />
  );
}
