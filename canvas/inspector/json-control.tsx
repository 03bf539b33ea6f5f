import { useRef } from "react";
import { CompletionPopup } from "../text/completion-popup.tsx";
import { useCompletion } from "../text/use-completion.ts";
import { TextArea } from "../ui/input.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { useJsonDraft } from "./json-drafts.ts";

/** Any JSON as text. What is not JSON yet is kept in this window, and not written. */
export function JsonControl({ id, path, value, onChange, invalid, expression }: ControlProps & { expression: boolean }) {
  const { readOnly, knowledge } = useForm();
  const area = useRef<HTMLTextAreaElement | null>(null);
  const draft = useJsonDraft({ path, value, onChange, expression });
  const completion = useCompletion({ field: area, knowledge: expression && !readOnly ? knowledge : undefined, mode: "template" });
  return (
    <div className="relative flex flex-col gap-1">
      <TextArea
        id={id}
        ref={area}
        mono
        value={draft.text}
        invalid={invalid || draft.problem !== undefined}
        placeholder={expression ? '{ "name": "{{ inputs.name }}" }' : "{ }"}
        readOnly={readOnly}
        {...completion.aria}
        onKeyDown={completion.onKeyDown}
        onChange={(event) => {
          draft.type(event.target.value);
          completion.onInput();
        }}
        onBlur={() => {
          completion.close();
          draft.settle();
        }}
      />
      {draft.problem !== undefined && <p className="text-danger text-xs">{draft.problem}</p>}
      {completion.popup && <CompletionPopup {...completion.popup} />}
    </div>
  );
}
