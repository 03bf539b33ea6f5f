import { useContext } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { FilePicker } from "../files/file-picker.tsx";
import { FileSource } from "../files/file-source.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { MembersOnly } from "./members-only.tsx";

/** A stored file. */
export function FileControl({ id, value, onChange, invalid, accept }: ControlProps & { accept: string | undefined }) {
  const { readOnly } = useForm();
  const isElsewhere = useContext(FileSource) !== undefined;
  return (
    <>
      <FilePicker id={id} value={value} onChange={(file) => onChange(file as Json | undefined)} invalid={invalid} readOnly={readOnly} accept={accept} />
      {!readOnly && !isElsewhere && <MembersOnly action="asset.write" what="files" />}
    </>
  );
}
